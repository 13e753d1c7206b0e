import Statistics

/// A pilot of so many partners in each arm.
struct Scenario: Sendable {
    var name: String
    var control: Int
    var treatment: Int
    var population = Population()
    /// The band of the product's primary tests without an effect; nil where it is only reported.
    var level: ClosedRange<Double>?

    static let all: [Scenario] = [
        // Nine assignments only: 5 % cannot be reached, and nothing is ever rejected.
        Scenario(name: "3v3", control: 3, treatment: 3, level: nil),
        Scenario(name: "6v6", control: 6, treatment: 6, level: 0.025...0.065),
        Scenario(name: "3v17", control: 17, treatment: 3, level: 0.01...0.06),
        Scenario(name: "10v10", control: 10, treatment: 10, level: 0.025...0.065),
        Scenario(
            name: "15v15 skewed", control: 15, treatment: 15, population: Population(shock: .skewed),
            level: 0.025...0.065),
        Scenario(name: "20v20", control: 20, treatment: 20, level: 0.025...0.065),
        Scenario(name: "20v20 heavy", control: 20, treatment: 20, population: .heavy, level: 0...0.08),
        Scenario(
            name: "20v20 informative", control: 20, treatment: 20,
            population: Population(shock: .informative),
            level: 0.025...0.065),
        Scenario(name: "60v60", control: 60, treatment: 60, level: 0.025...0.065),
        Scenario(name: "10v110", control: 110, treatment: 10, level: 0.01...0.06),
        Scenario(name: "200v200", control: 200, treatment: 200, level: 0.025...0.065),
    ]

    /// Shapes that the exchangeable working model does not describe.
    static let nonExchangeable: [Scenario] = [
        Scenario(
            name: "20v20 shocks grow with size", control: 20, treatment: 20,
            population: Population(shock: .growingWithSize), level: 0.005...0.07),
        Scenario(
            name: "20v20 mixture", control: 20, treatment: 20, population: Population(shock: .mixture),
            level: 0.005...0.07),
        Scenario(
            name: "20v20 regional", control: 20, treatment: 20, population: Population(shock: .regional),
            level: 0.005...0.07),
    ]

    /// Whether both arms have partners enough for one covariate.
    var allowsAdjustment: Bool { min(control, treatment) >= CovariateAdjustment.ancova.minimumPartnersPerArm }

    func partners(using draws: inout Draws) -> [SimulatedPartner] {
        population.partners(control + treatment, treated: treatment, using: &draws)
    }
}

/// Rejections without an effect, coverage with one, and power against an oracle who knows the variances.
struct Levels {
    let simulation: Simulation
    private static let draws = 499

    func run(_ ledger: inout Ledger) async {
        ledger.begin("Type I error at 5 %, and naive tests on the same data")
        for scenario in Scenario.all + Scenario.nonExchangeable {
            let found = await simulation.tally("level \(scenario.name)") { draws in
                Self.tests(scenario, effect: 0, using: &draws)
            }
            let robust = scenario.name == "3v3" ? 0.005...0.08 : scenario.level
            ledger.record(
                "randomisation test", scenario.name, found["randomisation"],
                band: scenario.name == "3v3" ? 0...0 : 0.035...0.057)
            ledger.record("CR2, Imbens–Kolesár df", scenario.name, found["cr2"], band: robust)
            ledger.record("partner-average Welch", scenario.name, found["welch"], band: nil)
            if scenario.allowsAdjustment {
                ledger.record("partner ANCOVA", scenario.name, found["ancova"], band: 0.025...0.075)
            }
            ledger.record("customers independent", scenario.name, found["naive"], band: nil)
            if scenario.name == "20v20 heavy" {
                ledger.record("heavy tail is flagged", scenario.name, found["flagged"], band: 0.9...1)
            }
        }
    }

    func runCoverage(_ ledger: inout Ledger) async {
        ledger.begin("Coverage of the 95 % interval and power with an effect of 8 points")
        for scenario in Scenario.all where scenario.name != "3v3" {
            for effect in [0, 0.08] {
                let found = await simulation.tally("effect \(effect) \(scenario.name)") { draws in
                    Self.tests(scenario, effect: effect, using: &draws)
                }
                let name = "\(scenario.name), effect \(effect == 0 ? "0" : "8 points")"
                let isHard = ["3v17", "20v20 heavy", "10v110"].contains(scenario.name)
                ledger.record(
                    "CR2 interval covers", name, found["covers"], band: isHard ? 0.92...1 : 0.935...0.975)
                guard effect > 0 else { continue }
                ledger.record("oracle rejects", name, found["oracle"], band: nil)
                ledger.record("CR2 rejects", name, found["cr2"], band: nil)
                let isPlain = ["6v6", "10v10", "20v20", "60v60"].contains(scenario.name)
                ledger.record(
                    "randomisation test rejects", name, found["randomisation"],
                    band: isPlain ? (0.8 * (found["oracle"]?.share ?? 1))...1 : nil)
                ledger.record("partner-average oracle rejects", name, found["gls"], band: nil)
                ledger.record("partner-average Welch rejects", name, found["welch"], band: nil)
                guard scenario.allowsAdjustment else { continue }
                let share = ["60v60": 0.9, "20v20": 0.75][scenario.name]
                ledger.record(
                    "partner ANCOVA rejects", name, found["ancova"],
                    band: share.map { ($0 * (found["gls"]?.share ?? 1))...1 })
            }
        }
    }

    private static func tests(
        _ scenario: Scenario, effect: Double, using draws: inout Draws
    ) -> [String: Bool?] {
        let partners = scenario.partners(using: &draws)
        let totals = partners.renewals(effect: effect, using: &draws)
        let arms = partners.split(totals)
        var findings: [String: Bool?] = [:]
        let result = try? rateDifference(control: arms.control, treatment: arms.treatment)
        findings["cr2"] = result?.estimate.map { $0.pValue() <= 0.05 }
        let truth = trueDifference(partners, effect: effect)
        findings["covers"] = result?.estimate.map { estimate in
            let interval = estimate.interval(confidenceLevel: 0.95)
            return interval.lower <= truth && truth <= interval.upper
        }
        findings["welch"] = try? partnerAverageDifference(control: arms.control, treatment: arms.treatment)
            .estimate.map { $0.pValue() <= 0.05 }
        let adjustable = partners.split(
            zip(partners, totals).map { CovariateTotal(total: $1, covariate: $0.baseline) })
        findings["ancova"] = try? partnerAncova(control: adjustable.control, treatment: adjustable.treatment)
            .estimate.map { $0.pValue() <= 0.05 }
        findings["gls"] = weightedOracle(partners, totals, scenario.population)
        findings["randomisation"] =
            try? randomizationTest(
                totals: totals, blocks: partners.blocks, statistic: .rateDifference, draws: Self.draws,
                seed: draws.next(), exactLimit: 2000
            ).pValue <= 0.05
        if let result {
            findings["naive"] = naive(result)
            findings["oracle"] = oracle(result, partners, scenario.population)
            findings["flagged"] = [result.control, result.treatment].contains {
                $0.largestShare > 0.25 || $0.effectiveClusterCount < Double($0.clusterCount) / 2
            }
        }
        return findings
    }

    /// The customer-average effect: what is left of `effect` where a rate cannot rise above 1.
    private static func trueDifference(_ partners: [SimulatedPartner], effect: Double) -> Double {
        let customers = partners.reduce(0.0) { $0 + Double($1.size) }
        return partners.reduce(0.0) { $0 + Double($1.size) * (min($1.rate + effect, 1) - $1.rate) }
            / customers
    }

    /// The two-proportion z test, as if customers were randomised.
    private static func naive(_ result: RateDifference) -> Bool {
        let (control, treatment) = (result.control, result.treatment)
        let pooled =
            (control.numerator + treatment.numerator) / (control.denominator + treatment.denominator)
        let variance = pooled * (1 - pooled) * (1 / control.denominator + 1 / treatment.denominator)
        return abs(result.difference) > 1.959964 * variance.squareRoot()
    }

    /// A z test with the variance that the generating model gives the sizes drawn.
    private static func oracle(
        _ result: RateDifference, _ partners: [SimulatedPartner], _ population: Population
    ) -> Bool {
        let unit = population.rate * (1 - population.rate)
        var variance = 0.0
        for (isTreated, total) in [(false, result.control.denominator), (true, result.treatment.denominator)]
        {
            for partner in partners where partner.isTreated == isTreated {
                let size = Double(partner.size)
                variance += size * unit * (1 + (size - 1) * population.correlation) / (total * total)
            }
        }
        return abs(result.difference) > 1.959964 * variance.squareRoot()
    }

    /// A z test of partners' rates, weighted by the inverse of the variance that the generating model gives each.
    private static func weightedOracle(
        _ partners: [SimulatedPartner], _ totals: [ClusterTotal], _ population: Population
    ) -> Bool {
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
