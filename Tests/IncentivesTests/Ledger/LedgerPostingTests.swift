import Foundation
import Incentives
import Model
import Testing

@Suite struct LedgerPostingTests {
    @Test func whatIsPayableIsAccruedAndPaid() throws {
        var ledger = Ledger()
        let entries = try ledger.close(firstQuarter, [line(amount: 100)])
        #expect(entries.told == ["accrual 100", "payout 100"])
        #expect(
            entries.allSatisfy { $0.period == firstQuarter && $0.corrects == nil && $0.id.utf8.count == 32 })
        #expect(Set(entries.map(\.id)).count == 2)
    }

    @Test func aHeldLineIsAccruedAndPaidWhenItIsReleased() throws {
        var ledger = Ledger()
        #expect(try ledger.close(firstQuarter, [line(amount: 100, state: .held)]).told == ["accrual 100"])
        let released = try line(amount: 100, payable: "2027-04-02")
        #expect(LedgerBalance(ledger.entries).total.values.map(\.liability) == [100])
        #expect(try ledger.close(firstQuarter.next, [released]).told == ["payout 100"])
        #expect(LedgerBalance(ledger.entries).total.values.map(\.liability) == [0])
    }

    @Test func whatIsPayableAfterThePeriodWaits() throws {
        var ledger = Ledger()
        let line = try line(amount: 100, payable: "2027-04-01")
        #expect(try ledger.close(firstQuarter, [line]).told == ["accrual 100"])
        #expect(try ledger.close(firstQuarter.next, [line]).told == ["payout 100"])
    }

    @Test func whatIsEarnedAfterThePeriodIsLeftToLaterOnes() throws {
        var ledger = Ledger()
        let line = try line(amount: 100, earned: "2027-04-01")
        #expect(try ledger.close(firstQuarter, [line]).isEmpty)
        #expect(try ledger.close(firstQuarter.next, [line]).told == ["accrual 100", "payout 100"])
    }

    @Test func aRestatedLineIsAdjustedAndNamesTheClosedEntry() throws {
        var ledger = Ledger()
        let paid = try ledger.close(firstQuarter, [line(amount: 100)])
        let cut = try ledger.close(firstQuarter.next, [line(amount: 70)])
        #expect(cut.told == ["accrual -30", "adjustment -30"])
        #expect(cut[1].corrects == paid[1].id && cut[1].payout.amount == 70)
        let again = try ledger.close(firstQuarter.next.next, [line(amount: 90)])
        #expect(again.told == ["accrual 20", "adjustment 20"])
        #expect(again[1].corrects == cut[1].id, "the latest entry is the one that is changed")
    }

    @Test(arguments: [Payout.State.lapsed, .external, .cost, .blocked, nil])
    func whatIsNoLongerOwedIsTakenBack(_ state: Payout.State?) throws {
        var ledger = Ledger()
        let paid = try ledger.close(firstQuarter, [line(amount: 100)])
        let now = try state.map { [try line(amount: 100, state: $0)] } ?? []
        let back = try ledger.close(firstQuarter.next, now)
        #expect(back.told == ["accrual -100", "adjustment -100"])
        #expect(back[1].corrects == paid[1].id)
        if state == nil { #expect(back[1].payout.amount == 0 && back[1].payout.state == .lapsed) }
        #expect(try ledger.close(firstQuarter.next.next, now).isEmpty)
    }

    @Test(arguments: [Payout.State.external, .cost, .blocked, .lapsed])
    func whatIsNotOwedHereIsNeverPosted(_ state: Payout.State) throws {
        var ledger = Ledger()
        #expect(try ledger.close(firstQuarter, [line(amount: 100, state: state)]).isEmpty)
    }

    @Test func aClawbackTakesBackWhatItsContractWasPaid() throws {
        var ledger = Ledger()
        let kept = try line(amount: 100)
        let paid = try ledger.close(firstQuarter, [kept])
        let taken = try line(amount: -100, rule: .clawback, occasion: "cancelled", earned: "2027-04-20")
        let entries = try ledger.close(firstQuarter.next, [taken, kept])
        #expect(entries.told == ["accrual -100", "clawback -100"])
        #expect(entries[1].corrects == paid[1].id)
    }

    @Test func aRebateIsSettledByATrueUp() throws {
        var ledger = Ledger()
        func accrued(_ state: Payout.State) throws -> Payout {
            try line(amount: 40, component: .rebate, rule: .rebate, payable: "2027-03-31", state: state)
        }
        let settled = try line(nil, amount: -40, component: .rebate, rule: .rebate, earned: "2027-03-31")
        let entries = try ledger.close(firstQuarter, [accrued(.payable), settled])
        #expect(entries.told == ["accrual -40", "trueUp -40", "accrual 40", "payout 40"])
        #expect(LedgerBalance(entries).total.values.map(\.paid) == [0])
    }

    @Test func currenciesAreNeverSettledAgainstEachOther() throws {
        var ledger = Ledger()
        let euros = try line(amount: 100)
        let yen = try line("c2", amount: 5000, currency: "JPY")
        try ledger.close(firstQuarter, [euros, yen])
        let changed = try line(amount: 110, currency: "USD")
        let entries = try ledger.close(firstQuarter.next, [changed, yen])
        #expect(entries.told == ["accrual -100", "adjustment -100", "accrual 110", "payout 110"])
        let total = LedgerBalance(ledger.entries).total
        #expect(try total[try currency("EUR")]?.paid == 0 && total[try currency("USD")]?.paid == 110)
        #expect(total[try currency("JPY")]?.paid == 5000)
        #expect(Set(ledger.entries.map(\.id)).count == ledger.entries.count)
    }

    @Test func oneContractIsNotPaidTwice() throws {
        let line = try line(amount: 100)
        let error = #expect(throws: PostingError.self) {
            try ledgerEntries(for: [line, line], posted: [], closing: firstQuarter)
        }
        #expect(error?.description.contains("'c1'") == true && error?.description.contains("twice") == true)
    }

    @Test func linesOfOneKeyArePostedAsOne() throws {
        var ledger = Ledger()
        let parts = [
            try line(nil, amount: 30, component: .guarantee, rule: .floor, earned: "2027-02-28"),
            try line(nil, amount: 20, component: .guarantee, rule: .floor, earned: "2027-03-31"),
        ]
        let entries = try ledger.close(firstQuarter, parts)
        #expect(entries.told == ["accrual 50", "payout 50"])
        #expect(entries[1].payout.amount == 50)
        #expect(try ledger.close(firstQuarter.next, parts.reversed()).isEmpty)
    }

    @Test func entriesComeByPartnerContractComponentRuleAndOccasion() throws {
        let lines = [
            try line("c2", of: "p2", amount: 1), try line("c1", of: "p2", amount: 1),
            try line("c1", of: "p2", amount: 1, rule: .accelerator), try line(nil, of: "p2", amount: 1),
            try line("c9", of: "p1", amount: 1, occasion: "b"),
            try line("c9", of: "p1", amount: 1, occasion: "a"),
        ]
        let entries = try ledgerEntries(for: lines, posted: [], closing: firstQuarter)
        let places = entries.filter(\.kind.isPaid).map {
            "\($0.payout.partner) \($0.payout.contract?.rawValue ?? "-") \($0.payout.rule.rawValue) \($0.payout.occasion)"
        }
        #expect(
            places == [
                "p1 c9 commission a", "p1 c9 commission b", "p2 - commission 2027-Q1",
                "p2 c1 accelerator 2027-Q1",
                "p2 c1 commission 2027-Q1", "p2 c2 commission 2027-Q1",
            ])
    }
}
