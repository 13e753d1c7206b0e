import Foundation
import TestServers
import Testing

@testable import Transport

@Suite struct ProxyTests {
    @Test func tunnelsThroughTheProxyItWasGiven() async throws {
        let proxy = try ScriptedServer { _ in
            [
                .send(Array("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n".utf8)), .await,
                .send(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)),
            ]
        }
        defer { proxy.stop() }
        let client = try client(proxy, credentials: ("user", Secret("pass")))
        let request = HTTPRequest(
            .get, "http://crm.example.com/path", headers: [("X-Key", "k")], bearer: Secret("t0ken"))
        let response = try await client.send(request)
        #expect(response.body == Array("ok".utf8) && response.header("x-proxy") == nil)
        let requests = proxy.requests
        #expect(requests.map(\.method) == ["CONNECT", "GET"])
        #expect(requests[0].target == "crm.example.com:80")
        #expect(requests[0].headers["proxy-authorization"] == "Basic dXNlcjpwYXNz")
        #expect(requests[0].headers["authorization"] == nil && requests[0].headers["x-key"] == nil)
        #expect(requests[1].headers["authorization"] == "Bearer t0ken")
        #expect(requests[1].headers["proxy-authorization"] == nil)
    }

    @Test func theHeadOfAStreamIsTheServersAndNotTheProxys() async throws {
        let proxy = try ScriptedServer { _ in
            [
                .send(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)), .await,
                .send(Array("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno".utf8)),
            ]
        }
        defer { proxy.stop() }
        let client = try client(proxy)
        let stream = try await client.stream(HTTPRequest(.get, "http://crm.example.com/"))
        #expect(stream.head.status == 403)
        #expect(try await stream.response(upTo: 10).body == Array("no".utf8))
    }

    /// The proxy would connect where this side cannot look.
    @Test(arguments: [
        "127.0.0.1", "0x7f.1", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254", "localhost", "intranet",
    ])
    func asksAProxyForNothingPrivate(_ host: String) async throws {
        let proxy = try ScriptedServer { _ in .answer(200) }
        defer { proxy.stop() }
        let client = try client(proxy)
        let error = await failure { _ = try await client.send(HTTPRequest(.get, "http://\(host)/")) }
        #expect(error?.kind == .refusedAddress && proxy.requests.isEmpty)
    }

    @Test func aProxyThatRefusesIsReported() async throws {
        let proxy = try ScriptedServer { _ in .answer(407, "s3cret") }
        defer { proxy.stop() }
        let client = try client(proxy)
        let error = await failure { _ = try await client.send(HTTPRequest(.get, "http://crm.example.com/")) }
        #expect(error?.kind == .unreachable && error?.description.contains("s3cret") == false)
    }

    /// In a process of its own, because the environment belongs to all threads.
    @Test func ignoresProxiesOfTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            let canary = try ScriptedServer { _ in .answer(502) }
            let server = try ScriptedServer { _ in .answer(200, "direct") }
            for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
                setenv(name, canary.origin, 1)
            }
            setenv("no_proxy", "", 1)
            let response = try await loopbackClient(server).send(HTTPRequest(.get, server.origin))
            try #require(response.body == Array("direct".utf8) && canary.requests.isEmpty)
        }
    }

    /// A client that may use plain HTTP with the host of these tests.
    private func client(
        _ proxy: ScriptedServer, credentials: (user: String, password: Secret)? = nil
    ) throws -> HTTPClient {
        let origin = try #require(HTTPOrigin(url: proxy.origin))
        let hosts = ["crm.example.com", "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254"].map {
            HostPort(host: $0, port: 80)
        }
        return try HTTPClient(
            policy: TransportPolicy(
                allowsPlainHTTP: Set(hosts), proxy: HTTPProxy(origin, credentials: credentials)))
    }
}
