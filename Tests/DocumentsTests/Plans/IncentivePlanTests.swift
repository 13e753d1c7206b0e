import Documents
import Foundation
import Model
import Testing

@Suite struct IncentivePlanTests {
    private func load(_ text: String, named name: String = "ladder.yaml") throws -> Result<
        IncentivePlan, Faults
    > {
        let directory = try TemporaryDirectory()
        let path = try directory.write(text, to: name)
        try directory.write(try Repository.text("experiments/plans/today.yaml"), to: "today.yaml")
        do {
            return .success(try loadIncentivePlan(at: path))
        } catch {
            return .failure(error)
        }
    }

    @Test func amountsAreReadIntoMinorUnitsAndRatesIntoPartsPerMillion() throws {
        let plan = try load(PlanMutant.ladder).get()
        #expect(
            plan.commissions.first?.tiers == [
                TieredCommission.Tier(from: 0, rate: Rate(partsPerMillion: 50_000)),
                TieredCommission.Tier(from: 100_050, rate: Rate(partsPerMillion: 75_000)),
            ])
        #expect(plan.renewalBonus == RenewalBonus(rate: Rate(partsPerMillion: 40_000), cap: 4990))
    }

    @Test func amountsFollowTheCurrencysDigits() throws {
        let text = PlanMutant.ladder.replacingOccurrences(of: "EUR", with: "JPY")
            .replacingOccurrences(of: "1000.50", with: "1000").replacingOccurrences(of: "49.90", with: "49")
        let plan = try load(text).get()
        #expect(plan.commissions.first?.tiers[1].from == 1000 && plan.renewalBonus?.cap == 49)
    }

    @Test(arguments: PlanMutant.all)
    func eachMutantIsTold(_ mutant: PlanMutant) throws {
        try #require(mutant.valid.components(separatedBy: mutant.old).count == 2)
        guard case .failure(let faults) = try load(mutant.text, named: mutant.fileName) else {
            Issue.record("'\(mutant.new)' was accepted")
            return
        }
        #expect(faults.description.contains(mutant.message), "told instead: \(faults)")
        #expect(faults.faults.allSatisfy { $0.line != nil && $0.column != nil })
    }

    @Test func allFaultsAreToldAtOnceInTheFilesOrder() throws {
        let edits = [
            ("version: 2", "version: x"), ("161.25", "0"), ("years: 5", "years: 0"),
            ("threshold: 100000", "threshold: 0"), ("share: 75 %", "share: 0 %"), ("rises: 10,", "rises: 0,"),
        ]
        let text = edits.reduce(PlanMutant.complete) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        guard case .failure(let faults) = try load(text, named: "complete@2.yaml") else {
            Issue.record("accepted")
            return
        }
        #expect(faults.faults.count >= edits.count)
        for key in ["version", "JPY", "years", "threshold", "share", "rises"] {
            #expect(faults.faults.contains { $0.message.contains(key) }, "\(key): \(faults)")
        }
        #expect(faults.faults.compactMap(\.line) == faults.faults.compactMap(\.line).sorted())
    }

    @Test(arguments: [
        "coMarketing: {amount: 500, period: quarter}", "treatmentTags: [enablement]",
        "limits: {period: quarter, floor: 10}", "noWorseOff: {than: today, period: year}",
    ])
    func aPlanMayGiveOrSpendOnly(_ line: String) throws {
        let head = "plan: ladder\nsummary: Something.\ncurrency: EUR\npaidBy: external\n"
        #expect(throws: Never.self) { try load(head + line + "\n").get() }
    }

    /// A plan's hash is what it was before the language grew, and comes through the journal unchanged.
    @Test func whatIsReadSurvivesCoding() throws {
        for (text, name) in [(PlanMutant.ladder, "ladder.yaml"), (PlanMutant.complete, "complete@2.yaml")] {
            let plan = try load(text, named: name).get()
            let data = try JSONEncoder().encode(plan)
            #expect(try JSONDecoder().decode(IncentivePlan.self, from: data) == plan)
        }
    }

    /// The page's blocks and the rules it shows in a line, put together, are a plan.
    @Test func thePageShowsWhatIsRead() throws {
        let page = try Repository.text("docs/PLANS.md")
        let blocks = page.components(separatedBy: "```yaml\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0] }
        let rules = page.matches(of: /### `([A-Za-z]+)`\n`(\{[^`]+\})`/).map {
            "\($0.output.1): \($0.output.2)\n"
        }
        #expect(blocks.count == 10 && rules.count == 7)
        let plan = try load(blocks.joined() + rules.joined(), named: "growth@2.yaml").get()
        #expect(plan.components == Set(PlanComponent.allCases))
        #expect(plan.gates.count == 2 && plan.rates?.tables.count == 1 && plan.clawback != nil)
    }

    @Test func aLongChainOfGatesIsNoCircleUntilItEnds() throws {
        let last = 2000
        func text(closing: String) -> String {
            let gates = (0..<last).map { "  g\($0): {needs: [g\($0 + 1)], expiresAfterDays: 9}\n" }.joined()
            return PlanMutant.ladder.replacingOccurrences(
                of: "49.90}", with: "49.90, gate: g0}\ngates:\n\(gates)"
            )
            .replacingOccurrences(of: "\n\n", with: "\n") + "  g\(last): {\(closing), expiresAfterDays: 9}\n"
        }
        #expect(throws: Never.self) { try load(text(closing: "all: [{milestone: a, byDay: 1}]")).get() }
        guard case .failure(let faults) = try load(text(closing: "needs: [g1998]")) else {
            Issue.record("accepted")
            return
        }
        #expect(faults.faults.count == 1)
        #expect(faults.description.contains("g1998 → g1999 → g2000 → g1998"))
    }
}
