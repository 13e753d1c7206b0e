/// Something about a plan that its reader has to know before believing its numbers.
public enum PlanningWarning: Sendable, Hashable, Codable {
    /// Sizes vary so much that the design effect is no guide.
    case formulaUnreliable(sizeVariation: Double)
    /// One partner holds a large part of the customers.
    case dominantPartner(index: Int, share: Double)
    /// The plan will mostly fail to show the effect it assumes.
    case effectNotDetectable(effect: Double, power: Double, detectable: Double?)
    /// The plan will mostly fail to prove its margin although the treatment is as harmless as assumed.
    case marginNotProvable(margin: Double, power: Double, provable: Double)
}

extension PlanningWarning: CustomStringConvertible {
    /// A sentence that says what is wrong and what would help.
    public var description: String {
        switch self {
        case .formulaUnreliable(let variation):
            "the partners' sizes have a coefficient of variation of \(rounded(variation)), where the formula is useless; "
                + "simulate the power from the roster"
        case .dominantPartner(let index, let share):
            "partner number \(index + 1) holds \(rounded(100 * share)) % of the customers, so the customer average is "
                + "mostly its own; put it in a stratum of its own or take the partner average"
        case .effectNotDetectable(let effect, let power, let detectable):
            "an effect of \(rounded(effect)) would be shown with probability \(rounded(power)) only; "
                + (detectable.map { "the smallest effect this design detects is \(rounded($0))" }
                    ?? "no effect the rates leave room for would be detected")
        case .marginNotProvable(let margin, let power, let provable):
            "a margin of \(rounded(margin)) is not provable with these partners: a harmless treatment would pass with "
                + "probability \(rounded(power)) only; the smallest provable margin is \(rounded(provable))"
        }
    }

    /// Three significant digits, as a person would say the number.
    private func rounded(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "\(value)" }
        var scale = 1.0
        while abs(value) * scale < 100, scale < 1e12 { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}

/// What a design can and cannot show, by formula.
public struct DesignAssessment: Sendable, Hashable, Codable {
    /// The standard error of the difference at the assumed effect.
    public var standardError: Double
    /// The test's degrees of freedom.
    public var degreesOfFreedom: Double
    /// The power at the assumed effect.
    public var power: Double
    /// The effect shown with the power asked for; nil when `unattainable` says why.
    public var minimumDetectableEffect: Double?
    /// The margin proved with the power asked for at the assumed effect; nil for a superiority claim.
    public var smallestProvableMargin: Double?
    /// Why no effect reaches the power asked for.
    public var unattainable: EstimationError?
    /// What to know before relying on these numbers.
    public var warnings: [PlanningWarning]

    /// Creates an assessment from its fields.
    public init(
        standardError: Double, degreesOfFreedom: Double, power: Double, minimumDetectableEffect: Double?,
        smallestProvableMargin: Double?, unattainable: EstimationError?, warnings: [PlanningWarning]
    ) {
        self.standardError = standardError
        self.degreesOfFreedom = degreesOfFreedom
        self.power = power
        self.minimumDetectableEffect = minimumDetectableEffect
        self.smallestProvableMargin = smallestProvableMargin
        self.unattainable = unattainable
        self.warnings = warnings
    }
}

extension ClusterDesign {
    /// What the design can show, and what its reader has to be told.
    ///
    /// - Parameters:
    ///   - effect: The true effect assumed: the smallest worth having for a superiority claim, 0 for a
    ///     guardrail.
    ///   - power: The power asked for.
    /// - Throws: `.invalidPlan`.
    public func assessment(
        effect: Double, power target: Double = 0.8, test: PlannedTest
    ) throws(EstimationError) -> DesignAssessment {
        let reached = try power(effect: effect, test: test)
        var result = DesignAssessment(
            standardError: try standardError(effect: effect),
            degreesOfFreedom: try degreesOfFreedom(test.degreesOfFreedom), power: reached,
            minimumDetectableEffect: nil, smallestProvableMargin: nil, unattainable: nil, warnings: [])
        do throws(EstimationError) {
            result.minimumDetectableEffect = try minimumDetectableEffect(
                power: target, test: test, sign: effect.sign)
        } catch {
            guard case .unattainablePower = error else { throw error }
            result.unattainable = error
        }
        let variation = strata.map(\.sizeVariation).max() ?? 0
        if variation > RosterDiagnostics.largestReliableVariation {
            result.warnings.append(.formulaUnreliable(sizeVariation: variation))
        }
        switch test.claim {
        case .superiority:
            if reached < target {
                result.warnings.append(
                    .effectNotDetectable(
                        effect: effect, power: reached, detectable: result.minimumDetectableEffect))
            }
        case .nonInferiority(let margin, _):
            let provable = try smallestProvableMargin(power: target, test: test, effect: effect)
            result.smallestProvableMargin = provable
            if reached < target {
                result.warnings.append(
                    .marginNotProvable(margin: margin, power: reached, provable: provable))
            }
        }
        return result
    }
}
