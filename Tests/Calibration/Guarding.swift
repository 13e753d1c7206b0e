import Statistics

/// Guardrails with a margin: what passes as harmless, and what raises an alarm.
struct Guarding {
    let simulation: Simulation
    private static let margin = 0.03
    private static let population = Population(meanSize: 60, correlation: 0.03)

    func run(_ ledger: inout Ledger) async {
        ledger.begin("Guardrails with a margin of 3 points, one look, 5 % one-sided")
        for (pairs, harm, quantity, band) in Self.cases {
            let found = await simulation.tally("guardrail \(pairs) \(harm)") { draws in
                Self.judge(pairs: pairs, harm: harm, using: &draws)
            }
            let name = "\(pairs)v\(pairs), harm \(Int((harm * 100).rounded())) points"
            ledger.record(
                quantity == "pass" ? "declared harmless" : "alarm", name, found[quantity], band: band)
        }
    }

    private static let cases: [(Int, Double, String, ClosedRange<Double>?)] = [
        (20, margin, "pass", 0.02...0.065), (60, margin, "pass", 0.02...0.065),
        (20, 0, "alarm", 0...0.065), (60, 0, "alarm", 0...0.065),
        (60, 2 * margin, "pass", 0...0.02), (60, 2 * margin, "alarm", 0.55...1),
        (20, 0, "pass", nil), (60, 0, "pass", nil),
    ]

    private static func judge(pairs: Int, harm: Double, using draws: inout Draws) -> [String: Bool?] {
        let partners = population.partners(2 * pairs, treated: pairs, using: &draws)
        let arms = partners.split(partners.renewals(effect: -harm, using: &draws))
        let estimate = try? rateDifference(control: arms.control, treatment: arms.treatment).estimate
        // A one-sided 5 % bound is an end of the 90 % interval.
        let interval = estimate?.interval(confidenceLevel: 0.9)
        return ["pass": interval.map { $0.lower > -margin }, "alarm": interval.map { $0.upper < 0 }]
    }
}
