import Statistics

/// What 95 % intervals cover without and with an effect, and power against an oracle who knows the variances.
///
/// Below ten partners in the smaller arm the rule's interval is the inverted randomisation test, from ten on that
/// of CR2; of the partner average beyond 40 that of regression.
struct Coverage {
    let simulation: Simulation
    private static let effect = 0.08
    /// Inverting the test takes a few hundred repetitions of it, so it is left to the smaller pilots.
    private static let largestInverted = 20

    func run(_ ledger: inout Ledger) async {
        var found: [String: [String: Tally]] = [:]
        ledger.begin("Coverage of 95 % intervals")
        for scenario in Scenario.all where scenario.name != "3v3" {
            for effect in [0, Self.effect] {
                let tallies = await simulation.tally("effect \(effect) \(scenario.name)") { draws in
                    Self.tests(scenario, effect: effect, using: &draws)
                }
                recordCoverage(scenario, effect: effect, tallies, &ledger)
                if effect > 0 { found[scenario.name] = tallies }
            }
        }
        ledger.begin("Power with an effect of 8 points")
        for scenario in Scenario.all {
            guard let tallies = found[scenario.name] else { continue }
            recordPower(scenario, tallies, &ledger)
        }
    }

    private func recordCoverage(
        _ scenario: Scenario, effect: Double, _ found: [String: Tally], _ ledger: inout Ledger
    ) {
        let name = "\(scenario.name), effect \(effect == 0 ? "0" : "8 points")"
        let isSmall = scenario.smallerArm < 10
        if let inverted = found["inverted covers"] {
            ledger.record(
                isSmall ? "randomisation interval (the rule's)" : "randomisation interval", name, inverted,
                band: scenario.coverage)
        }
        ledger.record(
            isSmall ? "CR2 interval" : "CR2 interval (the rule's)", name, found["cr2 covers"],
            band: scenario.coverage)
        ledger.record("partner-average Welch interval", name, found["welch covers"], band: nil)
        guard scenario.smallerArm > 40 else { return }
        ledger.record("partner ANCOVA interval", name, found["ancova covers"], band: scenario.coverage)
        ledger.record("partner Lin interval", name, found["lin covers"], band: scenario.coverage)
    }

    private func recordPower(_ scenario: Scenario, _ found: [String: Tally], _ ledger: inout Ledger) {
        func record(_ what: String, _ key: String, atLeast share: Double? = nil, of oracle: String = "") {
            ledger.record(
                what, scenario.name, found[key],
                band: share.map { ($0 * (found[oracle]?.share ?? 1))...1 })
        }
        let isPlain = ["6v6", "10v10", "20v20", "60v60"].contains(scenario.name)
        record("customer-average oracle", "oracle")
        record(
            isPlain ? "randomisation test, at least 80 % of that" : "randomisation test", "randomisation",
            atLeast: isPlain ? 0.8 : nil, of: "oracle")
        record("CR2, Imbens–Kolesár df", "cr2")
        record("partner-average oracle", "gls")
        record("partner-average Welch", "welch")
        guard scenario.smallerArm >= CovariateAdjustment.ancova.minimumPartnersPerArm else { return }
        let share = ["60v60": 0.9, "20v20": 0.75][scenario.name]
        record(
            share.map { "partner ANCOVA, at least \(Int($0 * 100)) % of that oracle" } ?? "partner ANCOVA",
            "ancova", atLeast: share, of: "gls")
        if scenario.name == "60v60" {
            record("partner ANCOVA, at least Welch unadjusted", "ancova", atLeast: 1, of: "welch")
        }
        guard scenario.smallerArm >= CovariateAdjustment.lin.minimumPartnersPerArm else { return }
        record("partner Lin", "lin")
    }

    private static func tests(
        _ scenario: Scenario, effect: Double, using draws: inout Draws
    ) -> [String: Bool?] {
        let pilot = PilotAnalysis(scenario, effect: effect, using: &draws)
        let isInverted = scenario.smallerArm <= largestInverted
        let replayed = pilot.randomization([.rateDifference], confidenceLevel: isInverted ? 0.95 : nil)?[0]
        let customers = pilot.customerTruth
        let partners = pilot.partnerTruth
        var findings: [String: Bool?] = [
            "randomisation": replayed.map { $0.test.pValue <= 0.05 },
            "cr2": pilot.rates?.estimate?.rejects, "cr2 covers": pilot.rates?.estimate?.covers(customers),
            "welch": pilot.welch?.rejects, "welch covers": pilot.welch?.covers(partners),
            "ancova": pilot.ancova?.rejects, "ancova covers": pilot.ancova?.covers(partners),
            "lin": pilot.lin?.rejects, "lin covers": pilot.lin?.covers(partners),
            "oracle": pilot.oracleRejects, "gls": pilot.weightedOracleRejects,
        ]
        if isInverted { findings["inverted covers"] = replayed?.interval?.holds(customers) }
        return findings
    }
}
