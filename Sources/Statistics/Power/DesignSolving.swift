/// How many partners a design needs.
public struct RequiredPartners: Sendable, Hashable, Codable {
    /// Control partners for exactly the power asked for; not whole.
    public var control: Double
    /// Treatment partners for exactly the power asked for; not whole.
    public var treatment: Double
    /// The design with partners rounded up in every stratum and arm.
    public var design: ClusterDesign
    /// The power of that design.
    public var power: Double

    /// Creates a result from its fields.
    public init(control: Double, treatment: Double, design: ClusterDesign, power: Double) {
        self.control = control
        self.treatment = treatment
        self.design = design
        self.power = power
    }
}

extension ClusterDesign {
    /// The effect nearest to the test's hypothesis that is shown with the given power.
    ///
    /// The power function itself is solved: `power(effect:test:)` at the result is `power`. For non-inferiority
    /// the result is the smallest true effect, possibly negative, at which the claim is proved this often.
    ///
    /// - Parameters:
    ///   - power: Above `test.alpha` and below 1.
    ///   - sign: On which side a two-sided test looks for the effect.
    /// - Throws: `.unattainablePower` when even the largest effect a rate leaves room for falls short;
    ///   `.invalidPlan`.
    public func minimumDetectableEffect(
        power target: Double, test: PlannedTest, sign: FloatingPointSign = .plus
    ) throws(EstimationError) -> Double {
        try check(target, test)
        let direction: Double =
            switch test.alternative {
            case .twoSided: sign == .plus ? 1 : -1
            case .greater: 1
            case .less: -1
            }
        let start = test.boundaryEffect
        let room = effectRange(direction: direction) - direction * start
        guard room > 0 else {
            throw .invalidPlan(reason: "the margin takes a rate out of 0...1")
        }
        let scale = try min(room, standardError(effect: start))
        var distance = scale
        while try power(effect: start + direction * distance, test: test) < target {
            guard distance < room else {
                let best = try power(effect: start + direction * room, test: test)
                throw .unattainablePower(target: target, best: best)
            }
            distance = min(2 * distance, room)
        }
        // At a distance of 0 the power is alpha, below the target.
        let solution = try root(between: 0, and: distance) { distance throws(EstimationError) in
            try power(effect: start + direction * distance, test: test) - target
        }
        guard let solution else { throw .unattainablePower(target: target, best: test.alpha) }
        return start + direction * solution
    }

    /// The smallest margin that is proved with the given power when the true effect is `effect`, 0 by default.
    ///
    /// What a guardrail can promise: a margin below it will mostly not be proved, harmless as the treatment may
    /// be.
    ///
    /// - Throws: `.invalidPlan`, `.unattainablePower`.
    public func smallestProvableMargin(
        power target: Double, test: PlannedTest, effect: Double = 0
    ) throws(EstimationError) -> Double {
        guard case .nonInferiority(_, let higherIsBetter) = test.claim else {
            throw .invalidPlan(reason: "a margin belongs to a non-inferiority claim, the test has another")
        }
        try check(target, test)
        let degreesOfFreedom = try degreesOfFreedom(test.degreesOfFreedom)
        // The true effect is fixed, so the standard error is, and only the distance to the margin is unknown.
        let distance = try noncentrality(
            power: target, degreesOfFreedom: degreesOfFreedom, alpha: test.alpha)
        return try distance * standardError(effect: effect) - (higherIsBetter ? effect : -effect)
    }

    /// How many partners show the claim with the given power when the true effect is `effect`.
    ///
    /// All strata and arms are multiplied by one factor, so that allocation and shares stay as planned; the
    /// smallest design considered has one degree of freedom.
    ///
    /// - Throws: `.unattainablePower` when more partners do not help, because the true effect lies on the
    ///   hypothesis or beyond it; `.invalidPlan`.
    public func requiredPartners(
        effect: Double, power target: Double, test: PlannedTest
    ) throws(EstimationError) -> RequiredPartners {
        try check(target, test)
        let distance = effect - test.boundaryEffect
        let helps =
            switch test.alternative {
            case .twoSided: distance != 0
            case .greater: distance > 0
            case .less: distance < 0
            }
        guard helps else { throw .unattainablePower(target: target, best: test.alpha) }
        let partners = try degreesOfFreedom(test.degreesOfFreedom) + 2 * Double(strata.count)
        let smallest = (1 + 2 * Double(strata.count)) / partners
        var factor = smallest
        while try scaled(by: factor).power(effect: effect, test: test) < target {
            factor *= 2
            guard factor < 1e12 else { throw .unattainablePower(target: target, best: test.alpha) }
        }
        if factor > smallest {
            let solution = try root(between: factor / 2, and: factor) { factor throws(EstimationError) in
                try scaled(by: factor).power(effect: effect, test: test) - target
            }
            factor = solution ?? factor
        }
        let exact = scaled(by: factor)
        var whole = exact
        for index in whole.strata.indices {
            // A solution that is whole but for rounding noise must not be rounded up to the next number.
            whole.strata[index].controlPartners = (whole.strata[index].controlPartners - 1e-9).rounded(.up)
            whole.strata[index].treatmentPartners =
                (whole.strata[index].treatmentPartners - 1e-9).rounded(.up)
        }
        return RequiredPartners(
            control: exact.controlPartners, treatment: exact.treatmentPartners, design: whole,
            power: try whole.power(effect: effect, test: test))
    }

    /// The design with every stratum and arm multiplied by a factor.
    private func scaled(by factor: Double) -> ClusterDesign {
        var design = self
        for index in design.strata.indices {
            design.strata[index].controlPartners *= factor
            design.strata[index].treatmentPartners *= factor
        }
        return design
    }

    /// How far an effect may go before a rate leaves 0...1; infinite for means.
    private func effectRange(direction: Double) -> Double {
        strata.reduce(.infinity) { room, stratum in
            switch stratum.outcome {
            case .rate(let control): min(room, direction > 0 ? 1 - control : control)
            case .mean: room
            }
        }
    }

    /// The noncentrality at which a one-sided test has the given power.
    private func noncentrality(
        power target: Double, degreesOfFreedom: Double, alpha: Double
    ) throws(EstimationError) -> Double {
        func excess(_ noncentrality: Double) -> Double {
            tTestPower(
                noncentrality: noncentrality, degreesOfFreedom: degreesOfFreedom, alpha: alpha,
                alternative: .greater) - target
        }
        var upper = 1.0
        while excess(upper) < 0, upper < 1e15 { upper *= 2 }
        guard let solution = root(between: 0, and: upper, of: excess) else {
            throw .unattainablePower(target: target, best: excess(upper) + target)
        }
        return solution
    }

    private func check(_ target: Double, _ test: PlannedTest) throws(EstimationError) {
        try test.check()
        guard target > test.alpha, target < 1 else {
            throw .invalidPlan(
                reason:
                    "the power is \(target), expected a number above the error of \(test.alpha) and below 1")
        }
    }
}
