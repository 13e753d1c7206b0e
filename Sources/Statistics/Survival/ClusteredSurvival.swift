/// The share of one arm's customers kept until a time, with an error that lets customers of a partner be alike.
public struct ClusteredSurvival: Sendable, Hashable, Codable {
    /// The time.
    public var time: Double
    /// The Kaplan–Meier estimate of the share kept.
    public var survival: Double
    /// √Σ(Σφ)² over partners, φ being the customers' infinitesimal-jackknife influences; nil once nobody is left.
    /// Uncorrected (CR0), so too small when partners are few.
    public var standardError: Double?
    /// Partners with customers at risk.
    public var partners: PartnerCount

    /// Creates a result from its fields.
    public init(time: Double, survival: Double, standardError: Double?, partners: PartnerCount) {
        self.time = time
        self.survival = survival
        self.standardError = standardError
        self.partners = partners
    }
}

/// The share kept until a time, with the infinitesimal-jackknife error clustered by partner.
///
/// It describes one arm; to compare arms use `riskTotals`, whose CR2 errors suit few partners.
///
/// - Source: Efron (1982), ch. 6; as survfit(cluster =) of Therneau's R package survival.
/// - Throws: `.nobodyAtRisk`, `.horizonNotReached`, `.riskSetExhausted`; see `riskTotals`.
public func clusteredSurvival(
    _ sample: SurvivalSample, at time: Double
) throws(EstimationError) -> ClusteredSurvival {
    let influence = try CurveInfluence(survivalOf: sample, horizon: time)
    let squares = influence.partnerSums(of: sample).reduce(0) { $0 + $1 * $1 }
    return ClusteredSurvival(
        time: time, survival: influence.value,
        standardError: influence.value > 0 ? squares.squareRoot() : nil, partners: sample.partnerCount)
}
