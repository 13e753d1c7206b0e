import Model
import Testing
import Transport

@testable import Ingestion

@Suite struct SalesforceFaultTests {
    private static let rows = SalesforceSourceTests.rows

    /// Whatever is wrong with the second page, the first stays read and the cursor stays behind it.
    @Test(arguments: [
        "<html><body>We are down for maintenance</body></html>", "", "null", "[]", "{}",
        #"{"totalSize":10,"done":false,"records":[]}"#,
        #"{"totalSize":10,"done":true,"records":[{"Id":"003"}]}"#,
        #"{"totalSize":10,"done":true,"records":[{"SystemModstamp":"2026-03-01T10:00:05.000+0000"}]}"#,
        #"{"totalSize":10,"done":true,"records":[]}"#,
        #"{"totalSize":4,"done":true,"records":[{"Id":"9","SystemModstamp":"2026-03-01T10:00:05.000+0000"}]}"#,
        #"{"totalSize":"ten","done":true,"records":[]}"#,
        #"{"totalSize":10,"done":false,"nextRecordsUrl":"/services/data/x","records":[{"Id":"003","Sys"#,
    ])
    func refusesABadPageWhole(_ body: String) async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            request.target.hasSuffix("-3") ? .answer(200, body) : nil
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let first = try await source.page(of: "partners", after: nil)
        let error = await sourceFailure { _ = try await source.page(of: "partners", after: first.next) }
        #expect(error?.kind == .malformed && error?.isRetryable == true)
    }

    @Test func refusesATruncatedPage() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            request.target.contains("?q=")
                ? .raw(
                    "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"totalSize\":0,\"done\":true,\"records\":[]}"
                )
                : nil
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let error = await sourceFailure { _ = try await source.page(of: "partners", after: nil) }
        #expect(error?.kind == .malformed)
    }

    @Test func readsTheWindowAgainWhenAQueryLostRows() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            // Of the first query, a row between the pages disappears.
            if request.target.hasSuffix("/query/0-3") { state.chains[0].removeLast() }
            return nil
        }
        defer { crm.server.stop() }
        let (pages, summary) = try await drain(try crm.source())
        #expect(Set(pages.flatMap(\.records).map(\.nativeID)) == Set(Self.rows.map(\.id)))
        #expect(summary.retries == 1 && crm.queries.count == 2)
        #expect(pages.last?.completedThrough != nil)
    }

    @Test(arguments: [
        "https://evil.example/services/data/v61.0/query/1", "//evil.example/services/data/", "http://x/",
        "/services/oauth2/token", "/services/data/../../x y", "@evil.example/services/data/",
        ".evil.example/services/data/", "/services/data/\\\\evil.example",
    ])
    func followsNoLinkToAnotherPlace(_ link: String) async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.contains("?q=") else { return nil }
            return .answer(
                200,
                #"{"totalSize":2,"done":false,"nextRecordsUrl":"\#(link)","records":[{"Id":"1","#
                    + #""SystemModstamp":"2026-03-01T10:00:05.000+0000","Name":"n"}]}"#)
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let error = await sourceFailure { _ = try await source.page(of: "partners", after: nil) }
        #expect(error?.kind == .foreignLink && error?.isRetryable == false)
    }

    @Test(arguments: [
        "https://evil.example", "https://salesforce.com.evil.example", "https://evilsalesforce.com",
        "http://acme.my.salesforce.com", "https://acme.my.salesforce.com:8443", "not a url",
        "https://u:p@acme.my.salesforce.com",
    ])
    func sendsTheTokenToNoForeignInstance(_ instance: String) async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target.contains("oauth2")
                ? .answer(200, #"{"access_token":"t1","instance_url":"\#(instance)"}"#) : nil
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let error = await sourceFailure { _ = try await source.page(of: "partners", after: nil) }
        #expect(error?.kind == .foreignLink)
    }

    @Test func stopsWhenANewTokenIsRefusedToo() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target.contains("oauth2") ? nil : .fault(401, "INVALID_SESSION_ID")
        }
        defer { crm.server.stop() }
        let error = await sourceFailure { _ = try await drain(try crm.source()) }
        #expect(error?.kind == .unauthorized && crm.tokens == 2 && crm.server.requests.count == 4)
    }

    @Test(arguments: [
        (400, #"{"error":"invalid_client","error_description":"no"}"#, SourceError.Kind.unauthorized),
        (400, #"{"error":"rate_limit_exceeded"}"#, .throttled(seconds: nil)), (500, "oops", .serverFault),
        (200, "<html>", .malformed), (200, #"{"access_token":""}"#, .malformed), (302, "", .foreignLink),
    ])
    func readsTheTokenEndpointsRefusals(
        _ status: Int, _ body: String, _ expected: SourceError.Kind
    ) async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target.contains("oauth2") ? .answer(status, body) : nil
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let error = await sourceFailure { _ = try await source.page(of: "partners", after: nil) }
        #expect(error?.kind == expected)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(arguments: [
        (403, "REQUEST_LIMIT_EXCEEDED", nil, SourceError.Kind.throttled(seconds: nil)),
        (429, "", "17", .throttled(seconds: 17)), (503, "", "9", .throttled(seconds: 9)),
        (503, "SERVER_UNAVAILABLE", nil, .serverFault), (500, "UNKNOWN_EXCEPTION", nil, .serverFault),
        (400, "QUERY_TIMEOUT", nil, .serverFault), (400, "INVALID_FIELD", nil, .unmappable),
        (404, "NOT_FOUND", nil, .unmappable), (403, "API_DISABLED_FOR_ORG", nil, .unauthorized),
        (301, "", nil, .foreignLink), (418, "", nil, .malformed),
    ])
    func readsTheAPIsRefusals(
        _ status: Int, _ code: String, _ retryAfter: String?, _ expected: SourceError.Kind
    ) async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target.contains("?q=")
                ? .fault(status, code, headers: retryAfter.map { [("Retry-After", $0)] } ?? []) : nil
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let error = await sourceFailure { _ = try await source.page(of: "partners", after: nil) }
        #expect(error?.kind == expected)
    }

    @Test(arguments: ["0-3", "0-6"])
    func aLoopOfFullPagesIsNoticed(_ back: String) async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.hasSuffix("0-3") || request.target.hasSuffix("0-6") else { return nil }
            let next = request.target.hasSuffix("0-3") ? back : "0-3"
            let records = (3..<6).map { FakeSalesforce.Row.named("00\($0)", 5).json }.joined(separator: ",")
            return .answer(
                200,
                "{\"totalSize\":10,\"done\":false,\"nextRecordsUrl\":\"/services/data/v61.0/query/\(next)\","
                    + "\"records\":[\(records)]}")
        }
        defer { crm.server.stop() }
        let error = await sourceFailure { _ = try await drain(try crm.source()) }
        #expect(error?.kind == .pageLoop)
    }

    @Test func aLoopOfEmptyPagesIsNoticed() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.contains("/query/") else { return nil }
            return .answer(
                200,
                #"{"totalSize":10,"done":false,"nextRecordsUrl":"/services/data/v61.0/query/0-3","records":[]}"#
            )
        }
        defer { crm.server.stop() }
        let error = await sourceFailure { _ = try await drain(try crm.source()) }
        #expect(error?.kind == .pageLoop)
    }
}
