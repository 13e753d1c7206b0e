/// The delete-one-partner jackknife of a Cox model.
public struct CoxJackknife: Sendable, Hashable, Codable {
    /// Partners with rows.
    public var clusterCount: Int
    /// Each coefficient with its CV3 standard error, √((G − 1)/G·Σ(β₍g₎ − β)²), and the degrees of freedom given.
    public var estimates: [Estimate]
    /// The coefficients without each partner, a line for each with rows, in order of their numbers.
    public var leaveOneOut: [[Double]]

    /// Creates a result from its fields.
    public init(clusterCount: Int, estimates: [Estimate], leaveOneOut: [[Double]]) {
        self.clusterCount = clusterCount
        self.estimates = estimates
        self.leaveOneOut = leaveOneOut
    }
}

extension CoxModel {
    /// Refits the model without each partner in turn, starting from the fit with all of them.
    ///
    /// Every refit is exact and takes two or three evaluations of the likelihood, so all take O(G·N·p²). The
    /// sandwich error of `fit` costs one evaluation, but is too small when partners are few.
    ///
    /// - Parameters:
    ///   - fit: This model's fit.
    ///   - degreesOfFreedom: Of the t distribution the estimates are referred to; for a treatment randomised over
    ///     partners, the partners of the smaller arm − 1. Nil for all partners − 1.
    /// - Source: MacKinnon, Nielsen & Webb (2023), Journal of Applied Econometrics 38:671 (CV3); Lipsitz & Parzen
    ///   (1996), Biometrics 52:291, for Cox regression.
    /// - Throws: `.unboundedEstimate` when the fit has no finite estimate; `.restsOnOnePartner` when it has none
    ///   without that partner, or no losses are left; `.collinearCovariate` and `.didNotConverge` when a refit is
    ///   impossible; `.noVariation` when nothing changes.
    public func jackknife(
        _ fit: CoxFit, degreesOfFreedom: Double? = nil
    ) throws(EstimationError) -> CoxJackknife {
        let coefficients = fit.coefficients.compactMap(\.value)
        guard coefficients.count == covariateCount, !fit.coefficients.contains(where: { $0.unbounded != nil })
        else { throw .unboundedEstimate }
        var hasRows = [Bool](repeating: false, count: clusterCount)
        for partner in cluster { hasRows[Int(partner)] = true }
        let partners = hasRows.indices.filter { hasRows[$0] }

        var leaveOneOut: [[Double]] = []
        for partner in partners {
            let remaining = leavingOut(partner)
            guard remaining.eventCount > 0 else { throw .restsOnOnePartner(index: partner) }
            var moments = CoxMoments(remaining)
            let optimum = try remaining.maximum(from: coefficients, ties: fit.ties, moments: &moments)
            guard optimum.isBounded else { throw .restsOnOnePartner(index: partner) }
            leaveOneOut.append(optimum.coefficients)
        }
        let count = Double(partners.count)
        var estimates: [Estimate] = []
        for (k, value) in coefficients.enumerated() {
            let squares = leaveOneOut.reduce(0) { $0 + ($1[k] - value) * ($1[k] - value) }
            guard squares > 0, count > 1 else { throw .noVariation }
            estimates.append(
                Estimate(
                    value: value, standardError: ((count - 1) / count * squares).squareRoot(),
                    degreesOfFreedom: degreesOfFreedom ?? count - 1))
        }
        return CoxJackknife(clusterCount: partners.count, estimates: estimates, leaveOneOut: leaveOneOut)
    }
}
