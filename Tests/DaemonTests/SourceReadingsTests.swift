import Foundation
import Ingestion
import Logging
import Model
import Operations
import Storage
import Synchronization
import Testing

@testable import Daemon

/// Sources are read side by side, each once at a time.
@Suite struct SourceReadingsTests {
    private let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func withCycle(
        _ sources: [any OutcomeSource], _ body: (Cycle, PilotOperations) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fwr-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = try Store.create(
            at: directory.appending(path: "store.sqlite").path, isPractice: true, at: RunningServer.noon,
            by: Actor("tester"))
        let operations = PilotOperations(
            store: store,
            environment: PilotOperations.Environment(
                now: { RunningServer.noon }, entropy: { SystemRandomNumberGenerator() },
                endpoints: { _ in [] }, readsSource: { _ in true }, zone: .gmt, engine: "test",
                reportURL: { $0 }, roles: { _ in [] }))
        let cycle = Cycle(
            sources: sources.map { source in
                WiredSource(source, everyMinutes: 60) { plan in
                    let mapper = StreamMapper(mapping: plan.mapping)
                    return { mapper.map(page: $0) }
                }
            },
            operations: operations, reports: ReportFiles(directory: directory.path),
            telemetry: Telemetry(), logger: silent)
        try await body(cycle, operations)
    }

    @Test func aSlowSourceHoldsNoOtherAndIsReadOnce() async throws {
        let gate = Gate()
        let slow = GatedSource(name: "slow", gate: gate)
        let fast = GatedSource(name: "fast", gate: nil)
        try await withCycle([slow, fast]) { cycle, operations in
            let first = try await cycle.run(SyncRequest(sources: ["slow"]), patience: .zero)
            #expect(first.readings.isEmpty)
            let second = try await cycle.run(SyncRequest(sources: ["fast"]))
            #expect(second.readings.map(\.source) == ["fast"] && second.readings.first?.newFacts == 1)
            gate.open()
            let third = try await cycle.run(SyncRequest(sources: ["slow"]))
            #expect(third.readings.contains { $0.source == "slow" && $0.newFacts == 1 })
            #expect(slow.pages <= 2 && fast.pages == 1)
            let status = try await operations.status()
            #expect(status.sources.map(\.live) == [1, 1])
        }
    }

    @Test func aCommandThatReadsHoldsNoOther() async throws {
        let gate = Gate()
        let slow = GatedSource(name: "slow", gate: gate)
        let fast = GatedSource(name: "fast", gate: nil)
        try await withCycle([slow, fast]) { cycle, _ in
            let command = Task { try await cycle.run(SyncRequest(sources: ["slow"])) }
            let other = try await cycle.run(SyncRequest(sources: ["fast"]))
            #expect(other.readings.map(\.source) == ["fast"])
            gate.open()
            #expect(try await command.value.readings.contains { $0.source == "slow" })
        }
    }

    @Test func aReadingOfOneStreamDoesNotStandForAll() async throws {
        let gate = Gate()
        let source = GatedSource(name: "crm", gate: gate, streams: ["a", "b"])
        try await withCycle([source]) { cycle, _ in
            _ = try await cycle.run(SyncRequest(streams: ["a"]), patience: .zero)
            let all = Task { try await cycle.run() }
            gate.open()
            #expect(Set(try await all.value.readings.map(\.stream)) == ["a", "b"])
        }
    }

    @Test func whoStopsWaitingLeavesTheReadingOfAnother() async throws {
        let gate = Gate()
        let source = GatedSource(name: "crm", gate: gate)
        try await withCycle([source]) { cycle, _ in
            _ = try await cycle.run(patience: .zero)
            let guest = Task { try await cycle.run() }
            guest.cancel()
            await #expect(throws: CancellationError.self) { try await guest.value }
            gate.open()
            _ = try await cycle.run()
            #expect(!source.wasCancelled)
        }
    }

    @Test func stoppingEndsWhatIsReadAndWhoeverWaitsForIt() async throws {
        let source = GatedSource(name: "crm", gate: Gate())
        try await withCycle([source]) { cycle, _ in
            let command = Task { try await cycle.run() }
            _ = try await cycle.run(patience: .zero)
            await cycle.stop()
            await #expect(throws: OperationError.self) { try await command.value }
            await #expect(throws: OperationError.self) { try await cycle.run() }
        }
    }

    @Test func aFailureOfTheWholeSourceIsNotedForEachStream() async throws {
        let down = GatedSource(name: "down", gate: nil, failure: .unauthorized, streams: ["a", "b"])
        try await withCycle([down]) { cycle, operations in
            let summary = try await cycle.run()
            #expect(summary.readings.map(\.stream) == ["a", "b"])
            #expect(summary.readings.allSatisfy { $0.failure?.contains("credentials") == true })
            #expect(down.times == 1)
            #expect(try await operations.status().sources.allSatisfy { $0.lastError != nil })
        }
    }
}

/// Opens once.
private final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    init() { (stream, continuation) = AsyncStream.makeStream() }
    func open() { continuation.finish() }
    func pass() async { for await _ in stream {} }
}

private final class GatedSource: OutcomeSource {
    let name: Source.Name
    let streams: [StreamPlan]
    private let gate: Gate?
    private let failure: SourceError.Kind?
    private let asked = Mutex((times: 0, pages: 0))
    private let cancelled = Mutex(false)

    init(name: Source.Name, gate: Gate?, failure: SourceError.Kind? = nil, streams: [String] = ["partners"]) {
        self.name = name
        self.gate = gate
        self.failure = failure
        self.streams = streams.map {
            StreamPlan(
                mapping: StreamMapping(
                    stream: $0, object: "Account", kind: .partner, fields: ["partner": FieldRule("id")]),
                incremental: .snapshot)
        }
    }

    var pages: Int { asked.withLock { $0.pages } }
    var wasCancelled: Bool { cancelled.withLock { $0 } }
    var times: Int { asked.withLock { $0.times } }

    func serverTime() async throws(SourceError) -> Instant {
        asked.withLock { $0.times += 1 }
        if let failure { throw SourceError(failure, source: name, detail: "no") }
        await gate?.pass()
        if Task.isCancelled { cancelled.withLock { $0 = true } }
        return RunningServer.noon
    }

    func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? { nil }
    func checks() async -> [SourceCheck] { [] }

    func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        asked.withLock { $0.pages += 1 }
        var batch = RecordBatch(fields: ["id"])
        batch.append([.text("p1")])
        return SourcePage(
            records: batch, rows: [RowIdentity(id: "p1", version: "1")], next: nil)
    }
}
