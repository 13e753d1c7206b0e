extension PlanMutant {
    static let bonuses: [PlanMutant] = [
        .init("survivalDays: 90", "survivalDays: 0", says: "a whole number from 1 to 3650"),
        .init("{from: 60.5,", "{from: -5,", schema: false, says: "the bands do not ascend"),
        .init("otherwise: 0.75", "otherwise: 10.5", says: "a factor from 0 to 10"),
        .init("otherwise: 0.75", "otherwise: 75 %", says: "write 1.25 for 125 %"),
        .init("withinDays: 45", "withinDays: 3651", says: "'renewalBonus.health.withinDays' is '3651'"),
        .init(
            "  gate: onboarded\nrecurring", "  gate: onbaorded\nrecurring", schema: false,
            says: "'renewalBonus.gate' names the gate 'onbaorded', which 'gates' does not define;"
                + " did you mean 'onboarded'?"),
        .init("every: quarter", "every: week", says: "one of month, quarter, year"),
        .init("forMonths: 24", "forMonths: 23", says: "expected a multiple of 3"),
        .init("afterMonths: 6", "afterMonths: 121", says: "a whole number from 0 to 120"),
        .init("basis: allBookings", "basis: recurringRevenue", says: "'rebate.basis' is 'recurringRevenue'"),
        .init("threshold: 100000", "threshold: 0", says: "'rebate.threshold' is '0'"),
        .init("paysOn: volume", "paysOn: everything", says: "one of excess, volume"),
    ]

    static let fixedSums: [PlanMutant] = [
        .init("{byDay: 60,", "{byDay: 30,", schema: false, says: "the steps do not ascend"),
        .init(
            "{byDay: 60, amount: 500}", "{amount: 500}", schema: false,
            says: "the step before has no 'byDay' and is met whenever"),
        .init("amount: 500}", "amount: 900}", schema: false, says: "expected at most 800.00 EUR"),
        .init(
            "milestone: training", "milestone: go-live", schema: false,
            says: "'milestones' names 'go-live' twice"),
        .init("pays: 200", "pays: 0", says: "'milestones[1].pays' is '0'"),
        .init("pays: 200", "pays: {amount: 200}", says: "'milestones[1].pays' is a mapping"),
        .init("pays: 200", "pays: []", says: "'milestones[1].pays' is an empty list"),
        .init("categories: 4", "categories: 1", says: "a whole number from 2 to 1000"),
        .init("from: 80 %", "from: 180 %", says: "'diversification.pays[1].from' is '180 %'"),
        .init("from: 80 %", "from: 50 %", schema: false, says: "the bands do not ascend"),
        .init("herfindahl", "herfindal", says: "did you mean 'herfindahl'?"),
        .init("amount: 250", "amount: -250", says: "'coMarketing.amount' is '-250'"),
    ]
}
