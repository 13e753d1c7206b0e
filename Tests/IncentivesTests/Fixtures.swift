import Incentives
import Model
import Statistics
import Testing

func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

func percent(_ percent: Int64) -> Rate { Rate(partsPerMillion: percent * 10_000) }

func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

/// 5 % from 0, 8 % from 10,000.00, 12 % from 50,000.00.
func threeTiers(
    _ scheme: TieredCommission.Scheme, basis: TieredCommission.Basis = .allBookings,
    period: TieredCommission.Period = .quarter
) -> TieredCommission {
    TieredCommission(
        basis: basis, scheme: scheme, period: period,
        tiers: [
            .init(from: 0, rate: percent(5)), .init(from: 1_000_000, rate: percent(8)),
            .init(from: 5_000_000, rate: percent(12)),
        ])
}

func incentives(
    _ id: IncentivePlan.ID = "standard", commission: TieredCommission? = nil,
    renewalBonus: RenewalBonus? = nil, currency code: String = "EUR"
) throws -> IncentivePlan {
    var plan = IncentivePlan(id: id, summary: "Terms.", currency: try currency(code))
    plan.commissions = commission.map { [$0] } ?? []
    plan.renewalBonus = renewalBonus
    return plan
}

/// A contract of one year that starts on the day it is signed.
func contract(
    _ id: Contract.ID, partner: Partner.ID = "p", customer: Customer.ID? = nil,
    signed: String = "2026-07-15", renewal: Bool = false, months: Int = 12, cancelled: String? = nil,
    minorUnits: Int64, currency code: String = "EUR", discount: Rate = percent(0),
    attributes: [String: String]? = nil
) throws -> ContractFact {
    let start = try day(signed)
    return ContractFact(
        contract: id, partner: partner, customer: customer ?? Customer.ID("customer-\(id)"),
        renews: renewal ? "earlier" : nil, signedOn: start, startsOn: start,
        endsOn: start.advanced(months: months) - 1, cancelledOn: try cancelled.map(day),
        annualAmount: Money(minorUnits: minorUnits, currency: try currency(code)), discount: discount,
        attributes: attributes)
}

func book(
    _ contracts: [ContractFact], milestones: [MilestoneFact] = [], readings: [ReadingFact] = []
) -> Book {
    let partners = Set(contracts.map(\.partner)).map { PartnerFact(partner: $0, attributes: [:]) }
    let sequences = contracts.sorted { $0.contract < $1.contract }.enumerated().map {
        ($1.contract, Int64($0 + 1))
    }
    return Book(
        sequence: Int64(contracts.count), partners: partners, contracts: contracts, observations: [:],
        contractSequences: Dictionary(uniqueKeysWithValues: sequences),
        milestones: milestones.enumerated().map { .init(sequence: 1001 + Int64($0), $1) },
        readings: readings.enumerated().map { .init(sequence: 2001 + Int64($0), $1) })
}

/// What every partner of `contracts` is owed under one plan that it has held all along.
func payouts(
    for contracts: [ContractFact], under plan: IncentivePlan, asOf: String = "2026-12-31",
    milestones: [MilestoneFact] = [], readings: [ReadingFact] = []
) throws -> [Payout] {
    let book = book(contracts, milestones: milestones, readings: readings)
    let segments = [TermsSegment(plan: plan, from: try day("2000-01-01"), until: try day("2100-12-31"))]
    let accounts = book.partners.map { EarningAccount(partner: $0.id, segments: segments) }
    return payouts(of: accounts, in: EarningBook(book), asOf: try day(asOf))
}

/// A running pilot of 26 weeks from 2026-07-06 whose arms pay `control` and `treatment`.
func pilot(
    _ id: Pilot.ID = "spiff-q3", control: IncentivePlan?, treatment: IncentivePlan?,
    state: Pilot.State = .running
) throws -> Pilot {
    let metric = Metric(
        id: "renewal-rate", kind: .renewalRate, estimand: .customerAverage, graceDays: 30,
        origin: .assignment, horizonDays: 365)
    let starts = try day("2026-07-06")
    let plan = Plan(
        pilot: id, title: "Renewal bonus", layer: "renewals", population: [:],
        design: Design(kind: .stratified, strata: [], blockSize: 4, mechanism: nil),
        holdout: percent(0),
        variants: [
            Variant(id: Variant.control, weight: 1, incentivePlan: control),
            Variant(id: "bonus", weight: 1, incentivePlan: treatment),
        ],
        schedule: Schedule(starts: starts, weeks: 26, enrolUntil: starts + 60, lookEveryWeeks: 4),
        primary: metric, secondary: [], guardrails: [],
        decision: DecisionRule(
            alphaTwoSided: 0.05, guardrailAlphaOneSided: 0.05, spending: .obrienFleming,
            guardrailSpending: .pocock, worthwhileGain: 0, maxStalenessDays: 7),
        economics: Economics(grossMargin: percent(70), currency: try currency("EUR")), promiseDays: 90,
        timeZone: "Europe/Berlin", trial: nil)
    let hash = try plan.contentHash()
    return Pilot(
        plan: plan, planHash: hash, state: state, startedAt: Instant(milliseconds: 0),
        seed: try #require(Seed(hex: "0f1e2d3c4b5a69788796a5b4c3d2e1f0")), rosterHash: hash, sizeCuts: [],
        information: PlannedInformation(byMaturity: [1], byCalendar: [1]), pausedVariants: [])
}

func assignment(
    _ partner: Partner.ID, _ variant: Variant.ID, pilot: Pilot.ID = "spiff-q3", on iso: String = "2026-07-06"
) throws -> Assignment {
    Assignment(
        pilot: pilot, partner: partner, variant: variant, stratum: "all", block: 0, position: 0,
        assignedOn: try day(iso))
}

/// A small generator for seeded properties (SplitMix64; Steele, Lea & Flood 2014).
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
