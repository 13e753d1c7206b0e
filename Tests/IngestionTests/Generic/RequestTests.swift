import Foundation
import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct RequestTests {
    private let lower = Instant(milliseconds: 1_767_268_800_250)
    private let upper = Instant(milliseconds: 1_767_268_860_001)

    @Test(arguments: [
        (DateFormat.moment, "2026-01-01T12:00:00Z", "2026-01-01T12:01:01Z"),
        (.date, "2026-01-01", "2026-01-02"), (.epochSeconds, "1767268800", "1767268861"),
        (.epochMilliseconds, "1767268800250", "1767268860001"),
        (.localMoment, "2026-01-01 12:00:00", "2026-01-01 12:01:01"),
        (
            .calendarObject,
            #"{"__class__":"datetime","year":2026,"month":1,"day":1,"hour":12,"minute":0,"second":0,"microsecond":0}"#,
            #"{"__class__":"datetime","year":2026,"month":1,"day":1,"hour":12,"minute":1,"second":1,"microsecond":0}"#
        ),
    ])
    func windowsAreRoundedOutwards(_ format: DateFormat, _ low: String, _ high: String) {
        let text = WindowText(format: format)
        #expect(text.lower(lower) == low && text.upper(upper) == high)
    }

    /// On 2025-10-26 in Berlin 02:30 happens at 00:30Z and again at 01:30Z.
    @Test func localMomentsLieOutsideOfTheWindowHoweverTheyAreRead() throws {
        let text = WindowText(format: .localMoment, zone: "Europe/Berlin")
        let first = try #require(Instant(iso: "2025-10-26T00:30:00Z"))
        let second = try #require(Instant(iso: "2025-10-26T01:30:00Z"))
        #expect(text.lower(second) == "2025-10-26 02:30:00" && text.lower(first) == "2025-10-26 01:30:00")
        #expect(text.upper(first) == "2025-10-26 02:30:00" && text.upper(second) == "2025-10-26 03:30:00")
    }

    @Test func everythingIsEncodedAndChangesHaveTheirOwnParameters() throws {
        var request = RequestMapping(
            path: "/api/v1/odd?f=id&f=name", query: ["a[b]": "ü&=+", "to": "{upper}", "n": "{pageSize}"],
            changesQuery: ["since": "{lower}", "c": "{cursor}"], headers: ["X-Since": "{lower}x"],
            records: "/d", modified: .init(path: "at", format: .moment), pageSize: 50)
        request.headers = ["X-To": "at {upper}"]
        let plan = try RequestPlan(.deals(request))
        #expect(plan.asksForChanges)
        let base = "/api/v1/odd?f=id&f=name&a%5Bb%5D=%C3%BC%26%3D%2B&n=50"
        #expect(
            plan.target(of: .full(upper: upper), at: GenericPosition(), pageSize: 50) == base
                + "&to=2026-01-01T12%3A01%3A01Z")
        // The cursor has no value yet, so its parameter is left out.
        #expect(
            plan.target(of: .changes(lower: lower, upper: upper), at: GenericPosition(), pageSize: 50) == base
                + "&to=2026-01-01T12%3A01%3A01Z&since=2026-01-01T12%3A00%3A00Z")
        let headers = plan.headers(of: .full(upper: upper), at: GenericPosition(), pageSize: 50)
        #expect(headers.map(\.name) == ["X-To", "Accept"] && headers[0].value == "at 2026-01-01T12:01:01Z")
    }

    @Test func aWindowsParameterStandsInForTheOneOfTheSameName() throws {
        let request = RequestMapping(
            path: "/p", query: ["q": "all", "n": "1"], changesQuery: ["q": "since {lower}"],
            modified: .init(path: "at", format: .epochSeconds), momentFormat: .epochSeconds)
        let plan = try RequestPlan(.deals(request))
        let position = GenericPosition()
        #expect(plan.target(of: .identities(upper: upper), at: position, pageSize: 1) == "/p?n=1&q=all")
        #expect(
            plan.target(of: .changes(lower: lower, upper: upper), at: position, pageSize: 1)
                == "/p?n=1&q=since%201767268800")
    }

    @Test func conditionsAreSentAsBase64WhereASourceTakesThemSo() throws {
        let request = RequestMapping(
            path: "/p", changesQuery: ["d": #"base64url:[["at", ">=", {lower}], {"x": 1}]"#],
            modified: .init(path: "at", format: .epochSeconds), momentFormat: .epochSeconds)
        let target = try RequestPlan(.deals(request)).target(
            of: .changes(lower: lower, upper: upper), at: GenericPosition(), pageSize: 1)
        let encoded = try #require(target.split(separator: "d=").last?.removingPercentEncoding)
        let bytes = try #require(
            Data(base64Encoded: encoded.replacing("-", with: "+").replacing("_", with: "/")))
        #expect(String(decoding: bytes, as: UTF8.self) == #"[["at", ">=", 1767268800], {"x": 1}]"#)
    }

    @Test(arguments: [
        (RequestMapping(path: "deals"), "'deals' is not a path"),
        (RequestMapping(path: "/a b"), "is not a path"), (RequestMapping(path: "//evil/x"), "is not a path"),
        (
            RequestMapping(path: "/a", query: ["q": "{lowr}"]),
            "'{lowr}' is not a placeholder (did you mean 'lower'?)"
        ),
        (RequestMapping(path: "/a", query: ["q": "{lower}"]), "uses {lower} where everything is read"),
        (RequestMapping(path: "/a/{cursor}"), "a path that no first page can be asked with"),
        (RequestMapping(path: "/a", headers: ["Authorization": "x"]), "credentials belong into 'auth'"),
        (RequestMapping(path: "/a", headers: ["X": "a\r\nY: b"]), "is not plain ASCII on one line"),
        (RequestMapping(path: "/a", pagination: .cursor(pointer: "/n", parameter: "c")), "the list itself"),
        (RequestMapping(path: "/a", pageSize: 0), "asks for 0 rows a page"),
    ])
    func refusesARequestThatCannotBeMade(_ request: RequestMapping, _ words: String) {
        let fault = #expect(throws: RequestFault.self) { try RequestPlan(.deals(request)) }
        #expect(fault?.reason.contains(words) == true, "\(fault?.reason ?? "")")
    }

    @Test func aStreamWithoutAWindowIsASnapshot() throws {
        let server = try ScriptedServer { _ in .answer(200) }
        let client = try SourceClient.scripted(server, faults: GenericFaultReader())
        func plan(_ request: RequestMapping) throws -> StreamPlan {
            try GenericSource(
                GenericConfiguration(name: "crm", mapping: SourceMapping(streams: [.deals(request)])),
                client: client
            ).streams[0]
        }
        let modified = RequestMapping.ModifiedField(path: "at", format: .moment)
        #expect(try plan(RequestMapping(path: "/a", modified: modified)).incremental == .snapshot)
        #expect(try plan(RequestMapping(path: "/a", changesQuery: ["s": "{lower}"])).incremental == .snapshot)
        let windowed = try plan(
            RequestMapping(path: "/a", changesQuery: ["s": "{lower}"], modified: modified))
        #expect(windowed.incremental == .windows(lag: .seconds(60), overlap: .seconds(600)))
        #expect(windowed.listsIdentities && !windowed.walksDeletions)
        let error = #expect(throws: SourceError.self) {
            try GenericSource(
                GenericConfiguration(name: "crm", mapping: SourceMapping(streams: [.deals(nil)])),
                client: client)
        }
        #expect(
            error?.kind == .unmappable && error?.detail.contains("stream 'deals' has no 'request'") == true)
    }

    @Test(
        arguments: [
            (401, [:], SourceFault.Kind.expiredToken), (403, [:], .unauthorized),
            (429, ["Retry-After": "7"], .throttled(seconds: 7)), (429, [:], .throttled(seconds: nil)),
            (
                503,
                ["Retry-After": "Thu, 01 Jan 2026 12:00:09 GMT", "Date": "Thu, 01 Jan 2026 12:00:00 GMT"],
                .throttled(seconds: 9)
            ), (503, [:], .transient), (502, [:], .transient), (404, [:], .forgottenPosition),
            (302, ["Location": "https://evil.example/"], .permanent), (418, [:], .permanent),
        ] as [(Int, [String: String], SourceFault.Kind)])
    func statusesMeanWhatToDoNext(_ status: Int, _ headers: [String: String], _ kind: SourceFault.Kind) {
        let response = HTTPResponse(
            status: status, headers: headers.map { ($0.key, $0.value) },
            body: Array(#"{"error":{"message":"no\u0007 more"}}"#.utf8), isSelfDelimited: true, isCut: false)
        let fault = GenericFaultReader().fault(in: response)
        #expect(fault?.kind == kind)
        if status != 302 { #expect(fault?.detail == "no more") }
        let success = HTTPResponse(status: 204, headers: [], body: [], isSelfDelimited: true, isCut: false)
        #expect(GenericFaultReader().fault(in: success) == nil)
    }

    @Test func quotasAreReadFromTheirUsualHeaders() {
        let response = HTTPResponse(
            status: 200, headers: [("x-ratelimit-limit", "80"), ("X-RateLimit-Remaining", "78")], body: [],
            isSelfDelimited: true, isCut: false)
        #expect(GenericFaultReader().quota(in: response) == SourceQuota(used: 2, limit: 80))
    }
}
