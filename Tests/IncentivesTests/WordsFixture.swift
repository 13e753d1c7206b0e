import Model

/// A plan that has every component and every rule.
func everything() throws -> IncentivePlan {
    var plan = IncentivePlan(id: "growth", summary: "You earn on what stays.", currency: try currency("EUR"))
    plan.version = 2
    plan.effective = EffectiveDates(from: try day("2027-01-01"), until: try day("2027-12-31"))
    let usd = try currency("USD")
    plan.rates = CurrencyRates(
        source: "ECB euro reference rates", rule: .earned, effectsOn: try day("2027-01-04"),
        tables: [.init(on: try day("2027-01-04"), perUnit: [usd: 1_085_000])])
    plan.commissions = [
        TieredCommission(
            basis: .newBookings, scheme: .marginal, period: .quarter,
            tiers: [.init(from: 0, rate: percent(8)), .init(from: 5_000_000, rate: percent(10))],
            gate: "value-proven"),
        TieredCommission(
            basis: .recurringRevenue, scheme: .cliff, period: .month,
            tiers: [.init(from: 0, rate: percent(1)), .init(from: 1_000_000, rate: percent(2))],
            buffer: .init(rollingPeriods: 4, gracePeriods: 1)),
    ]
    plan.renewalBonus = RenewalBonus(
        rate: percent(4), cap: 500_000,
        payBase: .lifetimeValue(
            LifetimeValue(
                grossMargin: percent(80), annualChurn: percent(15), discountRate: percent(10), years: 5,
                cap: 6_000_000)),
        health: HealthWeight(
            measure: "health", withinDays: 90,
            bands: [
                MultiplierBand(from: 0, times: percent(50)),
                MultiplierBand(from: 60_000_000, times: percent(100)),
                MultiplierBand(from: 80_000_000, times: percent(125)),
            ], otherwise: percent(100)), survivalDays: 90)
    plan.recurringBonus = RecurringBonus(rate: percent(2), every: .month, afterMonths: 3, forMonths: 24)
    plan.rebate = Rebate(
        basis: .allBookings, period: .quarter, threshold: 10_000_000, rate: percent(2), paysOn: .excess,
        accrualRate: percent(1))
    plan.milestoneBonuses = [
        MilestoneBonus(
            milestone: "go-live", steps: [.init(byDay: 30, amount: 80_000), .init(byDay: 60, amount: 50_000)]),
        MilestoneBonus(
            milestone: "first-usage", steps: [.init(byDay: nil, amount: 20_000)], includesRenewals: true),
    ]
    plan.diversificationBonus = DiversificationBonus(
        over: "region", categories: 4, index: .entropy, period: .quarter,
        bands: [.init(from: percent(50), amount: 50_000), .init(from: percent(80), amount: 150_000)])
    plan.coMarketing = CoMarketing(amount: 50_000, period: .quarter)
    plan.escalator = Escalator(appliesTo: [.commission], perExtraYear: percent(1), cap: percent(3))
    plan.priceConcession = PriceConcession(
        appliesTo: [.commission, .renewalBonus],
        bands: [.init(above: percent(15), pays: percent(50)), .init(above: percent(30), pays: percent(0))])
    plan.accelerator = Accelerator(
        appliesTo: [.commission], measure: .netRevenueRetention, period: .quarter,
        bands: [
            MultiplierBand(from: 1_050_000, times: percent(110)),
            MultiplierBand(from: 1_150_000, times: percent(125)),
        ])
    plan.contingency = Contingency(
        appliesTo: [.commission], period: .quarter, below: percent(70), times: percent(120),
        from: try day("2027-01-01"), until: try day("2027-12-31"), costCap: 5_000_000)
    plan.limits = PayLimits(period: .quarter, cap: 5_000_000, floor: 50_000)
    plan.noWorseOff = NoWorseOff(
        than: IncentivePlan(id: "today", summary: "Today.", currency: try currency("EUR")), period: .quarter)
    plan.clawback = Clawback(
        appliesTo: [.commission], withinDays: 180, share: percent(100), isProRata: true)
    plan.gates = [
        EvidenceGate(
            name: "onboarded", conditions: [.milestone("go-live", byDay: 90)], needs: [],
            expiresAfterDays: 180),
        EvidenceGate(
            name: "value-proven",
            conditions: [
                .rise(measure: "health", by: 10_000_000, withinDays: 180),
                .level(measure: "adoption", atLeast: 600_000, byDay: 120),
            ], needs: ["onboarded"], expiresAfterDays: 365),
    ]
    plan.treatmentTags = ["enablement"]
    return plan
}
