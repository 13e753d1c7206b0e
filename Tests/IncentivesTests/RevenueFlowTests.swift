import Incentives
import Model
import Testing

@Suite struct RevenueFlowTests {
    private func line(
        _ component: PlanComponent, _ rule: PlanRule, _ amount: Int64, occasion: String = "2027-Q1",
        state: Payout.State = .payable, contract: Contract.ID? = "c"
    ) throws -> Payout {
        Payout(
            partner: "p", contract: contract, component: component, rule: rule, plan: "growth", version: 2,
            occasion: occasion, earnedOn: try day("2027-02-01"), payableOn: nil, state: state, base: 0,
            amount: amount, currency: try currency("EUR"), conversion: nil, facts: [], explanation: "")
    }

    @Test func everyLineHasItsStage() throws {
        let lines: [(Payout, RevenueFlow.Stage)] = [
            (try line(.commission, .commission, 1, occasion: "newBookings 2027-Q1"), .signing),
            (try line(.commission, .commission, 1, occasion: "recurringRevenue 2027-01"), .adoption),
            (try line(.renewalBonus, .renewalBonus, 1, occasion: "renewal"), .renewal),
            (try line(.renewalBonus, .cap, -1, occasion: "renewal"), .renewal),
            (try line(.recurringBonus, .recurringBonus, 1, occasion: "month 1"), .adoption),
            (try line(.rebate, .rebate, 1), .expansion),
            (try line(.commission, .accelerator, 1, contract: nil), .expansion),
            (try line(.diversificationBonus, .diversificationBonus, 1, contract: nil), .expansion),
            (try line(.milestoneBonus, .milestoneBonus, 1, occasion: "go-live"), .onboarding),
            (try line(.milestoneBonus, .milestoneBonus, 1, occasion: "first-usage"), .adoption),
            (try line(.coMarketing, .coMarketing, 1, state: .cost, contract: nil), .engagement),
            (try line(.guarantee, .floor, 1, contract: nil), .everyStage),
        ]
        for (payout, stage) in lines {
            let flow = revenueFlow(plan: try everything(), payouts: [payout])
            let used = flow.rows.filter { $0.count > 0 }
            #expect(used.map(\.stage) == [stage], "\(payout.component) \(payout.rule) \(payout.occasion)")
        }
    }

    @Test func totalsAreThoseOfTheLines() throws {
        let flow = revenueFlow(
            plan: try everything(),
            payouts: [
                try line(.rebate, .rebate, 700), try line(.rebate, .rebate, 300, state: .held),
                try line(.rebate, .rebate, 99, state: .lapsed),
                try line(.coMarketing, .coMarketing, 500, state: .cost, contract: nil),
            ])
        #expect(flow.rows.reduce(0) { $0 + $1.total } == 1500)
        let rebate = try #require(flow.rows.first { $0.line.component == .rebate && $0.line.rule == .rebate })
        #expect((rebate.payable, rebate.held, rebate.lapsed, rebate.count) == (700, 300, 99, 3))
        #expect(rebate.payer == .vendor && rebate.payee == .partner)
    }

    @Test func whatIsTakenBackFlowsTheOtherWay() throws {
        let flow = revenueFlow(plan: try everything(), payouts: [])
        let back = flow.rows.filter { $0.line.rule == .clawback }
        #expect(!back.isEmpty && back.allSatisfy { $0.payer == .partner && $0.payee == .vendor })
    }

    @Test func anotherSystemPaysWhatItPays() throws {
        var plan = try everything()
        plan.paidBy = .external
        let flow = revenueFlow(plan: plan, payouts: [])
        #expect(
            flow.rows.allSatisfy { row in
                row.line.component == .coMarketing || row.payer != .vendor && row.payee != .vendor
            })
        #expect(flow.risks.contains { $0.bearer == .otherSystem })
    }

    @Test func renewalsOfACommissionOnEverythingAreRenewals() throws {
        var plan = try incentives("growth", commission: threeTiers(.marginal))
        plan.version = 2
        let payout = try line(.commission, .commission, 1)
        let stages = { (renewals: Set<Contract.ID>) in
            revenueFlow(plan: plan, payouts: [payout], renewals: renewals).rows.filter { $0.count > 0 }.map(
                \.stage)
        }
        #expect(stages([]) == [.signing])
        #expect(stages(["c"]) == [.renewal])
    }

    @Test func risksFollowFromTheRules() throws {
        let risks = revenueFlow(plan: try everything(), payouts: []).risks
        func bears(_ party: RevenueFlow.Party, _ start: String) -> Bool {
            risks.contains { $0.bearer == party && $0.sentence.hasPrefix(start) }
        }
        #expect(bears(.partner, "A customer that leaves within 180 days of the contract's start: 100 %"))
        #expect(bears(.partner, "'onboarded' not met by day 180 of a contract: no commission"))
        #expect(bears(.partner, "'value-proven' not met by day 365 of a contract: no commission"))
        #expect(bears(.vendor, "A weak calendar quarter: pay is lifted to 500.00 EUR."))
        #expect(bears(.vendor, "These terms paying less than 'today'"))
        #expect(bears(.vendor, "A downturn between 2027-01-01 and 2027-12-31"))
        #expect(
            bears(
                .vendor,
                "A customer that leaves once 180 days are over: commission paid"
            ))
        #expect(bears(.vendor, "A customer that leaves: milestone bonus and renewal bonus paid"))
        let bare = revenueFlow(plan: try incentives(commission: threeTiers(.marginal)), payouts: []).risks
        #expect(bare.map(\.bearer) == [.partner, .vendor])
    }
}
