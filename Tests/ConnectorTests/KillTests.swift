import CRMEmulators
import Foundation
import Model
import Storage
import Synchronization
import TestServers
import Testing

@testable import Ingestion

/// Processes that are killed outright while they read and store.
@Suite(.serialized) struct KillTests {
    private static let childKey = "FAIRWAY_KILLED_READER"

    /// The process that is killed: this test program again, with the one test that reads.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[childKey] != nil))
    func reads() async throws {
        let text = try #require(ProcessInfo.processInfo.environment[Self.childKey])
        let job = try JSONDecoder().decode(Job.self, from: Data(text.utf8))
        let vendor = try #require(Vendor(rawValue: job.vendor))
        let environment = SourceEnvironment(
            now: { Instant(milliseconds: job.clock * 1000) }, sleep: { _ in }, random: { 0.5 })
        let store = try Store.open(at: job.store, .readWrite)
        let source = try vendor.source(origin: job.origin, environment: environment)
        let door = Door(store: store, environment: environment, interrupt: nil)
        for plan in source.streams {
            let mapper = StreamMapper(mapping: plan.mapping, sourceTimeZone: nil)
            _ = try await pull(
                source, plan, into: door, map: { mapper.map(page: $0) }, environment: environment)
        }
    }

    struct Job: Codable {
        var vendor: String
        var origin: String
        var store: String
        var clock: Int64
    }

    /// However often it is killed, and wherever: in the end the book is the truth, and no fact is there twice.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment[childKey] == nil),
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/exe"), "needs Linux to start itself"),
        .timeLimit(.minutes(5)), arguments: Vendor.allCases)
    func survivesKillsAtRandomMoments(_ vendor: Vendor) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fw-kill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var state = EmulatedState(clock: Laboratory.start, pageSize: 10)
        for number in 0..<200 {
            state.add(
                EmulatedRecord(
                    id: vendor.id(number), stamp: Laboratory.start - 86_400 + Int64(number / 4),
                    amount: 100_000 + Int64(number)))
        }
        let crm = try EmulatedCRM(vendor.emulated, state)
        defer { crm.stop() }
        let path = folder.appending(path: "store.sqlite").path
        _ = try Store.create(
            at: path, isPractice: false, at: Instant(milliseconds: Laboratory.start * 1000),
            by: Actor("laboratory"))
        var seed = SplitMix(state: 2026)
        var killed = 0
        for _ in 0..<10 {
            let child = try Child(
                Job(
                    vendor: vendor.rawValue, origin: crm.server.origin, store: path,
                    clock: crm.withState { $0.clock }))
            // Killed when it asks for something: the page before is being stored at that moment.
            let requests = 2 + Int(seed.next() % 6)
            crm.withState { state in
                let number = state.requests + requests
                state.events = [number: [{ _ in child.kill() }]]
                let edited = vendor.id(Int(requests))
                state.events[number - 1] = [{ $0.change(edited) { $0.amount += 100 } }]
            }
            try child.start()
            killed += await child.end() == 9 ? 1 : 0
            crm.withState { state in
                state.events = [:]
                state.clock += 600
            }
        }
        #expect(killed >= 4, "the process was killed \(killed) times only")
        for _ in 0..<3 {
            let child = try Child(
                Job(
                    vendor: vendor.rawValue, origin: crm.server.origin, store: path,
                    clock: crm.withState { $0.clock }))
            try child.start()
            #expect(await child.end() == 0)
            crm.withState { $0.clock += 600 }
        }
        let store = try Store.open(at: path, .readOnly)
        let facts = try await store.read { try $0.facts() }
        var book: [String: Int64] = [:]
        for fact in facts {
            if case .contract(let contract) = fact.body {
                book[fact.nativeID] = contract.annualAmount.minorUnits
            }
        }
        let truth = crm.withState { $0.records.mapValues(\.amount) }
        #expect(book == truth)
        let spoken = Set(facts.map { "\($0.nativeID) \($0.body)" })
        #expect(spoken.count == facts.count, "a fact was stored twice")
    }
}

/// This test program, run for one test.
private final class Child: Sendable {
    private let identifier = Mutex<Int32>(0)
    private let process: Mutex<Process>
    private let ended: AsyncStream<Int32>

    init(_ job: KillTests.Job) throws {
        let process = Process()
        process.executableURL = try URL(
            filePath: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments = ["--testing-library", "swift-testing", "--filter", "KillTests.*reads"]
        var environment = ProcessInfo.processInfo.environment
        environment["FAIRWAY_KILLED_READER"] = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ended, signal) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            signal.yield(process.terminationStatus)
            signal.finish()
        }
        self.process = Mutex(process)
        self.ended = ended
    }

    func start() throws {
        try process.withLock { process in
            try process.run()
            identifier.withLock { $0 = process.processIdentifier }
        }
    }

    func kill() {
        let number = identifier.withLock { $0 }
        if number > 0 { _ = Foundation.kill(number, SIGKILL) }
    }

    /// Its exit status, or the signal that ended it.
    func end() async -> Int32 {
        for await status in ended { return status }
        return -1
    }
}

/// Steele, Lea & Flood 2014: the same moments in each run.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
