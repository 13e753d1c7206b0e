/// Replays the arrivals of a minimised experiment, straight to sums.
struct MinimizationReplay: Sendable {
    private let mechanism: Minimization
    private let columns: PartnerColumns
    /// The label of each arm in the sums.
    private let labelOfArm: [Int]
    /// The sums under the assignment that happened.
    let observed: [Double]
    /// armCount^arrivals, at most the largest finite number; some may be impossible.
    var assignmentCount: Double {
        mechanism.clusters.reduce(1) { product, _ in
            min(product * Double(mechanism.armCount), .greatestFiniteMagnitude)
        }
    }

    /// - Parameter order: All arms, in the order of the labels they get.
    init(_ mechanism: Minimization, order: [Int], columns: PartnerColumns) {
        self.mechanism = mechanism
        self.columns = columns
        var labelOfArm = [Int](repeating: 0, count: mechanism.armCount)
        for (label, arm) in order.enumerated() { labelOfArm[arm] = label }
        self.labelOfArm = labelOfArm
        var sums = [Double](repeating: 0, count: columns.laneCount)
        for (cluster, arm) in zip(mechanism.clusters, mechanism.labels) {
            columns.add(cluster, label: labelOfArm[arm], to: &sums)
        }
        observed = sums
    }

    /// The sums of `count` replays; they depend on the seed and the batch's number alone.
    func draw(batch: Int, count: Int, seed: UInt64) -> AssignmentSums {
        var random = ResamplingGenerator(seed: seed, draw: UInt64(batch))
        var result = AssignmentSums(laneCount: columns.laneCount)
        result.values = [Double](repeating: 0, count: count * columns.laneCount)
        result.count = count
        var chances = [Double](repeating: 0, count: mechanism.armCount)
        let untouched = Minimization.Margins(mechanism)
        for draw in 0..<count {
            var margins = untouched
            for (arrival, cluster) in mechanism.clusters.enumerated() {
                margins.probabilities(arrival, into: &chances)
                let arm = random.index(of: chances)
                margins.add(arrival, arm: arm)
                columns.add(
                    cluster, label: labelOfArm[arm], to: &result.values, at: draw * columns.laneCount)
            }
        }
        return result
    }

    /// Every possible sequence of arms with its probability.
    func enumerate(_ body: (AssignmentSums) -> Void) {
        var batch = AssignmentSums(laneCount: columns.laneCount)
        var margins = Minimization.Margins(mechanism)
        func arrive(_ arrival: Int, probability: Double, sums: [Double]) {
            if arrival == mechanism.clusters.count {
                batch.values += sums
                batch.probabilities.append(probability)
                batch.count += 1
                if batch.count == AssignmentReplay.batchSize {
                    body(batch)
                    batch = AssignmentSums(laneCount: columns.laneCount)
                }
                return
            }
            var chances = [Double](repeating: 0, count: mechanism.armCount)
            margins.probabilities(arrival, into: &chances)
            for arm in 0..<mechanism.armCount where chances[arm] > 0 {
                var next = sums
                columns.add(mechanism.clusters[arrival], label: labelOfArm[arm], to: &next)
                margins.add(arrival, arm: arm)
                arrive(arrival + 1, probability: probability * chances[arm], sums: next)
                margins.add(arrival, arm: arm, times: -1)
            }
        }
        arrive(0, probability: 1, sums: [Double](repeating: 0, count: columns.laneCount))
        if batch.count > 0 { body(batch) }
    }
}

extension ResamplingGenerator {
    /// An index drawn with the given probabilities, which add up to 1.
    fileprivate mutating func index(of probabilities: [Double]) -> Int {
        var left = Double(next() >> 11) * 0x1p-53
        for (index, probability) in probabilities.enumerated() {
            left -= probability
            if left < 0 { return index }
        }
        // Rounding may leave a remainder of the last possible outcome.
        return probabilities.lastIndex { $0 > 0 } ?? 0
    }
}
