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
    /// The group's ratio is 0 or negative, so a relative change has no meaning.
    case notPositive(Arm)
    /// The covariate does not vary between partners.
    case constantCovariate
    /// A stratum holds a single partner of the group.
    case loneClusterInStratum(arm: Arm, stratum: Int)
    /// Only one of the groups has partners in the stratum.
    case stratumInOneArm(stratum: Int)
    /// The order statistics around a quantile coincide, so its precision cannot be judged.
    case quantileNotResolved(Arm)
    /// Columns that describe the same rows differ in length.
    case unequalColumns(found: Int, expected: Int)
    /// A row names a partner outside the roster.
    case unknownPartner(row: Int)
    /// A partner's total leaves the range of its integers.
    case totalOverflow(partner: Int)
    /// A row of a column of indicators is neither 0 nor 1.
    case notAnIndicator(row: Int)
    /// The weights and transitions are not those of a graphical test procedure.
    case invalidGraph(reason: String)
    /// A model's column holds a number that is not finite, or a weight that is not positive.
    case invalidColumn(name: String, row: Int)
    /// A model names a column that the table does not have.
    case unknownColumn(String)
    /// A model's term is, to the last digits, a combination of the terms before it.
    case dependentTerm(String)
    /// There are no more partners, or rows, than the method needs.
    case tooFewPartners(found: Int, required: Int)
    /// A test has next to no degrees of freedom left.
    case tooFewDegreesOfFreedom(found: Double, required: Double)
    /// A denominator that is not the number of customers, where customers are to be counted.
    case denominatorIsNotACount(arm: Arm, index: Int)
    /// Without one partner the quantity could not be estimated at all.
    case restsOnOnePartner(index: Int)
    /// Too few of the candidate assignments fulfil the stored acceptance rule to draw from it.
    case acceptanceTooRare(accepted: Int, candidates: Int)
    /// Counts or planned shares that no sample-ratio check can use.
    case invalidCounts(reason: String)
    /// A look adds no information to the looks before it.
    case noInformation
    /// The assumptions a plan starts from contradict themselves or leave the range where they mean something.
    case invalidPlan(reason: String)
    /// No design or effect of the kind asked for reaches the power.
    case unattainablePower(target: Double, best: Double)
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
            "the partners' results differ by no more than rounding, so the uncertainty of the difference cannot be "
                + "estimated; wait for more outcomes"
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
        case .notPositive(let arm):
            "the \(arm.rawValue) group's ratio is not positive, so a relative change has no meaning; read the "
                + "difference instead"
        case .constantCovariate:
            "the covariate is the same for every partner, so there is nothing to adjust for; report the "
                + "unadjusted comparison"
        case .loneClusterInStratum(let arm, let stratum):
            "stratum \(stratum) has a single partner of the \(arm.rawValue) group, whose luck cannot be judged there; "
                + "merge the stratum with the one most like it"
        case .stratumInOneArm(let stratum):
            "stratum \(stratum) has partners of one group only, so it says nothing about the effect; merge it with the "
                + "stratum most like it"
        case .quantileNotResolved(let arm):
            "values of the \(arm.rawValue) group are equal around the quantile, so its precision cannot be judged; "
                + "choose a quantile between distinct values, or compare means"
        case .unequalColumns(let found, let expected):
            "a column has \(found) rows, expected \(expected); columns of one batch must describe the same rows"
        case .unknownPartner(let row):
            "row \(row + 1) names a partner outside the roster; rows must use the roster's indices"
        case .notAnIndicator(let row):
            "row \(row + 1) of a column of indicators is neither 0 nor 1; make the column one of amounts"
        case .totalOverflow(let partner):
            "the total of partner \(partner) leaves the range of 64-bit sums or 128-bit squares; count money in a "
                + "coarser unit"
        case .invalidGraph(let reason):
            "the graph of hypotheses is not usable: \(reason); see Bretz et al. (2009) for the conditions"
        case .invalidColumn(let name, let row):
            "row \(row + 1) of '\(name)' is not usable: expected finite numbers, and weights above 0; check the input"
        case .unknownColumn(let name):
            "the model names '\(name)', which is not a column of the table; name one of its columns"
        case .dependentTerm(let name):
            "'\(name)' adds nothing to the terms before it, so its coefficient is not defined; leave it out"
        case .tooFewPartners(let found, let required):
            "\(found) \(found == 1 ? "partner has" : "partners have") something to measure, at least \(required) are "
                + "needed for this model; wait, or plan a simpler one"
        case .tooFewDegreesOfFreedom(let found, let required):
            "partners of so unequal weight leave \(found) degrees of freedom, more than \(required) are needed; test "
                + "fewer combinations, or use a randomisation test"
        case .denominatorIsNotACount(let arm, let index):
            "the denominator of total number \(index + 1) of the \(arm.rawValue) group is not its number of customers; "
                + "for ratios of money choose the proportional working covariance"
        case .restsOnOnePartner(let index):
            "without partner number \(index + 1) this could not be estimated at all, so that partner's luck cannot be "
                + "told from an effect; the estimate alone is reported"
        case .acceptanceTooRare(let accepted, let candidates):
            "only \(accepted) of \(candidates) candidate assignments fulfil the stored acceptance rule, too few to "
                + "draw from it; check that its covariates and threshold are those of the assignment"
        case .invalidCounts(let reason):
            "checking counts against the plan: \(reason); take both from the same assignment"
        case .noInformation:
            "this look adds no information to the looks before it, so it has no boundary and spends nothing; wait "
                + "for the next one"
        case .invalidPlan(let reason):
            "planning: \(reason); correct the assumption and plan again"
        case .unattainablePower(let target, let best):
            "planning: a power of \(target) is out of reach, the most this design can have is \(best); add partners, "
                + "accept a larger effect or margin, or measure for longer"
        }
    }
}
