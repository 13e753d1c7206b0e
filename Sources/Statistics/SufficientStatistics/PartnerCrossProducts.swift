/// Exact Σxy of two columns a partner: with the `PartnerTotals` of both, all that an adjustment of customers'
/// outcomes by one covariate needs of a partner (n, Σx, Σy, Σx², Σxy, Σy²).
///
/// 128-bit integers, so that order does not matter and taking rows out undoes putting them in. 16 bytes a partner.
public struct PartnerCrossProducts: Sendable, Hashable {
    /// The arm each partner was assigned to; any numbering.
    public let arms: [Int32]
    private var sums: [Int128]

    /// Starts with nothing observed.
    ///
    /// - Parameter arms: One entry a partner of the roster.
    public init(arms: [Int32]) {
        self.arms = arms
        sums = [Int128](repeating: 0, count: arms.count)
    }

    /// Adds rows.
    ///
    /// - Throws: `.unequalColumns`, `.unknownPartner`, `.totalOverflow`; the sums are then as before.
    public mutating func add(
        partner: Span<Int32>, outcome: Span<Int64>, covariate: Span<Int64>
    ) throws(EstimationError) {
        try accumulate(partner, outcome, covariate, .adding)
    }

    /// Takes out rows that were added before.
    ///
    /// - Throws: As `add`.
    public mutating func remove(
        partner: Span<Int32>, outcome: Span<Int64>, covariate: Span<Int64>
    ) throws(EstimationError) {
        try accumulate(partner, outcome, covariate, .removing)
    }

    /// Σxy of each partner in an arm, in the order of the roster.
    ///
    /// - Parameter scale: How many of the products' whole units make one of the metric's, such as 100·100 for two
    ///   columns of cents.
    public func values(ofArm arm: Int32, scale: Double = 1) -> [Double] {
        zip(arms, sums).compactMap { $0 == arm ? Double($1) / scale : nil }
    }

    private mutating func accumulate(
        _ partner: Span<Int32>, _ outcome: Span<Int64>, _ covariate: Span<Int64>,
        _ direction: AccumulationDirection
    ) throws(EstimationError) {
        try checkLength(outcome.count, against: partner)
        try checkLength(covariate.count, against: partner)
        try checkRoster(partner, partnerCount: arms.count)
        if let overflowed = pass(partner, outcome, covariate, direction) {
            _ = pass(partner, outcome, covariate, direction.opposite)
            throw .totalOverflow(partner: overflowed)
        }
    }

    /// The first partner whose sum wrapped; nil when all are exact.
    private mutating func pass(
        _ partner: Span<Int32>, _ outcome: Span<Int64>, _ covariate: Span<Int64>,
        _ direction: AccumulationDirection
    ) -> Int? {
        var first: Int?
        for row in 0..<partner.count {
            let index = Int(partner[row])
            let term = product(outcome[row], covariate[row])
            let (sum, wrapped) =
                direction == .adding
                ? sums[index].addingReportingOverflow(term) : sums[index].subtractingReportingOverflow(term)
            sums[index] = sum
            if wrapped, first == nil { first = index }
        }
        return first
    }
}
