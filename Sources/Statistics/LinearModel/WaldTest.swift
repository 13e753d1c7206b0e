/// How a Wald statistic of several constraints is referred to a distribution.
public enum WaldReference: Sendable, Hashable, Codable {
    /// Hotelling's T² with Zhang's approximate degrees of freedom, on the safe side with few partners.
    case approximateHotelling(WorkingCovariance)
    /// F with G − 1 denominator degrees of freedom; too generous with few partners.
    case naiveF
    /// Chi-squared; far too generous with few partners.
    case chiSquared
}

/// A test that several linear combinations of coefficients are all 0.
public struct WaldTest: Sendable, Hashable, Codable {
    /// The variance estimator.
    public var correction: ClusterVarianceCorrection
    /// The reference distribution.
    public var reference: WaldReference
    /// The statistic on the scale of F: the quadratic form over the number of constraints, scaled down for
    /// Hotelling's T².
    public var fStatistic: Double
    /// The number of constraints.
    public var numeratorDegreesOfFreedom: Double
    /// Nil for a chi-squared reference.
    public var denominatorDegreesOfFreedom: Double?
    /// P(at least as large a statistic) if all combinations are 0.
    public var pValue: Double
    /// Partners behind the model, and how many of equal influence the combination with the fewest amounts to.
    public var partners: PartnerCount
    /// Partners with a leverage of 1; see `ContrastEstimate`.
    public var saturatedPartners: [Int]

    /// Creates a result from its fields.
    public init(
        correction: ClusterVarianceCorrection, reference: WaldReference, fStatistic: Double,
        numeratorDegreesOfFreedom: Double, denominatorDegreesOfFreedom: Double?, pValue: Double,
        partners: PartnerCount, saturatedPartners: [Int]
    ) {
        self.correction = correction
        self.reference = reference
        self.fStatistic = fStatistic
        self.numeratorDegreesOfFreedom = numeratorDegreesOfFreedom
        self.denominatorDegreesOfFreedom = denominatorDegreesOfFreedom
        self.pValue = pValue
        self.partners = partners
        self.saturatedPartners = saturatedPartners
    }
}

extension WaldTest {
    /// How it was tested.
    public var method: EffectMethod {
        switch reference {
        case .approximateHotelling(let working):
            EffectMethod(rawValue: "\(correction.name), approximate Hotelling T², \(working.rawValue) df")
        case .naiveF: EffectMethod(rawValue: "\(correction.name), F(q, G − 1)")
        case .chiSquared: EffectMethod(rawValue: "\(correction.name), χ²")
        }
    }
}

extension ClusteredLinearModel {
    /// Tests that all given combinations of coefficients are 0, such as the effects of all arms, or of an arm
    /// in all segments.
    ///
    /// With Q = (Cb)'(C·V·C')⁻¹(Cb) and q constraints, the approximate Hotelling test refers (η − q +
    /// 1)/(η·q)·Q to F(q, η − q + 1), where η matches the total variance of the scaled C·V·C' under the
    /// working model to a Wishart distribution's. For q = 1 it is the Satterthwaite t test.
    ///
    /// - Parameter constraints: C, a row each, linearly independent.
    /// - Throws: `.dependentTerm` when one constraint follows from those before it; `.restsOnOnePartner`;
    ///   `.noVariation`; `.tooFewPartners` when there are no more partners than constraints;
    ///   `.tooFewDegreesOfFreedom` when η is not above q − 1.
    /// - Source: Pustejovsky & Tipton (2018), JBES 36:672, sec. 4.3 ("AHT"; `HTZ` of clubSandwich); Zhang
    ///   (2012).
    public func waldTest(
        _ constraints: [[Double]], correction: ClusterVarianceCorrection = .cr2,
        reference: WaldReference = .approximateHotelling(.exchangeable)
    ) throws(EstimationError) -> WaldTest {
        precondition(!constraints.isEmpty, "a Wald test needs a constraint")
        let count = constraints.count
        guard clusterCount > count else { throw .tooFewPartners(found: clusterCount, required: count + 1) }
        let directions = constraints.map(whitened)
        let adjustment = ClusterAdjustment(self, correction: correction)
        for direction in directions {
            if let cluster = soleSupport(of: direction, adjustment: adjustment) {
                throw .restsOnOnePartner(index: cluster)
            }
        }
        let statistic = try quadraticForm(directions, adjustment: adjustment)
        let size = Double(count)
        var result = WaldTest(
            correction: correction, reference: reference, fStatistic: statistic / size,
            numeratorDegreesOfFreedom: size, denominatorDegreesOfFreedom: nil, pValue: 1,
            partners: PartnerCount(
                raw: clusterCount,
                effective: constraints.map { effectivePartnerCount(for: $0, correlation: 0) }.min() ?? 0),
            saturatedPartners: adjustment.saturated.map(\.cluster))
        switch reference {
        case .chiSquared:
            result.pValue = ChiSquared(degreesOfFreedom: size).survival(statistic)
            return result
        case .naiveF:
            result.denominatorDegreesOfFreedom = Double(clusterCount - 1)
        case .approximateHotelling(let working):
            let eta = try wishartDegreesOfFreedom(
                directions, adjustment: adjustment, correlation: correlation(of: working))
            guard eta - size + 1 > 0 else {
                throw .tooFewDegreesOfFreedom(found: eta, required: size - 1)
            }
            result.denominatorDegreesOfFreedom = eta - size + 1
            result.fStatistic = statistic * (eta - size + 1) / (eta * size)
        }
        if let denominator = result.denominatorDegreesOfFreedom {
            result.pValue = FDistribution(d1: size, d2: denominator).survival(result.fStatistic)
        }
        return result
    }

    /// (Cb)'(C·V·C')⁻¹(Cb).
    private func quadraticForm(
        _ directions: [[Double]], adjustment: ClusterAdjustment
    ) throws(EstimationError) -> Double {
        let covariance = whitenedCovariance(adjustment)
        var constrained = SmallMatrix(rows: directions.count, columns: directions.count)
        for (s, direction) in directions.enumerated() {
            let image = covariance * direction
            for (t, other) in directions.enumerated() { constrained[t, s] = dot(other, image) }
            guard exceedsRounding(constrained[s, s], of: direction) else { throw .noVariation }
        }
        let (factor, dependent) = constrained.choleskyInverse(tolerance: 1e-11)
        if let dependent { throw .dependentTerm("constraint \(dependent + 1)") }
        let standardized = factor * directions.map { dot($0, whitenedCoefficients) }
        return dot(standardized, standardized)
    }

    /// η = q(q + 1)/Σ var of the entries of Ψ^(−½)·C·V·C'·Ψ^(−½), Ψ the mean of C·V·C'.
    private func wishartDegreesOfFreedom(
        _ directions: [[Double]], adjustment: ClusterAdjustment, correlation: Double
    ) throws(EstimationError) -> Double {
        let count = directions.count
        let mean = ContrastMoments(
            self, contrasts: directions, adjustment: adjustment, correlation: correlation
        ).mean
        // Any square root of the inverse gives the same sum of variances.
        let (factor, dependent) = mean.choleskyInverse(tolerance: 1e-11)
        if let dependent { throw .dependentTerm("constraint \(dependent + 1)") }
        let standardized = (0..<count).map { s in
            (0..<order).map { k in
                directions.indices.reduce(0.0) { $0 + factor[s, $1] * directions[$1][k] }
            }
        }
        let moments = ContrastMoments(
            self, contrasts: standardized, adjustment: adjustment, correlation: correlation)
        return Double(count * (count + 1)) / moments.variance.elements.reduce(0, +)
    }
}
