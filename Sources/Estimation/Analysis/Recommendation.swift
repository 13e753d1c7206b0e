import Statistics

/// Whether the assignment was replayed.
enum Replay: Hashable {
    /// Nobody knows how partners were assigned.
    case external
    /// All partners have one result, whoever they were assigned to.
    case nothingVaries
    /// The test could not be computed, for this reason.
    case failed(String)
    /// It was, and this is the smallest p-value that it can give.
    case done(attainable: Double)
}

/// What decides which method of a comparison deserves to be read.
struct ComparisonStanding {
    /// Partners of the smaller arm.
    var smallerArm: Int
    /// Whether few partners dominate an arm: then the degrees of freedom of CR2 may still promise too much.
    var isHeavyTailed: Bool
    /// Whether the partners of an arm have all one and the same rate.
    var hasArmWithoutVariation: Bool
    /// What came of replaying the assignment.
    var replay: Replay
    /// Whether the shares of variants differ between strata.
    var hasUnequalShares = false
    /// Whether only the replayed assignment's own interval takes the design into account.
    var readsOwnInterval = false
    /// 1 − confidence level.
    var alpha: Double

    /// The methods to choose among.
    struct Candidates {
        /// Replaying the assignment.
        var randomization: EffectMethod
        /// The robust variance with corrected degrees of freedom.
        var robust: EffectMethod
        /// A variance for fewer than ten partners.
        var fewPartners: EffectMethod
        /// A variance for arms that a few partners dominate.
        var heavyTails: EffectMethod
        /// A bound that needs no variation; nil for numbers other than shares.
        var bound: EffectMethod?
        /// With more than forty partners the one to read in place of the replayed assignment; nil for none.
        var manyPartners: EffectMethod?
    }

    /// What to read, and why.
    struct Choice {
        /// The method to mark; nil for none.
        var method: EffectMethod?
        /// The method whose interval to read; nil for that of `method`.
        var interval: EffectMethod?
        var reason: String

        static func none(_ reason: String) -> Choice {
            Choice(method: nil, interval: nil, reason: "no method is recommended: " + reason)
        }
    }

    /// The method to mark, if any, and why.
    ///
    /// Randomisation tests are exact however few and uneven the partners are; simulated with heavy-tailed
    /// sizes, they are also the most powerful valid test of the customer average with many. Where the
    /// assignment cannot be replayed, CR2 with the degrees of freedom of Imbens and Kolesár keeps its level
    /// from ten partners in the smaller arm, the jackknife's CV3 with the same degrees of freedom where a few
    /// partners dominate, and CV3 on the smaller arm's partners − 1 with fewer than ten of similar size.
    func choice(among candidates: Candidates) -> Choice {
        let partners = "the smaller arm has \(counted(smallerArm, "partner"))"
        guard smallerArm >= 2 else {
            return .none("\(partners), whose luck cannot be told from an effect; read the estimate only")
        }
        switch replay {
        case .done(let attainable):
            return replayed(attainable, partners: partners, among: candidates)
        case .nothingVaries:
            return .none("the partners' results differ by no more than rounding, so there is nothing to test")
        case .external:
            return unreplayed("the assignment cannot be replayed", partners: partners, among: candidates)
        case .failed(let reason):
            return unreplayed(
                "the randomisation test could not be computed (\(reason))", partners: partners,
                among: candidates)
        }
    }

    private func replayed(_ attainable: Double, partners: String, among candidates: Candidates) -> Choice {
        guard attainable <= alpha * (1 + 1e-12) else {
            return .none(
                "\(partners) and the design can give no p-value below \(shortest(attainable)), so no test at "
                    + "\(shortest(alpha)) can reject; read the estimate only")
        }
        let wide =
            hasArmWithoutVariation || readsOwnInterval
            ? nil : isHeavyTailed ? candidates.heavyTails : candidates.robust
        switch smallerArm {
        case ..<10:
            return Choice(
                method: candidates.randomization, interval: nil,
                reason: "\(partners); with fewer than 10 only replaying the assignment keeps its level")
        case ...40:
            return Choice(
                method: candidates.randomization, interval: wide,
                reason: "\(partners); from 10 to 40 replaying the assignment decides")
        default:
            if let many = candidates.manyPartners {
                return Choice(
                    method: many, interval: nil,
                    reason:
                        "\(partners); with more than 40 '\(many.rawValue)' keeps its level, and replaying "
                        + "the assignment should agree")
            }
            return Choice(
                method: candidates.randomization, interval: wide,
                reason:
                    "\(partners); with more than 40 replaying the assignment is exact and gives up no power"
            )
        }
    }

    private func unreplayed(_ unknown: String, partners: String, among candidates: Candidates) -> Choice {
        if hasUnequalShares {
            guard smallerArm >= 10 else {
                return .none(
                    "\(unknown), shares of variants differ between strata and \(partners), too few for the weights "
                        + "that this needs; read the estimate only")
            }
            return Choice(
                method: candidates.robust, interval: nil,
                reason:
                    "\(unknown) and shares of variants differ between strata: only partners weighted by their "
                    + "stratum's shares compare like with like, though \(partners) and the variance is first "
                    + "order")
        }
        if hasArmWithoutVariation {
            guard let bound = candidates.bound else {
                return .none(
                    "\(unknown), and the partners of an arm have all one value, so standard errors are too "
                        + "small"
                )
            }
            return Choice(
                method: bound, interval: nil,
                reason:
                    "\(unknown), and the partners of an arm have all one rate, so standard errors are too "
                    + "small"
            )
        }
        if isHeavyTailed {
            return Choice(
                method: candidates.heavyTails, interval: nil,
                reason:
                    "\(unknown) and a few partners dominate an arm; CV3 with corrected degrees of freedom "
                    + "comes nearest to its level there")
        }
        if smallerArm < 10 {
            return Choice(
                method: candidates.fewPartners, interval: nil,
                reason:
                    "\(unknown) and \(partners); with fewer than 10 of similar size the jackknife on the "
                    + "smaller arm's degrees of freedom is the most careful")
        }
        return Choice(
            method: candidates.manyPartners ?? candidates.robust, interval: nil,
            reason: "\(unknown); \(partners), enough for corrected degrees of freedom")
    }
}

/// A number in the fewest digits that tell it to two places.
func shortest(_ value: Double) -> String {
    guard value > 0, value < 1 else { return shortForm(value, digits: 2) }
    var unit = 1.0
    while value * unit < 10 { unit *= 10 }
    return String((value * unit).rounded() / unit)
}
