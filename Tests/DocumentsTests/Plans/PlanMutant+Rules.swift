extension PlanMutant {
    static let modifiers: [PlanMutant] = [
        .init("[commission, renewalBonus]", "[commission, rebate]", says: "one of commission, renewalBonus"),
        .init("perExtraYear: 1 %", "perExtraYear: 0 %", says: "a rate above 0 %"),
        .init("cap: 2.5 %", "cap: 0.0", says: "'escalator.cap' is '0.0'"),
        .init("[commission, recurringBonus]", "[commission, commission]", says: "names 'commission' twice"),
        .init("[commission, recurringBonus]", "[]", says: "'priceConcession.appliesTo' is an empty list"),
        .init(
            "[commission, recurringBonus]", "[diversificationBonus]", says: "'priceConcession.appliesTo[0]'"),
        .init(
            "[commission, milestoneBonus]", "[commission, rebate]",
            says: "one of commission, renewalBonus, recurringBonus, milestoneBonus"),
        .init("[commission, recurringBonus]", "[comission]", says: "did you mean 'commission'?"),
        .init("pays: 0 %", "pays: 60 %", schema: false, says: "expected at most 50 %"),
        .init("above: 30 %", "above: 15 %", schema: false, says: "the bands do not ascend"),
        .init("above: 30 %", "above: 30", says: "write '30 %' for per cent"),
        .init("from: 1.5,", "from: -0.1,", schema: false, says: "the bands do not ascend"),
        .init("from: 1.5,", "from: 1001 %,", says: "a rate from -100 % to 1000 %"),
        .init("from: 1.5,", "from: 105,", says: "write '105 %' for per cent"),
        .init("recurringGrowth", "netRevenueRetention", schema: false, says: "a rate from 0 % to 1000 %"),
        .init("recurringGrowth", "growth", says: "one of recurringGrowth, netRevenueRetention"),
        .init("times: 1.2\n", "times: 0.9\n", says: "a factor from 1 to 10"),
        .init("below: 70 %", "below: 0 %", says: "'contingency.below' is '0 %'"),
        .init("costCap: 50000", "costCap: 0", says: "'contingency.costCap' is '0'"),
        .init(
            "until: 2027-10-31", "until: 2027-01-31", schema: false,
            says: "'contingency.until' is 2027-01-31, before 'contingency.from' on 2027-02-01"),
        .init(
            "until: 2027-10-31", "until: 2027-02-27", schema: false, says: "no whole calendar month lies in"),
        .init("until: 2027-10-31", "until: 31.10.2027", says: "'contingency.until' is '31.10.2027'"),
    ]

    static let limits: [PlanMutant] = [
        .init("floor: 300", "floor: 40001", schema: false, says: "expected at most 40000.00 EUR"),
        .init(", cap: 40000, floor: 300", "", says: "'limits' limits nothing"),
        .init("{period: month, cap", "{cap", says: "the key 'period' is missing in 'limits'"),
        .init("than: today", "than: todya", schema: false, says: "no incentive plan 'todya'"),
        .init(
            "than: today", "than: complete", schema: false,
            says: "'noWorseOff.than' is the plan 'complete' itself"),
        .init("than: today, ", "", says: "the key 'than' is missing in 'noWorseOff'"),
        .init("share: 75 %", "share: 0 %", says: "'clawback.share' is '0 %'"),
        .init("withinDays: 180", "withinDays: 0", says: "'clawback.withinDays' is '0'"),
        .init("proRata: true", "proRata: yes", says: "true or false"),
    ]

    static let gates: [PlanMutant] = [
        .init(
            "gates:\n", "gates:\n  idle: {all: [{milestone: a, byDay: 1}], expiresAfterDays: 9}\n",
            schema: false, says: "the gate 'idle' is used by nothing"),
        .init(
            "expiresAfterDays: 175", "expiresAfterDays: 175\n    needs: [value-proven]", schema: false,
            says: "onboarded → value-proven → onboarded"),
        .init(
            "needs: [onboarded]", "needs: [value-proven]", schema: false, says: "value-proven → value-proven"),
        .init("needs: [onboarded]", "needs: [onboard]", schema: false, says: "names the gate 'onboard'"),
        .init("needs: [onboarded]", "needs: [onboarded, onboarded]", says: "names 'onboarded' twice"),
        .init("needs: [onboarded]", "needs: []", says: "'gates.value-proven.needs' is an empty list"),
        .init(
            "expiresAfterDays: 175", "expiresAfterDays: 89", schema: false,
            says: "'gates.onboarded.all[0].byDay' is 90, after the gate expires; expected at most 89"),
        .init("    expiresAfterDays: 175\n", "", says: "the key 'expiresAfterDays' is missing"),
        .init(
            "all: [{milestone: go-live, byDay: 90}]", "all: []",
            says: "'gates.onboarded.all' is an empty list"),
        .init(
            "    all: [{milestone: go-live, byDay: 90}]\n", "", says: "the gate 'onboarded' waits for nothing"
        ),
        .init("atLeast: 0.6, byDay", "atLeast: 0.6, rises: 1, withinDays", says: "unknown key 'atLeast'"),
        .init(
            "{measure: adoption, atLeast: 0.6, byDay: 120}", "{byDay: 120}", says: "says nothing to wait for"),
        .init("{measure: adoption, atLeast", "{atLeast", says: "the key 'measure' is missing"),
        .init("rises: 10,", "rises: 0,", says: "a rise above 0"),
        .init("  onboarded:\n", "  Onboarded:\n", says: "the key 'Onboarded' is not a name of small letters"),
    ]
}
