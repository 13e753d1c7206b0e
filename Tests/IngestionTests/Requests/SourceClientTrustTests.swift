import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

/// Where requests may go, and what must never be seen.
@Suite struct SourceClientTrustTests {
    @Test func aForeignLinkIsNotFollowed() async throws {
        let canary = try ScriptedServer { _ in .answer(200) }
        let bench = try Bench([.answer(200)])
        defer {
            canary.stop()
            bench.server.stop()
        }
        let port = bench.server.port
        let links = [
            canary.origin + "/next", "https://127.0.0.1:\(port)/", "http://localhost:\(port)/",
            "http://127.0.0.1:\(port)@127.0.0.1:\(canary.port)/", "http://user@127.0.0.1:\(port)/",
            "/relative", "", "//127.0.0.1:\(port)/", "file:///etc/passwd",
            "http://127.0.0.1:\(port).evil.example/",
        ]
        for link in links {
            let request = SourceRequest(.get, link, action: "reading stream 'contracts'")
            let error = await sourceError { _ = try await bench.client.send(request) }
            #expect(error?.kind == .foreignLink, "\(link)")
        }
        #expect(canary.requests.isEmpty && bench.server.requests.isEmpty)
    }

    @Test func everySpellingOfTheSameOriginIsFollowed() async throws {
        let bench = try Bench([.answer(200)])
        defer { bench.server.stop() }
        for host in ["127.0.0.1", "0x7f.1", "2130706433"] {
            let request = SourceRequest(.get, "HTTP://\(host):\(bench.server.port)/", action: "reading")
            #expect(try await bench.client.send(request).status == 200)
        }
    }

    @Test func anAllowedOriginAndTheInstanceAreFollowed() async throws {
        let other = try ScriptedServer { .answer(200, $0.headers["authorization"] ?? "") }
        defer { other.stop() }
        let instance = try #require(HTTPOrigin(url: other.origin))
        for isAllowed in [true, false] {
            let server = try ScriptedServer { _ in .answer(200) }
            defer { server.stop() }
            let client = SourceClient(
                source: "crm", origin: try #require(HTTPOrigin(url: server.origin)),
                http: try loopbackHTTP(server, other),
                authorizer: CountingAuthorizer(instance: isAllowed ? nil : instance), faults: PlainFaults(),
                environment: ManualTime().environment, allowedOrigins: isAllowed ? [instance] : [])
            let response = try await client.send(SourceRequest(.get, other.origin, action: "reading"))
            #expect(response.body == Array("Bearer token-1".utf8))
            #expect(try await client.instance() == (isAllowed ? client.origin : instance))
        }
    }

    @Test func aRedirectIsAnErrorThatNamesItsTarget() async throws {
        let canary = try ScriptedServer { _ in .answer(200) }
        let bench = try Bench([.answer(302, headers: [("Location", canary.origin + "/token?s3cret")])])
        defer {
            canary.stop()
            bench.server.stop()
        }
        let error = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(error?.kind == .foreignLink && canary.requests.isEmpty)
        #expect(error?.detail.contains(canary.origin) == true && error?.detail.contains("s3cret") == false)
    }

    /// A source that repeats what it was sent, and one that breaks off.
    @Test(arguments: [
        Authorization.bearer(Secret("s3cret")), .basic(user: "s3cret", password: Secret("s3cret")),
        .header(name: "X-Key", value: Secret("s3cret")),
    ])
    func noErrorHoldsASecret(_ authorization: Authorization) async throws {
        let answers: [[ScriptedServer.Step]] = [
            .answer(400, "unknown key s3cret"), .answer(401, "s3cret has expired"), .answer(403, "s3cret"),
            .answer(429, "s3cret"), .answer(500, "s3cret\r\n\u{202e}s3cret"), [.reset],
            .answer(302, headers: [("Location", "http://h.example/s3cret")]), .raw("s3cret"),
        ]
        for answer in answers {
            let bench = try Bench([answer], authorizer: FixedAuthorizer(authorization))
            defer { bench.server.stop() }
            var request = bench.get("/page?key=other")
            request.headers = [("X-Plain", "plain")]
            let error = await sourceError { [request] in _ = try await bench.client.send(request) }
            let text = "\(try #require(error)) \(String(reflecting: error))"
            #expect(!text.contains("s3cret"), "\(text)")
            #expect(!text.contains("\u{202e}") && !text.contains("\r"))
            let sent = bench.server.requests[0].headers
            #expect(sent["authorization"] != nil || sent["x-key"] == "s3cret")
        }
        var dumped = "\(authorization) \(String(reflecting: authorization))"
        dump(Grant(authorization: authorization, number: 1), to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }
}
