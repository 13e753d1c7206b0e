import Model

@testable import Reporting

/// A partner's quarter with a line in every state, two currencies, and corrections of the quarter before.
enum StatementFixture {
    static let partner = Partner(id: "acme", name: "Acme Partners", attributes: [:])
    static let period = CalendarPeriod(length: .quarter, number: 2027 * 4)
    static let earlier = period.previous
    static let asOf = day("2027-03-01")
    static let eur = currency("EUR")

    static func day(_ iso: String) -> Day { Day(iso: iso) ?? Day(number: 0) }

    static func currency(_ code: String) -> Currency {
        guard let currency = Currency(code) else { preconditionFailure("\(code) is no currency") }
        return currency
    }

    static var plan: IncentivePlan {
        var plan = IncentivePlan(id: "growth", summary: "You earn on what stays.", currency: eur)
        plan.commissions = [
            TieredCommission(
                basis: .newBookings, scheme: .marginal, period: .quarter,
                tiers: [.init(from: 0, rate: Rate(partsPerMillion: 100_000))])
        ]
        plan.renewalBonus = RenewalBonus(
            rate: Rate(partsPerMillion: 40_000), cap: nil, gate: "value-proven")
        plan.recurringBonus = RecurringBonus(
            rate: Rate(partsPerMillion: 20_000), every: .month, afterMonths: 3)
        plan.gates = [
            EvidenceGate(
                name: "value-proven", conditions: [.milestone("go-live", byDay: 90)], needs: [],
                expiresAfterDays: 180)
        ]
        return plan
    }

    static func line(
        _ component: PlanComponent, _ rule: PlanRule, _ amount: Int64, _ state: Payout.State = .payable,
        contract: Contract.ID? = "C-1", payable: String? = "2027-02-01", currency: Currency = eur,
        partner: Partner.ID = partner.id, explanation: String = "10 % of 12,000.00 EUR = 1,200.00 EUR"
    ) -> Payout {
        Payout(
            partner: partner, contract: contract, component: component, rule: rule, plan: "growth",
            version: 1,
            occasion: "2027-Q1", earnedOn: day("2027-02-01"), payableOn: payable.map(day), state: state,
            base: 1_200_000, amount: amount, currency: currency, conversion: nil, facts: [3, 17],
            explanation: explanation)
    }

    static var lines: [Payout] {
        var converted = line(.commission, .commission, 50_000, contract: "C-2")
        converted.conversion = .init(
            currency: currency("USD"), perUnit: 1_085_000, on: day("2027-01-04"), source: "ECB, \"daily\"")
        return [
            line(.commission, .commission, 120_000), converted,
            line(.commission, .clawback, -30_000, explanation: "the customer left:\n30 days, \"early\""),
            line(.commission, .accelerator, 10_000, contract: nil, payable: "2027-03-31"),
            line(.renewalBonus, .renewalBonus, 48_000, .held, payable: nil),
            line(.recurringBonus, .recurringBonus, 2_000, .held, payable: "2027-04-01"),
            line(
                .milestoneBonus, .milestoneBonus, 80_000, .lapsed, payable: nil,
                explanation: "day 60 has passed"),
            line(
                .commission, .commission, 0, .blocked, contract: "C-3", payable: nil,
                explanation: "no rate of JPY"),
            line(.rebate, .rebate, 7_000, .external, currency: currency("USD")),
            line(.coMarketing, .coMarketing, 50_000, .cost, contract: nil),
        ]
    }

    static func entry(
        _ id: String, _ kind: LedgerEntry.Kind, _ amount: Int64, period: CalendarPeriod = period,
        corrects: String? = nil
    ) -> LedgerEntry {
        LedgerEntry(
            id: id, kind: kind, period: period, payout: line(.commission, .commission, 120_000),
            amount: amount,
            corrects: corrects)
    }

    static func content(
        _ partner: Partner = partner, state: StatementContent.State = .open, lines: [Payout] = lines,
        entries: [LedgerEntry] = [], asOf: Day = asOf
    ) throws -> StatementContent {
        try StatementContent(
            partner: partner, period: period, asOf: asOf, state: state,
            segments: [TermsSegment(plan: plan, from: day("2027-01-01"), until: day("2027-12-31"))],
            lines: lines, entries: entries, earlier: [entry("e1", .payout, 120_000, period: earlier)])
    }

    static func closed() throws -> StatementContent {
        try content(
            state: .closed,
            entries: [
                entry("e2", .payout, 170_000), entry("e3", .adjustment, -5_000, corrects: "e1"),
                entry("e4", .accrual, 48_000),
            ])
    }

    static func all() throws -> [(name: String, statement: Statement)] {
        [
            ("open", Statement(try content())), ("closed", Statement(try closed())),
            ("nothing", Statement(try content(lines: []))),
        ]
    }
}

/// A reader of RFC 4180 that is not the writer's: records of fields.
func csvRecords(_ text: String) -> [[String]] {
    var records: [[String]] = [[]]
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var scalars = Array(text.unicodeScalars)[...]
    func flush() {
        records[records.count - 1].append(String(field))
        field = String.UnicodeScalarView()
    }
    while let scalar = scalars.popFirst() {
        switch scalar {
        case "\"" where isQuoted && scalars.first == "\"":
            scalars.removeFirst()
            field.append(scalar)
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: flush()
        case "\r" where !isQuoted: continue
        case "\n" where !isQuoted:
            flush()
            records.append([])
        default: field.append(scalar)
        }
    }
    return records.dropLast()
}
