/// Why a number could not be computed, in words for the person who asked for it.
///
/// A quantity that is not defined is never replaced by a zero, a NaN or a p-value of 1.
public enum EstimationError: Error, Sendable, Hashable, Codable {
    /// No partner of the group has anything in the denominator.
    case emptyArm(Arm)
    /// The group has fewer partners than the method needs.
    case tooFewClusters(arm: Arm, found: Int, required: Int)
    /// All partners of both arms behave exactly alike, so there is no scale to judge a difference by.
    case noVariation
    /// One partner is, to the last digit, the whole arm.
    case fullLeverage(Arm)
    /// A total has a negative count or denominator, a denominator without customers, or a number that is not
    /// finite.
    case invalidTotal(arm: Arm?, index: Int)
    /// Nobody was observed at risk.
    case nobodyAtRisk
    /// Nothing was lost in either arm while customers were observed.
    case noEvents
    /// Observation ends before the horizon; both times are on the clock of the sample.
    case horizonNotReached(horizon: Double, lastAtRisk: Double)
    /// Everybody observed at some time was lost at once, and others came under observation later.
    case riskSetExhausted(time: Double)
    /// A covariate does not vary among those at risk, or is a combination of the covariates before it.
    case collinearCovariate(index: Int)
    /// The search for the largest likelihood did not end.
    case didNotConverge(iterations: Int)
    /// The estimate grows without bound, because a covariate tells apart those lost from all others.
    case unboundedEstimate
    /// The stored assignment does not describe the totals it came with.
    case inconsistentBlocks(reason: String)
}

extension EstimationError: CustomStringConvertible {
    /// A sentence that says what is missing and what would help.
    public var description: String {
        switch self {
        case .emptyArm(let arm):
            "the \(arm.rawValue) group has no customers to measure yet; wait until some become due"
        case .tooFewClusters(let arm, let found, let required):
            "the \(arm.rawValue) group has \(found) \(found == 1 ? "partner" : "partners") with customers, at least "
                + "\(required) are needed to tell an effect from one partner's luck; the difference alone is reported"
        case .noVariation:
            "every partner has exactly the same result, so the uncertainty of the difference cannot be estimated; "
                + "wait for more outcomes"
        case .fullLeverage(let arm):
            "one partner makes up practically the whole \(arm.rawValue) group, so its luck cannot be told from an "
                + "effect; the difference alone is reported"
        case .invalidTotal(let arm, let index):
            "total number \(index + 1)\(arm.map { " of the \($0.rawValue) group" } ?? "") is not usable: counts and "
                + "denominators must not be negative, a denominator needs customers and sums must be finite; "
                + "check the metric's inputs"
        case .nobodyAtRisk:
            "nobody in the sample was observed for any time; expected at least one customer whose observation "
                + "ends after it begins"
        case .noEvents:
            "nothing was lost in either group so far, so loss rates cannot be compared; wait for more time to pass"
        case .horizonNotReached(let horizon, let lastAtRisk):
            "the risk at time \(horizon) cannot be computed because observation ends at \(lastAtRisk); "
                + "wait, or plan a shorter horizon"
        case .riskSetExhausted(let time):
            "everybody observed at time \(time) was lost then, while others came under observation later, so the "
                + "share of customers kept is stuck at 0; start the clock where more customers are observed"
        case .collinearCovariate(let index):
            "covariate number \(index + 1) does not vary among the customers at risk, or follows from the covariates "
                + "before it; leave it out"
        case .didNotConverge(let iterations):
            "the search for the most likely hazard ratio did not end after \(iterations) steps; use fewer or "
                + "less extreme covariates"
        case .unboundedEstimate:
            "all losses fall on one side, so the hazard ratio has no finite estimate; its test and the bound on the "
                + "other side stand"
        case .inconsistentBlocks(let reason):
            "replaying the assignment: \(reason); the stored assignment and the totals must come from one look"
        }
    }
}
