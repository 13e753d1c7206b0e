import Incentives
import Model
import Testing

@Suite struct PayoutTests {
    @Test func aLineAcrossATierIsPaidSliceBySlice() throws {
        let run = try payouts(
            for: [
                try contract("c2", signed: "2026-08-01", minorUnits: 700_000),
                try contract("c1", signed: "2026-07-01", minorUnits: 600_000),
            ], under: try incentives(commission: threeTiers(.marginal)))
        #expect(run.map(\.contract) == ["c1", "c2"])
        #expect(run.map(\.amount) == [30_000, 44_000])  // 5 % of 4,000 + 8 % of 3,000
        #expect(run.map(\.base) == [600_000, 700_000])
        #expect(
            run[1].explanation
                == "commission on bookings of 2026-Q3 from 6,000.00 EUR to 13,000.00 EUR: "
                + "5 % of 4,000.00 EUR + 8 % of 3,000.00 EUR = 440.00 EUR")
    }

    @Test func aCliffPaysTheWholePeriodAtTheTierReached() throws {
        let run = try payouts(
            for: [
                try contract("c1", signed: "2026-07-01", minorUnits: 600_000),
                try contract("c2", signed: "2026-08-01", minorUnits: 400_000),
            ], under: try incentives(commission: threeTiers(.cliff)))
        #expect(run.map(\.amount) == [48_000, 32_000])
        #expect(
            run[0].explanation
                == "commission 8 % of 6,000.00 EUR = 480.00 EUR: bookings of 2026-Q3 are 10,000.00 EUR, "
                + "in the tier from 10,000.00 EUR")
    }

    @Test func oneUnitBelowTheCliffEarnsTheLowerRate() throws {
        let run = try payouts(
            for: [
                try contract("c1", signed: "2026-07-01", minorUnits: 600_000),
                try contract("c2", signed: "2026-08-01", minorUnits: 399_999),
            ], under: try incentives(commission: threeTiers(.cliff)))
        #expect(run.map(\.amount) == [30_000, 20_000])
    }

    @Test func periodsAndPartnersDoNotShareAScale() throws {
        let contracts = [
            try contract("c1", partner: "p", signed: "2026-06-30", minorUnits: 1_000_000),
            try contract("c2", partner: "p", signed: "2026-07-01", minorUnits: 1_000_000),
            try contract("c3", partner: "q", signed: "2026-07-01", minorUnits: 1_000_000),
            try contract("c4", partner: "p", signed: "2026-07-02", minorUnits: 1_000_000),
        ]
        let byQuarter = try payouts(for: contracts, under: try incentives(commission: threeTiers(.marginal)))
        #expect(byQuarter.map(\.amount) == [50_000, 50_000, 80_000, 50_000], "partner by partner")
        let byYear = try payouts(
            for: contracts, under: try incentives(commission: threeTiers(.marginal, period: .year)))
        #expect(byYear.map(\.amount) == [50_000, 80_000, 80_000, 50_000])
        let byMonth = try payouts(
            for: contracts, under: try incentives(commission: threeTiers(.marginal, period: .month)))
        #expect(byMonth.map(\.amount) == byQuarter.map(\.amount))
        #expect(byMonth[0].explanation.contains("of 2026-06 from"))
    }

    @Test func newBookingsLeaveRenewalsOut() throws {
        let contracts = [
            try contract("c1", renewal: true, minorUnits: 1_000_000),
            try contract("c2", minorUnits: 1_000_000),
        ]
        let new = try payouts(
            for: contracts, under: try incentives(commission: threeTiers(.marginal, basis: .newBookings)))
        #expect(new.map(\.contract) == ["c2"])
        #expect(new.map(\.amount) == [50_000])
        let all = try payouts(for: contracts, under: try incentives(commission: threeTiers(.marginal)))
        #expect(all.map(\.amount) == [50_000, 80_000])
    }

    @Test func theRenewalBonusIsPaidOnRenewalsUpToItsCap() throws {
        let run = try payouts(
            for: [
                try contract("c1", renewal: true, minorUnits: 1_200_000),
                try contract("c2", renewal: true, minorUnits: 1_250_000),
                try contract("c3", renewal: true, minorUnits: 1_250_100),
                try contract("c4", minorUnits: 1_200_000),
            ], under: try incentives(renewalBonus: RenewalBonus(rate: percent(4), cap: 50_000)))
        #expect(run.map(\.contract) == ["c1", "c2", "c3", "c3"])
        #expect(run.map(\.amount) == [48_000, 50_000, 50_004, -4])
        #expect(run.allSatisfy { $0.component == .renewalBonus })
        #expect(run[1].explanation == "renewal bonus 4 % of 12,500.00 EUR = 500.00 EUR")
        #expect(run[2].explanation == "renewal bonus 4 % of 12,501.00 EUR = 500.04 EUR")
        #expect(run[3].rule == .cap)
        #expect(
            run[3].explanation
                == "500.04 EUR is above the most that is paid, 500.00 EUR: a change of −0.04 EUR")
    }

    @Test func yenHaveNoMinorUnit() throws {
        let run = try payouts(
            for: [try contract("c1", renewal: true, minorUnits: 1_234_550, currency: "JPY")],
            under: try incentives(renewalBonus: RenewalBonus(rate: percent(1), cap: nil), currency: "JPY"))
        #expect(run.map(\.amount) == [12_346])  // 12,345.5 to even
        #expect(run[0].explanation == "renewal bonus 1 % of 1,234,550 JPY = 12,346 JPY")
    }

    @Test func aNegativeContractTakesBackWhatItsSlicesEarned() throws {
        let run = try payouts(
            for: [
                try contract("c1", signed: "2026-07-01", minorUnits: 1_200_000),
                try contract("c2", signed: "2026-07-02", minorUnits: -300_000),
            ], under: try incentives(commission: threeTiers(.marginal)))
        #expect(run.map(\.amount) == [66_000, -21_000])
        #expect(
            run[1].explanation.hasSuffix(
                "5 % of −1,000.00 EUR + 8 % of −2,000.00 EUR = −210.00 EUR"))
    }

    @Test func contractsInAnotherCurrencyAreBlockedAndTheOthersStand() throws {
        let run = try payouts(
            for: [
                try contract("c2", minorUnits: 1_000_000, currency: "USD"),
                try contract("c1", minorUnits: 1_000_000),
                try contract("c0", signed: "2026-09-01", minorUnits: 900_000, currency: "GBP"),
            ], under: try incentives(commission: threeTiers(.marginal)))
        #expect(run.map(\.contract) == ["c1", "c2", "c0"])
        #expect(run.map(\.amount) == [50_000, 0, 0])
        #expect(run.map(\.state) == [.payable, .blocked, .blocked])
        #expect(run[1].explanation == "not computed: the plan has no rate of USD for that day")
    }

    @Test func linesSumToTheCommissionOnTheVolumeWhateverIsRounded() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SplitMix64(seed)
            for scheme in TieredCommission.Scheme.allCases {
                let scale = threeTiers(scheme, period: .year)
                var contracts = try (0..<Int.random(in: 1...40, using: &random)).map { index in
                    try contract(
                        Contract.ID("c\(index)"), partner: index % 3 == 0 ? "p" : "q",
                        minorUnits: Int64.random(in: 1...400_000, using: &random))
                }
                let plan = try incentives(commission: scale)
                let run = try payouts(for: contracts, under: plan)
                for partner in ["p", "q"] as [Partner.ID] {
                    let lines = run.filter { $0.partner == partner }
                    let volume = lines.reduce(0) { $0 + $1.base }
                    let total = lines.reduce(0) { $0 + $1.amount }
                    #expect(total == owed(on: volume, scale), "\(scheme), seed \(seed)")
                    #expect(lines.allSatisfy { $0.amount >= 0 })
                }
                contracts.shuffle(using: &random)
                #expect(try payouts(for: contracts, under: plan) == run, "order, seed \(seed)")
            }
        }
    }
}

/// Commission on a whole volume, from its definition.
private func owed(on volume: Int64, _ commission: TieredCommission) -> Int64 {
    let tiers = commission.tiers
    switch commission.scheme {
    case .cliff: return tiers.last { $0.from <= volume }?.rate.of(volume) ?? 0
    case .marginal:
        return tiers.indices.reduce(0) { sum, index in
            let end = index + 1 < tiers.count ? tiers[index + 1].from : Int64.max
            return sum + tiers[index].rate.of(max(0, min(volume, end) - tiers[index].from))
        }
    }
}
