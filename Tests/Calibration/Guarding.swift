import Statistics

/// Guardrails with a margin: what passes as harmless, and what raises an alarm.
struct Guarding {
    let simulation: Simulation
    private static let margin = 0.03
    private static let population = Population(meanSize: 60, correlation: 0.03)

    func run(_ ledger: inout Ledger) async {
        ledger.begin("Guardrails with a margin of 3 points, one look, 5 % one-sided")
        for (pairs, harm, quantity, band) in Self.single {
            let found = await simulation.tally("guardrail \(pairs) \(harm)") { draws in
                Self.judge(Self.lastLook(pairs: pairs, harm: harm, using: &draws))
            }
            record(quantity, pairs, harm, found, band, &ledger)
        }
        ledger.begin("Guardrails with a margin of 3 points, any of 26 weekly looks, spending 5 % one-sided")
        for (pairs, harm, quantity, band) in Self.weekly {
            let pilot = WeeklyPilot(pairs: pairs, population: Self.population, effect: -harm)
            let found = await simulation.tally(
                "weekly guardrail \(pairs) \(harm)", replicates: simulation.lookReplicates
            ) { draws in
                Self.judge(
                    pilot.looks(using: &draws).map {
                        GuardrailLook(informationFraction: $0.informationFraction, estimate: $0.estimate)
                    })
            }
            record(quantity, pairs, harm, found, band, &ledger)
        }
    }

    private enum Quantity: String { case pass, alarm }

    private func record(
        _ quantity: Quantity, _ pairs: Int, _ harm: Double, _ found: [String: Tally],
        _ band: ClosedRange<Double>?, _ ledger: inout Ledger
    ) {
        ledger.record(
            quantity == .pass ? "declared harmless" : "alarm",
            "\(pairs)v\(pairs), harm \(Int((harm * 100).rounded())) points", found[quantity.rawValue],
            band: band)
    }

    private typealias Case = (Int, Double, Quantity, ClosedRange<Double>?)

    private static let single: [Case] = [
        (20, margin, .pass, 0.02...0.065), (60, margin, .pass, 0.02...0.065),
        (20, 0, .alarm, 0...0.065), (60, 0, .alarm, 0...0.065),
        (60, 2 * margin, .pass, 0...0.02), (60, 2 * margin, .alarm, 0.55...1),
        (20, 2 * margin, .pass, nil), (20, 2 * margin, .alarm, nil),
        (20, 0, .pass, nil), (60, 0, .pass, nil),
    ]

    private static let weekly: [Case] = [
        (20, 0, .alarm, 0...0.065), (60, 0, .alarm, 0...0.065),
        (20, margin, .pass, nil), (60, margin, .pass, nil),
        (60, 2 * margin, .pass, nil), (60, 2 * margin, .alarm, nil),
    ]

    private static func lastLook(pairs: Int, harm: Double, using draws: inout Draws) -> [GuardrailLook] {
        let partners = population.partners(2 * pairs, treated: pairs, using: &draws)
        let arms = partners.split(partners.renewals(effect: -harm, using: &draws))
        return [
            GuardrailLook(
                informationFraction: 1,
                estimate: try? rateDifference(control: arms.control, treatment: arms.treatment).estimate)
        ]
    }

    /// Whether the guardrail is ever declared harmless, and whether it ever raises an alarm.
    private static func judge(_ looks: [GuardrailLook]) -> [String: Bool?] {
        let found = try? guardrailMonitoring(
            looks: looks, plan: GuardrailPlan(margin: margin, benefit: .increase))
        guard let found else { return [Quantity.pass.rawValue: nil, Quantity.alarm.rawValue: nil] }
        return [
            Quantity.pass.rawValue: found.contains { $0.nonInferiority?.isShown ?? false },
            Quantity.alarm.rawValue: found.contains { $0.deterioration?.isShown ?? false },
        ]
    }
}
