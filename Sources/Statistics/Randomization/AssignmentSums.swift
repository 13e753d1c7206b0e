/// Sums over the partners of each arm, for a number of assignments.
///
/// Every statistic follows from such sums, so a partner is read once an assignment, whatever is compared: all
/// metrics, both tails, and every shift an interval has to try.
struct AssignmentSums: Sendable {
    /// Assignments.
    var count = 0
    /// Sums of one assignment: for label 1, 2, … the sums of every column. Label 0 has the remainder.
    let laneCount: Int
    /// `laneCount` numbers an assignment.
    var values: [Double] = []
    /// The probability of each assignment; empty when all are equally likely.
    var probabilities: [Double] = []

    init(laneCount: Int) { self.laneCount = laneCount }

    /// The sum at a lane of an assignment.
    subscript(row: Int, lane: Int) -> Double { values[row * laneCount + lane] }

    /// Adds the first `count` assignments of others.
    mutating func append(_ other: AssignmentSums, count: Int) {
        values.append(contentsOf: other.values.prefix(count * laneCount))
        probabilities.append(contentsOf: other.probabilities.prefix(count))
        self.count += count
    }

    mutating func append(_ other: AssignmentSums, row: Int) {
        let start = row * laneCount
        values.append(contentsOf: other.values[start..<start + laneCount])
        if !other.probabilities.isEmpty { probabilities.append(other.probabilities[row]) }
        count += 1
    }
}

/// A partner's numbers, one in each column, as they are added up by label.
struct PartnerColumns: Sendable {
    /// Labels; label 0 is not added up.
    let labelCount: Int
    /// One array a column with a number for every total.
    let columns: [[Double]]

    var laneCount: Int { (labelCount - 1) * columns.count }

    /// Adds a partner's numbers to the lanes of its label.
    func add(_ cluster: Int, label: Int, to lanes: inout [Double], at start: Int = 0) {
        guard label > 0 else { return }
        let offset = start + (label - 1) * columns.count
        for (number, column) in columns.enumerated() { lanes[offset + number] += column[cluster] }
    }
}

extension RandomizationBlock {
    /// The sums of every distinct order of the labels, one after the other.
    func arrangementSums(_ columns: PartnerColumns) -> [Double] {
        var arrangements = BlockArrangements(block: self, columns: columns)
        arrangements.place(0)
        return arrangements.sums
    }
}

/// Lists the distinct orders of a block's labels, carrying the sums along.
private struct BlockArrangements {
    let block: RandomizationBlock
    let columns: PartnerColumns
    var sums: [Double] = []
    private var left: [Int]
    /// The sums of the first 0, 1, 2, … positions.
    private var path: [Double]

    init(block: RandomizationBlock, columns: PartnerColumns) {
        self.block = block
        self.columns = columns
        left = block.labelCounts(columns.labelCount)
        path = [Double](repeating: 0, count: (block.labels.count + 1) * columns.laneCount)
        sums.reserveCapacity(Int(min(block.arrangementCount, 1e7)) * columns.laneCount)
    }

    mutating func place(_ position: Int) {
        let lanes = columns.laneCount
        let start = position * lanes
        if position == block.labels.count {
            sums.append(contentsOf: path[start..<start + lanes])
            return
        }
        for label in left.indices where left[label] > 0 {
            for lane in 0..<lanes { path[start + lanes + lane] = path[start + lane] }
            if let cluster = block.clusters[position] {
                columns.add(cluster, label: label, to: &path, at: start + lanes)
            }
            left[label] -= 1
            place(position + 1)
            left[label] += 1
        }
    }
}
