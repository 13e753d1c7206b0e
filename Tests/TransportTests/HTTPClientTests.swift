import Foundation
import TestServers
import Testing

@testable import Transport

@Suite struct HTTPClientTests {
    @Test func getsAndPosts() async throws {
        let server = try ScriptedServer { request in
            .answer(201, headers: [("X-Kind", "a"), ("x-kind", "b")], "\(request.method) \(request.text)")
        }
        defer { server.stop() }
        let client = try loopbackClient(server)
        let got = try await client.send(HTTPRequest(.get, server.origin + "/p?q=1"))
        #expect(got.status == 201 && got.body == Array("GET ".utf8))
        #expect(got.header("X-KIND") == "a" && got.isSelfDelimited && !got.isCut)
        let posted = try await client.send(
            HTTPRequest(
                .post, server.origin, headers: [("Content-Type", "application/json")],
                body: Array("{\"a\u{0}\":1}".utf8)))
        #expect(posted.body == Array("POST {\"a\u{0}\":1}".utf8))
        #expect(server.requests.map(\.target) == ["/p?q=1", "/"])
        #expect(server.requests[1].headers["content-type"] == "application/json")
        #expect(server.requests[1].headers["expect"] == nil)
    }

    @Test func sendsItsTokenAsAHeader() async throws {
        let server = try ScriptedServer { .answer(200, $0.headers["authorization"] ?? "none") }
        defer { server.stop() }
        let client = try loopbackClient(server)
        let bearer = try await client.send(HTTPRequest(.get, server.origin, bearer: Secret("t0ken")))
        #expect(bearer.body == Array("Bearer t0ken".utf8))
    }

    @Test func signsWithAUserAndPassword() async throws {
        let server = try ScriptedServer { .answer(200, $0.headers["authorization"] ?? "none") }
        defer { server.stop() }
        var request = HTTPRequest(.get, server.origin)
        request.basic = ("Aladdin", Secret("open sesame"))
        let response = try await loopbackClient(server).send(request)
        // The example of RFC 7617 §2.
        #expect(response.body == Array("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".utf8))
    }

    @Test func sendsASecretHeader() async throws {
        let server = try ScriptedServer { .answer(200, $0.headers["x-api-token"] ?? "none") }
        defer { server.stop() }
        var request = HTTPRequest(.get, server.origin)
        request.secretHeaders = [("X-Api-Token", Secret("t0ken"))]
        #expect(try await loopbackClient(server).send(request).body == Array("t0ken".utf8))
    }

    @Test func deletes() async throws {
        let server = try ScriptedServer { _ in .raw("HTTP/1.1 204 No Content\r\n\r\n") }
        defer { server.stop() }
        let response = try await loopbackClient(server).send(HTTPRequest(.delete, server.origin + "/job"))
        #expect(response.status == 204 && response.isSelfDelimited && response.version == .http1_1)
        #expect(server.requests.map(\.method) == ["DELETE"] && server.requests[0].body.isEmpty)
    }

    @Test func keepsNoCookies() async throws {
        let server = try ScriptedServer {
            .answer(200, headers: [("Set-Cookie", "a=b")], $0.headers["cookie"] ?? "")
        }
        defer { server.stop() }
        let client = try loopbackClient(server)
        for _ in 0..<2 {
            #expect(try await client.send(HTTPRequest(.get, server.origin)).body.isEmpty)
        }
    }

    @Test func tellsTheVersionOfHTTP() async throws {
        let server = try ScriptedServer { _ in .raw("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n") }
        defer { server.stop() }
        #expect(try await loopbackClient(server).send(HTTPRequest(.get, server.origin)).version == .http1_0)
    }

    @Test func aFailureStatusIsAnAnswer() async throws {
        let server = try ScriptedServer { _ in .answer(503, headers: [("Retry-After", "7")], "busy") }
        defer { server.stop() }
        let response = try await loopbackClient(server).send(HTTPRequest(.get, server.origin))
        #expect(response.status == 503 && response.header("retry-after") == "7" && !response.isSuccess)
    }

    @Test func doesNotFollowRedirects() async throws {
        let target = try ScriptedServer { _ in .answer(200, "canary") }
        let server = try ScriptedServer { [origin = target.origin] _ in
            .answer(302, headers: [("Location", origin)])
        }
        defer {
            server.stop()
            target.stop()
        }
        let client = try loopbackClient(server, target)
        let response = try await client.send(HTTPRequest(.get, server.origin, bearer: Secret("t")))
        #expect(response.status == 302 && response.header("location") == target.origin)
        #expect(target.requests.isEmpty)
    }

    @Test func undoesCompression() async throws {
        let packed = gzipOfZeros(runs: 4)
        let server = try ScriptedServer { _ in
            .answer(200, headers: [("Content-Encoding", "gzip")], bytes: packed)
        }
        defer { server.stop() }
        let response = try await loopbackClient(server).send(HTTPRequest(.get, server.origin))
        #expect(response.body == [UInt8](repeating: 0, count: 4 * 258 + 1))
        #expect(server.requests[0].headers["accept-encoding"] == "gzip, deflate")
    }

    @Test func ignoresHeadersOfInterimAnswers() async throws {
        let server = try ScriptedServer { _ in
            .raw(
                "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            )
        }
        defer { server.stop() }
        let response = try await loopbackClient(server).send(HTTPRequest(.get, server.origin))
        #expect(response.status == 200 && response.header("x-early") == nil && response.body.count == 2)
    }

    @Test func saysWhenOnlyTheConnectionEndedTheBody() async throws {
        let server = try ScriptedServer { _ in .raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"a\":1") }
        defer { server.stop() }
        let response = try await loopbackClient(server).send(HTTPRequest(.get, server.origin))
        #expect(response.body == Array("{\"a\":1".utf8) && !response.isSelfDelimited)
    }

    @Test func talksOverAUnixSocket() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/fw-\(UUID().uuidString.prefix(8)).sock"
        let server = try ScriptedServer(unixSocketPath: path) { .answer(200, $0.headers["host"] ?? "") }
        defer {
            server.stop()
            try? FileManager.default.removeItem(atPath: path)
        }
        let client = try HTTPClient(policy: TransportPolicy())
        let response = try await client.send(
            HTTPRequest(.get, "http://localhost/v1", unixSocketPath: path))
        #expect(response.body == Array("localhost".utf8))
    }

    @Test func answersFiftyRequestsAtOnce() async throws {
        let server = try ScriptedServer { .answer(200, $0.target) }
        defer { server.stop() }
        let client = try loopbackClient(server)
        let origin = server.origin
        let bodies = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let response = try await client.send(HTTPRequest(.get, "\(origin)/\(number)"))
                    return String(decoding: response.body, as: UTF8.self)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(bodies == Set((0..<50).map { "/\($0)" }))
    }

    @Test func keepsTheFirstBytesWhenAskedTo() async throws {
        let server = try ScriptedServer { _ in .answer(200, String(repeating: "x", count: 100_000)) }
        defer { server.stop() }
        var request = HTTPRequest(.post, server.origin, body: [])
        request.bodyLimit = .keepFirst(64)
        let response = try await loopbackClient(server).send(request)
        #expect(response.status == 200 && response.body.count == 64 && response.isCut)
    }
}

/// A client that may talk to these servers, and to nothing else on this machine.
func loopbackClient(
    _ servers: ScriptedServer..., policy: TransportPolicy = TransportPolicy()
) throws -> HTTPClient {
    var policy = policy
    policy.allowsPlainHTTP = Set(servers.map { HostPort(host: "127.0.0.1", port: $0.port) })
    policy.allowsPrivateAddresses = policy.allowsPlainHTTP
    return try HTTPClient(policy: policy)
}
