/// The visible rows of one object type, in order of (stamp, id): the order of incremental reading.
///
/// Time only moves forward, so rows that become visible always belong behind the ones already there.
struct RecordTable<Row: RecordRow>: Sendable {
    /// In order of (stamp, id).
    private(set) var rows: [Row] = []

    init() {}

    /// Any rows, which are brought in order.
    init(_ rows: [Row]) { self.rows = rows.sorted(by: Row.precedes) }

    var count: Int { rows.count }

    /// Moves from `pending`, which is sorted by (stamp, id), the rows stamped up to `second` into the table;
    /// each replaces the row of the same id.
    mutating func reveal(_ pending: inout [Row], through second: Int64) {
        let due = pending.prefix { $0.stampedAt <= second }
        guard !due.isEmpty else { return }
        var newest: [RecordID: Int] = [:]
        for (position, row) in due.enumerated() { newest[row.id] = position }
        if !rows.isEmpty { rows.removeAll { newest[$0.id] != nil } }
        rows += due.enumerated().filter { newest[$1.id] == $0 }.map(\.element)
        pending.removeFirst(due.count)
    }
}
