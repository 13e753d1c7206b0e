import Synchronization
import TestServers
import Testing

@testable import Transport

@Suite struct HTTPStreamTests {
    @Test func deliversHeadAndBody() async throws {
        let server = try ScriptedServer { request in
            .answer(
                200, headers: [("Sforce-Locator", "abc")],
                request.method + String(repeating: "x", count: 100_000))
        }
        defer { server.stop() }
        let stream = try await loopbackClient(server).stream(HTTPRequest(.get, server.origin))
        #expect(stream.head.status == 200 && stream.head.isSelfDelimited && stream.head.version == .http1_1)
        #expect(stream.head.headers.contains { $0 == ("Sforce-Locator", "abc") })
        var body: [UInt8] = []
        for try await chunk in stream { body += chunk }
        #expect(body == Array(("GET" + String(repeating: "x", count: 100_000)).utf8))
        #expect(try await stream.next() == nil)
    }

    @Test func anEmptyBodyEndsAtOnce() async throws {
        let server = try ScriptedServer { _ in .raw("HTTP/1.1 204 No Content\r\n\r\n") }
        defer { server.stop() }
        let stream = try await loopbackClient(server).stream(HTTPRequest(.delete, server.origin))
        #expect(stream.head.status == 204)
        #expect(try await stream.next() == nil)
    }

    @Test func theHeadOfAnInterimAnswerIsNotTheHead() async throws {
        let server = try ScriptedServer { _ in
            .raw("HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\nHTTP/1.1 201 OK\r\nContent-Length: 1\r\n\r\nx")
        }
        defer { server.stop() }
        let stream = try await loopbackClient(server).stream(HTTPRequest(.get, server.origin))
        #expect(stream.head.status == 201)
        #expect(try await stream.response(upTo: 10).body == [120])
    }

    /// The reader takes nothing until the server could send no more; then everything arrives.
    @Test func holdsTheServerUp() async throws {
        let (notices, notice) = AsyncStream.makeStream(of: ScriptedServer.Flood.self)
        let size = 64 << 20
        let server = try ScriptedServer { _ in
            [
                .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n".utf8)),
                .flood([UInt8](repeating: 97, count: 1 << 20), times: 64) { notice.yield($0) },
            ]
        }
        defer { server.stop() }
        let stream = try await loopbackClient(server).stream(
            HTTPRequest(.get, server.origin), buffer: 1 << 18)
        var iterator = notices.makeAsyncIterator()
        guard case .blocked(let sent) = await iterator.next() else {
            Issue.record("the server was never held up")
            return
        }
        // What two sockets hold on loopback, and the buffer: far from the whole.
        #expect(sent < size / 2)
        var received = 0
        for try await chunk in stream {
            #expect(chunk.count <= 1 << 18)
            received += chunk.count
        }
        #expect(received == size)
    }

    @Test func undoesCompressionWhilePausing() async throws {
        let packed = gzipOfZeros(runs: 40_000)
        let server = try ScriptedServer { _ in
            .answer(200, headers: [("Content-Encoding", "gzip")], bytes: packed)
        }
        defer { server.stop() }
        let client = try loopbackClient(server, policy: TransportPolicy(maximumRatio: 10_000))
        let stream = try await client.stream(HTTPRequest(.get, server.origin), buffer: 1)
        var received = 0
        while let chunk = try await stream.next() { received += chunk.count }
        #expect(received == 40_000 * 258 + 1)
    }

    @Test func refusesADecompressionBombInMidStream() async throws {
        let bomb = gzipOfZeros(runs: 40_000)
        let server = try ScriptedServer { _ in
            .answer(200, headers: [("Content-Encoding", "gzip")], bytes: bomb)
        }
        defer { server.stop() }
        try await expectFailure(.bodyTooLarge, server, TransportPolicy())
        try await expectFailure(
            .bodyTooLarge, server, TransportPolicy(maximumStreamBytes: 2 << 20, maximumRatio: 10_000))
    }

    @Test func anErrorAfterPartOfTheBodyIsThrown() async throws {
        let part = String(repeating: "x", count: 50_000)
        let cut: [[ScriptedServer.Step]] = [
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + part),
            .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + part),
        ]
        for steps in cut {
            let server = try ScriptedServer { _ in steps }
            defer { server.stop() }
            let received = try await expectFailure(.truncated, server, TransportPolicy())
            #expect(received == 50_000)
        }
        let reset = try ScriptedServer { _ in
            [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\nabc".utf8)), .reset]
        }
        defer { reset.stop() }
        try await expectFailure(.unreachable, reset, TransportPolicy())
    }

    @Test func saysWhenOnlyTheConnectionEndsTheBody() async throws {
        let server = try ScriptedServer { _ in .raw("HTTP/1.1 200 OK\r\n\r\na,b\n1,") }
        defer { server.stop() }
        let stream = try await loopbackClient(server).stream(HTTPRequest(.get, server.origin))
        #expect(!stream.head.isSelfDelimited)
        #expect(try await stream.response(upTo: 100).body == Array("a,b\n1,".utf8))
    }

    @Test func aRequestWithoutAnswerThrowsBeforeThereIsAStream() async throws {
        let server = try ScriptedServer { _ in [.reset] }
        defer { server.stop() }
        let client = try loopbackClient(server)
        let error = await failure { _ = try await client.stream(HTTPRequest(.get, server.origin)) }
        #expect(error?.kind == .unreachable)
    }

    @Test func cancellationInMidStreamEndsIt() async throws {
        let (notices, notice) = AsyncStream.makeStream(of: ScriptedServer.Flood.self)
        let server = try ScriptedServer { _ in
            [
                .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 30)\r\n\r\n".utf8)),
                .flood([UInt8](repeating: 97, count: 1 << 20), times: 1024) { notice.yield($0) },
            ]
        }
        defer { server.stop() }
        let stream = try await loopbackClient(server).stream(HTTPRequest(.get, server.origin))
        var iterator = notices.makeAsyncIterator()
        guard case .blocked = await iterator.next() else {
            Issue.record("the server was never held up")
            return
        }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { _ = try await stream.next() }
        }
        #expect(await task.value?.kind == .cancelled)
        // The server sees the connection go.
        guard case .broken = await iterator.next() else {
            Issue.record("the connection was kept")
            return
        }
        let again = await failure { _ = try await stream.next() }
        #expect(again?.kind == .cancelled)
    }

    @Test func lettingGoOfAStreamEndsIt() async throws {
        let (notices, notice) = AsyncStream.makeStream(of: ScriptedServer.Flood.self)
        let server = try ScriptedServer { _ in
            [
                .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 30)\r\n\r\n".utf8)),
                .flood([UInt8](repeating: 97, count: 1 << 20), times: 1024) { notice.yield($0) },
            ]
        }
        defer { server.stop() }
        let client = try loopbackClient(server)
        func readOneChunk() async throws {
            let stream = try await client.stream(HTTPRequest(.get, server.origin))
            #expect(try await stream.next() != nil)
        }
        try await readOneChunk()
        var isBroken = false
        for await notice in notices {
            if case .broken = notice { isBroken = true }
            if case .blocked = notice { continue }
            break
        }
        #expect(isBroken)
    }

    /// The whole body read with this many bytes received before the error.
    @discardableResult
    private func expectFailure(
        _ kind: TransportError.Kind, _ server: ScriptedServer, _ policy: TransportPolicy
    ) async throws -> Int {
        let stream = try await loopbackClient(server, policy: policy).stream(HTTPRequest(.get, server.origin))
        let received = Mutex(0)
        let error = await failure {
            while let chunk = try await stream.next() { received.withLock { $0 += chunk.count } }
        }
        #expect(error?.kind == kind, "\(String(describing: error))")
        return received.withLock { $0 }
    }
}
