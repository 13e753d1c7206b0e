import Foundation
import Ingestion
import Logging
import Model
import Operations
import Storage
import Synchronization

/// Reads a source's streams into the book, one after the other.
struct StreamReader: Sendable {
    let operations: PilotOperations
    let telemetry: Telemetry
    let logger: Logger

    /// What a person who waits for the reading is told.
    typealias Observer = @Sendable (SyncNews) -> Void

    /// A stream that fails leaves its data to grow stale; the next one is read. Where the source as a whole does
    /// not answer, its other streams are not asked for either.
    func read(
        _ wired: WiredSource, _ request: SyncRequest, observer: @escaping Observer
    ) async throws -> [CycleSummary.Reading] {
        var readings: [CycleSummary.Reading] = []
        var refusal: SourceError?
        for plan in wired.source.streams where request.includes(stream: plan.name) {
            var reading = CycleSummary.Reading(source: wired.name, stream: plan.name)
            if let refusal {
                try await note(refusal.description, class: refusal.className, of: wired, &reading)
            } else {
                refusal = try await read(plan, of: wired, request, observer, &reading)
            }
            telemetry.didRead(reading)
            readings.append(reading)
        }
        return readings
    }

    /// The failure that stops the source's other streams too, if there was one.
    private func read(
        _ plan: StreamPlan, of wired: WiredSource, _ request: SyncRequest, _ observer: @escaping Observer,
        _ reading: inout CycleSummary.Reading
    ) async throws -> SourceError? {
        let door = OperationsDoor(operations)
        let before = await wired.usage()
        var options = PullOptions()
        options.mode = request.mode
        options.acceptMassChange = request.acceptMassChange
        options.isPractice = operations.store.identity.isPractice
        options.usage = wired.usage
        var failure: SourceError?
        do {
            _ = try await pull(
                wired.source, plan, into: door, map: wired.mapping(plan), environment: .live,
                options: options, observer: observer)
        } catch let error as SourceError {
            if error.kind == .cancelled { throw CancellationError() }
            failure = error
        } catch {
            // One page that cannot be stored is its stream's affair; a store that cannot be written is everybody's.
            let failure = error as? StoreError
            if error is CancellationError || failure?.isOfWholeStore == true { throw error }
            reading.add(door.stored, await wired.usage().since(before))
            // The words of errors nobody foresaw may hold values of rows.
            let words = failure?.description ?? "storing a page failed: \(type(of: error))"
            try await note(words, class: "store", of: wired, &reading)
            return nil
        }
        reading.add(door.stored, await wired.usage().since(before))
        guard let failure else { return nil }
        try await note(failure.description, class: failure.className, of: wired, &reading)
        return failure.isOfWholeSource ? failure : nil
    }

    private func note(
        _ reason: String, class: String, of wired: WiredSource, _ reading: inout CycleSummary.Reading
    ) async throws {
        reading.failure = reason
        logger.warning("a stream could not be read", metadata: ["reason": "\(reason)"])
        try await operations.noteFailure(
            of: reading.stream, in: wired.name, reason: reason, class: `class`, usage: await wired.usage())
    }
}

extension StoreError {
    /// Whether no other page could be stored either.
    fileprivate var isOfWholeStore: Bool {
        switch self {
        case .failed: false
        case .missing, .noBackup, .notAStore, .newer, .older, .alreadyExists, .locked, .diskFull,
            .notPractice,
            .moved:
            true
        }
    }
}

extension SourceError {
    /// What kind of failure it is, without its numbers.
    fileprivate var className: String { String("\(kind)".prefix { $0 != "(" }) }

    /// Whether the next stream of the source would fail alike.
    fileprivate var isOfWholeSource: Bool {
        switch kind {
        case .unreachable, .unauthorized, .throttled, .budgetSpent, .refused: true
        case .serverFault, .malformed, .pageLoop, .incomplete, .massChange, .tooLarge, .forgottenPosition,
            .forgottenToken, .foreignLink, .unmappable, .cancelled:
            false
        }
    }
}

extension SourceEnvironment {
    /// Real time: a practice's clock is about business, not about waiting.
    static let live = SourceEnvironment(
        now: { Instant(Date()) }, sleep: { try await Task.sleep(for: .seconds($0)) },
        random: { Double.random(in: 0..<1) })
}

/// The verbs as the loop's door to the book; sums up what was stored.
private final class OperationsDoor: BookDoor {
    struct Stored {
        var pages = 0
        var rows = 0
        var receipt = PageReceipt(newFacts: 0, repeated: 0)
        var deleted = 0
    }

    private let operations: PilotOperations
    private let sum = Mutex(Stored())

    init(_ operations: PilotOperations) { self.operations = operations }

    var stored: Stored { sum.withLock { $0 } }

    func standing(of stream: String, in source: Source.Name) async throws -> StreamStanding {
        try await operations.standing(of: stream, in: source)
    }

    func store(_ page: OutcomePage) async throws -> PageReceipt {
        let stored = try await operations.ingest(page)
        sum.withLock {
            $0.pages += 1
            $0.rows += page.part?.rows ?? 0
            $0.receipt.newFacts += stored.newFacts
            $0.receipt.repeated += stored.repeated
            $0.receipt.restated += stored.restated
            $0.receipt.quarantined += stored.quarantined
            $0.deleted += stored.deleted
        }
        return PageReceipt(
            newFacts: stored.newFacts, repeated: stored.repeated, restated: stored.restated,
            quarantined: stored.quarantined, sweep: stored.sweep)
    }
}

extension CycleSummary.Reading {
    fileprivate mutating func add(_ stored: OperationsDoor.Stored, _ usage: SourceUsage) {
        pages = stored.pages
        rows = stored.rows
        newFacts = stored.receipt.newFacts
        repeated = stored.receipt.repeated
        restated = stored.receipt.restated
        quarantined = stored.receipt.quarantined
        deleted = stored.deleted
        retries = usage.retries
        throttledSeconds = usage.throttledSeconds
    }
}
