import Foundation

/// The scale a ratio's effect is expressed on.
public enum RatioScale: String, Sendable, Hashable, Codable, CaseIterable {
    /// R₁ − R₀, in the ratio's own unit.
    case difference
    /// R₁/R₀ − 1.
    case relativeDifference
    /// ln(R₁/R₀).
    case logRatio

    /// The same scale among those of all effects.
    public var effectScale: EffectScale {
        switch self {
        case .difference: .difference
        case .relativeDifference: .relativeDifference
        case .logRatio: .logRatio
        }
    }
}

/// A ratio of totals (renewal rate, net revenue retention, a mean) compared between two independent arms.
public struct RatioComparison: Sendable, Hashable, Codable {
    /// How the variance was estimated.
    public var method: EffectMethod
    /// Whose average the ratios are.
    public var estimand: Estimand
    /// The control arm.
    public var control: ArmRatio
    /// The treatment arm.
    public var treatment: ArmRatio
    /// Why there is no estimate; nil when there is one.
    public var unavailable: EstimationError?

    /// Creates a comparison from its fields.
    public init(
        method: EffectMethod, estimand: Estimand, control: ArmRatio, treatment: ArmRatio,
        unavailable: EstimationError?
    ) {
        self.method = method
        self.estimand = estimand
        self.control = control
        self.treatment = treatment
        self.unavailable = unavailable
    }

    /// treatment − control, known even when its uncertainty is not.
    public var difference: Double { treatment.value - control.value }

    /// Arms whose partners all have exactly one ratio.
    ///
    /// Such an arm adds nothing to the standard error, which is then too small: use a randomisation test, or
    /// `clusteredProportionDifference` for a proportion.
    public var armsWithoutVariation: [Arm] {
        [(Arm.control, control), (.treatment, treatment)]
            .filter { $0.1.uncertainty?.squaredStandardError == 0 }.map(\.0)
    }
}

extension RatioComparison {
    /// Compares two pooled arms; where an arm's uncertainty cannot be estimated, or neither arm varies, the
    /// comparison says why.
    init(
        method: EffectMethod, estimand: Estimand, control: ArmRate, treatment: ArmRate,
        uncertainty: (Arm) throws(EstimationError) -> ArmRatio.Uncertainty
    ) {
        self.init(
            method: method, estimand: estimand,
            control: ArmRatio(value: control.rate, partners: PartnerCount(control), uncertainty: nil),
            treatment: ArmRatio(value: treatment.rate, partners: PartnerCount(treatment), uncertainty: nil))
        do throws(EstimationError) {
            self.control.uncertainty = try uncertainty(.control)
            self.treatment.uncertainty = try uncertainty(.treatment)
            if armsWithoutVariation.count == 2 { throw .noVariation }
        } catch {
            unavailable = error
        }
    }

    /// Compares two arms, refusing an estimate where neither varies.
    init(
        method: EffectMethod, estimand: Estimand, control: ArmRatio, treatment: ArmRatio
    ) {
        let variances = [control, treatment].compactMap { $0.uncertainty?.squaredStandardError }
        self.init(
            method: method, estimand: estimand, control: control, treatment: treatment,
            unavailable: variances.count == 2 && variances.allSatisfy { $0 == 0 } ? .noVariation : nil)
    }

    /// The effect on a scale, by the delta method: gradients cₐ of the scale weigh the arms' variances, and the
    /// degrees of freedom are (Σ cₐ²uₐ)² / Σ (cₐ²uₐ)²/νₐ for working variances uₐ.
    ///
    /// - Source: Satterthwaite (1946), Biometrics 2:110; Deng, Knoblich & Lu (2018), KDD, eq. 4.
    /// - Throws: `unavailable`; `.notPositive` for a relative scale when control, or for a logarithm either arm,
    ///   is not positive.
    public func estimate(on scale: RatioScale = .difference) throws(EstimationError) -> Estimate {
        if let unavailable { throw unavailable }
        guard let left = control.uncertainty, let right = treatment.uncertainty else { throw .noVariation }
        let value: Double
        let gradient: (control: Double, treatment: Double)
        switch scale {
        case .difference:
            value = difference
            gradient = (1, 1)
        case .relativeDifference:
            guard control.value > 0 else { throw .notPositive(.control) }
            value = difference / control.value
            gradient = (treatment.value / (control.value * control.value), 1 / control.value)
        case .logRatio:
            guard control.value > 0 else { throw .notPositive(.control) }
            guard treatment.value > 0 else { throw .notPositive(.treatment) }
            value = log(treatment.value / control.value)
            gradient = (1 / control.value, 1 / treatment.value)
        }
        let weights = (gradient.control * gradient.control, gradient.treatment * gradient.treatment)
        let (u, v) = (weights.0 * left.workingVariance, weights.1 * right.workingVariance)
        let variance = weights.0 * left.squaredStandardError + weights.1 * right.squaredStandardError
        guard variance > 0, u + v > 0 else { throw .noVariation }
        let degreesOfFreedom =
            (u + v) * (u + v) / (u * u / left.degreesOfFreedom + v * v / right.degreesOfFreedom)
        // Variances so small that their squares vanish.
        guard degreesOfFreedom > 0 else { throw .noVariation }
        return Estimate(
            value: value, standardError: variance.squareRoot(), degreesOfFreedom: degreesOfFreedom)
    }

    /// The comparison as an effect with its t-test and interval on a scale.
    ///
    /// - Parameter confidenceLevel: Strictly between 0 and 1.
    public func effect(on scale: RatioScale = .difference, confidenceLevel: Double) -> TreatmentEffect {
        do throws(EstimationError) {
            return TreatmentEffect(
                method: method, estimand: estimand, scale: scale.effectScale, control: control.partners,
                treatment: treatment.partners, estimate: try estimate(on: scale),
                confidenceLevel: confidenceLevel)
        } catch {
            return TreatmentEffect(
                method: method, estimand: estimand, scale: scale.effectScale, control: control.partners,
                treatment: treatment.partners, value: value(on: scale), unavailable: error)
        }
    }

    /// The effect's value where only its uncertainty is undefined.
    private func value(on scale: RatioScale) -> Double? {
        switch scale {
        case .difference: difference
        case .relativeDifference: control.value > 0 ? difference / control.value : nil
        case .logRatio:
            control.value > 0 && treatment.value > 0 ? log(treatment.value / control.value) : nil
        }
    }
}
