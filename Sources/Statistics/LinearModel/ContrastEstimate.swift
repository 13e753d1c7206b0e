/// Where the degrees of freedom of a t reference come from.
public enum ReferenceDegreesOfFreedom: Sendable, Hashable, Codable {
    /// Satterthwaite's, for the variance estimator in use under a working model of the errors.
    case satterthwaite(WorkingCovariance)
    /// G − 1 for G partners. Too generous when partners differ in size.
    case partners
    /// N − p for N rows and p coefficients. For tables with one row a partner.
    case residual
}

/// A linear combination of a model's coefficients with a cluster-robust standard error.
public struct ContrastEstimate: Sendable, Hashable, Codable {
    /// The combination of the estimated coefficients, known even when its uncertainty is not.
    public var value: Double
    /// The variance estimator.
    public var correction: ClusterVarianceCorrection
    /// The reference of the t statistic.
    public var reference: ReferenceDegreesOfFreedom
    /// The value with its standard error and degrees of freedom; nil exactly when `unavailable` says why.
    public var estimate: Estimate?
    /// Why there is no estimate.
    public var unavailable: EstimationError?
    /// Partners behind the model, and how many of equal influence on this combination they amount to.
    public var partners: PartnerCount
    /// The correlation of errors within partners that the degrees of freedom assume; nil without such a
    /// model.
    public var assumedCorrelation: Double?
    /// Partners with a leverage of 1 on some coefficient, where the variance estimator is a generalised
    /// inverse. They do not carry this combination alone, or there would be no estimate, but deserve a look.
    public var saturatedPartners: [Int]

    /// Creates a result from its fields.
    public init(
        value: Double, correction: ClusterVarianceCorrection, reference: ReferenceDegreesOfFreedom,
        estimate: Estimate?, unavailable: EstimationError?, partners: PartnerCount,
        assumedCorrelation: Double?, saturatedPartners: [Int]
    ) {
        self.value = value
        self.correction = correction
        self.reference = reference
        self.estimate = estimate
        self.unavailable = unavailable
        self.partners = partners
        self.assumedCorrelation = assumedCorrelation
        self.saturatedPartners = saturatedPartners
    }
}

extension ContrastEstimate {
    /// How it was estimated.
    public var method: EffectMethod {
        switch reference {
        case .satterthwaite(.exchangeable): EffectMethod(rawValue: "\(correction.name), Imbens–Kolesár df")
        case .satterthwaite(.proportional): EffectMethod(rawValue: "\(correction.name), proportional df")
        case .satterthwaite(.identity): EffectMethod(rawValue: "\(correction.name), Satterthwaite df")
        case .partners: EffectMethod(rawValue: "\(correction.name), t(G − 1)")
        case .residual: EffectMethod(rawValue: "\(correction.name), t(N − p)")
        }
    }
}

extension ClusteredLinearModel {
    /// Estimates one coefficient; see `estimate(of:correction:reference:)`.
    ///
    /// - Throws: `.unknownColumn` when the model has no such term.
    public func estimate(
        of term: String, correction: ClusterVarianceCorrection = .cr2,
        reference: ReferenceDegreesOfFreedom = .satterthwaite(.exchangeable)
    ) throws(EstimationError) -> ContrastEstimate {
        estimate(of: try contrast(of: term), correction: correction, reference: reference)
    }

    /// Estimates c'b with a cluster-robust standard error.
    ///
    /// There is no estimate, and the result says why, where the value would not exist without one of the
    /// partners (such as the only treated one), where residuals do not vary, and with fewer than two
    /// partners.
    ///
    /// - Parameters:
    ///   - contrast: c, one weight for every coefficient, not all 0.
    ///   - correction: CR2 is unbiased under independent errors of equal variance; CR3 errs on the safe side.
    ///   - reference: By default Satterthwaite's degrees of freedom under equally correlated customers.
    public func estimate(
        of contrast: [Double], correction: ClusterVarianceCorrection = .cr2,
        reference: ReferenceDegreesOfFreedom = .satterthwaite(.exchangeable)
    ) -> ContrastEstimate {
        let direction = whitened(contrast)
        let adjustment = ClusterAdjustment(self, correction: correction)
        var result = ContrastEstimate(
            value: dot(direction, whitenedCoefficients), correction: correction, reference: reference,
            estimate: nil, unavailable: nil,
            partners: PartnerCount(
                raw: clusterCount, effective: effectivePartnerCount(for: contrast, correlation: 0)),
            assumedCorrelation: nil, saturatedPartners: adjustment.saturated.map(\.cluster))
        do throws(EstimationError) {
            guard clusterCount >= 2 else { throw .tooFewPartners(found: clusterCount, required: 2) }
            if let cluster = soleSupport(of: direction, adjustment: adjustment) {
                throw .restsOnOnePartner(index: cluster)
            }
            let variance = variance(of: direction, adjustment: adjustment)
            guard exceedsRounding(variance, of: direction) else { throw .noVariation }
            if case .satterthwaite(let working) = reference {
                result.assumedCorrelation = correlation(of: working)
            }
            result.estimate = Estimate(
                value: result.value, standardError: variance.squareRoot(),
                degreesOfFreedom: degreesOfFreedom(of: direction, reference, adjustment: adjustment))
        } catch {
            result.unavailable = error
        }
        return result
    }

    /// The degrees of freedom of a contrast's variance estimator.
    ///
    /// Computed whether or not the estimator deserves trust, as `covariance`.
    public func degreesOfFreedom(
        of contrast: [Double], correction: ClusterVarianceCorrection, reference: ReferenceDegreesOfFreedom
    ) -> Double {
        degreesOfFreedom(
            of: whitened(contrast), reference,
            adjustment: ClusterAdjustment(self, correction: correction))
    }

    private func degreesOfFreedom(
        of direction: [Double], _ reference: ReferenceDegreesOfFreedom, adjustment: ClusterAdjustment
    ) -> Double {
        switch reference {
        case .partners: return Double(clusterCount - 1)
        case .residual: return Double(customerCount - parameterCount)
        case .satterthwaite(let working):
            let moments = ContrastMoments(
                self, contrasts: [direction], adjustment: adjustment,
                correlation: correlation(of: working))
            // A scaled chi-squared with the same mean and variance.
            return 2 * moments.mean[0, 0] * moments.mean[0, 0] / moments.variance[0, 0]
        }
    }

    /// CR0 and CR1 do not look at leverages, but rest on one partner just as CR2 would.
    func soleSupport(of direction: [Double], adjustment: ClusterAdjustment) -> Int? {
        switch adjustment.correction {
        case .cr2, .cr3: return adjustment.soleSupports(of: direction).first
        case .cr0, .cr1, .cr1s:
            return ClusterAdjustment(self, correction: .cr3).soleSupports(of: direction).first
        }
    }

    private func variance(of direction: [Double], adjustment: ClusterAdjustment) -> Double {
        var sum = 0.0
        adjustment.forEachContribution(self) { _, contribution in
            let part = dot(direction, contribution)
            sum += part * part
        }
        return finiteSampleFactor(adjustment.correction) * sum
    }

    /// Whether a variance of a contrast is more than the rounding errors of the sums it is made of.
    func exceedsRounding(_ variance: Double, of direction: [Double]) -> Bool {
        variance > 1e-26 * dot(direction, direction) * outcomeSquares
    }
}
