import Statistics

/// A pilot of so many partners in each arm.
struct Scenario: Sendable {
    var name: String
    var control: Int
    var treatment: Int
    var population = Population()
    /// The band of the primary tests without an effect; nil where they are only reported.
    var level: ClosedRange<Double>?

    private static let balanced = 0.025...0.065

    static let all: [Scenario] = [
        // Nine assignments only: 5 % cannot be reached, and nothing is ever rejected.
        Scenario(name: "3v3", control: 3, treatment: 3),
        Scenario(name: "6v6", control: 6, treatment: 6, level: balanced),
        Scenario(name: "3v17", control: 17, treatment: 3, level: 0.01...0.06),
        Scenario(name: "10v10", control: 10, treatment: 10, level: balanced),
        Scenario(
            name: "15v15 skewed", control: 15, treatment: 15, population: Population(shock: .skewed),
            level: balanced),
        Scenario(name: "20v20", control: 20, treatment: 20, level: balanced),
        Scenario(name: "20v20 heavy", control: 20, treatment: 20, population: .heavy, level: 0...0.08),
        Scenario(
            name: "20v20 informative", control: 20, treatment: 20,
            population: Population(shock: .informative), level: balanced),
        Scenario(name: "60v60", control: 60, treatment: 60, level: balanced),
        Scenario(name: "10v110", control: 110, treatment: 10, level: 0.01...0.06),
        Scenario(name: "200v200", control: 200, treatment: 200, level: balanced),
    ]

    /// Shapes that the exchangeable working model does not describe, at three numbers of partners.
    ///
    /// The upper edge is what a balanced design has to keep, the lower one stops a test that never rejects. With eight
    /// partners the rule does not use CR2, so there it is only reported.
    static let nonExchangeable: [Scenario] = [8, 20, 60].flatMap { pairs in
        [
            (Population.Shock.growingWithSize, "shocks grow with size"), (.regional, "regional"),
            (.drifting, "time-varying"), (.nested, "managers within partners"), (.mixture, "mixture"),
            (.skewedBySize, "skewed, growing with size"),
        ].map { shock, name in
            Scenario(
                name: "\(pairs)v\(pairs) \(name)", control: pairs, treatment: pairs,
                population: Population(shock: shock), level: pairs < 10 ? nil : 0.005...0.065)
        }
    }

    var smallerArm: Int { min(control, treatment) }
    var isBalanced: Bool { control == treatment }

    /// The band of 95 % intervals.
    var coverage: ClosedRange<Double> {
        isBalanced && name != "20v20 heavy" ? 0.935...0.975 : 0.92...1
    }

    /// The band of the randomisation test without an effect: never above 5 % but for Monte-Carlo error, and not far
    /// below where there are assignments enough to come near it.
    func randomizationLevel(using draws: inout Draws) -> ClosedRange<Double> {
        let mechanism = AssignmentMechanism.permutedBlocks(partners(using: &draws).blocks)
        guard let attainable = try? attainableLevel(of: mechanism), attainable.allows(alpha: 0.05) else {
            return 0...0
        }
        return (attainable.assignmentCount >= 1000 ? 0.035 : 0)...0.057
    }

    func partners(using draws: inout Draws) -> [SimulatedPartner] {
        population.partners(control + treatment, treated: treatment, using: &draws)
    }
}
