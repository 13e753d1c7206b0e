/// One line of exact integer sums a partner for one metric, from columns of rows.
///
/// Sums are integers (customers, minor units of money) and squares 128-bit integers, so they do not depend on the
/// order of rows: totals of two batches merge, and taking an old row out and putting its new version in leaves
/// the very bits of a rebuild. A line takes 48 bytes.
///
/// Each partner has one arm for good, the assigned one; a row cannot say otherwise.
public struct PartnerTotals: Sendable, Hashable {
    /// One partner's sums.
    struct Line: Sendable, Hashable {
        /// Σ y².
        var squares: Int128 = 0
        /// Σ y.
        var numerator: Int64 = 0
        /// Σ x.
        var denominator: Int64 = 0
        /// Rows.
        var count: Int64 = 0
    }

    /// The arm each partner was assigned to; any numbering.
    public let arms: [Int32]
    var lines: [Line]

    /// Starts a metric with nothing observed.
    ///
    /// - Parameter arms: One entry a partner of the roster; rows name partners by their index here.
    public init(arms: [Int32]) {
        self.arms = arms
        lines = [Line](repeating: Line(), count: arms.count)
    }

    /// Memory a partner takes in one metric, its arm aside.
    public static var bytesPerPartner: Int { MemoryLayout<Line>.stride }

    /// Partners of the roster.
    public var partnerCount: Int { arms.count }

    /// Rows of a partner.
    public func count(of partner: Int) -> Int { Int(lines[partner].count) }

    /// Adds rows of a metric that counts rows, such as renewals of customers: Σx is the number of rows.
    ///
    /// - Parameters:
    ///   - partner: The row's partner.
    ///   - numerator: y in whole units (1 or 0, minor units of money).
    /// - Throws: `.unequalColumns`, `.unknownPartner`, `.totalOverflow`; the totals are then as before.
    public mutating func add(partner: Span<Int32>, numerator: Span<Int64>) throws(EstimationError) {
        try accumulate(partner: partner, numerator: numerator, denominator: nil, direction: .adding)
    }

    /// Adds rows of a ratio of two columns, such as revenue after over revenue before.
    ///
    /// - Throws: `.unequalColumns`, `.unknownPartner`, `.totalOverflow`; the totals are then as before.
    public mutating func add(
        partner: Span<Int32>, numerator: Span<Int64>, denominator: Span<Int64>
    ) throws(EstimationError) {
        try accumulate(partner: partner, numerator: numerator, denominator: denominator, direction: .adding)
    }

    /// Takes out rows that were added before, such as the old versions of changed ones.
    ///
    /// - Throws: As `add`.
    public mutating func remove(partner: Span<Int32>, numerator: Span<Int64>) throws(EstimationError) {
        try accumulate(partner: partner, numerator: numerator, denominator: nil, direction: .removing)
    }

    /// Takes out rows of a ratio that were added before.
    ///
    /// - Throws: As `add`.
    public mutating func remove(
        partner: Span<Int32>, numerator: Span<Int64>, denominator: Span<Int64>
    ) throws(EstimationError) {
        try accumulate(partner: partner, numerator: numerator, denominator: denominator, direction: .removing)
    }

    /// Adds the totals of another batch of rows of the same roster.
    ///
    /// - Precondition: both have the same arms.
    /// - Throws: `.totalOverflow`; the totals are then as before.
    public mutating func merge(_ other: PartnerTotals) throws(EstimationError) {
        precondition(arms == other.arms, "totals of one roster merge")
        let before = lines
        for index in lines.indices {
            var overflow = false
            lines[index].add(other.lines[index], overflow: &overflow)
            if overflow {
                lines = before
                throw .totalOverflow(partner: index)
            }
        }
    }
}

extension PartnerTotals {
    /// The line of each partner in an arm, in the order of the roster, partners without rows included.
    ///
    /// - Parameters:
    ///   - arm: The arm's number in `arms`.
    ///   - numeratorScale: How many of the numerator's whole units make one of the metric's, such as 100 for
    ///     cents to euros.
    ///   - denominatorScale: The same for the denominator.
    public func clusterTotals(
        ofArm arm: Int32, numeratorScale: Double = 1, denominatorScale: Double = 1
    ) -> [ClusterTotal] {
        zip(arms, lines).compactMap { assigned, line in
            guard assigned == arm else { return nil }
            return ClusterTotal(
                count: Int(line.count), numerator: Double(line.numerator) / numeratorScale,
                denominator: Double(line.denominator) / denominatorScale,
                sumOfSquares: Double(line.squares) / (numeratorScale * numeratorScale))
        }
    }

    /// The lines of an outcome and of a covariate of one roster, paired for `cupedComparison`.
    ///
    /// - Parameter covariate: Totals of the same roster over a period before assignment.
    /// - Precondition: both have the same arms.
    public func pairedTotals(with covariate: PartnerTotals, ofArm arm: Int32) -> [PairedTotal] {
        precondition(arms == covariate.arms, "outcome and covariate have one roster")
        return zip(clusterTotals(ofArm: arm), covariate.clusterTotals(ofArm: arm))
            .map { PairedTotal(outcome: $0, covariate: $1) }
    }
}

extension PartnerTotals.Line {
    /// Adds another line, modulo the integers' ranges.
    mutating func add(_ other: PartnerTotals.Line, overflow: inout Bool) {
        numerator = adding(numerator, other.numerator, &overflow)
        denominator = adding(denominator, other.denominator, &overflow)
        squares = adding(squares, other.squares, &overflow)
        count = adding(count, other.count, &overflow)
    }
}

/// a + b modulo the integer's range, noting when that is not the sum.
@inline(__always)
private func adding<Value: FixedWidthInteger>(_ a: Value, _ b: Value, _ overflow: inout Bool) -> Value {
    let (sum, wrapped) = a.addingReportingOverflow(b)
    overflow = overflow || wrapped
    return sum
}
