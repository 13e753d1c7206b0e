import Incentives
import Model
import Testing

/// Claims about every plan and every book, tried on random ones.
@Suite struct EngineProperties {
    private let asOf = Day(number: 20_454 + 900)

    private func forEachSeed(
        _ count: UInt64 = 150, _ body: (RandomProgramme, IncentivePlan, UInt64) throws -> Void
    ) rethrows {
        for seed in 0..<count {
            var random = SplitMix64(seed)
            let programme = RandomProgramme(using: &random)
            try body(programme, IncentivePlan.random(using: &random), seed)
        }
    }

    @Test func theOrderOfFactsIsOfNoAccount() {
        forEachSeed { programme, plan, seed in
            var random = SplitMix64(seed &+ 1)
            var shuffled = programme
            shuffled.contracts.shuffle(using: &random)
            let payouts = programme.payouts(under: plan, asOf: asOf)
            #expect(shuffled.payouts(under: plan, asOf: asOf) == payouts, "seed \(seed)")
        }
    }

    @Test func aPartnersPayIsItsOwn() {
        forEachSeed { programme, plan, seed in
            let together = programme.payouts(under: plan, asOf: asOf)
            for partner in Set(programme.contracts.map(\.partner)) {
                var alone = programme
                alone.contracts.removeAll { $0.partner != partner }
                let own = alone.payouts(under: plan, asOf: asOf)
                #expect(
                    own.map(\.amount) == together.filter { $0.partner == partner }.map(\.amount),
                    "\(partner), seed \(seed)")
            }
        }
    }

    @Test func aReplayAndOnePartnersRunAreEqualToTheProgrammes() {
        forEachSeed(60) { programme, plan, seed in
            var helped = plan
            helped.contingency = Contingency(
                appliesTo: [.commission], period: .quarter, below: Rate(partsPerMillion: 900_000),
                times: Rate(partsPerMillion: 1_500_000), from: Day(number: 20_454 + 365),
                until: Day(number: 20_454 + 729), costCap: 1_001)
            let all = programme.payouts(under: helped, asOf: asOf)
            #expect(programme.payouts(under: helped, asOf: asOf) == all, "seed \(seed)")
            for partner in Set(programme.contracts.map(\.partner)) {
                #expect(
                    programme.payouts(under: helped, asOf: asOf, of: partner)
                        == all.filter { $0.partner == partner }, "\(partner), seed \(seed)")
            }
        }
    }

    @Test func keysAreDistinctAndFactsAreReal() {
        forEachSeed { programme, plan, seed in
            let payouts = programme.payouts(under: plan, asOf: asOf)
            #expect(Set(payouts.map(\.key)).count == payouts.count, "seed \(seed)")
            let sequences = Set(programme.book.contracts.map(\.sequence))
            for payout in payouts {
                #expect((payout.contract == nil) == payout.facts.isEmpty, "seed \(seed): \(payout)")
                if payout.contract != nil { #expect(!sequences.isDisjoint(with: payout.facts)) }
                #expect(!payout.explanation.isEmpty)
                #expect((payout.state == .payable) == (payout.payableOn != nil), "seed \(seed): \(payout)")
            }
        }
    }

    @Test func everyNewContractHasItsLine() {
        forEachSeed { programme, plan, seed in
            let paid = Set(
                programme.payouts(under: plan, asOf: asOf).filter { $0.rule == .commission }
                    .compactMap(\.contract))
            for contract in programme.contracts where contract.renews == nil && contract.signedOn <= asOf {
                #expect(paid.contains(contract.contract), "\(contract.contract), seed \(seed)")
            }
        }
    }

    @Test func whatWasPayableStaysPayable() {
        forEachSeed { programme, plan, seed in
            var plain = plan
            plain.commissions = plan.commissions.map { commission in
                var commission = commission
                commission.scheme = .marginal
                return commission
            }
            plain.accelerator = nil
            let early = programme.payouts(under: plain, asOf: asOf - 200).filter { $0.state == .payable }
            let late = Dictionary(
                uniqueKeysWithValues: programme.payouts(under: plain, asOf: asOf).map { ($0.key, $0) })
            for payout in early {
                let later = late[payout.key]
                #expect(later?.amount == payout.amount && later?.state == .payable, "seed \(seed): \(payout)")
                #expect(later?.payableOn == payout.payableOn, "seed \(seed): \(payout)")
            }
        }
    }

    @Test func aRecurringYearSumsToTheRateOnTheAnnualAmount() {
        forEachSeed { programme, plan, seed in
            guard let bonus = plan.recurringBonus else { return }
            let lines = programme.payouts(under: plan, asOf: asOf).filter { $0.rule == .recurringBonus }
            for contract in programme.contracts {
                let year = lines.filter { line in
                    line.contract == contract.contract
                        && (Int(line.occasion.split(separator: " ")[1]) ?? 0) <= 12
                }
                guard year.contains(where: { $0.occasion == "month 12" }) else { continue }
                #expect(
                    year.reduce(0) { $0 + $1.amount }
                        == bonus.rate.of(contract.annualAmount.minorUnits, plan.rounding),
                    "\(contract.contract), seed \(seed)")
            }
        }
    }

    @Test func limitsHoldInEveryPeriodThatIsOver() {
        forEachSeed { programme, plan, seed in
            // Nothing that waits, is taken back or is settled in another period.
            var limited = plan
            limited.rebate = nil
            limited.clawback = nil
            limited.renewalBonus?.survivalDays = nil
            limited.recurringBonus?.afterMonths = 0
            limited.commissions = plan.commissions.map { commission in
                var commission = commission
                commission.gate = nil
                return commission
            }
            limited.limits = PayLimits(period: .quarter, cap: 90_000, floor: 20_000)
            let payouts = programme.payouts(under: limited, asOf: asOf)
            for (_, lines) in earnedByPartnerAndQuarter(payouts) {
                let sum = lines.reduce(0) { $0 + $1.amount }
                #expect((20_000...90_000).contains(sum), "seed \(seed): \(sum)")
            }
        }
    }

    /// In sum over quarters that are over: what is taken back counts in the quarter it was earned in.
    @Test func nobodyIsWorseOff() {
        let end = CalendarPeriod(containing: asOf, .quarter).previous.lastDay
        forEachSeed { programme, plan, seed in
            var random = SplitMix64(seed &+ 7)
            let other = IncentivePlan.random(using: &random)
            var guarded = plan
            guarded.noWorseOff = NoWorseOff(than: other, period: .quarter)
            let own = earnedByPartner(programme.payouts(under: guarded, asOf: end))
            let reference = earnedByPartner(programme.payouts(under: other, asOf: end))
            for (partner, sum) in reference {
                #expect(own[partner, default: 0] >= sum, "\(partner), seed \(seed)")
            }
        }
    }

    private func earnedByPartner(_ payouts: [Payout]) -> [Partner.ID: Int64] {
        payouts.reduce(into: [:]) { sums, payout in
            guard [.payable, .held].contains(payout.state) else { return }
            sums[payout.partner, default: 0] += payout.amount
        }
    }

    private struct Quarter: Hashable {
        var partner: Partner.ID
        var period: CalendarPeriod
    }

    private func earnedByPartnerAndQuarter(_ payouts: [Payout]) -> [Quarter: [Payout]] {
        let earned = payouts.filter {
            [.payable, .held, .external].contains($0.state) && $0.rule != .clawback
        }
        return Dictionary(grouping: earned) {
            Quarter(partner: $0.partner, period: CalendarPeriod(containing: $0.earnedOn, .quarter))
        }.filter { $0.key.period.lastDay <= asOf }
    }

    @Test func anAddedUnitOfVolumeNeverJumpsOnAMarginalScale() throws {
        let plan = try incentives(commission: threeTiers(.marginal))
        for volume in [999_999, 1_000_000, 4_999_999, 5_000_000] as [Int64] {
            let (before, after) = (
                try payouts(for: [try contract("c", minorUnits: volume)], under: plan)[0].amount,
                try payouts(for: [try contract("c", minorUnits: volume + 1)], under: plan)[0].amount
            )
            #expect((0...1).contains(after - before), "\(volume)")
        }
    }

    @Test func payNeverRisesWithTheDiscountNorFallsWithHealth() throws {
        var plan = try incentives(
            commission: threeTiers(.marginal),
            renewalBonus: RenewalBonus(
                rate: percent(4), cap: nil,
                health: HealthWeight(
                    measure: "health", withinDays: 30,
                    bands: [
                        MultiplierBand(from: 0, times: percent(50)),
                        MultiplierBand(from: 60_000_000, times: percent(110)),
                    ], otherwise: percent(40))))
        plan.priceConcession = PriceConcession(
            appliesTo: [.commission, .renewalBonus],
            bands: [
                .init(above: percent(10), pays: percent(70)), .init(above: percent(20), pays: percent(0)),
            ])
        func pay(discount: Int64, health: Int64) throws -> Int64 {
            try payouts(
                for: [
                    try contract(
                        "c", customer: "u", renewal: true, minorUnits: 1_234_567, discount: percent(discount))
                ], under: plan,
                readings: [
                    ReadingFact(
                        customer: "u", measure: "health", value: health * 1_000_000,
                        observedOn: try day("2026-07-01"))
                ]
            ).reduce(0) { $0 + $1.amount }
        }
        for health in stride(from: 0 as Int64, through: 100, by: 10) {
            for discount in 0..<30 as Range<Int64> {
                #expect(
                    try pay(discount: discount + 1, health: health) <= pay(discount: discount, health: health)
                )
                #expect(
                    try pay(discount: discount, health: health + 10)
                        >= pay(discount: discount, health: health))
            }
        }
    }

    @Test func aDownturnCostsNoMoreThanItsCap() {
        forEachSeed(60) { programme, plan, seed in
            var helped = plan
            helped.contingency = Contingency(
                appliesTo: [.commission], period: .quarter, below: Rate(partsPerMillion: 900_000),
                times: Rate(partsPerMillion: 1_500_000), from: Day(number: 20_454 + 365),
                until: Day(number: 20_454 + 729), costCap: 1_001)
            let cost = programme.payouts(under: helped, asOf: asOf).filter { $0.rule == .contingency }
                .reduce(0) { $0 + $1.amount }
            #expect((0...1_001).contains(cost), "seed \(seed)")
        }
    }
}
