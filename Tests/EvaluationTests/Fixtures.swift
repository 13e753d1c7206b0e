import Foundation
import Model
import Statistics
import Testing

@testable import Evaluation

func day(_ iso: String) -> Day {
    guard let day = Day(iso: iso) else { preconditionFailure("'\(iso)' is no day") }
    return day
}

/// 2026-01-05, a Monday: the day pilots start and partners are assigned unless a test says otherwise.
let start = day("2026-01-05")

let euro: Currency = {
    guard let euro = Currency("EUR") else { preconditionFailure("EUR is a currency") }
    return euro
}()

func percent(_ percent: Double) -> Rate { Rate(partsPerMillion: Int64((percent * 10_000).rounded())) }

func metric(
    _ kind: Metric.Kind = .renewalRate, estimand: Metric.Estimand = .customerAverage, graceDays: Int = 30,
    origin: Metric.Origin = .assignment, horizonDays: Int = 60
) -> Metric {
    Metric(
        id: Metric.ID(kind.rawValue), kind: kind, estimand: estimand, graceDays: graceDays, origin: origin,
        horizonDays: horizonDays)
}

/// A pilot of 26 weeks, two arms and looks every 13 weeks unless a test says otherwise.
func plan(
    weeks: Int = 26, lookEveryWeeks: Int = 13, primary: Metric = metric(), secondary: [Metric] = [],
    guardrails: [Guardrail] = [], treatments: [Variant.ID] = ["bonus"], bonus: Rate? = nil,
    design: Design = Design(kind: .stratified, strata: [], blockSize: 12, mechanism: nil),
    spending: SpendingFunction = .obrienFleming, worthwhileGain: Double = 0
) -> Plan {
    let incentives = bonus.map { rate in
        var plan = IncentivePlan(id: "renewal-bonus", summary: "Pays for renewals.", currency: euro)
        plan.renewalBonus = RenewalBonus(rate: rate, cap: nil)
        return plan
    }
    return Plan(
        pilot: "spiff", title: "Renewal bonus", layer: "renewals", population: [:], design: design,
        holdout: percent(0),
        variants: [Variant(id: Variant.control, weight: 1, incentivePlan: nil)]
            + treatments.map { Variant(id: $0, weight: 1, incentivePlan: incentives) },
        schedule: Schedule(
            starts: start, weeks: weeks, enrolUntil: start + 28, lookEveryWeeks: lookEveryWeeks),
        primary: primary, secondary: secondary, guardrails: guardrails,
        decision: DecisionRule(
            alphaTwoSided: 0.05, guardrailAlphaOneSided: 0.05, spending: spending, guardrailSpending: .pocock,
            worthwhileGain: worthwhileGain, maxStalenessDays: 7),
        economics: Economics(grossMargin: percent(70), currency: euro), promiseDays: 364,
        timeZone: "UTC", trial: nil)
}

func assignment(
    _ partner: Partner.ID, _ variant: Variant.ID = Variant.control, on day: Day = start, position: Int = 0
) -> Assignment {
    Assignment(
        pilot: "spiff", partner: partner, variant: variant, stratum: "all", block: 0, position: position,
        assignedOn: day)
}

/// A contract signed on its first day, a year before its last, unless a test says otherwise.
func contract(
    _ id: Contract.ID, of partner: Partner.ID = "p1", customer: Customer.ID? = nil, ends: Day,
    signed: Day? = nil,
    starts: Day? = nil, renews: Contract.ID? = nil, cancelled: Day? = nil, amount: Int64 = 100_000,
    currency: Currency = euro, discount: Rate = percent(0)
) -> ContractFact {
    let starts = starts ?? ends - 364
    return ContractFact(
        contract: id, partner: partner, customer: customer ?? Customer.ID("customer of \(id)"),
        renews: renews,
        signedOn: signed ?? starts, startsOn: starts, endsOn: ends, cancelledOn: cancelled,
        annualAmount: Money(minorUnits: amount, currency: currency), discount: discount)
}

/// The successor of a contract that ends on `due`, one year long.
func renewal(
    of id: Contract.ID, due: Day, signed: Day, by partner: Partner.ID = "p1", amount: Int64 = 100_000,
    currency: Currency = euro, discount: Rate = percent(0)
) -> ContractFact {
    contract(
        Contract.ID("\(id)+1"), of: partner, customer: Customer.ID("customer of \(id)"), ends: due + 365,
        signed: signed, starts: due + 1, renews: id, amount: amount, currency: currency, discount: discount)
}

func book(
    _ contracts: [ContractFact], partners: [Partner.ID] = ["p1"],
    observations: [Source.Name: [ObservationFact]] = [:]
) -> Book {
    Book(
        sequence: 1, partners: partners.map { PartnerFact(partner: $0, attributes: [:]) },
        contracts: contracts, observations: observations)
}

/// Numbers that another implementation has to meet.
func isClose(_ value: Double?, _ expected: Double, relative: Double) -> Bool {
    value.map { abs($0 - expected) <= relative * abs(expected) } ?? false
}

/// A small generator for seeded data (SplitMix64; Steele, Lea & Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
