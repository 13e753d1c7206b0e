/// An arm's ratio of totals R = Σy/Σx, with what is known of its uncertainty.
public struct ArmRatio: Sendable, Hashable, Codable {
    /// How uncertain the ratio is, and how well that itself is known.
    public struct Uncertainty: Sendable, Hashable, Codable {
        /// The estimated variance of the ratio; 0 when all partners have exactly one ratio.
        public var squaredStandardError: Double
        /// The variance by which arms are weighted in combined degrees of freedom, up to a constant that both
        /// arms share: the estimate itself for Welch's, the working model's expectation for a CR2 variance.
        public var workingVariance: Double
        /// Degrees of freedom of `squaredStandardError`; positive.
        public var degreesOfFreedom: Double

        /// Creates an uncertainty from its fields.
        public init(squaredStandardError: Double, workingVariance: Double, degreesOfFreedom: Double) {
            self.squaredStandardError = squaredStandardError
            self.workingVariance = workingVariance
            self.degreesOfFreedom = degreesOfFreedom
        }

        /// A variance whose own size weighs it in combined degrees of freedom (Welch 1947).
        public init(squaredStandardError: Double, degreesOfFreedom: Double) {
            self.init(
                squaredStandardError: squaredStandardError, workingVariance: squaredStandardError,
                degreesOfFreedom: degreesOfFreedom)
        }
    }

    /// Σy/Σx, in units of y per unit of x.
    public var value: Double
    /// Partners with a positive denominator.
    public var partners: PartnerCount
    /// Nil when it cannot be estimated, as with a single partner.
    public var uncertainty: Uncertainty?

    /// Creates a ratio from its fields.
    public init(value: Double, partners: PartnerCount, uncertainty: Uncertainty?) {
        self.value = value
        self.partners = partners
        self.uncertainty = uncertainty
    }
}

/// How the variance of a ratio of totals is estimated.
public enum RatioVariance: Sendable, Hashable, Codable {
    /// Σ eₖ²/(1 − hₖ)/X², degrees of freedom from a working model. The product's own.
    case cr2(WorkingCovariance)
    /// (G − 1)/G·Σ eₖ²/(1 − hₖ)²/X² for G partners of both arms, close to the jackknife that leaves one partner out,
    /// with the degrees of freedom of `cr2`.
    ///
    /// The one for a few dominating partners: with heavy-tailed sizes (20 partners an arm, tail 1.05) it rejects 4.6 %
    /// at 5 %, where CR2 rejects 7 % and CV3 on the smaller arm's partners − 1 degrees of freedom 7.5 %.
    ///
    /// - Source: MacKinnon, Nielsen & Webb (2023), JAE 38:671; Imbens & Kolesár (2016), REStat 98:701.
    case cv3(WorkingCovariance)
    /// m/(m − 1)·Σ eₖ²/X² on m − 1 degrees of freedom: the delta method, or Welch's variance of totals. m counts
    /// the partners with a denominator or a numerator other than 0.
    ///
    /// First order only. With 6 to 20 partners of very unequal size a nominal 5 % test rejects 11–17 % of true
    /// hypotheses; it is kept for comparison with software that offers nothing else, and for means of equally
    /// weighted partners, where it is exactly Welch's.
    ///
    /// - Source: Cochran (1977), ch. 6; Deng, Knoblich & Lu (2018), KDD, eq. 4.
    case firstOrder
}

extension ArmRatio.Uncertainty {
    /// The delta-method variance of an arm.
    ///
    /// - Throws: `.tooFewClusters` below two partners.
    init(firstOrder totals: [ClusterTotal], pooled: ArmRate, arm: Arm) throws(EstimationError) {
        guard pooled.clusterCount >= 2 else {
            throw .tooFewClusters(arm: arm, found: pooled.clusterCount, required: 2)
        }
        let count = Double(totals.count(where: \.takesPart))
        let squares = try armVariance(totals, pooled: pooled, arm: arm, correction: .cr0)
        self.init(
            squaredStandardError: isWithoutVariation(totals, pooled: pooled)
                ? 0 : squares * count / (count - 1),
            degreesOfFreedom: count - 1)
    }

    /// A robust variance of an arm, with CR2's degrees of freedom under working variances of the partners' totals.
    ///
    /// - Parameters:
    ///   - correction: CR2 or CR3.
    ///   - factor: What the variance is multiplied by.
    /// - Throws: `.tooFewClusters` below two partners, `.fullLeverage`.
    init(
        _ correction: ClusterVarianceCorrection, of totals: [ClusterTotal], pooled: ArmRate, arm: Arm,
        workingVariances: [Double], factor: Double = 1
    ) throws(EstimationError) {
        guard pooled.clusterCount >= 2 else {
            throw .tooFewClusters(arm: arm, found: pooled.clusterCount, required: 2)
        }
        let variance = try factor * armVariance(totals, pooled: pooled, arm: arm, correction: correction)
        var traces = SatterthwaiteTraces()
        traces.add(denominators: totals.map(\.denominator), workingVariances: workingVariances)
        self.init(
            squaredStandardError: isWithoutVariation(totals, pooled: pooled) ? 0 : variance,
            workingVariance: traces.trace, degreesOfFreedom: traces.degreesOfFreedom)
    }
}

extension PartnerCount {
    /// The partners behind a pooled rate.
    init(_ pooled: ArmRate) {
        self.init(raw: pooled.clusterCount, effective: pooled.effectiveClusterCount)
    }
}
