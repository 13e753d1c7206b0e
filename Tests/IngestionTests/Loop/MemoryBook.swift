import Model
import Synchronization

@testable import Ingestion

/// A book in memory that keeps the rules of a stored one: a page is stored with its progress, or nothing is.
final class MemoryBook: BookDoor {
    struct Crash: Error {}
    struct State {
        var cursor: Cursor?
        var schema: String?
        /// Latest word by id; `nil`: deleted.
        var records: [String: String?] = [:]
        var quarantined: [String: String] = [:]
        var sweep: [String: String] = [:]
        /// Ids that the source lists and the book lacks, and what the present walk says of them.
        var lost: [String: String] = [:]
        var facts = 0
        var completedThrough: Instant?
        var live: [String: String] { records.compactMapValues { $0 } }
    }

    private let state = Mutex(State())
    /// What only grows is not copied for each page.
    private let stored = Mutex<(pages: [OutcomePage], count: Int)>(([], 0))
    private static let kept = 20
    /// Asked before each page: nothing happens, or the process dies before or after the page is stored.
    private let crash: @Sendable (Int) -> Fate

    enum Fate { case survives, diesBefore, diesAfter }

    init(crash: @escaping @Sendable (Int) -> Fate = { _ in .survives }) { self.crash = crash }

    var now: State { state.withLock { $0 } }
    /// The latest ones.
    var pages: [OutcomePage] { stored.withLock { $0.pages } }
    var events: [StreamEvent] { pages.flatMap(\.events) }

    func set(cursor: String) { state.withLock { $0.cursor = Cursor(cursor) } }

    func standing(of stream: String, in source: Source.Name) async throws -> StreamStanding {
        state.withLock {
            StreamStanding(
                cursor: $0.cursor, schema: $0.schema, live: $0.live.count,
                lost: $0.standingLost.count, missing: $0.sweep.values.count { $0 == "missing" })
        }
    }

    func store(_ page: OutcomePage) async throws -> PageReceipt {
        let fate = crash(stored.withLock { $0.count })
        if fate == .diesBefore { throw Crash() }
        let receipt = try state.withLock { state in
            var next = state
            let receipt = try next.apply(page)
            state = next
            return receipt
        }
        stored.withLock {
            $0.count += 1
            $0.pages.append(page)
            if $0.pages.count > Self.kept { $0.pages.removeFirst() }
        }
        if fate == .diesAfter { throw Crash() }
        return receipt
    }
}

extension MemoryBook.State {
    mutating func apply(_ page: OutcomePage) throws -> PageReceipt {
        var receipt = PageReceipt(newFacts: 0, repeated: 0)
        for record in page.records {
            guard case .partner(let fact) = record.body else { continue }
            let value = fact.attributes["v"] ?? ""
            if records[record.nativeID] == .some(.some(value)) {
                receipt.repeated += 1
            } else {
                if live[record.nativeID] != nil { receipt.restated += 1 }
                records[record.nativeID] = .some(value)
                receipt.newFacts += 1
            }
            quarantined[record.nativeID] = nil
        }
        for row in page.quarantined { quarantined[row.place] = row.reason }
        receipt.quarantined = page.quarantined.count
        if let sweep = page.sweep {
            receipt.sweep = try apply(sweep, limits: page.massChangeLimits)
            receipt.newFacts += receipt.sweep?.deleted ?? 0
        }
        facts += receipt.newFacts
        cursor = page.next
        schema = page.schema ?? schema
        completedThrough = page.completedThrough ?? completedThrough
        return receipt
    }

    private func isUnknown(_ id: String) -> Bool { live[id] == nil && quarantined[id] == nil }
    var standingLost: [String] { lost.keys.filter(isUnknown) }

    private mutating func settleUnknown() -> Int {
        var found = 0
        for (id, state) in sweep where state == "unknown" {
            sweep[id] = nil
            guard isUnknown(id) else { continue }
            lost[id] = ""
            found += 1
        }
        return found
    }

    private mutating func apply(_ page: Sweep, limits: MassChangeLimits?) throws -> SweepResult {
        var result = SweepResult()
        lost = lost.filter { isUnknown($0.key) }
        if page.abandons { sweep = [:] }
        if page.abandons || page.begins { lost = lost.mapValues { _ in "" } }
        if page.begins {
            if page.confirms {
                result.lost += settleUnknown()
                for (id, state) in sweep where state == "missing" { sweep[id] = "suspect" }
            }
            sweep = sweep.filter { ["gone", "suspect"].contains($0.value) }
        }
        for id in page.seen {
            if page.collects {
                if sweep[id] == "seen" || lost[id] == "seen" { result.duplicates += 1 }
                if lost[id] != nil { lost[id] = "seen" } else { sweep[id] = "seen" }
            } else if ["missing", "suspect", "gone"].contains(sweep[id]) {
                sweep[id] = nil
            }
        }
        for record in page.gone {
            if lost[record.id] != nil { lost[record.id] = "gone" } else { sweep[record.id] = "gone" }
        }
        if page.compares {
            if page.comparesUnknown { lost = lost.filter { !$0.value.isEmpty } }
            for id in live.keys where sweep[id] == nil { sweep[id] = "missing" }
            for (id, state) in sweep where state == "seen" {
                sweep[id] = page.comparesUnknown && isUnknown(id) ? "unknown" : nil
            }
        }
        if page.settles || page.settlesUnknown { result.lost += settleUnknown() }
        let missing = page.compares || page.settles ? listed("missing") : []
        let gone = page.appliesGone ? listed("gone") : []
        let confirmed = page.settlesConfirmed ? listed("suspect") : []
        result.missing = missing.count + confirmed.count
        let missingForGood = confirmed + (page.settles ? missing : [])
        let excess = limits?.excess(
            missing: result.missing, gone: gone.count, of: live.count)
        if let excess { throw excess }
        for id in gone + missingForGood {
            records[id] = .some(nil)
            result.deleted += 1
        }
        if page.appliesGone { lost = lost.filter { $0.value != "gone" } }
        sweep = sweep.filter {
            !(page.appliesGone && $0.value == "gone") && !(page.settles && $0.value == "missing")
                && !(page.settlesConfirmed && $0.value == "suspect")
        }
        return result
    }

    private func listed(_ state: String) -> [String] {
        sweep.filter { $0.value == state && live[$0.key] != nil }.map(\.key)
    }
}
