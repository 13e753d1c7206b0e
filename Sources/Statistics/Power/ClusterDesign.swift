/// The outcome a plan is made for, by what its variance depends on.
public enum PlannedOutcome: Sendable, Hashable, Codable {
    /// A share of customers, by its rate without treatment; in 0...1.
    case rate(control: Double)
    /// An amount per customer, by its standard deviation between customers; positive.
    case mean(standardDeviation: Double)

    /// The variance of one customer's outcome, `effect` above the control arm; nil outside 0...1 for a rate.
    func variance(effect: Double) -> Double? {
        switch self {
        case .rate(let control):
            // An effect computed as what room a rate leaves may miss the end by a rounding error.
            let rate = control + effect
            guard rate > -1e-12, rate < 1 + 1e-12 else { return nil }
            return max(0, rate * (1 - rate))
        case .mean(let deviation): return deviation * deviation
        }
    }
}

/// The partners of one stratum, as a plan assumes them.
public struct PlannedStratum: Sendable, Hashable, Codable {
    /// Control partners; not necessarily whole while a plan is being solved.
    public var controlPartners: Double
    /// Treatment partners.
    public var treatmentPartners: Double
    /// Customers due per partner, n̄; positive.
    public var meanSize: Double
    /// The coefficient of variation of the partners' sizes, population standard deviation over mean.
    public var sizeVariation: Double
    /// ρ, the correlation of two customers of one partner, in 0...1.
    public var intraclassCorrelation: Double
    /// What is measured.
    public var outcome: PlannedOutcome

    /// Creates a stratum.
    public init(
        controlPartners: Double, treatmentPartners: Double, meanSize: Double, sizeVariation: Double,
        intraclassCorrelation: Double, outcome: PlannedOutcome
    ) {
        self.controlPartners = controlPartners
        self.treatmentPartners = treatmentPartners
        self.meanSize = meanSize
        self.sizeVariation = sizeVariation
        self.intraclassCorrelation = intraclassCorrelation
        self.outcome = outcome
    }

    /// How many times larger the variance is than with as many independent customers:
    /// 1 + ((cv² + 1)·n̄ − 1)·ρ.
    ///
    /// Example: 25 customers a partner, cv 0.9 and ρ = 0.05 give 3.2125.
    ///
    /// - Source: Eldridge, Ashby & Kerry (2006), International Journal of Epidemiology 35:1292.
    public var designEffect: Double {
        1 + ((sizeVariation * sizeVariation + 1) * meanSize - 1) * intraclassCorrelation
    }

    /// Partners of both arms in units of equal size, k/(1 + cv²).
    var effectivePartners: Double {
        (controlPartners + treatmentPartners) / (1 + sizeVariation * sizeVariation)
    }
}

/// A planned pilot: partners randomised within strata, and the difference of the arms' pooled rates compared.
///
/// With one customer a partner and one stratum this is the two-sample t test.
public struct ClusterDesign: Sendable, Hashable, Codable {
    /// The strata, one without stratification. The share of partners treated should be alike in all of them,
    /// because arms are pooled.
    public var strata: [PlannedStratum]

    /// Creates a design.
    public init(strata: [PlannedStratum]) { self.strata = strata }

    /// Creates a design without strata.
    public init(
        controlPartners: Double, treatmentPartners: Double, meanSize: Double, sizeVariation: Double,
        intraclassCorrelation: Double, outcome: PlannedOutcome
    ) {
        strata = [
            PlannedStratum(
                controlPartners: controlPartners, treatmentPartners: treatmentPartners, meanSize: meanSize,
                sizeVariation: sizeVariation, intraclassCorrelation: intraclassCorrelation, outcome: outcome)
        ]
    }

    /// Partners of the control arm.
    public var controlPartners: Double { strata.reduce(0) { $0 + $1.controlPartners } }
    /// Partners of the treatment arm.
    public var treatmentPartners: Double { strata.reduce(0) { $0 + $1.treatmentPartners } }

    /// The standard error of treatment − control when the true effect is `effect`.
    ///
    /// An arm's rate is the mean over strata weighted by their customers, so its variance is
    /// Σ Wₕ²·DEₕ·σₕ²/Nₕ; differences between strata do not enter.
    ///
    /// - Throws: `.invalidPlan` for assumptions outside their range, or an effect that takes a rate out of 0...1.
    public func standardError(effect: Double) throws(EstimationError) -> Double {
        try check()
        let (controlCustomers, treatmentCustomers) = strata.reduce((0.0, 0.0)) {
            ($0.0 + $1.controlPartners * $1.meanSize, $0.1 + $1.treatmentPartners * $1.meanSize)
        }
        var variance = 0.0
        for stratum in strata {
            guard let control = stratum.outcome.variance(effect: 0),
                let treatment = stratum.outcome.variance(effect: effect)
            else { throw .invalidPlan(reason: "an effect of \(effect) takes a rate out of 0...1") }
            let perCustomer = stratum.designEffect * stratum.meanSize
            variance +=
                perCustomer
                * (control * stratum.controlPartners / (controlCustomers * controlCustomers)
                    + treatment * stratum.treatmentPartners / (treatmentCustomers * treatmentCustomers))
        }
        guard variance > 0 else { throw .invalidPlan(reason: "the outcome cannot vary in either arm") }
        return variance.squareRoot()
    }

    /// The degrees of freedom a test of the design has.
    ///
    /// - Throws: `.invalidPlan` when there are too few partners for any.
    public func degreesOfFreedom(_ rule: PlannedDegreesOfFreedom) throws(EstimationError) -> Double {
        let partners = strata.reduce(0) { sum, stratum in
            switch rule {
            case .partners: sum + stratum.controlPartners + stratum.treatmentPartners
            case .effectivePartners: sum + stratum.effectivePartners
            }
        }
        let degreesOfFreedom = partners - 2 * Double(strata.count)
        guard degreesOfFreedom > 0 else {
            throw .invalidPlan(
                reason:
                    "\(partners) partners in \(strata.count) strata leave no degrees of freedom, expected "
                    + "more than two a stratum")
        }
        return degreesOfFreedom
    }

    /// The probability that the test shows its claim when the true effect is `effect`, treatment − control.
    ///
    /// - Throws: `.invalidPlan`.
    public func power(effect: Double, test: PlannedTest) throws(EstimationError) -> Double {
        try test.check()
        let distance = effect - test.boundaryEffect
        return tTestPower(
            noncentrality: try distance / standardError(effect: effect),
            degreesOfFreedom: try degreesOfFreedom(test.degreesOfFreedom), alpha: test.alpha,
            alternative: test.alternative)
    }

    /// Throws `.invalidPlan` for an assumption outside its range.
    private func check() throws(EstimationError) {
        guard !strata.isEmpty else { throw .invalidPlan(reason: "there is no stratum") }
        for (number, stratum) in strata.enumerated() {
            func refuse(_ what: String, _ value: Double, expected: String) -> EstimationError {
                .invalidPlan(reason: "\(what) of stratum \(number + 1) is \(value), expected \(expected)")
            }
            for partners in [stratum.controlPartners, stratum.treatmentPartners]
            where !(partners > 0 && partners.isFinite) {
                throw refuse("the number of partners", partners, expected: "a positive number in each arm")
            }
            guard stratum.meanSize > 0, stratum.meanSize.isFinite else {
                throw refuse("the mean size", stratum.meanSize, expected: "a positive number")
            }
            guard stratum.sizeVariation >= 0, stratum.sizeVariation.isFinite else {
                throw refuse("the variation of sizes", stratum.sizeVariation, expected: "0 or more")
            }
            guard (0...1).contains(stratum.intraclassCorrelation) else {
                throw refuse("the intraclass correlation", stratum.intraclassCorrelation, expected: "0 to 1")
            }
            switch stratum.outcome {
            case .rate(let control) where !(0...1).contains(control):
                throw refuse("the control rate", control, expected: "0 to 1")
            case .mean(let deviation) where !(deviation > 0 && deviation.isFinite):
                throw refuse("the standard deviation", deviation, expected: "a positive number")
            default: break
            }
        }
    }
}
