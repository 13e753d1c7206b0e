import Model
import Testing

@testable import Ingestion

/// What is read from a cell as it stands is what the careful way finds.
@Suite struct PlainCellsTests {
    private let pieces = [
        "", "0", "7", "12", "345678", "9999999999", "00", "-", ".", ".5", "5.", "e2", "E-1", "1,5", " ",
        "2026", "-02",
        "-29", "-30", "1899-12-31", "1900-01-01", "2024-02-29", "T10:00:00Z", "a\0", "é",
    ]

    /// Every text of one, two or three pieces.
    private var texts: [String] {
        let pairs = pieces.flatMap { first in pieces.map { first + $0 } }
        return pairs + pairs.flatMap { pair in pieces.map { pair + $0 } }
    }

    private func batch(_ values: [FieldValue]) -> RecordBatch {
        var batch = RecordBatch(fields: ["f"])
        for value in values { batch.append([value]) }
        return batch
    }

    @Test(arguments: [0, 2, 3, 4, 6]) func numbers(_ decimals: Int) {
        let batch = batch(texts.map { .number($0) })
        var plain = 0
        for (row, text) in texts.enumerated() {
            guard let number = batch.plainNumber(row: row, field: 0, decimals: decimals) else { continue }
            plain += 1
            #expect(
                DecimalNumber(ArraySlice(text.utf8))?.scaled(by: decimals) == .exact(number), "\(text)")
        }
        #expect(plain > 100)
    }

    @Test func days() {
        let batch = batch(texts.map { .text($0) })
        var plain: Set<String> = []
        for (row, text) in texts.enumerated() {
            guard let day = batch.plainDay(row: row, field: 0) else { continue }
            plain.insert(text)
            #expect(day == Day(iso: text), "\(text)")
        }
        #expect(plain == ["1900-01-01", "2024-02-29", "2026-02-02"])
    }

    @Test func textsAreNeitherEmptyNorLongNorCut() {
        let batch = batch([
            .text("abc"), .text("abcd"), .text(""), .text("a\0"), .absent, .bool(true), .structure("{}"),
            .number("12"),
        ])
        let found = (0..<batch.count).map { batch.plainText(row: $0, field: 0, limit: 3) }
        #expect(found == ["abc", nil, nil, nil, nil, nil, nil, "12"])
    }

    @Test func unescapedTextsStandElsewhere() throws {
        let json = #"[{"f":"a\u0062c"},{"f":"2024-02-29"},{"f":12.50}]"#
        let page = try RecordPage(parsing: Array(json.utf8), listAt: "", fields: ["f"]).records
        #expect(page.plainText(row: 0, field: 0, limit: 9) == "abc")
        #expect(page.plainDay(row: 1, field: 0) == Day(year: 2024, month: 2, day: 29))
        #expect(page.plainNumber(row: 2, field: 0, decimals: 2) == 1250)
    }
}
