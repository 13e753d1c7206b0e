/// A Bonferroni-type test of several hypotheses in which a rejected one passes its share of alpha on.
///
/// Hypothesis i is tested at wᵢα. Once it is rejected, its weight goes to the others, wⱼ += wᵢ·gᵢⱼ, and the
/// transitions close the gap, gⱼₖ = (gⱼₖ + gⱼᵢgᵢₖ)/(1 − gⱼᵢgᵢⱼ). The order of rejections does not matter. The
/// family-wise error is controlled strongly under any dependence.
///
/// - Source: Bretz, Maurer, Brannath & Posch (2009), Statistics in Medicine 28:586, algorithms 1 and 2.
public struct GraphicalProcedure: Sendable, Hashable, Codable {
    /// Each hypothesis's share of alpha; not negative, at most 1 together.
    public let weights: [Double]
    /// gᵢⱼ: the part of i's weight that goes to j; zeros on the diagonal, rows at most 1 together.
    public let transitions: [[Double]]

    /// Checks and stores a graph.
    ///
    /// - Throws: `.invalidGraph` naming the condition that does not hold.
    public init(weights: [Double], transitions: [[Double]]) throws(EstimationError) {
        let rounding = 1e-9
        guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.reduce(0, +) <= 1 + rounding else {
            throw .invalidGraph(reason: "weights must not be negative and add up to at most 1")
        }
        guard transitions.count == weights.count,
            transitions.allSatisfy({ $0.count == weights.count })
        else {
            throw .invalidGraph(reason: "transitions must have one row and one column for each hypothesis")
        }
        for (row, transition) in transitions.enumerated() {
            guard transition.allSatisfy({ $0 >= 0 && $0.isFinite }), transition[row] == 0,
                transition.reduce(0, +) <= 1 + rounding
            else {
                throw .invalidGraph(
                    reason: "row \(row + 1) of the transitions must not be negative, keep nothing for itself "
                        + "and add up to at most 1")
            }
        }
        self.weights = weights
        self.transitions = transitions
    }

    /// Decodes a graph, refusing one that does not fulfil the conditions.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let weights = try container.decode([Double].self, forKey: .weights)
        let transitions = try container.decode([[Double]].self, forKey: .transitions)
        do throws(EstimationError) {
            try self.init(weights: weights, transitions: transitions)
        } catch {
            try decoder.refuse(error.description)
            throw error
        }
    }

    private init(trusted weights: [Double], _ transitions: [[Double]]) {
        self.weights = weights
        self.transitions = transitions
    }
}

extension GraphicalProcedure {
    /// Holm's procedure as a graph: equal weights, passed on equally.
    ///
    /// - Parameter count: Hypotheses; positive.
    public static func holm(count: Int) -> GraphicalProcedure {
        precondition(count > 0, "a family has at least one hypothesis")
        let share = count > 1 ? 1 / Double(count - 1) : 0
        return GraphicalProcedure(
            trusted: [Double](repeating: 1 / Double(count), count: count),
            (0..<count).map { row in (0..<count).map { $0 == row ? 0 : share } })
    }

    /// Hypotheses in a fixed order, each tested at the whole alpha until one is not rejected.
    ///
    /// - Parameter count: Hypotheses; positive.
    public static func fixedSequence(count: Int) -> GraphicalProcedure {
        precondition(count > 0, "a family has at least one hypothesis")
        return GraphicalProcedure(
            trusted: (0..<count).map { $0 == 0 ? 1 : 0 },
            (0..<count).map { row in (0..<count).map { $0 == row + 1 ? 1 : 0 } })
    }

    /// One hypothesis that must fall before any of the others is looked at; those then share alpha by Holm.
    ///
    /// For segments: the first is the test that the effect differs between segments at all, the others the
    /// segments' own effects. No segment's adjusted p-value is below the gate's, so that no lucky segment is a
    /// winner on its own.
    ///
    /// - Parameter count: Hypotheses behind the gate; positive.
    public static func gatekeeper(before count: Int) -> GraphicalProcedure {
        let behind = GraphicalProcedure.holm(count: count)
        return GraphicalProcedure(
            trusted: [1] + [Double](repeating: 0, count: count),
            [[0] + behind.weights] + behind.transitions.map { [0] + $0 })
    }
}

extension GraphicalProcedure {
    /// Adjusted p-values: each the smallest alpha at which its hypothesis is rejected.
    ///
    /// - Parameter pValues: One a hypothesis, in 0...1.
    public func adjustedPValues(_ pValues: [Double]) -> [Double] {
        precondition(pValues.count == weights.count, "every hypothesis has a p-value")
        var adjusted = [Double](repeating: 1, count: pValues.count)
        var graph = RemainingGraph(weights: weights, transitions: transitions)
        var largest = 0.0
        while let next = graph.remaining.filter({ graph.weights[$0] > 0 }).min(by: {
            checkedProbability(pValues[$0]) / graph.weights[$0]
                < checkedProbability(pValues[$1]) / graph.weights[$1]
        }) {
            largest = max(largest, pValues[next] / graph.weights[next])
            adjusted[next] = min(1, largest)
            graph.remove(next)
        }
        return adjusted
    }

    /// The indices of the hypotheses rejected at a family-wise level, in ascending order.
    public func rejections(_ pValues: [Double], alpha: Double) -> [Int] {
        let adjusted = adjustedPValues(pValues)
        return adjusted.indices.filter { adjusted[$0] <= alpha }
    }
}

/// What is left of a graph after rejections.
private struct RemainingGraph {
    private(set) var remaining: [Int]
    private(set) var weights: [Double]
    private var transitions: [[Double]]

    init(weights: [Double], transitions: [[Double]]) {
        remaining = Array(weights.indices)
        self.weights = weights
        self.transitions = transitions
    }

    /// Passes on the weight of a rejected hypothesis and closes the gap it leaves.
    mutating func remove(_ rejected: Int) {
        remaining.removeAll { $0 == rejected }
        let old = transitions
        for j in remaining {
            weights[j] += weights[rejected] * old[rejected][j]
            let returning = old[j][rejected] * old[rejected][j]
            for k in remaining {
                transitions[j][k] =
                    j == k || returning >= 1
                    ? 0 : (old[j][k] + old[j][rejected] * old[rejected][k]) / (1 - returning)
            }
        }
        weights[rejected] = 0
    }
}
