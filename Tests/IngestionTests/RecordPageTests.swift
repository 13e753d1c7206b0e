import Testing

@testable import Ingestion

@Suite struct RecordPageTests {
    @Test func readsTheFieldsOfEachRecord() throws {
        let page = try read(
            #"""
            {"done" : false, "records":[
              {"Id":"a","Amount":1.20,"Open":true,"Contract":{"EndDate":"2026-01-31"},"x":[1,{}]},
              {"Amount":null,"Id":"b\u00e9\"","Contract":null,"Open":false},
              {}
            ], "next":"/q-2000"}
            """#, at: "/records", fields: ["Id", "Amount", "Open", "Contract.EndDate", "Contract"])
        #expect(page.records.count == 3)
        #expect(
            row(page, 0) == [
                .text("a"), .number("1.20"), .bool(true), .text("2026-01-31"),
                .structure(#"{"EndDate":"2026-01-31"}"#),
            ])
        #expect(row(page, 1) == [.text("bé\""), .absent, .bool(false), .absent, .absent])
        #expect(row(page, 2) == [.absent, .absent, .absent, .absent, .absent])
        #expect(page.envelope == .object(["done": .bool(false), "next": .string("/q-2000")]))
    }

    @Test func theLongestNameIsFollowed() throws {
        let fields = ["@odata.etag", "a.b.c", "a.b"]
        let page = try read(
            #"""
            [{"@odata.etag":"W/1","a":{"b":{"c":1}}},
             {"a":{"b":{"c":1},"b.c":2}},
             {"a":{"b.c":2,"b":{"c":1}}},
             {"a.b":{"c":3},"a":{"b":{"c":1},"b.c":2}},
             {"a":{"b.c":2},"a.b":{"d":3}},
             {"a.b.c":4,"a.b":{"c":3}},
             {"a.b":null,"a":{"b":{"c":1}}},
             {"a":{"b":7},"@odata":{"etag":"nested"}}]
            """#, at: "", fields: fields)
        let expected: [[FieldValue]] = [
            [.text("W/1"), .number("1"), .structure(#"{"c":1}"#)],
            [.absent, .number("2"), .structure(#"{"c":1}"#)],
            [.absent, .number("2"), .structure(#"{"c":1}"#)],
            [.absent, .number("3"), .structure(#"{"c":3}"#)],
            [.absent, .absent, .structure(#"{"d":3}"#)],
            [.absent, .number("4"), .structure(#"{"c":3}"#)],
            [.absent, .absent, .absent],
            [.text("nested"), .absent, .number("7")],
        ]
        for (index, values) in expected.enumerated() { #expect(row(page, index) == values, "row \(index)") }
    }

    @Test func aNumberIsAPlaceInAList() throws {
        let page = try read(
            #"[{"items":{"data":[{"p":1},{"p":2}]}},{"items":{"data":[]}},{"items":null}]"#, at: "",
            fields: ["items.data.1.p", "items.data.0.p"])
        #expect(row(page, 0) == [.number("2"), .number("1")])
        #expect(row(page, 1) == [.absent, .absent] && row(page, 2) == [.absent, .absent])
    }

    @Test func findsTheListByItsPointer() throws {
        let text = #"{"a/b":{"~":[{"id":1}]},"c":[0,[{"id":2}]]}"#
        #expect(row(try read(text, at: "/a~1b/~0", fields: ["id"]), 0) == [.number("1")])
        #expect(row(try read(text, at: "/c/1", fields: ["id"]), 0) == [.number("2")])
        #expect(try read("[]", at: "", fields: ["id"]).records.count == 0)
        for pointer in ["", "/a", "/c/2", "/a~1b"] {
            #expect(throws: JSONFault.self) { try read(text, at: pointer, fields: ["id"]) }
        }
    }

    @Test(arguments: [
        #"{"r":[{"id":1}]} x"#, #"{"r":[{"id":1}]}{}"#, #"{"r":[{"id":1}"#, #"{"r":[{"id":1,}]}"#,
        #"{"r":[{"id":1} {"id":2}]}"#, #"{"r":[{"id":01}]}"#, #"{"r":[{"id":1,"x":nul}]}"#,
        #"{"r":[{"id":1,"x":"\q"}]}"#, #"{"r":[{"id":1,"x":"\ud800"}]}"#, #"{"r":[{"id":1,"x\q":1}]}"#,
        #"{"r":[{"id":1,"id":2}]}"#, #"{"r":[{"id":1}],"r":[]}"#, #"{"r":[1]}"#, #"{"r":[null]}"#,
        #"{"r":[{"id":1}],"n":1.}"#, #"{"r":[{"id":1,"x":tru"e"}]}"#, #"{"r":[{"id":1,"x":[1,]}]}"#,
        #"{"r":[{"id":1,"x":{"y" 1}}]}"#, "{\"r\":[{\"id\":1,\"x\":\"\u{1}\"}]}", #"{"r":[{"id":"1]}"#,
        #"{"r":[{"id":1}],"n":1,"n":2}"#, "{\"r\":[{\"id\":1}]\u{c}}", "{\"r\"\u{1a}[]}",
    ])
    func refusesAPageWhole(_ text: String) {
        #expect(throws: JSONFault.self) { try read(text, at: "/r", fields: ["id"]) }
    }

    @Test func everyCutIsRefused() throws {
        let bytes = Array(
            #"{"n":"/2","r":[{"id":"a\u00e9","x":{"y":[1,2.5e3]}},{"id":null}],"done":true}"#.utf8)
        for end in 0..<bytes.count {
            #expect(throws: JSONFault.self) {
                try RecordPage(parsing: Array(bytes[..<end]), listAt: "/r", fields: ["id"])
            }
        }
        #expect(try RecordPage(parsing: bytes, listAt: "/r", fields: ["id"]).records.count == 2)
    }

    @Test func refusesInvalidUTF8AndDeepNestingAlsoWhereNothingIsRead() {
        let (head, tail) = (Array(#"{"r":[{"id":1,"x":""#.utf8), Array(#""}]}"#.utf8))
        #expect(throws: JSONFault.self) {
            try RecordPage(parsing: head + [0xc3] + tail, listAt: "/r", fields: ["id"])
        }
        for (depth, isSound) in [(62, true), (63, false), (100_000, false)] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let text = #"{"r":[{"id":1,"x":"# + nested + "}]}"
            let isRead = (try? read(text, at: "/r", fields: ["id"])) != nil
            #expect(isRead == isSound, "\(depth)")
        }
    }

    /// The place of a name is guessed from the record before; a wrong guess must not be believed.
    @Test func recordsWhoseMembersChangePlaces() throws {
        let page = try read(
            #"[{"a":1,"b":2,"c":3},{"b":2,"a":1,"c":3},{"a\u0062":0,"a":1,"b":2},{"c":3,"ab":9},{"a":1,"b":2,"c":3}]"#,
            at: "", fields: ["c", "a", "b"])
        let all: [FieldValue] = [.number("3"), .number("1"), .number("2")]
        #expect(row(page, 0) == all && row(page, 1) == all && row(page, 4) == all)
        #expect(row(page, 2) == [.absent, .number("1"), .number("2")])
        #expect(row(page, 3) == [.number("3"), .absent, .absent])
    }

    @Test func rowsAndFieldsCanBeAdded() throws {
        var batch = try read(#"[{"a":"x"},{"a":"y"}]"#, at: "", fields: ["a"]).records
        batch.append([.number("3")])
        batch.addField("n") { $0 == 1 ? .absent : .text("row \($0)") }
        batch.append([.structure("[1]"), .bool(true)])
        #expect(batch.fields == ["a", "n"] && batch.count == 4)
        let cells = (0..<4).map { row in (0..<2).map { batch[row, $0] } }
        #expect(
            cells == [
                [.text("x"), .text("row 0")], [.text("y"), .absent], [.number("3"), .text("row 2")],
                [.structure("[1]"), .bool(true)],
            ])
        #expect(batch.payload(3) == #"{"a":[1],"n":true}"#)
        #expect(Array(batch.bytes(row: 3, field: 1)) == Array("true".utf8))
    }

    @Test func payloadsHoldOnlyTheBeginningOfLongValues() {
        var batch = RecordBatch(fields: ["a", "b"])
        batch.append([.text(String(repeating: "x", count: 20)), .text("y")])
        #expect(batch.payload(0, of: ["a"], limit: 4) == #"{"a":"xxxx…"}"#)
    }

    private func row(_ page: RecordPage, _ row: Int) -> [FieldValue] {
        page.records.fields.indices.map { page.records[row, $0] }
    }

    private func read(_ text: String, at pointer: String, fields: [String]) throws -> RecordPage {
        try RecordPage(parsing: Array(text.utf8), listAt: pointer, fields: fields)
    }
}
