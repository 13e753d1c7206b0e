import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct GenericSourceTests {
    // MARK: - Paginators

    @Test func oneAnswerHoldsEverything() async throws {
        let source = try Served(.none, records: "/data") { _ in
            .answer(200, #"{"data":[{"id":1,"name":"a"},{"id":2,"name":null}]}"#)
        }
        let read = try await source.walk(.full(upper: noon))
        #expect(read.ids == ["1", "2"])
        #expect(read.pages[0].records[0, 0] == .text("a") && read.pages[0].records[1, 0] == .absent)
        #expect(read.pages[0].records.fields == ["name", "id"])
    }

    @Test func cursorsAreFollowedThroughEmptyPages() async throws {
        let source = try Served(.cursor(pointer: "/next", parameter: "cursor"), records: "/data") { request in
            switch request.target {
            case let target where target.contains("cursor=a%2Fb%3D"):
                .answer(200, #"{"data":[],"next":7}"#)
            case let target where target.contains("cursor=7"):
                .answer(200, #"{"data":[{"id":"y"}],"next":null}"#)
            default: .answer(200, #"{"data":[{"id":"x"}],"next":"a/b="}"#)
            }
        }
        let read = try await source.walk(.full(upper: noon))
        #expect(read.ids == ["x", "y"] && read.pages.count == 3)
        #expect(source.server.requests.allSatisfy { $0.target.contains("limit=2") })
    }

    @Test func aCursorThatLeadsToItselfIsAnError() async throws {
        let source = try Served(.cursor(pointer: "/next", parameter: "c"), records: "/data") { _ in
            .answer(200, #"{"data":[{"id":"x"}],"next":"same"}"#)
        }
        let error = await #expect(throws: SourceError.self) { try await source.walk(.full(upper: noon)) }
        #expect(error?.kind == .pageLoop)
        #expect(source.server.requests.count == 2)
    }

    @Test func equalCursorsGiveEqualPositionsSoThatLongerCirclesShow() async throws {
        let source = try Served(.cursor(pointer: "/next", parameter: "c"), records: "/data") { request in
            let next = request.target.contains("c=one") ? "two" : "one"
            return .answer(200, #"{"data":[{"id":"x"}],"next":"\#(next)"}"#)
        }
        let first = try await source.page(.full(upper: noon), nil)
        let second = try await source.page(.full(upper: noon), first.next)
        let third = try await source.page(.full(upper: noon), second.next)
        #expect(first.next != nil && first.next != second.next && first.next == third.next)
    }

    @Test func aForgottenCursorIsToldApartFromARequestThatNamesNothing() async throws {
        let source = try Served(.cursor(pointer: "/next", parameter: "c"), records: "/data") { request in
            request.target.contains("c=old")
                ? .answer(400, #"{"message":"invalid cursor"}"#)
                : .answer(404, #"{"error":{"message":"no such list"}}"#)
        }
        let stale = await #expect(throws: SourceError.self) {
            try await source.page(.full(upper: noon), Position(#"{"cursor":"old"}"#))
        }
        #expect(stale?.kind == .forgottenPosition && stale?.detail.contains("invalid cursor") == true)
        let wrong = await #expect(throws: SourceError.self) {
            try await source.page(.full(upper: noon), nil)
        }
        #expect(wrong?.kind == .unmappable && wrong?.detail.contains("no such list") == true)
    }

    @Test func nextLinksAreFollowedWithinTheSource() async throws {
        let source = try Served(.nextURL(pointer: "/@odata.nextLink"), records: "/value") { request in
            switch request.target {
            case "/api/deals?limit=2": .answer(200, #"{"value":[{"id":1}],"@odata.nextLink":"?skip=a%20b"}"#)
            case "/api/deals?skip=a%20b": .answer(200, #"{"value":[],"@odata.nextLink":"more?x=1#top"}"#)
            case "/api/more?x=1":
                .answer(200, #"{"value":[{"id":2}],"@odata.nextLink":"\#(request.home)/api/last"}"#)
            case "/api/last": .answer(200, #"{"value":[{"id":3}],"@odata.nextLink":"/end"}"#)
            case "/end": .answer(200, #"{"value":[{"id":4}]}"#)
            default: .answer(500)
            }
        }
        #expect(try await source.walk(.full(upper: noon)).ids == ["1", "2", "3", "4"])
    }

    @Test(arguments: [
        "https://evil.example/next", "//evil.example/next", "http://127.0.0.1:1/next", "ftp://127.0.0.1/x",
        "http://user:pw@127.0.0.1/x", "javascript:alert(1)",
    ])
    func aForeignNextLinkIsNeverFollowed(_ link: String) async throws {
        let source = try Served(.nextURL(pointer: "/next"), records: "/data") { _ in
            .answer(200, #"{"data":[{"id":1}],"next":"\#(link)"}"#)
        }
        let error = await #expect(throws: SourceError.self) { try await source.page(.full(upper: noon), nil) }
        #expect(error?.kind == .foreignLink, "\(String(describing: error))")
    }

    @Test(arguments: [#"/a\u000d\u000aX: y"#, #"/a b"#, #"/a\\b"#, #"/a\u0000"#, "/api/deals?limit=2"])
    func aLinkWithControlCharactersOrToItselfIsRefused(_ link: String) async throws {
        let source = try Served(.nextURL(pointer: "/next"), records: "/data") { _ in
            .answer(200, #"{"data":[{"id":1}],"next":"\#(link)"}"#)
        }
        let error = await #expect(throws: SourceError.self) { try await source.page(.full(upper: noon), nil) }
        #expect(error?.kind == .pageLoop)
    }

    @Test func locatorHeadersEndWithTheirWord() async throws {
        let source = try Served(
            .locatorHeader(header: "X-Locator", parameter: "locator", end: "null"), records: ""
        ) { request in
            request.target.contains("locator=L1")
                ? .answer(200, headers: [("x-locator", "null")], #"[{"id":2}]"#)
                : .answer(200, headers: [("X-Locator", "L1")], #"[{"id":1}]"#)
        }
        #expect(try await source.walk(.full(upper: noon)).ids == ["1", "2"])
    }

    @Test func listsGoOnAfterTheLastRecord() async throws {
        let source = try Served(.startingAfter(parameter: "after", more: "/has_more"), records: "/data") {
            request in
            request.target.contains("after=b")
                ? .answer(200, #"{"data":[{"id":"c"}],"has_more":false}"#)
                : .answer(200, #"{"data":[{"id":"a"},{"id":"b"}],"has_more":true}"#)
        }
        #expect(try await source.walk(.full(upper: noon)).ids == ["a", "b", "c"])
    }

    @Test(arguments: [#"{"data":[],"has_more":true}"#, #"{"data":[{"id":"c"}]}"#, #"{"data":null}"#, "[", ""])
    func anAnswerThatDoesNotSayHowToGoOnIsNoLastPage(_ body: String) async throws {
        let source = try Served(.startingAfter(parameter: "after", more: "/has_more"), records: "/data") {
            _ in
            .answer(200, body)
        }
        let error = await #expect(throws: SourceError.self) { try await source.page(.full(upper: noon), nil) }
        #expect(error?.kind == .malformed)
    }

    @Test func pageNumbersRunToAnEmptyPage() async throws {
        let source = try Served(.page(parameter: "page", first: 1), records: "") { request in
            switch request.target {
            case "/api/deals?limit=2&page=1": .answer(200, #"[{"id":1}]"#)
            case "/api/deals?limit=2&page=2": .answer(200, #"[{"id":1},{"id":2}]"#)
            default: .answer(200, "[]")
            }
        }
        #expect(try await source.walk(.full(upper: noon)).ids == ["1", "2"])
        // The page before the empty one is asked for again.
        #expect(
            source.server.requests.map { String($0.target.suffix(1)) } == ["1", "2", "3", "2"])
    }

    @Test(arguments: [
        #"</api/p2>; rel="next""#, #"</api/p1>; rel=prev, </api/p2>; title="a, b; c"; rel=next"#,
        #"<p2>; REL="last next""#,
    ])
    func linkHeadersInTheirForms(_ value: String) async throws {
        let source = try Served(.linkHeader, records: "") { request in
            request.target == "/api/p2"
                ? .answer(200, headers: [("Link", #"</api/p1>; rel="prev""#)], #"[{"id":2}]"#)
                : .answer(200, headers: [("Link", "</x>; rel=self"), ("Link", value)], #"[{"id":1}]"#)
        }
        #expect(try await source.walk(.full(upper: noon)).ids == ["1", "2"])
    }

    @Test func nothingNewIsAnEmptyLastPage() async throws {
        for status in [204, 304] {
            let source = try Served(.cursor(pointer: "/n", parameter: "c"), records: "/data") { _ in
                .answer(status)
            }
            let page = try await source.page(.full(upper: noon), nil)
            #expect(page.rows.isEmpty && page.next == nil)
        }
    }

    // MARK: - What rows are

    @Test func deletedAndMergedRecordsAreToldApart() async throws {
        let source = try Served(.none, records: "/data") { _ in
            .answer(
                200,
                #"{"data":[{"id":1,"gone":true,"at":"2026-01-01T00:00:00Z"},{"id":2,"into":9},{"id":3,"into":3}]}"#
            )
        } adjust: {
            $0.deleted = FieldCondition(field: "gone", values: ["true"])
            $0.mergedInto = "into"
            $0.modified = .init(path: "at", format: .moment)
        }
        let page = try await source.page(.full(upper: noon), nil)
        #expect(
            page.rows == [
                RowIdentity(id: "1", version: "2026-01-01T00:00:00Z", state: .deleted),
                RowIdentity(id: "2", version: "", state: .merged(into: "9")),
                RowIdentity(id: "3", version: ""),
            ])
    }

    @Test func aRecordWithoutAnIDStopsTheStream() async throws {
        let source = try Served(.none, records: "/data") { _ in .answer(200, #"{"data":[{"id":{}}]}"#) }
        let error = await #expect(throws: SourceError.self) { try await source.page(.full(upper: noon), nil) }
        #expect(
            error?.kind == .unmappable && error?.detail.contains("record 1 of the answer has no id") == true)
    }

    @Test func theSourcesOwnCountTravelsWithTheChain() async throws {
        let source = try Served(.page(parameter: "page", first: 0), records: "/data") { request in
            request.target.hasSuffix("page=0")
                ? .answer(200, #"{"data":[{"id":1}],"meta":{"total":1}}"#)
                : .answer(200, #"{"data":[],"meta":{"total":1}}"#)
        } adjust: {
            $0.total = "/meta/total"
        }
        let read = try await source.walk(.full(upper: noon))
        #expect(read.pages.map(\.count) == [.chain(total: 1, starts: true), .chain(total: 1, starts: false)])
    }

    @Test func rowsOutsideOfTheSelectionAreLeftOutInEveryWalk() async throws {
        let source = try Served(.startingAfter(parameter: "after", more: "/more"), records: "/data") {
            request in
            request.target.contains("after=2")
                ? .answer(200, #"{"data":[{"id":3,"kind":"a","size":2.0}],"more":false}"#)
                : .answer(
                    200,
                    #"{"data":[{"id":1,"kind":"a","size":2,"name":"x"},{"id":2,"kind":"b","size":2}],"more":true}"#
                )
        } select: {
            $0.conditions = ["kind": [.text("a"), .null], "size": [.number("2")]]
        }
        let read = try await source.walk(.full(upper: noon))
        #expect(read.ids == ["1", "3"], "the page goes on after 2, which is left out")
        #expect(read.pages[0].records.count == 1 && read.pages[0].records[0, 0] == .text("x"))
        #expect(try await source.walk(.identities(upper: noon)).ids == ["1", "3"])
    }

    @Test func aMissingCountIsNoProof() async throws {
        let source = try Served(.none, records: "/data") { _ in
            .answer(200, #"{"data":[]}"#)
        } adjust: {
            $0.total = "/total"
        }
        let error = await #expect(throws: SourceError.self) { try await source.page(.full(upper: noon), nil) }
        #expect(error?.kind == .malformed)
    }

    @Test func identitiesHoldNoFields() async throws {
        let source = try Served(.none, records: "/data") { _ in
            .answer(200, #"{"data":[{"id":1,"name":"secret"}]}"#)
        }
        let page = try await source.page(.identities(upper: noon), nil)
        #expect(page.rows.map(\.id) == ["1"] && page.records.fields.isEmpty && page.records.count == 0)
    }

    @Test func checksNameAFieldThatNoRecordHas() async throws {
        let source = try Served(.none, records: "/data") { _ in
            .answer(200, headers: [("Date", "Thu, 01 Jan 2026 12:00:00 GMT")], #"{"data":[{"id":1}]}"#)
        }
        let checks = await source.source.checks()
        #expect(checks.map(\.result) == [.ok, .ok, .warning])
        #expect(checks.last?.subject == "field 'name' of deals")
        #expect(try await source.source.serverTime() == noon)
    }
}

let noon = Instant(milliseconds: 1_767_268_800_000)

extension ScriptedServer.Request {
    /// The address the request was sent to.
    var home: String { "http://\(headers["host"] ?? "")" }
}
