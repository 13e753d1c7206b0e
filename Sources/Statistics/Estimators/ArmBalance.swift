/// Whether arms that were randomised as partners also have their share of customers.
public struct ArmBalance: Sendable, Hashable, Codable {
    /// Customers due for each assigned partner, compared between arms: Welch's t on partners, those without
    /// customers included. Randomisation makes the expected difference 0.
    public var customersPerPartner: RatioComparison
    /// Customers observed of those due, compared between arms by CR2: a difference is a loss of data in one
    /// arm. `.noVariation` when nobody was lost, which is as it should be.
    public var observedShare: RatioComparison

    /// Creates a result from its fields.
    public init(customersPerPartner: RatioComparison, observedShare: RatioComparison) {
        self.customersPerPartner = customersPerPartner
        self.observedShare = observedShare
    }
}

/// One assigned partner's customers: due by the records from before assignment, and seen since.
public struct PartnerAttendance: Sendable, Hashable, Codable {
    /// Customers due, fixed at assignment; not negative.
    public var due: Int
    /// Those of them that outcomes were received for; from 0 to `due`.
    public var observed: Int

    /// Creates a partner's counts.
    ///
    /// - Precondition: 0 ≤ observed ≤ due.
    public init(due: Int, observed: Int) {
        precondition((0...max(0, due)).contains(observed), "observed customers are among those due")
        self.due = due
        self.observed = observed
    }
}

/// Checks customers due per arm, and the share of them observed, at the level that was randomised.
///
/// A chi-squared test on customers would alarm far too often: a partner's customers come into an arm together. Pass
/// every assigned partner, also those without customers.
///
/// - Source: Welch (1947), Biometrika 34:28; CR2 as in `compareRatios`.
/// - Throws: `.emptyArm` when no customers of an arm are due.
public func armBalance(
    control: [PartnerAttendance], treatment: [PartnerAttendance]
) throws(EstimationError) -> ArmBalance {
    func sizes(_ partners: [PartnerAttendance]) -> [ClusterTotal] {
        partners.map { partner in
            let due = Double(partner.due)
            return ClusterTotal(count: 1, numerator: due, denominator: 1, sumOfSquares: due * due)
        }
    }
    func shares(_ partners: [PartnerAttendance]) -> [ClusterTotal] {
        partners.map { ClusterTotal(successes: $0.observed, size: $0.due) }
    }
    return ArmBalance(
        customersPerPartner: try compareRatios(
            control: sizes(control), treatment: sizes(treatment), estimand: .partnerAverage,
            variance: .firstOrder),
        observedShare: try compareRatios(control: shares(control), treatment: shares(treatment)))
}
