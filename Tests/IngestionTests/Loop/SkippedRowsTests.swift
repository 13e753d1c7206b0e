import Model
import TestServers
import Testing

@testable import Ingestion

/// Pages that hold rows of others only are progress; pages that hold nothing are not.
@Suite struct SkippedRowsTests {
    private func page(_ number: Int, skipped: Int) -> SourcePage {
        SourcePage(
            records: RecordBatch(fields: []), rows: [], next: Position("\(number)"), skipped: skipped)
    }

    @Test func aLongStretchOfOtherRowsIsPassed() throws {
        var machine = StreamMachine(source: "s", plan: windows(), progress: StreamProgress())
        _ = machine.open(StreamMachine.Opening(serverTime: at(0), now: at(0)))
        for number in 1...200 { _ = try machine.accept(page(number, skipped: 100)) }
        #expect(machine.progress.run?.walks.first?.position == Position("200"))
        for number in 201...210 { _ = try machine.accept(page(number, skipped: 0)) }
        let error = #expect(throws: SourceError.self) { try machine.accept(page(211, skipped: 0)) }
        #expect(error?.kind == .pageLoop)
    }

    /// A selection that few records meet, in a list that cannot be filtered.
    @Test func pagesWithoutASelectedRecordSaySo() async throws {
        let source = try Served(.cursor(pointer: "/n", parameter: "c"), records: "/data") { request in
            request.target.contains("c=")
                ? .answer(200, #"{"data":[{"id":3,"kind":"a"}]}"#)
                : .answer(200, #"{"data":[{"id":1,"kind":"b"},{"id":2,"kind":"b"}],"n":"x"}"#)
        } select: {
            $0 = RowSelection(conditions: ["kind": [.text("a")]])
        }
        let read = try await source.walk(.full(upper: noon))
        #expect(read.pages.map(\.rows.count) == [0, 1] && read.pages.map(\.skipped) == [2, 0])
    }
}
