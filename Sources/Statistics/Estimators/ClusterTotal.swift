/// One partner's line of sufficient statistics for a metric.
///
/// Estimators need nothing else: the sums of two batches of a partner's customers can be merged in any order.
public struct ClusterTotal: Sendable, Hashable, Codable {
    /// Customers (or contracts) in the denominator.
    public var count: Int
    /// Σ yᵢ, in the metric's unit.
    public var numerator: Double
    /// Σ xᵢ: equal to `count` for a mean over customers, base revenue for net revenue retention.
    public var denominator: Double
    /// Σ yᵢ²; for a binary outcome equal to `numerator`.
    public var sumOfSquares: Double

    /// Creates a line from its sums.
    public init(count: Int, numerator: Double, denominator: Double, sumOfSquares: Double) {
        self.count = count
        self.numerator = numerator
        self.denominator = denominator
        self.sumOfSquares = sumOfSquares
    }

    /// A binary outcome: `successes` of `size` customers.
    public init(successes: Int, size: Int) {
        self.init(
            count: size, numerator: Double(successes), denominator: Double(size),
            sumOfSquares: Double(successes))
    }

    /// A partner without customers; adding one to an arm changes no estimate.
    public static let empty = ClusterTotal(count: 0, numerator: 0, denominator: 0, sumOfSquares: 0)

    /// The line of both batches together.
    public func merging(_ other: ClusterTotal) -> ClusterTotal {
        self + other
    }

    /// The line of both batches together.
    public static func + (left: ClusterTotal, right: ClusterTotal) -> ClusterTotal {
        ClusterTotal(
            count: left.count + right.count,
            numerator: left.numerator + right.numerator,
            denominator: left.denominator + right.denominator,
            sumOfSquares: left.sumOfSquares + right.sumOfSquares)
    }

    /// numerator / denominator, the partner's own rate; nil without a denominator.
    public var rate: Double? {
        denominator > 0 ? numerator / denominator : nil
    }

    /// Whether the partner adds anything to a ratio of totals.
    ///
    /// With a denominator of 0 and a numerator other than 0, such as revenue from a partner that had none before, it
    /// does: it moves the ratio and its variance, though it has no ratio of its own.
    var takesPart: Bool { denominator > 0 || numerator != 0 }

    /// Whether counts and denominator are not negative, a denominator has customers, and every sum is finite.
    var isUsable: Bool {
        count >= 0 && denominator >= 0 && (count > 0 || denominator == 0) && numerator.isFinite
            && denominator.isFinite
            && sumOfSquares.isFinite
    }
}

/// Whose average a ratio of pooled totals is: the customers' where every denominator counts them, else that of units
/// of money.
func pooledEstimand(of totals: [ClusterTotal]) -> Estimand {
    totals.allSatisfy { $0.denominator == Double($0.count) } ? .customerAverage : .revenueWeighted
}

/// Throws `.invalidTotal` for the first line that cannot be used.
func checkUsable(_ totals: [ClusterTotal], arm: Arm?) throws(EstimationError) {
    if let index = totals.firstIndex(where: { !$0.isUsable }) {
        throw .invalidTotal(arm: arm, index: index)
    }
}
