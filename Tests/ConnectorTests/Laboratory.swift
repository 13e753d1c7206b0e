import CRMEmulators
import Foundation
import Model
import Storage
import TestServers
import Testing
import Transport

@testable import Ingestion

/// A store, an emulated server, and connectors made anew for each run, as after a restart.
final class Laboratory: Sendable {
    let vendor: Vendor
    let crm: EmulatedCRM
    let store: Store
    private let folder: URL
    /// Noon of 2026-03-01.
    static let start: Int64 = 1_772_366_400

    init(_ vendor: Vendor, records: Int = 60, pageSize: Int = 10) throws {
        self.vendor = vendor
        var state = EmulatedState(clock: Self.start, pageSize: pageSize)
        for number in 0..<records {
            // A third of the records share one second, and so do neighbours at the edges of pages.
            let second = number % 3 == 0 ? 0 : number / 4
            state.add(
                EmulatedRecord(
                    id: vendor.id(number), stamp: Self.start - 86_400 + Int64(second),
                    amount: 100_000 + Int64(number)))
        }
        crm = try EmulatedCRM(vendor.emulated, state)
        folder = FileManager.default.temporaryDirectory.appending(path: "fw-lab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try Store.create(
            at: folder.appending(path: "store.sqlite").path, isPractice: false,
            at: Instant(milliseconds: Self.start * 1000), by: Actor("laboratory"))
    }

    func close() {
        crm.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    var environment: SourceEnvironment {
        let crm = crm
        return SourceEnvironment(
            now: { Instant(milliseconds: crm.withState { $0.clock } * 1000) },
            sleep: { seconds in crm.withState { $0.clock += Int64(seconds.rounded(.up)) } },
            random: { 0.5 })
    }

    func source() throws -> any OutcomeSource {
        try vendor.source(origin: crm.server.origin, environment: environment)
    }

    /// One run with fresh connections. `interrupt`: throws before or after the page of that number is stored.
    func run(options: PullOptions = PullOptions(), interrupt: Int? = nil) async throws {
        let source = try source()
        let door = Door(store: store, environment: environment, interrupt: interrupt)
        for plan in source.streams {
            let mapper = StreamMapper(mapping: plan.mapping, sourceTimeZone: nil)
            _ = try await pull(
                source, plan, into: door, map: { mapper.map(page: $0) }, environment: environment,
                options: options)
        }
    }

    /// Runs until one ends green; what the red ones said.
    func settle(attempts: Int = 8) async throws -> [SourceError] {
        var errors: [SourceError] = []
        for _ in 0..<attempts {
            do {
                try await run()
                return errors
            } catch let error as SourceError {
                errors.append(error)
                crm.withState { $0.clock += 120 }
            }
        }
        return errors
    }

    /// Latest word of the book on each record: amount, or `nil` where it is gone.
    func book() async throws -> [String: Word?] {
        try await store.read { transaction in
            var book: [String: Word?] = [:]
            for fact in try transaction.facts() {
                if case .contract(let contract) = fact.body {
                    book[fact.nativeID] = .some(
                        Word(
                            amount: contract.annualAmount.minorUnits, partner: contract.partner.rawValue,
                            cancelledOn: contract.cancelledOn))
                } else {
                    book[fact.nativeID] = .some(nil)
                }
            }
            return book
        }
    }

    struct Word: Hashable, Sendable {
        var amount: Int64
        var partner: String
        var cancelledOn: Day?
    }

    var truth: [String: Word] {
        crm.withState { state in
            Dictionary(
                uniqueKeysWithValues: state.records.values.filter { !$0.isDeleted && !$0.isPurged }.map {
                    ($0.id, Word(amount: $0.amount, partner: $0.partner, cancelledOn: $0.cancelledOn))
                })
        }
    }

    /// Where book and truth differ, row by row; rows set aside are told as such.
    func differences() async throws -> [String] {
        let book = try await book()
        let aside = try await store.read { try $0.setAsideRows() }.filter { $0.correctedAt == nil }
        let places = Set(aside.map(\.place))
        var lines: [String] = []
        for (id, word) in truth.sorted(by: { $0.key < $1.key }) where book[id] != .some(word) {
            if places.contains(id) { continue }
            lines.append("\(id): truth \(word), book \(String(describing: book[id]))")
        }
        for (id, word) in book.sorted(by: { $0.key < $1.key }) where word != nil && truth[id] == nil {
            lines.append("\(id): gone, book \(String(describing: word))")
        }
        return lines
    }
}

/// Stores what the loop reads, and lets the process die at a page.
struct Door: BookDoor {
    struct Killed: Error {}

    let store: Store
    let environment: SourceEnvironment
    let interrupt: Int?
    private let counter = Counter()

    init(store: Store, environment: SourceEnvironment, interrupt: Int?) {
        self.store = store
        self.environment = environment
        self.interrupt = interrupt
    }

    func standing(of stream: String, in source: Source.Name) async throws -> StreamStanding {
        try await store.read { try $0.standing(of: stream, in: source) }
    }

    func store(_ page: OutcomePage) async throws -> PageReceipt {
        let number = await counter.next()
        if let interrupt, number == abs(interrupt), interrupt < 0 { throw Killed() }
        let now = environment.now()
        let stored = try await store.write { try $0.store(page, learnedAt: now) }
        if let interrupt, number == interrupt { throw Killed() }
        return PageReceipt(
            newFacts: stored.newFacts, repeated: stored.repeated, restated: stored.restated,
            quarantined: stored.quarantined, sweep: stored.sweep)
    }

    private actor Counter {
        private var value = 0
        func next() -> Int {
            value += 1
            return value
        }
    }
}
