import Model
import Synchronization
import Testing

@testable import Ingestion

/// Whatever happens while a source is read, the book ends equal to it, row by row.
@Suite struct LoopSimulationTests {
    @Test(arguments: ModelSource.Kind.allCases)
    func theBookEndsEqualToTheTruth(kind: ModelSource.Kind) async throws {
        var faults = Faults()
        for seed in 1...40 as ClosedRange<UInt64> {
            let source = ModelSource(kind, seed: seed)
            let book = try await simulate(source, seed: seed, &faults) { book in
                // A reconciliation, and what confirms it.
                for _ in 0..<3 {
                    source.pass(8 * day)
                    try await read(source, into: book)
                    source.pass(3600)
                    try await read(source, into: book)
                }
            }
            #expect(book == source.truth, "\(kind), seed \(seed): \(difference(book, source.truth))")
        }
        #expect(faults.crashes > 50 && faults.errors > 10)
    }

    /// Without any reconciliation: windows, deletions and deltas alone lose nothing that moved a stamp.
    @Test(arguments: [ModelSource.Kind.flags, .deletionWalk, .token, .snapshot])
    func whatMovesAStampNeedsNoReconciliation(kind: ModelSource.Kind) async throws {
        var limits = LoopLimits()
        limits.reconcileSeconds = .infinity
        var faults = Faults()
        for seed in 1...40 as ClosedRange<UInt64> {
            let source = ModelSource(kind, seed: seed, isTraceable: true)
            let book = try await simulate(source, seed: seed, limits: limits, &faults) { book in
                source.pass(3600)
                try await read(source, into: book, limits: limits)
            }
            #expect(book == source.truth, "\(kind), seed \(seed): \(difference(book, source.truth))")
        }
        #expect(faults.crashes > 50 && faults.errors > 10)
    }

    private struct Faults {
        var crashes = 0
        var errors = 0
    }

    /// Twenty readings of a source that lives and fails, by a process that dies; then `ending`, in peace.
    private func simulate(
        _ source: ModelSource, seed: UInt64, limits: LoopLimits = LoopLimits(), _ faults: inout Faults,
        ending: (MemoryBook) async throws -> Void
    ) async throws -> [String: String] {
        if seed % 2 == 0 { source.pass(3600) }
        let dice = Mutex(SplitMix(state: seed &* 7919))
        let isSafe = Mutex(false)
        let book = MemoryBook { _ in
            guard !isSafe.withLock({ $0 }) else { return .survives }
            return switch dice.withLock({ Int.random(in: 0..<30, using: &$0) }) {
            case 0: .diesBefore
            case 1: .diesAfter
            default: .survives
            }
        }
        for _ in 0..<20 {
            do {
                try await read(source, into: book, limits: limits)
            } catch is MemoryBook.Crash {
                faults.crashes += 1
            } catch let error as SourceError {
                #expect([.malformed, .unreachable, .forgottenPosition].contains(error.kind), "\(error)")
                faults.errors += 1
            }
            source.pass(dice.withLock { Double.random(in: 0...30, using: &$0) } * 3600)
        }
        source.quieten()
        isSafe.withLock { $0 = true }
        try await ending(book)
        return book.now.live
    }

    private func read(
        _ source: ModelSource, into book: MemoryBook, limits: LoopLimits = LoopLimits()
    ) async throws {
        var options = PullOptions()
        options.limits = limits
        // The model's handful of records shrinks and grows at random.
        options.limits.massChange = MassChangeLimits(fewest: .max)
        _ = try await pull(
            source, source.plan, into: book, map: mapPartners, environment: environment { source.now },
            options: options)
    }

    private func difference(_ book: [String: String], _ truth: [String: String]) -> String {
        Set(book.keys).union(truth.keys).sorted().filter { book[$0] != truth[$0] }.prefix(5).map {
            "\($0): book \(book[$0] ?? "-"), source \(truth[$0] ?? "-")"
        }.joined(separator: "; ")
    }

    /// A source that withholds a row of each walk, and counts it: nothing is claimed.
    @Test func aSourceThatWithholdsARowIsNeverGreen() async throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let source = WithholdingSource(inner: ModelSource(.flags, seed: seed))
            let book = MemoryBook()
            source.inner.pass(3600)
            guard source.inner.truth.count > 10 else { continue }
            for _ in 0..<5 {
                let ended = await failure {
                    _ = try await pull(
                        source, source.inner.plan, into: book, map: mapPartners,
                        environment: environment { source.inner.now })
                }
                #expect(ended.kind != nil && book.now.completedThrough == nil)
                if ended.kind == .incomplete { #expect(ended.detail.contains("1 of")) }
            }
        }
    }
}

/// Leaves the last row out of each last page and counts it all the same.
private struct WithholdingSource: OutcomeSource {
    let inner: ModelSource
    var name: Source.Name { inner.name }
    var streams: [StreamPlan] { inner.streams }
    func serverTime() async throws(SourceError) -> Instant { try await inner.serverTime() }
    func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? { nil }
    func checks() async -> [SourceCheck] { [] }

    func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        let page = try await inner.page(of: stream, in: walk, after: position)
        guard page.next == nil, !page.rows.isEmpty else { return page }
        var records = RecordBatch(fields: page.records.fields)
        for row in page.rows.indices.dropLast() {
            records.append([page.records[row, 0], page.records[row, 1]])
        }
        return SourcePage(
            records: records, rows: Array(page.rows.dropLast()), next: nil, count: page.count,
            token: page.token)
    }
}
