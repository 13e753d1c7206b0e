import Foundation
import Testing

/// An incentive plan that is wrong in one way, and what its author is told.
struct PlanMutant: Sendable, CustomTestStringConvertible {
    enum Base: Sendable {
        /// What every plan file could say before the language grew.
        case ladder
        /// Every key there is.
        case complete
    }

    let base: Base
    let old: String
    let new: String
    let message: String
    let isVisibleToSchema: Bool

    /// One edit of the plan that sets every key.
    init(_ old: String, _ new: String, schema: Bool = true, says message: String) {
        self.init(.complete, old, new, schema: schema, says: message)
    }

    init(_ base: Base, _ old: String, _ new: String, schema: Bool = true, says message: String) {
        self.base = base
        self.old = old
        self.new = new
        self.message = message
        isVisibleToSchema = schema
    }

    var testDescription: String { "\(old) → \(new)" }

    private static let head = """
        plan: ladder
        summary: You earn more the more you book.
        currency: EUR

        """

    private static let body = """
        commission:
          basis: allBookings
          scheme: cliff
          period: year
          tiers:
            - {from: 0, rate: 5 %}
            - {from: 1000.50, rate: 0.075}
        renewalBonus: {rate: 4 %, cap: 49.90}

        """

    static let ladder = head + body
    static let complete = (try? Repository.text("Tests/DocumentsTests/Fixtures/complete@2.yaml")) ?? ""

    var valid: String { base == .ladder ? Self.ladder : Self.complete }
    var fileName: String { base == .ladder ? "ladder.yaml" : "complete@2.yaml" }
    var text: String { valid.replacingOccurrences(of: old, with: new) }

    static let all =
        ladders + headers + rates + commissions + bonuses + fixedSums + modifiers + limits + gates

    private static let ladders: [PlanMutant] = [
        .init(.ladder, "plan: ladder", "plan: Ladder", says: "small letters"),
        .init(
            .ladder, "plan: ladder", "plan: lader", schema: false, says: "expected the file 'lader.yaml'"),
        .init(.ladder, "EUR", "Euro", says: "'currency' is 'Euro'; expected an ISO 4217 currency code"),
        .init(
            .ladder, "summary: You earn more the more you book.\n", "", says: "the key 'summary' is missing"),
        .init(.ladder, "allBookings", "bookings", says: "one of newBookings, allBookings"),
        .init(.ladder, "cliff", "clif", says: "did you mean 'cliff'?"),
        .init(.ladder, "year", "week", says: "one of month, quarter, year"),
        .init(.ladder, "5 %", "105 %", says: "'commission.tiers[0].rate' is '105 %'"),
        .init(.ladder, "5 %", "-5 %", says: "'commission.tiers[0].rate' is '-5 %'"),
        .init(.ladder, "from: 0,", "from: 10,", says: "expected 'from: 0'"),
        .init(.ladder, "from: 1000.50", "from: 0", schema: false, says: "the tiers do not ascend"),
        .init(.ladder, "from: 1000.50", "from: 1000.505", schema: false, says: "an amount in EUR"),
        .init(.ladder, "from: 1000.50", "from: 1_000", says: "an amount in EUR"),
        .init(.ladder, "from: 1000.50, ", "", says: "the key 'from' is missing in 'commission.tiers[1]'"),
        .init(.ladder, "cap: 49.90", "cap: 0", says: "'renewalBonus.cap' is '0'"),
        .init(.ladder, "cap: 49.90", "cap: -1", says: "'renewalBonus.cap' is '-1'"),
        .init(.ladder, "cap: 49.90", "cap: 50 EUR", says: "'renewalBonus.cap' is '50 EUR'"),
        .init(.ladder, "cap: 49.90", "cap: 1000000000001", says: "at most 1000000000000"),
        .init(.ladder, "cap:", "max:", says: "unknown key 'max' in 'renewalBonus'"),
        .init(.ladder, body, "", says: "pays nothing, gives nothing and spends nothing"),
        .init(.ladder, body, "limits: {period: quarter, cap: 9}\n", says: "pays nothing, gives nothing"),
        .init(.ladder, body, "commission: []\n", says: "'commission' is an empty list"),
        .init(.ladder, body, "commission: 5 %\n", says: "'commission' is '5 %'; expected a mapping such as"),
        .init(.ladder, body, "coMarketing:\n", says: "'coMarketing' is nothing"),
        .init(
            .ladder, body, body + "clawback: {appliesTo: [milestoneBonus], withinDays: 30, share: 100 %}\n",
            schema: false, says: "'clawback.appliesTo[0]' is 'milestoneBonus', which the plan does not have"),
        .init(
            .ladder, "cap: 49.90", "cap: 49.90, gate: open", schema: false,
            says: "names the gate 'open', which 'gates' does not define; define it under 'gates'"),
    ]

    private static let headers: [PlanMutant] = [
        .init("version: 2", "version: 0", says: "'version' is '0'"),
        .init("version: 2", "version: 3", schema: false, says: "expected 'version: 2'"),
        .init(
            "version: 2\n", "", schema: false,
            says: "'complete@2.yaml' holds version 1 of the plan 'complete'"),
        .init(
            "until: 2027-12-31}", "until: 2026-12-31}", schema: false,
            says: "'effective.until' is 2026-12-31, before 'effective.from' on 2027-01-01"),
        .init("until: 2027-12-31}", "until: 9999-12-31}", says: "leave the key out for an open end"),
        .init("external", "elsewhere", says: "one of fairway, external"),
        .init("basis: addsTo", "basis: adds", says: "one of replaces, addsTo"),
        .init("towardZero", "up", says: "one of halfEven, halfAwayFromZero, towardZero"),
        .init("roi-calculator]", "enablement]", says: "'treatmentTags' names 'enablement' twice"),
        .init("[enablement, roi-calculator]", "[]", says: "'treatmentTags' is an empty list"),
        .init("limits:", "limit:", says: "unknown key 'limit'; did you mean 'limits'?"),
    ]

    private static let rates: [PlanMutant] = [
        .init("  source: ECB euro reference rates\n", "", says: "the key 'source' is missing in 'rates'"),
        .init("quarterEnd", "monthEnd", says: "one of earned, quarterEnd, effects"),
        .init(
            "effectsOn: 2027-01-04", "effectsOn: 2027-01-05", schema: false,
            says: "no table stands for that day"),
        .init("on: 2027-04-01", "on: 2027-01-04", schema: false, says: "the tables do not ascend"),
        .init("USD: 1.1}", "EUR: 1.1}", schema: false, says: "'EUR' is the plan's own currency"),
        .init("JPY:", "yen:", says: "the key 'yen' is not an ISO 4217 currency code"),
        .init("161.25", "0", says: "'rates.tables[0].JPY' is '0'; expected a rate above 0"),
        .init("161.25", "161.2500001", schema: false, says: "at most six digits after the point"),
        .init(
            "USD: 1.1}", "CHF: 1.1}", schema: false,
            says: "the table of 'rates.effectsOn' has no rate for 'CHF'"),
        .init(", USD: 1.1}", "}", says: "'rates.tables[1]' has no rate"),
    ]

    private static let commissions: [PlanMutant] = [
        .init("renewedRevenue", "allBookings", schema: false, says: "'allBookings' overlaps 'newBookings'"),
        .init("renewedRevenue", "newBookings", schema: false, says: "'newBookings' overlaps 'newBookings'"),
        .init(
            "renewedRevenue", "recurringRevenue", schema: false,
            says: "the escalator needs contracts of a term"),
        .init("scheme: cliff", "scheme: marginal", says: "expected 'scheme: cliff' with it"),
        .init("{rolling: 4, grace: 2}", "{rolling: 1}", says: "'commission[0].buffer' keeps nothing"),
        .init("basis: newBookings", "basis: recurringRevenue", says: "it has no other pay base"),
        .init("payBase: contractValue", "payBase: annualamount", says: "did you mean 'annualAmount'?"),
        .init("payBase: contractValue", "payBase: lifetimeValue", says: "says nothing about the lifetime"),
        .init(
            "payBase: contractValue", "payBase: [contractValue]",
            says: "'renewalBonus.payBase' is a list of 1"),
        .init("years: 5", "years: 0", says: "'commission[0].payBase.lifetimeValue.years' is '0'"),
        .init("grossMargin: 80 %", "grossMargin: 0 %", says: "a rate above 0 %"),
        .init("discountRate: 10 %, ", "", says: "the key 'discountRate' is missing"),
        .init("cap: 60000", "cap: 0", says: "'commission[0].payBase.lifetimeValue.cap' is '0'"),
    ]
}
