import Statistics

/// Rejections without an effect.
///
/// The rule decides the customer average by the randomisation test whatever the number of partners, and the partner
/// average by it up to 40 partners in the smaller arm and by regression beyond. CR2 with Imbens–Kolesár degrees of
/// freedom gives intervals and interim looks, and is held to the same bands.
struct Levels {
    let simulation: Simulation

    func run(_ ledger: inout Ledger) async {
        ledger.begin("Type I error at 5 %, and naive tests on the same data")
        for scenario in Scenario.all { await run(scenario, &ledger) }
        ledger.begin("Type I error where the exchangeable working model is wrong")
        for scenario in Scenario.nonExchangeable {
            let found = await tally(scenario)
            recordRobust(scenario, found, &ledger)
        }
    }

    private func run(_ scenario: Scenario, _ ledger: inout Ledger) async {
        let found = await tally(scenario)
        recordRobust(scenario, found, &ledger)
        func record(_ what: String, _ key: String, _ band: ClosedRange<Double>?) {
            ledger.record(what, scenario.name, found[key], band: band)
        }
        if scenario.name == "20v20 heavy" {
            record("heavy tail is flagged", "flagged", 0.9...1)
            record("CR2 where no heavy tail is flagged", "cr2 unflagged", 0.025...0.065)
        }
        if scenario.name == "20v20" { record("heavy tail is flagged", "flagged", nil) }
        record("partner-average Welch", "welch", nil)
        let regression = scenario.smallerArm > 40 ? scenario.level : nil
        if scenario.smallerArm >= CovariateAdjustment.ancova.minimumPartnersPerArm {
            record("partner ANCOVA", "ancova", regression)
        }
        if scenario.smallerArm >= CovariateAdjustment.lin.minimumPartnersPerArm {
            record("partner Lin", "lin", regression)
        }
        record("customers independent", "naive", nil)
    }

    /// The tests that decide, and those that stand in where lots cannot be replayed.
    private func recordRobust(_ scenario: Scenario, _ found: [String: Tally], _ ledger: inout Ledger) {
        var probe = Draws(seed: simulation.seed, stream: 0)
        let exact = scenario.randomizationLevel(using: &probe)
        let primary = exact.upperBound == 0 ? exact : exact.clamped(to: scenario.level ?? exact)
        for (what, key, band) in [
            ("randomisation test, customer average", "randomisation", primary),
            ("randomisation test, partner average", "partner randomisation", primary),
            ("CR2, Imbens–Kolesár df", "cr2", scenario.level), ("CV3, t(m − 1)", "cv3", nil),
        ] {
            ledger.record(what, scenario.name, found[key], band: band)
        }
    }

    private func tally(_ scenario: Scenario) async -> [String: Tally] {
        await simulation.tally("level \(scenario.name)") { draws in Self.tests(scenario, using: &draws) }
    }

    private static func tests(_ scenario: Scenario, using draws: inout Draws) -> [String: Bool?] {
        let pilot = PilotAnalysis(scenario, effect: 0, using: &draws)
        let replayed = pilot.randomization([.rateDifference, .partnerAverage])
        var findings: [String: Bool?] = [
            "randomisation": replayed.map { $0[0].test.pValue <= 0.05 },
            "partner randomisation": replayed.map { $0[1].test.pValue <= 0.05 },
            "cr2": pilot.rates?.estimate?.rejects, "cv3": pilot.jackknife?.rejects,
            "welch": pilot.welch?.rejects, "ancova": pilot.ancova?.rejects, "lin": pilot.lin?.rejects,
            "naive": pilot.rejectsNaively, "flagged": pilot.isHeavyTailed,
        ]
        if !pilot.isHeavyTailed { findings["cr2 unflagged"] = pilot.rates?.estimate?.rejects }
        return findings
    }
}
