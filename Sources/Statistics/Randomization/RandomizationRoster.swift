/// The partners of the compared arms, laid out by position, ready to be assigned again and again.
struct RandomizationRoster {
    /// The observed arms.
    private(set) var observed = (control: ArmMoments.zero, treatment: ArmMoments.zero)
    /// Both arms together.
    private(set) var everyone = ArmMoments.zero

    /// Moments at every position of every block, one block after the other; zero where nothing weighs.
    private var positions: [ArmMoments] = []
    private var blocks: [Block] = []

    private struct Block {
        var range: Range<Int>
        var treatmentLabels: Int
        var total: ArmMoments
    }

    /// Lays out partners whose rates are first centred at the pooled rate, so that sums of squares keep their
    /// digits.
    init(
        totals: [ClusterTotal], blocks: [RandomizationBlock], statistic: RandomizationStatistic
    ) throws(EstimationError) {
        let outcomes = totals.map { statistic.outcome(of: $0) }
        let placed = blocks.flatMap { $0.clusters.compactMap { $0 } }
        let weight = placed.reduce(0) { $0 + outcomes[$1].x }
        guard weight > 0 else { throw .emptyArm(.control) }
        let center = placed.reduce(0) { $0 + outcomes[$1].y } / weight
        for block in blocks {
            let start = positions.count
            var total = ArmMoments.zero
            for (label, cluster) in zip(block.labels, block.clusters) {
                var moments = ArmMoments.zero
                if let cluster, outcomes[cluster].x > 0 {
                    // Weights relative to the total: revenue squared stays far from overflow.
                    let x = outcomes[cluster].x / weight
                    let y = outcomes[cluster].y / weight
                    let excess = y - center * x
                    // A partner exactly at the pooled rate must not look different by a rounding error.
                    let isNoise = abs(excess) <= 1e-13 * (abs(y) + abs(center * x))
                    moments = ArmMoments(x: x, y: isNoise ? 0 : excess)
                }
                positions.append(moments)
                total += moments
                if label {
                    observed.treatment += moments
                } else {
                    observed.control += moments
                }
            }
            self.blocks.append(
                Block(range: start..<positions.count, treatmentLabels: block.treatmentLabels, total: total))
            everyone += total
        }
    }

    /// Calls `body` with the treatment arm of `count` random assignments.
    func draw(_ count: Int, seed: UInt64, _ body: (ArmMoments) -> Void) {
        var order = Array(positions.indices)
        for number in 0..<count {
            var random = ResamplingGenerator(seed: seed, draw: UInt64(number))
            // Each draw starts from one order; otherwise it would depend on the draws before it.
            for index in order.indices { order[index] = index }
            var treatment = ArmMoments.zero
            for block in blocks {
                let size = block.range.count
                // Shuffling the rarer label's positions decides the others.
                let isTreatmentRarer = 2 * block.treatmentLabels <= size
                let chosen = isTreatmentRarer ? block.treatmentLabels : size - block.treatmentLabels
                var sum = ArmMoments.zero
                for offset in 0..<chosen {
                    let position = block.range.lowerBound + offset
                    order.swapAt(position, position + random.below(size - offset))
                    sum += positions[order[position]]
                }
                if isTreatmentRarer {
                    treatment += sum
                } else {
                    treatment += block.total
                    treatment -= sum
                }
            }
            body(treatment)
        }
    }

    /// Calls `body` with the treatment arm of every order of the labels, block by block.
    func enumerate(_ body: (ArmMoments) -> Void) {
        enumerate(
            block: 0, from: blocks.first?.range.lowerBound ?? 0, left: blocks.first?.treatmentLabels ?? 0,
            .zero, body)
    }

    /// Completes an assignment from position `from` of a block, with `left` treatment labels still to place
    /// in it.
    private func enumerate(
        block index: Int, from: Int, left: Int, _ treatment: ArmMoments, _ body: (ArmMoments) -> Void
    ) {
        if left == 0 {
            let next = index + 1
            if next < blocks.count {
                enumerate(
                    block: next, from: blocks[next].range.lowerBound, left: blocks[next].treatmentLabels,
                    treatment,
                    body)
            } else {
                body(treatment)
            }
            return
        }
        // The last `left` positions of the block must stay free for the labels that follow.
        for position in from...(blocks[index].range.upperBound - left) {
            var sum = treatment
            sum += positions[position]
            enumerate(block: index, from: position + 1, left: left - 1, sum, body)
        }
    }
}

extension RandomizationStatistic {
    /// A partner's weight and outcome; weight 0 takes no part.
    func outcome(of total: ClusterTotal) -> (x: Double, y: Double) {
        guard total.denominator > 0 else { return (0, 0) }
        return switch self {
        case .rateDifference: (total.denominator, total.numerator)
        case .partnerAverage: (1, total.numerator / total.denominator)
        case .sum: (1, total.numerator)
        }
    }
}
