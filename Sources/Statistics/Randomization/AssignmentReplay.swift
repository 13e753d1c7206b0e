/// Draws or lists the assignments a mechanism could have produced, as sums over partners.
struct AssignmentReplay: Sendable {
    /// Draws that are made together at most; a result never depends on who makes which batch.
    static let batchSize = 1024

    let columns: PartnerColumns
    /// The sums under the assignment that happened.
    let observed: [Double]
    /// How many assignments there are before any acceptance rule.
    let candidateCount: Double
    /// The acceptance rule, if there is one.
    private let acceptance: BalanceFilter?
    private let source: Source

    private enum Source: Sendable {
        case blocks(
            [RandomizationBlock],
            draw: @Sendable (_ batch: Int, _ count: Int, _ seed: UInt64) -> AssignmentSums)
        case minimization(MinimizationReplay)
    }

    /// Whether candidates are rejected, so that a batch may hold fewer than `batchSize` draws.
    var isFiltered: Bool { acceptance != nil }

    /// Whether assignments are not equally likely.
    var isWeighted: Bool { if case .minimization = source { true } else { false } }

    /// Prepares a mechanism for the partners' `columns`.
    ///
    /// - Parameter compared: The arms that change places, renumbered from 0 in this order; partners of the
    ///   others keep theirs.
    /// - Throws: `.inconsistentBlocks` when the mechanism cannot be replayed for these arms.
    init(
        _ mechanism: AssignmentMechanism, comparing compared: [Int], columns: [[Double]]
    ) throws(EstimationError) {
        switch mechanism {
        case .permutedBlocks(let blocks):
            acceptance = nil
            let moving = blocks.map { $0.restricted(to: compared) }
            self.columns = PartnerColumns(labelCount: compared.count, columns: columns)
            source = Self.source(moving, self.columns)
            observed = Self.sums(of: moving, self.columns)
            candidateCount = moving.reduce(1) { min($0 * $1.arrangementCount, .greatestFiniteMagnitude) }
        case .rerandomized(let blocks, let criterion):
            let moving = blocks.map { $0.restricted(to: compared) }
            let filter = try BalanceFilter(
                criterion, blocks: blocks, compared: compared, firstColumn: columns.count)
            acceptance = filter
            self.columns = PartnerColumns(labelCount: compared.count, columns: columns + filter.columns)
            source = Self.source(moving, self.columns)
            observed = Self.sums(of: moving, self.columns)
            candidateCount = moving.reduce(1) { min($0 * $1.arrangementCount, .greatestFiniteMagnitude) }
            var happened = AssignmentSums(laneCount: observed.count)
            happened.values = observed
            happened.count = 1
            guard filter.accepts(happened, row: 0) else {
                throw .inconsistentBlocks(
                    reason: "the stored acceptance rule would have rejected the assignment that happened")
            }
        case .minimization(let minimization):
            guard compared.count == minimization.armCount else {
                throw .inconsistentBlocks(
                    reason:
                        "two of several arms of a minimised experiment cannot be replayed while the others "
                        + "stay; compare all arms at once")
            }
            guard minimization.probability > 0 else {
                throw .inconsistentBlocks(
                    reason: "minimisation cannot have produced the assignment that happened")
            }
            acceptance = nil
            self.columns = PartnerColumns(labelCount: compared.count, columns: columns)
            let replay = MinimizationReplay(minimization, order: compared, columns: self.columns)
            source = .minimization(replay)
            observed = replay.observed
            candidateCount = replay.assignmentCount
        }
    }

    /// How many draws a batch makes when so many are wanted in all: where none is rejected, the last may be smaller.
    func size(ofBatch batch: Int, draws: Int) -> Int {
        isFiltered ? Self.batchSize : min(Self.batchSize, draws - batch * Self.batchSize)
    }

    /// Draws of a batch, those accepted when there is a rule.
    ///
    /// - Parameter count: Draws before any rule.
    func batch(_ number: Int, count: Int, seed: UInt64) -> AssignmentSums {
        switch source {
        case .blocks(_, let draw): accepted(draw(number, count, seed))
        case .minimization(let replay): replay.draw(batch: number, count: count, seed: seed)
        }
    }

    /// Hands over every assignment that the mechanism can produce, in batches.
    func enumerate(_ body: (AssignmentSums) -> Void) {
        switch source {
        case .minimization(let replay): replay.enumerate(body)
        case .blocks(let blocks, _):
            var walk = ArrangementWalk(blocks: blocks, columns: columns)
            walk.run { body(accepted($0)) }
        }
    }

    private func accepted(_ candidates: AssignmentSums) -> AssignmentSums {
        guard let acceptance else { return candidates }
        var accepted = AssignmentSums(laneCount: candidates.laneCount)
        for row in 0..<candidates.count where acceptance.accepts(candidates, row: row) {
            accepted.append(candidates, row: row)
        }
        return accepted
    }

    private static func sums(of blocks: [RandomizationBlock], _ columns: PartnerColumns) -> [Double] {
        var sums = [Double](repeating: 0, count: columns.laneCount)
        for block in blocks {
            for case (let label, let cluster?) in zip(block.labels, block.clusters) {
                columns.add(cluster, label: label, to: &sums)
            }
        }
        return sums
    }

    /// Vectors as wide as the sums of one assignment need.
    private static func source(_ blocks: [RandomizationBlock], _ columns: PartnerColumns) -> Source {
        func drawing<Lanes: SIMD & Sendable>(_: Lanes.Type) -> Source where Lanes.Scalar == Double {
            let sampler = BlockSampler<Lanes>(blocks: blocks, columns: columns)
            return .blocks(blocks) { batch, count, seed in
                sampler.draw(batch: batch, count: count, seed: seed)
            }
        }
        return switch columns.laneCount {
        case ...2: drawing(SIMD2<Double>.self)
        case ...4: drawing(SIMD4<Double>.self)
        default: drawing(SIMD8<Double>.self)
        }
    }
}

/// Visits every combination of the blocks' label orders.
private struct ArrangementWalk {
    /// The sums of the orders of every block that can move.
    private let tables: [[Double]]
    /// The sums of the first 0, 1, 2, … of those blocks.
    private var path: [Double]
    private var batch: AssignmentSums

    init(blocks: [RandomizationBlock], columns: PartnerColumns) {
        let lanes = columns.laneCount
        let all = blocks.map { $0.arrangementSums(columns) }
        tables = all.filter { $0.count > lanes }
        path = [Double](repeating: 0, count: (tables.count + 1) * lanes)
        for fixed in all where fixed.count == lanes {
            for lane in 0..<lanes { path[lane] += fixed[lane] }
        }
        batch = AssignmentSums(laneCount: lanes)
    }

    mutating func run(_ body: (AssignmentSums) -> Void) {
        descend(0, body)
        if batch.count > 0 { body(batch) }
    }

    private mutating func descend(_ depth: Int, _ body: (AssignmentSums) -> Void) {
        let lanes = batch.laneCount
        let start = depth * lanes
        if depth == tables.count {
            batch.values.append(contentsOf: path[start..<start + lanes])
            batch.count += 1
            if batch.count == AssignmentReplay.batchSize {
                body(batch)
                batch = AssignmentSums(laneCount: lanes)
            }
            return
        }
        for order in stride(from: 0, to: tables[depth].count, by: lanes) {
            for lane in 0..<lanes {
                path[start + lanes + lane] = path[start + lane] + tables[depth][order + lane]
            }
            descend(depth + 1, body)
        }
    }
}
