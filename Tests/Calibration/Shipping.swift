import Statistics

/// The whole rule with one success metric and three guardrails whose shocks correlate by one half: scale when the
/// success metric improved, every guardrail is non-inferior and nothing deteriorated.
struct Shipping {
    let simulation: Simulation
    private static let margin = 0.03
    private static let plan = GuardrailPlan(margin: margin, benefit: .increase)

    func run(_ ledger: inout Ledger) async {
        ledger.begin("The rule: one success metric, three guardrails with margins of 3 points, 60v60")
        let better = -2 * Self.margin
        let cases: [(String, [Double], ClosedRange<Double>?)] = [
            ("no effect on anything", [0, 0, 0, 0], 0...0.05),
            ("gain of 10 points, one guardrail harmed by its margin", [0.1, Self.margin, 0, 0], 0...0.05),
            // The harmed guardrail is all that stands in the way.
            (
                "gain of 20 points, one guardrail harmed by its margin, others improved by 6 points",
                [0.2, Self.margin, better, better], 0...0.05
            ),
            ("gain of 10 points, guardrails unharmed", [0.1, 0, 0, 0], nil),
            (
                "gain of 10 points, guardrails improved by 3 points",
                [0.1, -Self.margin, -Self.margin, -Self.margin], nil
            ),
        ]
        for (name, effects, band) in cases {
            let found = await simulation.tally(
                "rule \(name)", replicates: max(simulation.replicates, Protocol.fewestForTheRule)
            ) { draws in ["ships": Self.ships(effects, using: &draws)] }
            ledger.record("recommends to scale", name, found["ships"], band: band)
        }
    }

    /// - Parameter effects: The gain of the success metric, then the harm of each guardrail.
    private static func ships(_ effects: [Double], using draws: inout Draws) -> Bool {
        let population = Population(rate: 0.6, meanSize: 60, correlation: 0.03)
        let partners = population.partners(120, treated: 60, using: &draws)
        let scale = (population.correlation * population.rate * (1 - population.rate)).squareRoot()
        let shared = partners.map { _ in draws.normal() }
        var estimates: [Estimate] = []
        for (metric, effect) in effects.enumerated() {
            let sign = metric == 0 ? 1.0 : -1
            let totals = zip(partners, shared).map { partner, common in
                let shock = scale * (0.5).squareRoot() * (common + draws.normal())
                let shift = partner.isTreated ? sign * effect : 0
                let rate = (population.rate + shock + shift).asProbability
                return ClusterTotal(successes: draws.binomial(partner.size, rate), size: partner.size)
            }
            let arms = partners.split(totals)
            guard
                let estimate = try? rateDifference(control: arms.control, treatment: arms.treatment).estimate
            else { return false }
            estimates.append(estimate)
        }
        return estimates[0].value > 0 && estimates[0].rejects
            && estimates.dropFirst().allSatisfy { estimate in
                let look = GuardrailLook(informationFraction: 1, estimate: estimate)
                return (try? guardrailMonitoring(looks: [look], plan: plan))?[0].state == .nonInferior
            }
    }
}
