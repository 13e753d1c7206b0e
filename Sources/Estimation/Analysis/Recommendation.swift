import Statistics

/// What decides which method of a comparison deserves to be read.
struct ComparisonStanding {
    /// Partners of the smaller arm.
    var smallerArm: Int
    /// Whether one partner holds more than a quarter of an arm, or an arm's effective number of partners is below a
    /// third of their number: then the degrees of freedom of CR2 may still promise too much.
    var isHeavyTailed: Bool
    /// Whether the partners of an arm have all one and the same rate.
    var hasArmWithoutVariation: Bool
    /// The smallest p-value that replaying the assignment can give; nil when it cannot be replayed.
    var attainable: Double?
    /// 1 − confidence level.
    var alpha: Double

    /// The names of the methods to choose among.
    struct Candidates {
        /// Replaying the assignment.
        var randomization: EffectMethod
        /// The robust variance with corrected degrees of freedom.
        var robust: EffectMethod
        /// A variance on the safe side.
        var conservative: EffectMethod
        /// A bound that needs no variation; nil for numbers other than shares.
        var bound: EffectMethod?
    }

    /// The method to mark, if any, and why.
    ///
    /// Randomisation tests are exact however few and uneven the partners are; simulated with heavy-tailed sizes, they
    /// are also the most powerful valid test of the customer average with many. Where the assignment cannot be
    /// replayed, CR2 with the degrees of freedom of Imbens and Kolesár keeps its level from ten partners in the smaller
    /// arm, and the jackknife's CV3 below that and where a few partners dominate.
    func recommendation(among candidates: Candidates) -> (method: EffectMethod?, reason: String) {
        let partners = "the smaller arm has \(smallerArm) \(smallerArm == 1 ? "partner" : "partners")"
        guard smallerArm >= 2 else {
            return (
                nil,
                "no method is recommended: \(partners), whose luck cannot be told from an effect; read the estimate only"
            )
        }
        if let attainable {
            guard attainable <= alpha * (1 + 1e-12) else {
                return (
                    nil,
                    "no method is recommended: \(partners) and the design can give no p-value below "
                        + "\(shortest(attainable)), so no test at \(shortest(alpha)) can reject; read the estimate only"
                )
            }
            let why =
                switch smallerArm {
                case ..<10: "with fewer than 10 only replaying the assignment keeps its level"
                case ...40: "from 10 to 40 replaying the assignment decides, and CR2 checks its interval"
                default:
                    "with more than 40 replaying the assignment is exact and gives up no power; CR2 should agree"
                }
            return (candidates.randomization, "\(partners); \(why)")
        }
        let unknown = "the assignment cannot be replayed"
        if hasArmWithoutVariation {
            guard let bound = candidates.bound else {
                return (
                    nil,
                    "no method is recommended: \(unknown), and the partners of an arm have all one value, so standard "
                        + "errors are too small"
                )
            }
            return (
                bound,
                "\(unknown), and the partners of an arm have all one rate, so standard errors are too small"
            )
        }
        if smallerArm < 10 {
            return (
                candidates.conservative,
                "\(unknown) and \(partners); with fewer than 10 only CV3 is on the safe side"
            )
        }
        if isHeavyTailed {
            return (
                candidates.conservative,
                "\(unknown) and a few partners dominate an arm; CV3 is on the safe side"
            )
        }
        return (
            candidates.robust, "\(unknown); \(partners), enough for CR2 with corrected degrees of freedom"
        )
    }
}

/// A number in the fewest digits that tell it to two places.
func shortest(_ value: Double) -> String {
    guard value > 0, value < 1 else { return String(value) }
    var unit = 1.0
    while value * unit < 10 { unit *= 10 }
    return String((value * unit).rounded() / unit)
}
