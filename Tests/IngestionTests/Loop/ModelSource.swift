import Model
import Synchronization

@testable import Ingestion

/// A source whose records change while it is read: equal stamps, rows that become visible late, edits without a
/// stamp, deletions with and without a trace, merges, restorations; and one that fails as sources do.
final class ModelSource: OutcomeSource {
    enum Kind: CaseIterable { case flags, deletionWalk, idsOnly, nothing, token, snapshot }

    struct Record {
        var value: Int
        /// Whole seconds, as many sources stamp.
        var stamp: Double
        /// From when on readers see the stamp's state.
        var visibleAt: Double
        var before: (value: Int, stamp: Double, state: RowIdentity.State)?
        var state: RowIdentity.State = .live
        /// Counts the changes; what deltas go by.
        var change: Int
    }

    struct World {
        var random: SplitMix
        var clock = 0.0
        var records: [String: Record] = [:]
        var changes = 0
        var created = 0
        var isQuiet = false
        /// Whether every change moves a stamp.
        var isTraceable = false
        var asks = 0
    }

    let name: Source.Name = "crm"
    let kind: Kind
    private let world: Mutex<World>
    static let lag = 60.0

    private let isTraceable: Bool

    /// - Parameter isTraceable: whether every change moves a stamp, so that windows and deltas must see it all.
    init(_ kind: Kind, seed: UInt64, isTraceable: Bool = false) {
        self.kind = kind
        self.isTraceable = isTraceable
        var world = World(random: SplitMix(state: seed), isTraceable: isTraceable)
        for _ in 0..<Int.random(in: 0...120, using: &world.random) { world.create() }
        self.world = Mutex(world)
    }

    var plan: StreamPlan {
        var mapping = partnerMapping
        mapping.refreshHours = isTraceable ? nil : 24
        switch kind {
        case .flags, .nothing, .deletionWalk, .idsOnly:
            return StreamPlan(
                mapping: mapping, incremental: .windows(lag: .seconds(Self.lag), overlap: .seconds(120)),
                walksDeletions: kind == .deletionWalk, listsIdentities: kind != .nothing)
        case .token: return StreamPlan(mapping: mapping, incremental: .token, listsIdentities: true)
        case .snapshot: return StreamPlan(mapping: mapping, incremental: .snapshot)
        }
    }

    var streams: [StreamPlan] { [plan] }
    var now: Instant { world.withLock { at($0.clock) } }

    /// What the book has to be in the end.
    var truth: [String: String] {
        world.withLock { $0.records.filter { $0.value.state == .live }.mapValues { String($0.value) } }
    }

    func pass(_ seconds: Double) { world.withLock { $0.clock += seconds } }

    /// Nothing changes any more.
    func quieten() { world.withLock { $0.isQuiet = true } }

    func serverTime() async throws(SourceError) -> Instant {
        world.withLock { world in
            world.live()
            return at(world.clock.rounded(.down))
        }
    }

    func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? { nil }
    func checks() async -> [SourceCheck] { [] }

    func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        let answer = world.withLock { world -> Result<SourcePage, SourceError> in
            world.live()
            if let fault = world.fault(in: walk, at: position, source: name) { return .failure(fault) }
            return .success(self.answer(walk, position, &world))
        }
        return try answer.get()
    }

    private func answer(_ walk: Walk, _ position: Position?, _ world: inout World) -> SourcePage {
        let rows = world.rows(of: walk, kind: kind)
        let start = position.flatMap { Key($0.text) }
        let left = rows.filter { row in start.map { row.key > $0 } ?? true }
        let size = Int.random(in: 0...9, using: &world.random) == 0 ? 0 : 7
        let shown = Array(left.prefix(size))
        let isLast = shown.count == left.count
        var batch = RecordBatch(fields: ["id", "v"])
        var identities: [RowIdentity] = []
        func append(_ row: Row) {
            batch.append([.text(row.key.id), .text(String(row.value))])
            identities.append(RowIdentity(id: row.key.id, version: "\(row.key.order)", state: row.state))
        }
        for row in shown { append(row) }
        var next: Position?
        if !isLast {
            // An empty page goes on from where it was asked for, under another name.
            let key = shown.last?.key ?? start
            world.asks += 1
            next = Position("\(key?.text ?? Key.first.text)#\(world.asks)")
        }
        var count = SourcePage.Count.remaining(left.count)
        // A row of the page before comes once more.
        if let start, let again = rows.last(where: { $0.key <= start }),
            Int.random(in: 0...5, using: &world.random) == 0
        {
            append(again)
            count = .remaining(left.count + 1)
        }
        return SourcePage(
            records: batch, rows: identities, next: next, count: count,
            token: isLast ? String(world.changes) : nil)
    }
}

/// Where a row stands in its walk.
struct Key: Comparable {
    var order: Double
    var id: String
    static let first = Key(order: -1e9, id: "")

    init(order: Double, id: String) {
        self.order = order
        self.id = id
    }

    init?(_ text: String) {
        let parts = text.split(separator: "#")[0].split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 2, let order = Double(parts[0]) else { return nil }
        self.init(order: order, id: String(parts[1]))
    }

    var text: String { "\(order)|\(id)" }
    static func < (left: Key, right: Key) -> Bool { (left.order, left.id) < (right.order, right.id) }
}

struct Row {
    var key: Key
    var value: Int
    var state: RowIdentity.State
}

extension ModelSource.World {
    mutating func create() {
        created += 1
        changes += 1
        records["r\(created)"] = ModelSource.Record(
            value: 0, stamp: clock.rounded(.down), visibleAt: clock, change: changes)
    }

    /// Time passes and somebody works there.
    mutating func live() {
        clock += Double.random(in: 0...4, using: &random)
        guard !isQuiet else { return }
        while Double.random(in: 0..<1, using: &random) < 0.5 { change() }
    }

    mutating func change() {
        guard let id = records.keys.sorted().randomElement(using: &random), let old = records[id] else {
            return create()
        }
        var record = old
        changes += 1
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return create()
        case 2 where old.state == .live: record.state = .deleted
        case 3 where old.state == .live: record.state = .merged(into: "r1")
        case 4 where old.state != .live: record.state = .live
        case 5 where old.state == .live && !isTraceable:
            // Gone without a trace.
            records[id] = nil
            return
        case 6 where !isTraceable:
            // A formula: another value, the same stamp.
            record.value += 1
            records[id] = record
            return
        default:
            guard old.state == .live else { return }
            record.value += 1
        }
        record.change = changes
        record.stamp = clock.rounded(.down)
        if Int.random(in: 0...2, using: &random) == 0 {
            record.before = (old.value, old.stamp, old.state)
            record.visibleAt = clock + Double.random(in: 0..<(ModelSource.lag - 10), using: &random)
        } else {
            record.before = nil
            record.visibleAt = clock
        }
        records[id] = record
    }

    func rows(of walk: Walk, kind: ModelSource.Kind) -> [Row] {
        var rows: [Row] = []
        for (id, record) in records {
            var (value, stamp, state) = (record.value, record.stamp, record.state)
            // Deltas and snapshots are of what is committed.
            if clock < record.visibleAt, kind != .token, kind != .snapshot {
                guard let before = record.before else { continue }
                (value, stamp, state) = before
            }
            let isLive = state == .live
            func add(_ order: Double) {
                rows.append(Row(key: Key(order: order, id: id), value: value, state: state))
            }
            switch walk {
            case .full(let upper):
                if isLive, kind == .token || kind == .snapshot || at(stamp) <= upper {
                    add(order(kind, stamp))
                }
            case .changes(let lower, let upper):
                guard at(stamp) >= lower, at(stamp) <= upper, isLive || kind == .flags else { continue }
                add(stamp)
            case .delta(let token, _):
                if record.change > Int(token) ?? 0 { add(Double(record.change)) }
            case .deletions(let lower, let upper):
                if !isLive, at(stamp) >= lower, at(stamp) <= upper { add(stamp) }
            case .identities:
                if isLive { add(0) }
            }
        }
        return rows.sorted { $0.key < $1.key }
    }

    /// Snapshots and full readings with a token are in the order of ids: nothing leaves them.
    private func order(_ kind: ModelSource.Kind, _ stamp: Double) -> Double {
        kind == .token || kind == .snapshot ? 0 : stamp
    }

    mutating func fault(in walk: Walk, at position: Position?, source: Source.Name) -> SourceError? {
        guard !isQuiet else { return nil }
        func error(_ kind: SourceError.Kind) -> SourceError { SourceError(kind, source: source, detail: "") }
        switch Int.random(in: 0..<60, using: &random) {
        case 0: return error(.malformed)
        case 1: return error(.unreachable)
        case 2 where position != nil: return error(.forgottenPosition)
        case 3:
            if case .delta = walk { return error(.forgottenToken) }
            return nil
        case 4:
            if case .changes(let lower, let upper) = walk, upper.seconds(since: lower) > 100 {
                return error(.tooLarge)
            }
            return nil
        default: return nil
        }
    }
}

/// Steele, Lea & Flood (2014).
struct SplitMix: RandomNumberGenerator, Sendable {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
