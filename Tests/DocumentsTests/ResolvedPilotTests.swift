import Documents
import Foundation
import Model
import Statistics
import Testing

@Suite struct ResolvedPilotTests {
    private func everything() throws -> PilotDocument {
        try loadPilot(
            at: Repository.path("Tests/DocumentsTests/Fixtures/everything.yaml"),
            plansDirectory: Repository.path("experiments/plans"))
    }

    @Test func nothingThatIsSetIsLost() throws {
        let plan = try everything().plan
        #expect(plan.title == "Everything: set" && plan.layer == "other")
        #expect(plan.population == ["type": ["reseller", "msp"], "region": ["emea"]])
        #expect(plan.variants.map(\.id.rawValue) == ["control", "bonus", "faster"])
        #expect(plan.variants.map(\.weight) == [1, 2, 1])
        #expect(plan.design.strata == ["size", "region"] && plan.design.blockSize == 12)
        #expect(plan.holdout == Rate(partsPerMillion: 125_000))
        #expect(
            plan.primary
                == Metric(
                    id: "early-churn", kind: .churn, estimand: .partnerAverage, graceDays: 14,
                    origin: .contractStart, horizonDays: 28))
        #expect(plan.secondary.map(\.id.rawValue) == ["netRevenueRetention", "renewalRate", "late-renewals"])
        #expect(plan.secondary.map(\.graceDays) == [30, 45, 60])
        #expect(plan.guardrails.map(\.metric.id.rawValue) == ["discountDepth", "churn", "leaving"])
        #expect(plan.guardrails.map(\.maxHarm) == [0.015, 0.0275, 0.04])
        #expect(plan.guardrails.map(\.severity) == [.alert, .pause, .pause])
        // 84 days less 30 of grace: 54 days hold seven whole weeks.
        #expect(plan.guardrails.map(\.metric.horizonDays) == [0, 42, 35])
        #expect(
            plan.decision
                == DecisionRule(
                    alphaTwoSided: 0.01, guardrailAlphaOneSided: 0.1, spending: .kimDeMets(rho: 3),
                    guardrailSpending: .hwangShihDeCani(gamma: -4.5), worthwhileGain: 0.02,
                    maxStalenessDays: 5))
        #expect(plan.economics.grossMargin == Rate(partsPerMillion: 655_000))
        #expect(plan.promiseDays == 182 && plan.timeZone == "Europe/Berlin")
        #expect(plan.schedule.lookDates.map(\.description) == ["2026-02-09", "2026-03-16", "2026-03-30"])
    }

    @Test func resolvesToAFixedPoint() throws {
        let first = try everything()
        let directory = try TemporaryDirectory()
        let copy = try directory.write(first.resolvedYAML, to: "everything.yaml")
        let second = try loadPilot(at: copy, plansDirectory: Repository.path("experiments/plans"))
        #expect(second == first)
    }

    /// A plan's text is part of what the pilot committed to.
    @Test func anotherRateInAPlanFileIsAnotherHash() throws {
        let directory = try TemporaryDirectory()
        try directory.write(PilotMutant.minimal, to: "retention-bonus.yaml")
        let path = "\(directory.path)/retention-bonus.yaml"
        let bonus = try Repository.text("experiments/plans/retention-bonus.yaml")
        try directory.write(try Repository.text("experiments/plans/today.yaml"), to: "plans/today.yaml")
        try directory.write(bonus, to: "plans/retention-bonus.yaml")
        let before = try loadPilot(at: path)
        try directory.write(
            bonus.replacingOccurrences(of: "rate: 2.5 %", with: "rate: 5 %"), to: "plans/retention-bonus.yaml"
        )
        let after = try loadPilot(at: path)
        #expect(try before.plan.contentHash() != after.plan.contentHash())
        #expect(before.resolvedYAML != after.resolvedYAML)
    }

    @Test func defaultsAreThoseOfTheMinimalPilot() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(PilotMutant.minimal, to: "retention-bonus.yaml")
        let plan = try loadPilot(at: path, plansDirectory: Repository.path("experiments/plans")).plan
        #expect(plan.title == "retention-bonus" && plan.layer == "main" && plan.population.isEmpty)
        #expect(plan.design == Design(kind: .stratified, strata: ["size"], blockSize: 4, mechanism: nil))
        #expect(plan.holdout.partsPerMillion == 0 && plan.promiseDays == 91 && plan.timeZone == "UTC")
        #expect(plan.schedule.enrolUntil == plan.schedule.starts + 28)
        #expect(plan.primary.graceDays == 30 && plan.primary.estimand == .customerAverage)
        #expect(plan.decision.alphaTwoSided == 0.05 && plan.decision.spending == .obrienFleming)
        #expect(plan.decision.guardrailSpending == .pocock && plan.decision.maxStalenessDays == 3)
        #expect(plan.economics.grossMargin.description == "80 %" && plan.economics.currency.code == "EUR")
        #expect(plan.guardrails.allSatisfy { $0.severity == .pause })
    }
}
