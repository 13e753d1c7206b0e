import Synchronization
import TestServers
import Testing

@testable import Transport

@Suite struct HTTPClientFailureTests {
    @Test func reportsATruncatedBody() async throws {
        try await expect(.truncated) { _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") }
        try await expect(.truncated) { _ in
            .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")
        }
    }

    @Test func reportsABrokenConnection() async throws {
        try await expect(.unreachable) { _ in [] }
        try await expect(.unreachable) { _ in [.reset] }
        try await expect(.unreachable) { _ in
            [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na".utf8)), .reset]
        }
    }

    @Test func reportsACorruptEncoding() async throws {
        try await expect(.badEncoding) { _ in
            .answer(200, headers: [("Content-Encoding", "gzip")], "this is not gzip, whatever it says")
        }
    }

    @Test func refusesADecompressionBomb() async throws {
        let bomb = gzipOfZeros(runs: 40_000)  // 10 MB from 65 KB
        let handler: ScriptedServer.Handler = { _ in
            .answer(200, headers: [("Content-Encoding", "gzip")], bytes: bomb)
        }
        try await expect(.bodyTooLarge, handler)
        try await expect(
            .bodyTooLarge, policy: TransportPolicy(maximumBodyBytes: 1 << 20, maximumRatio: 10_000), handler)
        // The same bytes are fine where both limits say so.
        let server = try ScriptedServer(handler)
        defer { server.stop() }
        let client = try loopbackClient(server, policy: TransportPolicy(maximumRatio: 10_000))
        #expect(try await client.send(HTTPRequest(.get, server.origin)).body.count == 10_320_001)
    }

    @Test func refusesABodyAboveTheLimit() async throws {
        try await expect(.bodyTooLarge, policy: TransportPolicy(maximumBodyBytes: 999)) { _ in
            .answer(200, String(repeating: "x", count: 1000))
        }
    }

    @Test func refusesHeadersWithoutEnd() async throws {
        let line = "X-Filler: " + String(repeating: "x", count: 1000) + "\r\n"
        try await expect(.bodyTooLarge) { _ in
            .raw("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 200) + "\r\n")
        }
        // Interim answers count too.
        try await expect(.bodyTooLarge) { _ in
            .raw(String(repeating: "HTTP/1.1 103 Early Hints\r\n" + line + "\r\n", count: 200))
        }
    }

    @Test func refusesAnAnswerThatAnnouncesTooMuch() async throws {
        try await expect(.bodyTooLarge) { _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx")
        }
    }

    @Test func refusesWhatIsNotHTTP() async throws {
        try await expect(.unreachable) { _ in .raw("SSH-2.0-OpenSSH_9.2\r\n") }
    }

    @Test func reportsAGzipBodyThatIsDamagedInTheMiddle() async throws {
        var packed = gzipOfZeros(runs: 4000)
        packed[packed.count / 2] ^= 0xff
        try await expect(.badEncoding) { [packed] _ in
            .answer(200, headers: [("Content-Encoding", "gzip")], bytes: packed)
        }
    }

    /// One byte each 50 ms keeps a connection alive and never ends.
    @Test func givesUpOnASlowDrip() async throws {
        let policy = TransportPolicy(lowSpeedLimit: 1000, lowSpeedTime: .seconds(1))
        try await expect(.timedOut, policy: policy) { _ in
            [
                .send(Array("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n".utf8)),
                .drip(120, times: 2000, milliseconds: 50),
            ]
        }
    }

    @Test func givesUpOnASilentServer() async throws {
        var request = HTTPRequest(.get, "")
        request.totalTimeout = .milliseconds(100)
        try await expect(.timedOut, request: request) { _ in [.hang] }
    }

    @Test func refusesPlainHTTPUnlessAllowed() async throws {
        let server = try ScriptedServer { _ in .answer(200) }
        defer { server.stop() }
        let allowed: Set = [HostPort(host: "127.0.0.1", port: server.port)]
        let client = try HTTPClient(policy: TransportPolicy(allowsPrivateAddresses: allowed))
        let error = await failure { _ = try await client.send(HTTPRequest(.get, server.origin)) }
        #expect(error?.kind == .protocolRefused && server.requests.isEmpty)
    }

    @Test(arguments: ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
    func refusesAPrivateAddressUnlessAllowed(_ host: String) async throws {
        let server = try ScriptedServer { _ in .answer(200) }
        defer { server.stop() }
        let hosts: Set = [
            HostPort(host: host, port: server.port), HostPort(host: "127.0.0.1", port: server.port),
        ]
        let client = try HTTPClient(policy: TransportPolicy(allowsPlainHTTP: hosts))
        let url = "http://\(host):\(server.port)/"
        let error = await failure { _ = try await client.send(HTTPRequest(.get, url)) }
        #expect(error?.kind == .refusedAddress && server.requests.isEmpty)
        #expect(error?.description.contains("loopback") == true)
    }

    @Test func aConfinedClientAsksNobodyElse() async throws {
        let server = try ScriptedServer { _ in .answer(200) }
        let other = try ScriptedServer { _ in .answer(200) }
        defer {
            server.stop()
            other.stop()
        }
        let client = try loopbackClient(
            server, other,
            policy: TransportPolicy(allowedHosts: [HostPort(host: "127.0.0.1", port: server.port)]))
        #expect(try await client.send(HTTPRequest(.get, server.origin)).status == 200)
        let error = await failure { _ = try await client.send(HTTPRequest(.get, other.origin)) }
        #expect(error?.kind == .refusedHost && error?.isRetryable == false && other.requests.isEmpty)
    }

    @Test func anExceptionHoldsForItsPortOnly() async throws {
        let server = try ScriptedServer { _ in .answer(200) }
        defer { server.stop() }
        let plain: Set = [HostPort(host: "127.0.0.1", port: server.port)]
        let other: Set = [HostPort(host: "127.0.0.1", port: server.port ^ 1)]
        let client = try HTTPClient(
            policy: TransportPolicy(allowsPlainHTTP: plain, allowsPrivateAddresses: other))
        let error = await failure { _ = try await client.send(HTTPRequest(.get, server.origin)) }
        #expect(error?.kind == .refusedAddress)
    }

    @Test func cancellationReturnsAtOnce() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedServer { _ in
            arrival.yield()
            return [.hang]
        }
        defer { server.stop() }
        let client = try loopbackClient(server)
        let task = Task { [origin = server.origin] in
            await failure { _ = try await client.send(HTTPRequest(.get, origin)) }
        }
        for await _ in arrived { break }
        let clock = ContinuousClock()
        let start = clock.now
        task.cancel()
        let error = await task.value
        #expect(error?.kind == .cancelled)
        #expect(clock.now - start < .seconds(2))
    }

    @Test func aTaskCancelledBeforehandSendsNothing() async throws {
        let server = try ScriptedServer { _ in .answer(200) }
        defer { server.stop() }
        let client = try loopbackClient(server)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [origin = server.origin] in
            for await _ in gate {}
            return await failure { _ = try await client.send(HTTPRequest(.get, origin)) }
        }
        task.cancel()
        opener.finish()
        #expect(await task.value?.kind == .cancelled)
        #expect(server.requests.isEmpty)
    }

    @Test func shutdownEndsTransfersInFlight() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedServer { _ in
            arrival.yield()
            return [.hang]
        }
        defer { server.stop() }
        let client = try loopbackClient(server)
        let tasks = (0..<3).map { _ in
            Task { [origin = server.origin] in
                await failure { _ = try await client.send(HTTPRequest(.get, origin)) }
            }
        }
        var seen = 0
        for await _ in arrived {
            seen += 1
            if seen == 3 { break }
        }
        await client.shutdown()
        for task in tasks { #expect(await task.value?.kind == .cancelled) }
        let late = await failure { _ = try await client.send(HTTPRequest(.get, server.origin)) }
        #expect(late?.kind == .cancelled)
        await client.shutdown()
    }

    @Test func errorsHoldNoSecrets() async throws {
        let server = try ScriptedServer { _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbody-s3cret")
        }
        defer { server.stop() }
        let reset = try ScriptedServer { _ in [.reset] }
        defer { reset.stop() }
        let limited = try loopbackClient(
            server, reset, policy: TransportPolicy(maximumBodyBytes: 3, maximumStreamBytes: 3))
        let confined = try HTTPClient(policy: TransportPolicy(allowedHosts: []))
        let paths = [
            server.origin + "/s3cret?token=s3cret", reset.origin + "/s3cret?s3cret",
            "https://user:s3cret@h.example/", "ftp://h/s3cret", "http://h.invalid/?s3cret",
            "https://127.0.0.1:1/s3cret",
        ]
        for (url, client) in paths.flatMap({ [($0, limited), ($0, confined)] }) {
            var request = HTTPRequest(
                .post, url, headers: [("X-Key", "s3cret")], body: Array("s3cret".utf8),
                bearer: Secret("s3cret"))
            request.basic = ("s3cret", Secret("s3cret"))
            request.secretHeaders = [("X-Other", Secret("s3cret"))]
            let whole = await failure { _ = try await client.send(request) }
            let streamed = await failure {
                for try await _ in try await client.stream(request) {}
            }
            for error in [whole, streamed] {
                let text = try #require(error.map { "\($0) \(String(reflecting: $0))" }, "\(url)")
                #expect(!text.contains("s3cret"), "\(text)")
            }
            var dumped = "\(request) \(String(reflecting: request))"
            dump(request, to: &dumped)
            #expect(!dumped.contains("s3cret") && !dumped.contains("115"), "\(dumped)")
        }
    }

    @Test(arguments: [("A\r\nB", "x"), ("A", "x\r\nB: y"), ("A:", "x"), ("", "x"), ("A", "x\u{0}y")])
    func refusesHeadersThatWriteHeaders(_ name: String, _ value: String) async throws {
        let client = try HTTPClient(policy: TransportPolicy())
        let error = await failure {
            _ = try await client.send(HTTPRequest(.get, "https://h.example", headers: [(name, value)]))
        }
        #expect(error?.kind == .misconfigured)
    }

    @Test func aMissingCAFileIsReported() async throws {
        let server = try ScriptedServer { _ in .raw("not TLS") }
        defer { server.stop() }
        let allowed: Set = [HostPort(host: "127.0.0.1", port: server.port)]
        let client = try HTTPClient(
            policy: TransportPolicy(allowsPrivateAddresses: allowed, caFile: "/nonexistent/ca.pem"))
        let error = await failure {
            _ = try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        }
        #expect(error?.kind == .tls && error?.isRetryable == false)
    }

    private func expect(
        _ kind: TransportError.Kind, policy: TransportPolicy = TransportPolicy(),
        request: HTTPRequest = HTTPRequest(.get, ""), _ handler: @escaping ScriptedServer.Handler
    ) async throws {
        let server = try ScriptedServer(handler)
        defer { server.stop() }
        let client = try loopbackClient(server, policy: policy)
        var request = request
        request.url = server.origin
        let error = await failure { _ = try await client.send(request) }
        #expect(error?.kind == kind, "\(String(describing: error))")
    }
}

/// The transport error `body` throws, if it throws one.
func failure(_ body: () async throws -> Void) async -> TransportError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? TransportError
    }
}
