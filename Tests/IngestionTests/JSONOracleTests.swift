import Foundation
import Testing

@testable import Ingestion

/// Foundation's parser as the oracle over random documents and damaged ones: what it refuses we refuse, and what we
/// read has its values. Exceptions, which are ours on purpose: a number that a `Double` cannot hold keeps its digits
/// here and is an error there.
@Suite struct JSONOracleTests {
    @Test(arguments: 0..<20)
    func weReadWhatTheOracleReads(_ seed: UInt64) throws {
        var maker = DocumentMaker(seed: seed)
        for _ in 0..<50 {
            let bytes = Array(maker.value(depth: 0).utf8)
            let ours = try JSONValue(parsing: bytes)
            #expect(agrees(ours, try oracle(bytes)), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test(arguments: 0..<40)
    func weRefuseWhatTheOracleRefuses(_ seed: UInt64) throws {
        var maker = DocumentMaker(seed: 1000 + seed)
        var refused = 0
        for _ in 0..<100 {
            let bytes = maker.damaged(Array(maker.value(depth: 0).utf8))
            let ours = try? JSONValue(parsing: bytes)
            let theirs = try? oracle(bytes)
            if theirs == nil { refused += 1 }
            guard let ours else { continue }
            if let theirs {
                #expect(agrees(ours, theirs), "\(bytes)")
            } else {
                #expect(hasNumberBeyondDouble(ours), "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
        #expect(refused > 10, "the damage must matter")
    }

    /// Pages and documents are read by the same walk; what a page skips is checked as well.
    @Test(arguments: 0..<40)
    func pagesAreRefusedAndReadAsDocumentsAre(_ seed: UInt64) throws {
        var maker = DocumentMaker(seed: 2000 + seed)
        let fields = ["a", "a.b", "@odata.etag", "b.c.d", "é", "c"]
        for round in 0..<60 {
            let sound = Array(maker.page().utf8)
            let bytes = round % 2 == 0 ? sound : maker.damaged(sound)
            let page = try? RecordPage(parsing: bytes, listAt: "/r", fields: fields)
            let document = try? JSONValue(parsing: bytes)
            if round % 2 == 0 { #expect(page != nil) }
            guard let page else { continue }
            if (try? oracle(bytes)) == nil {
                #expect(document.map(hasNumberBeyondDouble) ?? false, "\(bytes)")
            }
            // A name that occurs twice among the members nobody asked for.
            guard let document else { continue }
            guard case .array(let items) = document["r"] else {
                Issue.record("the page has rows that the document has not")
                continue
            }
            #expect(page.records.count == items.count)
            for (row, item) in items.enumerated() {
                for (column, field) in fields.enumerated() {
                    let ours = normalized(page.records[row, column])
                    #expect(ours == FieldValue(item[member: field]), "\(field) of \(item)")
                }
            }
        }
    }

    private func normalized(_ value: FieldValue) -> FieldValue {
        guard case .structure(let json) = value else { return value }
        return FieldValue(try? JSONValue(parsing: Array(json.utf8)))
    }

    private func oracle(_ bytes: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    }

    private func agrees(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let value): return (theirs as? Bool) == value
        case .number(let literal):
            // The oracle rounds numbers of more than seventeen digits twice.
            guard let ours = Double(literal), let theirs = theirs as? NSNumber else { return false }
            return abs(ours - theirs.doubleValue) <= abs(ours) * 1e-15
        case .string(let text): return (theirs as? String).map { text.utf8.elementsEqual($0.utf8) } ?? false
        case .array(let items):
            guard let list = theirs as? [Any], list.count == items.count else { return false }
            return zip(items, list).allSatisfy(agrees)
        case .object(let members):
            guard let object = theirs as? [String: Any], object.count == members.count else { return false }
            return members.allSatisfy { key, value in object[key].map { agrees(value, $0) } ?? false }
        }
    }

    private func hasNumberBeyondDouble(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .string: false
        case .number(let literal):
            Double(literal).map { !$0.isFinite || ($0 == 0 && literal.contains { "123456789".contains($0) }) }
                ?? true
        case .array(let items): items.contains(where: hasNumberBeyondDouble)
        case .object(let members): members.values.contains(where: hasNumberBeyondDouble)
        }
    }
}

/// Random JSON texts, the same for a seed everywhere (SplitMix64).
private struct DocumentMaker {
    private var state: UInt64

    init(seed: UInt64) { state = (seed &+ 1) &* 0xd134_2543_de82_ef95 }

    private mutating func next(_ count: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(count))
    }

    private mutating func pick(_ choices: [String]) -> String { choices[next(choices.count)] }

    private mutating func space() -> String { pick(["", "", "", " ", "\n\t", "\r\n  "]) }

    mutating func value(depth: Int) -> String {
        let content =
            switch next(depth < 6 ? 8 : 5) {
            case 0: pick(["true", "false", "null"])
            case 1, 2: number()
            case 3, 4: text()
            case 5: list(depth: depth)
            default: object(depth: depth)
            }
        return space() + content + space()
    }

    private mutating func number() -> String {
        let whole = pick(["0", "7", "10", "-1", "-0", "123456789", "9007199254740993"])
        return whole + pick(["", "", ".5", ".10", ".000001"]) + pick(["", "", "", "e3", "E-7", "e+10"])
    }

    private mutating func text() -> String {
        let parts = [
            "a", "abc ", "é", "😀", #"\""#, #"\\"#, #"\/"#, #"\n\r\t\b\f"#, #"\u00e9"#, #"\ud83d\ude00"#,
            #"\u0000"#, "[", "{", ":", ",", "]", "}", "e\u{301}", "\u{2028}",
        ]
        return "\"" + (0..<next(4)).map { _ in pick(parts) }.joined() + "\""
    }

    private mutating func list(depth: Int) -> String {
        "[" + (0..<next(4)).map { _ in value(depth: depth + 1) }.joined(separator: ",") + space() + "]"
    }

    /// Names never repeat: parsers differ in what they make of that.
    private mutating func object(depth: Int) -> String {
        var names = ["a", "b", "c", "a.b", "b.c", "c.d", "d", "é", "@odata.etag", #"\u0061\""#, ""]
        let members = (0..<next(6)).map { _ in
            let name = names.remove(at: next(names.count))
            return space() + "\"" + name + "\"" + space() + ":" + value(depth: depth + 1)
        }
        return "{" + members.joined(separator: ",") + space() + "}"
    }

    mutating func page() -> String {
        let records = (0..<next(5)).map { _ in object(depth: 1) }.joined(separator: ",")
        return "{" + space() + "\"n\":" + value(depth: 1) + ",\"r\":" + space() + "[" + records
            + space() + "]" + space() + "}"
    }

    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...next(3) {
            guard !bytes.isEmpty else { return bytes }
            let place = next(bytes.count)
            let byte = Array("{}[]:,\"\\0-+.eEtfnu \n".utf8)[next(20)]
            switch next(6) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(byte, at: place)
            case 2: bytes[place] = byte
            case 3: bytes[place] = UInt8(next(255) + 1)
            case 4: bytes.removeSubrange(place...)
            default: bytes.insert(contentsOf: bytes[place...].prefix(next(12) + 1), at: next(bytes.count))
            }
        }
        return bytes
    }
}
