import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct SourceClientStreamTests {
    @Test func repeatsWhatPrecedesTheFirstByte() async throws {
        let rows = String(repeating: "\"001\",\"Acme\"\n", count: 20_000)
        let bench = try Bench([
            .answer(503), [.reset], .answer(200, headers: [("Sforce-Locator", "null")], rows),
        ])
        defer { bench.server.stop() }
        let stream = try await bench.client.stream(bench.get())
        #expect(stream.head.header("sforce-locator") == "null")
        var bytes: [UInt8] = []
        while let chunk = try await stream.next() { bytes += chunk }
        #expect(bytes == Array(rows.utf8))
        let meter = await bench.client.meter()
        #expect(meter.bytes == rows.utf8.count && meter.requests == 3)
    }

    @Test func aRefusalIsReadAsAFault() async throws {
        let bench = try Bench([.answer(403, "no such right")])
        defer { bench.server.stop() }
        let error = await sourceError { _ = try await bench.client.stream(bench.get()) }
        #expect(error?.kind == .unauthorized && error?.detail.contains("no such right") == true)
    }

    @Test func anErrorInTheMidstIsThrownAndNotRepeated() async throws {
        let bench = try Bench([.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\"001\",")])
        defer { bench.server.stop() }
        let stream = try await bench.client.stream(bench.get())
        #expect(try await stream.next() == Array("\"001\",".utf8))
        let error = await sourceError { _ = try await stream.next() }
        #expect(error?.kind == .malformed && error?.detail.hasPrefix("reading stream 'contracts'") == true)
        #expect(bench.server.requests.count == 1)
    }

    @Test func aStreamWithoutEndIsRefusedWhereNobodyWouldNotice() async throws {
        let bench = try Bench([.raw("HTTP/1.1 200 OK\r\n\r\n\"001\",")])
        defer { bench.server.stop() }
        var request = bench.get()
        request.parserSeesEnd = false
        let error = await sourceError { [request] in _ = try await bench.client.stream(request) }
        #expect(error?.kind == .malformed)
    }
}
