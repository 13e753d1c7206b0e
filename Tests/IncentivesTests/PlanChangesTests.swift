import Incentives
import Model
import Testing

@Suite struct PlanChangesTests {
    private func changed(_ change: (inout IncentivePlan) throws -> Void) throws -> [String] {
        let old = try everything()
        var new = old
        try change(&new)
        return changes(from: old, to: new)
    }

    @Test func aPlanDoesNotDifferFromItself() throws {
        #expect(try changed { _ in } == [])
        #expect(
            try changed { plan in
                plan.version = 3
                plan.summary = "Other words."
            } == [])
    }

    @Test func ratesOfACommissionRiseAndFallByStep() throws {
        #expect(
            try changed {
                $0.commissions[0].tiers = [
                    .init(from: 0, rate: percent(8)), .init(from: 5_000_000, rate: percent(12)),
                ]
            }
                == ["The commission on new contracts from 50,000.00 EUR rises from 10 % to 12 %"])
        let before = try incentives(commission: threeTiers(.marginal))
        var after = before
        after.commissions[0].tiers[1].rate = percent(10)
        #expect(
            changes(from: before, to: after) == ["The commission from 10,000.00 EUR rises from 8 % to 10 %"])
        after.commissions[0].tiers = [
            .init(from: 0, rate: percent(5)), .init(from: 2_000_000, rate: percent(12)),
        ]
        #expect(
            changes(from: before, to: after) == [
                "The commission from 10,000.00 EUR falls from 8 % to 5 %",
                "The commission from 20,000.00 EUR rises from 8 % to 12 %",
            ])
    }

    @Test func numbersRiseFallComeAndGo() throws {
        #expect(
            try changed { plan in
                plan.renewalBonus?.rate = percent(5)
                plan.renewalBonus?.cap = nil
                plan.recurringBonus?.forMonths = 12
                plan.rebate?.threshold = 8_000_000
                plan.milestoneBonuses[0].steps[0].amount = 90_000
                plan.limits?.floor = nil
                plan.clawback?.isProRata = false
                plan.noWorseOff = nil
                plan.treatmentTags = ["roi-calculator"]
            } == [
                "The renewal bonus rises from 4 % to 5 %",
                "The largest renewal bonus is dropped; it was 5,000.00 EUR",
                "How long the recurring bonus runs falls from 24 months to 12 months",
                "The volume from which the rebate is paid falls from 100,000.00 EUR to 80,000.00 EUR",
                "The bonus for 'go-live' reached by day 30 rises from 800.00 EUR to 900.00 EUR",
                "The least that is paid is dropped; it was 500.00 EUR",
                "No longer, guarantee: When a calendar quarter is over and 'today' would have paid you more for the same contracts, the difference is added.",
                "What is taken back is no longer in proportion to the days left",
                "New besides pay: roi-calculator", "No longer besides pay: enablement",
            ])
    }

    @Test func addedAndRemovedComponentsAreSaidInFull() throws {
        let bare = try incentives()
        var bonus = bare
        bonus.coMarketing = CoMarketing(amount: 50_000, period: .quarter)
        #expect(
            changes(from: bare, to: bonus).first?.hasPrefix(
                "New, joint marketing: The vendor spends 500.00 EUR on marketing with you") == true)
        #expect(changes(from: bonus, to: bare).first?.hasPrefix("No longer, joint marketing: ") == true)
    }

    /// Whatever differs is said: each setting of the full plan, changed alone, makes at least one line.
    @Test func nothingChangesSilently() throws {
        let changesOfOne: [(inout IncentivePlan) throws -> Void] = [
            { $0.paidBy = .external }, { $0.basis = .addsTo }, { $0.rounding = .towardZero },
            { $0.effective.until = nil }, { $0.currency = try currency("USD") }, { $0.rates?.source = "B" },
            { $0.rates?.tables[0].perUnit = [:] }, { $0.commissions[0].scheme = .cliff },
            { $0.commissions[0].period = .year }, { $0.commissions[0].payBase = .contractValue },
            { $0.commissions[0].gate = nil }, { $0.commissions[1].buffer = nil },
            { $0.commissions[0].basis = .allBookings }, { $0.commissions.removeLast() },
            { $0.renewalBonus?.payBase = nil }, { $0.renewalBonus?.health?.withinDays = 30 },
            { $0.renewalBonus?.health?.bands[0].times = percent(60) },
            { $0.renewalBonus?.survivalDays = nil },
            { $0.renewalBonus?.gate = "onboarded" }, { $0.recurringBonus?.every = .year },
            { $0.recurringBonus?.afterMonths = 0 }, { $0.rebate?.paysOn = .volume },
            { $0.rebate?.accrualRate = percent(2) }, { $0.milestoneBonuses[0].steps[0].byDay = 20 },
            { $0.milestoneBonuses[1].includesRenewals = false },
            { $0.diversificationBonus?.index = .herfindahl },
            { $0.diversificationBonus?.bands[0].amount = 1 }, { $0.coMarketing?.period = .year },
            { $0.escalator?.cap = percent(2) }, { $0.escalator?.appliesTo = [.renewalBonus] },
            { $0.priceConcession?.bands[1].above = percent(40) },
            { $0.accelerator?.measure = .recurringGrowth },
            { $0.accelerator?.bands[0].times = percent(105) }, { $0.contingency?.costCap = 1 },
            { $0.limits?.period = .year }, { $0.noWorseOff?.period = .year },
            { $0.noWorseOff = NoWorseOff(than: try incentives("today"), period: .quarter) },
            { $0.clawback?.withinDays = 90 }, { $0.clawback?.appliesTo = [.renewalBonus] },
            { $0.gates[0].expiresAfterDays = 200 }, { $0.gates[1].needs = [] },
            { $0.gates[1].conditions.removeLast() }, { $0.treatmentTags = [] },
        ]
        for (index, change) in changesOfOne.enumerated() {
            let lines = try changed(change)
            #expect(!lines.isEmpty && lines.allSatisfy { !$0.isEmpty }, "change \(index)")
        }
    }
}
