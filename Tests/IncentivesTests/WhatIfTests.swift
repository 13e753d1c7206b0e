import Incentives
import Model
import Testing

@Suite struct WhatIfTests {
    private func own() throws -> IncentivePlan {
        try incentives(commission: threeTiers(.marginal, basis: .newBookings))
    }

    private func signing(
        _ minorUnits: Int64?, on iso: String, renews: Contract.ID? = nil, months: Int = 12
    ) throws -> HypotheticalContract {
        let euro = try currency("EUR")
        return HypotheticalContract(
            renews: renews, annualAmount: minorUnits.map { Money(minorUnits: $0, currency: euro) },
            months: months, discount: percent(0), signedOn: try day(iso))
    }

    @Test func aContractEarnsAtTheTierThatItReaches() throws {
        let book = book([
            try contract("c1", signed: "2026-07-15", minorUnits: 600_000),
            try contract("c0", signed: "2026-05-15", minorUnits: 100_000),
            try contract("x1", partner: "q", signed: "2026-07-15", minorUnits: 9_000_000),
        ])
        let answer = try whatIf(
            "p", in: book, own: [own()], other: nil, signing: [try signing(1_000_000, on: "2026-09-01")],
            asOf: try day("2026-09-01"))
        #expect(answer.scenarios.map(\.isHypothetical) == [false, true])
        // 5 % of 10,000 and 8 % of 6,000 in the quarter.
        #expect(answer.scenarios.map(\.total) == [35_000, 103_000])
        #expect(answer.scenarios.map(\.difference) == [nil, 68_000])
        let quarters = answer.scenarios[1].quarters
        #expect(
            quarters.map(\.period.description) == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"])
        #expect(quarters.map(\.total) == [0, 0, 0, 5_000, 98_000])
        #expect(quarters.map(\.isToDate) == [false, false, false, false, true])
        #expect(quarters[4].parts.map(\.component) == [.commission])
    }

    @Test func anotherPlanStandsBesideThePartnersOwn() throws {
        let book = book([
            try contract("c1", signed: "2026-07-15", minorUnits: 600_000),
            try contract("c2", signed: "2026-07-16", renewal: true, minorUnits: 500_000),
        ])
        var other = try incentives("growth", renewalBonus: RenewalBonus(rate: percent(4), cap: nil))
        other.effective = EffectiveDates(from: try day("2027-01-01"))
        let answer = try whatIf(
            "p", in: book, own: [own()], other: other, asOf: try day("2026-12-31"))
        #expect(answer.scenarios.map(\.total) == [30_000, 20_000])
        #expect(answer.scenarios[1].plans.map(\.plan) == ["growth"])
        #expect(answer.scenarios[1].difference == -10_000)
    }

    @Test func aRenewalStartsWhenTheOldTermEndsAndKeepsItsAmount() throws {
        let before = book([
            try contract("c1", customer: "k", signed: "2026-07-15", minorUnits: 600_000),
            try contract("z9", signed: "2026-07-15", minorUnits: 1),
        ])
        let after = try before.adding(
            [try signing(nil, on: "2026-09-01", renews: "c1", months: 24)], of: "p")
        #expect(after.contracts.map(\.id) == ["c1", "what-if 1", "z9"])
        let added = after.contracts[1]
        #expect(added.isRenewal && after.customers[added.customer] == "k")
        #expect(try added.startsOn == day("2027-07-15"))
        #expect(try added.endsOn == day("2029-07-14"))
        #expect(added.annualAmount.minorUnits == 600_000)
        let bonus = try incentives(renewalBonus: RenewalBonus(rate: percent(4), cap: nil))
        let answer = try whatIf(
            "p", in: before, own: [bonus], other: nil,
            signing: [try signing(nil, on: "2026-09-01", renews: "c1")], asOf: try day("2026-09-01"))
        #expect(answer.scenarios.map(\.total) == [0, 24_000])
    }

    @Test func recordsStayInOrderWhateverTheNewContractIsCalled() throws {
        let before = book([
            try contract("a", customer: "zeta", minorUnits: 1),
            try contract("z", customer: "alpha", minorUnits: 2),
        ])
        let after = try before.adding([try signing(5, on: "2026-09-01")], of: "p")
        #expect(after.customers == ["alpha", "what-if 1", "zeta"])
        #expect(after.contracts.map { after.customers[$0.customer] } == ["zeta", "what-if 1", "alpha"])
    }

    @Test func anotherPartnersContractIsAnsweredLikeNone() throws {
        let book = book([
            try contract("c1", minorUnits: 1), try contract("x1", partner: "q", minorUnits: 1),
        ])
        for id in ["x1", "nowhere"] as [Contract.ID] {
            #expect(throws: WhatIfError.unknownContract(id, of: "p")) {
                try whatIf(
                    "p", in: book, own: [own()], other: nil,
                    signing: [try signing(nil, on: "2026-09-01", renews: id)], asOf: try day("2026-09-01"))
            }
        }
        #expect(throws: WhatIfError.noPlan("p")) {
            try whatIf("p", in: book, own: [], other: nil, asOf: try day("2026-09-01"))
        }
        #expect(throws: WhatIfError.unknownPartner("nobody")) {
            try whatIf("nobody", in: book, own: [own()], other: nil, asOf: try day("2026-09-01"))
        }
    }

    @Test func differencesAreByPartnerAndQuarter() throws {
        let book = book([
            try contract("c1", signed: "2026-02-15", minorUnits: 600_000),
            try contract("c2", signed: "2026-05-15", renewal: true, minorUnits: 500_000),
            try contract("x1", partner: "q", signed: "2025-12-31", minorUnits: 900_000),
        ])
        let differences = planDifferences(
            from: try own(),
            to: try incentives("growth", renewalBonus: RenewalBonus(rate: percent(4), cap: nil)),
            for: ["p", "q", "nobody"], in: EarningBook(book),
            over: QuarterWindow(last: 2, before: try day("2026-07-01")))
        #expect(differences.map(\.partner) == ["p", "q"])
        #expect(differences[0].quarters.map(\.period.description) == ["2026-Q1", "2026-Q2"])
        #expect(differences[0].quarters.map(\.then) == [30_000, 0])
        #expect(differences[0].quarters.map(\.now) == [0, 20_000])
        #expect(differences[1].then == 0 && differences[1].now == 0)
    }

    @Test func aWindowIsOfQuartersThatAreOver() throws {
        let onLastDay = QuarterWindow(last: 4, before: try day("2026-12-31"))
        #expect(try onLastDay.firstDay == day("2025-10-01"))
        #expect(try onLastDay.lastDay == day("2026-09-30"))
        let one = QuarterWindow(last: 1, before: try day("2027-01-01"))
        #expect(one.quarters.map(\.description) == ["2026-Q4"])
    }
}
