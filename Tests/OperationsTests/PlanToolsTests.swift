import Evaluation
import Incentives
import Model
import Testing

@testable import Operations

/// On 2026-01-05 each of 24 partners has eight contracts of 1,000.00, signed in the first quarter of 2025.
@Suite struct PlanToolsTests {
    private func commission(_ percentage: Int64, _ id: IncentivePlan.ID = "base") throws -> IncentivePlan {
        var plan = IncentivePlan(id: id, summary: "Pays.", currency: try #require(Currency("EUR")))
        plan.commissions = [
            TieredCommission(
                basis: .newBookings, scheme: .marginal, period: .quarter,
                tiers: [.init(from: 0, rate: percent(percentage))])
        ]
        return plan
    }

    private let options = ReplayOptions(grossMargin: percent(80), draws: 50)

    @Test func plansAreReplayedOnTheStoresContracts() async throws {
        let programme = try await Programme()
        let findings = try await programme.operations.replay([[commission(5)], [commission(10)]], options)
        #expect(findings.partners == 24 && findings.contracts == 192)
        #expect(findings.window.quarters.map(\.description) == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"])
        #expect(findings.held.map(\.pay) == [960_000, 1_920_000])
        #expect(findings.held[0].meanIncome == 40_000)
        let dollars = try {
            var plan = try commission(5)
            plan.currency = try #require(Currency("USD"))
            return plan
        }()
        let message = await refusal(of: .invalid) {
            try await programme.operations.replay([[commission(5), dollars]], options)
        }
        #expect(message.contains("different currencies"))
        let twice = await refusal(of: .invalid) {
            try await programme.operations.replay([[commission(5), commission(6, "other")]], options)
        }
        #expect(twice.contains("'base' and 'other' both have commission"))
    }

    @Test func aStoreWithoutContractsSaysWhatToDo() async throws {
        let programme = try await Programme(partners: 0)
        let message = await refusal(of: .notFound) {
            try await programme.operations.lint(
                commission(5), rules: .init(minimumRetentionShare: nil, vendorNetFloor: nil), options)
        }
        #expect(message.contains("no contracts") && message.contains("'fairway sync'"))
    }

    @Test func newBusinessAloneFailsTheRetentionRule() async throws {
        let programme = try await Programme()
        let lint = try await programme.operations.lint(
            commission(5), rules: .init(minimumRetentionShare: percent(30), vendorNetFloor: percent(60)),
            options)
        #expect(!lint.passes && lint.findings.map(\.passes) == [false, true])
        #expect(lint.shares.parts.map(\.share) == [1, 0, 0, 0])
    }

    @Test func costsAreMetAndWhatCannotBeSolvedIsRefused() async throws {
        let programme = try await Programme()
        let found = try await programme.operations.calibrate(
            commission(2, "new"), like: commission(5), path: "commission", quarters: 4)
        #expect(found.difference == 0 && found.solution.rate == percent(250))
        let message = await refusal(of: .invalid) {
            try await programme.operations.calibrate(
                commission(2), like: commission(5), path: "rebate.rate", quarters: 4)
        }
        #expect(message.contains("'rebate.rate'") && message.contains("renewalBonus.rate"))
    }

    @Test func differencesAreOfOnePartnerOrOfAll() async throws {
        let programme = try await Programme()
        let all = try await programme.operations.planDifferences(
            from: commission(5), to: commission(6), partner: nil, quarters: 4)
        #expect(all.count == 24 && all.allSatisfy { $0.then == 40_000 && $0.now == 48_000 })
        let one = try await programme.operations.planDifferences(
            from: commission(5), to: commission(6), partner: "p03", quarters: 4)
        #expect(one.map(\.partner) == ["p03"])
        let message = await refusal(of: .notFound) {
            try await programme.operations.planDifferences(
                from: commission(5), to: commission(6), partner: "P03", quarters: 4)
        }
        #expect(message.contains("'P03'"))
    }

    @Test func aPartnerAsksAboutItsOwnPlanAndAnother() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        let treated = try #require(try await programme.assignments().first { $0.variant == "bonus" }).partner
        let question = ContractQuestion(
            renews: Programme.contract(0, of: treated), annualAmount: nil, months: 12, discount: percent(0),
            signedOn: nil)
        let answer = try await programme.operations.whatIf(
            treated, under: commission(5), signing: [question], until: nil, quarters: 4)
        // Its own plan pays 5 % of renewals, the other 5 % of new contracts, of which it signs none.
        #expect(answer.scenarios.map(\.total) == [0, 5_000, 40_000, 40_000])
        #expect(answer.scenarios.map(\.difference) == [nil, 5_000, 40_000, 35_000])
        #expect(answer.scenarios.map(\.baseline) == [nil, 0, 0, 1])
        let control = try #require(try await programme.assignments().first { $0.variant == "control" })
            .partner
        let message = await refusal(of: .invalid) {
            try await programme.operations.whatIf(control, under: nil, signing: [], until: nil, quarters: 4)
        }
        #expect(message.contains("--plan"))
        var past = question
        past.signedOn = start - 1
        let late = await refusal(of: .invalid) {
            try await programme.operations.whatIf(
                treated, under: nil, signing: [past], until: nil, quarters: 4)
        }
        #expect(late.contains("is past"))
        let foreign = await refusal(of: .invalid) {
            try await programme.operations.whatIf(
                control, under: commission(5), signing: [question], until: nil, quarters: 4)
        }
        #expect(foreign.contains("has no contract"))
    }

    @Test func liabilityAndAccrualsFollowTheRenewals() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        try await programme.addRenewals({ $0.variant == "bonus" ? 2 : 0 }, of: "spiff")
        programme.moveClock(to: start + 21)
        try await programme.ingest()
        let owed = try await programme.operations.liability(of: nil)
        #expect(owed.entries.map(\.variant) == ["bonus"])
        // Twelve partners with two renewals of 1,000.00 at 5 %.
        #expect(owed.entries[0].payable == 12 * 2 * 5_000 && owed.entries[0].held == 0)
        #expect(owed.entries[0].promisedUntil == start + 55)
        #expect(try await programme.operations.liability(of: "spiff") == owed)

        let early = await refusal(of: .invalid) {
            try await programme.operations.exportAccruals(quarter: CalendarPeriod(text: "2026-Q1"))
        }
        #expect(early.contains("2026-04-01"))
        programme.moveClock(to: day("2026-04-01"))
        try await programme.ingest()
        let table = try await programme.operations.exportAccruals(quarter: nil)
        #expect(table.rows.count == 12)
        #expect(
            table.rows.allSatisfy {
                $0.dropFirst(2).elementsEqual([
                    .text("renewalBonus"), .text("renewalBonus"), .text("EUR"), .integer(10_000), .integer(0),
                    .integer(10_000), .integer(0), .integer(0), .integer(0),
                ])
            })
        let one = try await programme.operations.exportAccruals(quarter: CalendarPeriod(text: "2026-Q1"))
        #expect(one.csv() == table.csv())
    }
}
