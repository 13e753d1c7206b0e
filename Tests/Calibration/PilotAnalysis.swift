import Statistics

/// One simulated pilot and everything that is computed from it.
struct PilotAnalysis {
    private let partners: [SimulatedPartner]
    private let totals: [ClusterTotal]
    private let arms: (control: [ClusterTotal], treatment: [ClusterTotal])
    private let adjustable: (control: [CovariateTotal], treatment: [CovariateTotal])
    private let population: Population
    private let seed: UInt64
    private let effect: Double
    /// The customer average and its test; nil when an arm is empty.
    let rates: RateDifference?

    private static let draws = 499

    init(_ scenario: Scenario, effect: Double, using draws: inout Draws) {
        population = scenario.population
        partners = scenario.partners(using: &draws)
        totals = partners.renewals(effect: effect, using: &draws)
        arms = partners.split(totals)
        adjustable = partners.split(
            zip(partners, totals).map { CovariateTotal(total: $1, covariate: $0.baseline) })
        seed = draws.next()
        self.effect = effect
        rates = try? rateDifference(control: arms.control, treatment: arms.treatment)
    }

    // MARK: Methods

    var welch: Estimate? {
        try? partnerAverageDifference(control: arms.control, treatment: arms.treatment).estimate
    }

    var ancova: Estimate? {
        try? partnerAncova(control: adjustable.control, treatment: adjustable.treatment).estimate
    }

    var lin: Estimate? {
        try? linAdjustedDifference(control: adjustable.control, treatment: adjustable.treatment).estimate
    }

    /// The jackknife's variance with the degrees of freedom of the smaller arm, for lots that cannot be replayed.
    var jackknife: Estimate? {
        guard let rates,
            let variance = try? rateDifferenceVariance(
                control: arms.control, treatment: arms.treatment, correction: .cr3), variance > 0
        else { return nil }
        let partners = Double(rates.control.clusterCount + rates.treatment.clusterCount)
        return Estimate(
            value: rates.difference,
            standardError: (variance * (partners - 1) / partners).squareRoot(),
            degreesOfFreedom: Double(min(rates.control.clusterCount, rates.treatment.clusterCount) - 1))
    }

    /// The test that replays the lots, for the averages over customers and over partners.
    func randomization(
        _ statistics: [RandomizationStatistic], confidenceLevel: Double? = nil
    ) -> [RandomizationInference]? {
        try? randomizationTests(
            metrics: statistics.map { RandomizationMetric(totals: totals, statistic: $0) },
            mechanism: .permutedBlocks(partners.blocks),
            options: RandomizationOptions(
                draws: Self.draws, seed: seed, exactLimit: 2000, confidenceLevel: confidenceLevel))
    }

    /// Whether a reader is warned that few partners dominate an arm.
    var isHeavyTailed: Bool {
        rates.map { $0.control.isHeavyTailed || $0.treatment.isHeavyTailed } ?? false
    }

    // MARK: Truth

    /// The customer-average effect: what is left of `effect` where a rate cannot rise above 1.
    var customerTruth: Double {
        let customers = partners.reduce(0.0) { $0 + Double($1.size) }
        return partners.reduce(0.0) { $0 + Double($1.size) * (min($1.rate + effect, 1) - $1.rate) }
            / customers
    }

    /// The partner-average effect.
    var partnerTruth: Double {
        partners.reduce(0.0) { $0 + (min($1.rate + effect, 1) - $1.rate) } / Double(partners.count)
    }

    // MARK: Comparisons

    /// The two-proportion z test, as if customers were randomised.
    var rejectsNaively: Bool? {
        guard let rates else { return nil }
        let (control, treatment) = (rates.control, rates.treatment)
        let pooled =
            (control.numerator + treatment.numerator) / (control.denominator + treatment.denominator)
        let variance = pooled * (1 - pooled) * (1 / control.denominator + 1 / treatment.denominator)
        return abs(rates.difference) > 1.959964 * variance.squareRoot()
    }

    /// A z test with the variance that the generating model gives the sizes drawn.
    var oracleRejects: Bool? {
        guard let rates else { return nil }
        let unit = population.rate * (1 - population.rate)
        var variance = 0.0
        for (isTreated, total) in [(false, rates.control.denominator), (true, rates.treatment.denominator)] {
            for partner in partners where partner.isTreated == isTreated {
                let size = Double(partner.size)
                variance += size * unit * (1 + (size - 1) * population.correlation) / (total * total)
            }
        }
        return abs(rates.difference) > 1.959964 * variance.squareRoot()
    }

    /// A z test of partners' rates, weighted by the inverse of the variance that the generating model gives each.
    var weightedOracleRejects: Bool {
        var arms = [(weight: 0.0, sum: 0.0), (weight: 0.0, sum: 0.0)]
        for (partner, total) in zip(partners, totals) {
            let size = Double(partner.size)
            let variance =
                population.rate * (1 - population.rate) * (1 + (size - 1) * population.correlation) / size
            let arm = partner.isTreated ? 1 : 0
            arms[arm].weight += 1 / variance
            arms[arm].sum += total.numerator / size / variance
        }
        let difference = arms[1].sum / arms[1].weight - arms[0].sum / arms[0].weight
        return abs(difference) > 1.959964 * (1 / arms[0].weight + 1 / arms[1].weight).squareRoot()
    }
}

extension Estimate {
    /// Whether the two-sided test at 5 % rejects.
    var rejects: Bool { pValue() <= 0.05 }

    /// Whether the 95 % interval holds a value.
    func covers(_ truth: Double) -> Bool { interval(confidenceLevel: 0.95).holds(truth) }
}

extension Interval {
    func holds(_ value: Double) -> Bool { lower <= value && value <= upper }
}
