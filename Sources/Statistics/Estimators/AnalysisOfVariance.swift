/// The variation between partners of a group and between customers of a partner.
public struct AnalysisOfVariance: Sendable, Hashable, Codable {
    /// Mean square between partners of one group, MSB.
    public var meanSquareBetween: Double
    /// Mean square between customers of one partner, MSW.
    public var meanSquareWithin: Double
    /// n₀, the mean size adjusted for unequal partners: E(MSB) = MSW + n₀·(variance between partners).
    public var adjustedMeanSize: Double

    /// Creates a result from its fields.
    public init(meanSquareBetween: Double, meanSquareWithin: Double, adjustedMeanSize: Double) {
        self.meanSquareBetween = meanSquareBetween
        self.meanSquareWithin = meanSquareWithin
        self.adjustedMeanSize = adjustedMeanSize
    }

    /// ρ̂ = (MSB − MSW) / (MSB + (n₀ − 1)·MSW), not truncated; nil when nothing varies.
    public var intraclassCorrelation: Double? {
        let total = meanSquareBetween + (adjustedMeanSize - 1) * meanSquareWithin
        return total > 0 ? (meanSquareBetween - meanSquareWithin) / total : nil
    }
}

extension AnalysisOfVariance {
    /// Analyses partners in groups, such as arms or strata, each around its own mean.
    ///
    /// - Returns: nil when a group has nobody to measure, every partner has at most one customer, or there
    ///   are no more partners than groups.
    /// - Source: Donner (1986), International Statistical Review 54:67.
    public init?(groups: [[ClusterTotal]]) {
        let components = VarianceComponents(groups: groups)
        guard components.groups == Double(groups.count), let analysis = components.analysis else {
            return nil
        }
        self = analysis
    }
}

/// How unequal partners are in size.
public struct PartnerSizes: Sendable, Hashable, Codable {
    /// Partners with customers, and Kish's effective number of them.
    public var count: PartnerCount
    /// Customers a partner.
    public var mean: Double
    /// Σn²/Σn: the size of the partner an average customer belongs to, which sets the design effect.
    public var customerWeightedMean: Double
    /// Standard deviation (with G − 1) over mean; nil for a single partner.
    public var coefficientOfVariation: Double?

    /// Creates a summary from its fields.
    public init(
        count: PartnerCount, mean: Double, customerWeightedMean: Double, coefficientOfVariation: Double?
    ) {
        self.count = count
        self.mean = mean
        self.customerWeightedMean = customerWeightedMean
        self.coefficientOfVariation = coefficientOfVariation
    }

    /// Summarises partners; nil when none has customers.
    public init?(_ totals: [ClusterTotal]) {
        let sizes = totals.filter { $0.count > 0 }.map { Double($0.count) }
        guard !sizes.isEmpty else { return nil }
        let count = Double(sizes.count)
        let sum = sizes.reduce(0, +)
        let mean = sum / count
        let squares = sizes.reduce(0) { $0 + $1 * $1 }
        let deviations = sizes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.init(
            count: PartnerCount(raw: sizes.count, effective: sum * sum / squares),
            mean: mean, customerWeightedMean: squares / sum,
            coefficientOfVariation: sizes.count > 1 ? (deviations / (count - 1)).squareRoot() / mean : nil)
    }
}
