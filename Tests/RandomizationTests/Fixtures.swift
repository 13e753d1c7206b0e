import Model
import Randomization
import Statistics
import Testing

/// A plan whose fields other than the design are of no consequence to the lots.
func plan(
    pilot: Pilot.ID = "spiff-q3", strata: [String] = ["region", "size"], blockSize: Int = 4,
    weights: [(Variant.ID, Int)] = [("control", 1), ("bonus", 1)], kind: Design.Kind = .stratified
) throws -> Plan {
    let metric = Metric(
        id: "renewal-rate", kind: .renewalRate, estimand: .customerAverage, graceDays: 30,
        origin: .assignment, horizonDays: 365)
    return Plan(
        pilot: pilot, title: "Renewal bonus", layer: "renewals", population: [:],
        design: Design(kind: kind, strata: strata, blockSize: blockSize, mechanism: nil),
        holdout: Rate(partsPerMillion: 0),
        variants: weights.map { Variant(id: $0.0, weight: $0.1, incentivePlan: nil) },
        schedule: Schedule(starts: start, weeks: 26, enrolUntil: start + 60, lookEveryWeeks: 4),
        primary: metric, secondary: [], guardrails: [],
        decision: DecisionRule(
            alphaTwoSided: 0.05, guardrailAlphaOneSided: 0.05, spending: .obrienFleming,
            guardrailSpending: .pocock, worthwhileGain: 0, maxStalenessDays: 7),
        economics: Economics(
            grossMargin: Rate(partsPerMillion: 700_000), currency: try #require(Currency("EUR"))),
        promiseDays: 90, timeZone: "Europe/Berlin", trial: nil)
}

/// 2026-07-06, a Monday.
let start = Day(number: 20_640)

func seed(_ hex: String = "0f1e2d3c4b5a69788796a5b4c3d2e1f0") throws -> Seed {
    try #require(Seed(hex: hex))
}

func entry(_ partner: Partner.ID, region: String? = "emea", contracts: Int = 5) -> RosterEntry {
    RosterEntry(
        partner: partner, attributes: region.map { ["region": $0] } ?? [:], activeContracts: contracts)
}

/// `count` partners over three regions and three sizes.
func roster(_ count: Int, prefix: String = "p") -> [RosterEntry] {
    (0..<count).map { index in
        entry(
            Partner.ID("\(prefix)\(index)"), region: ["amer", "apac", "emea"][index % 3],
            contracts: index * 7 % 40)
    }
}

/// A small generator for shuffling test inputs (SplitMix64; Steele, Lea & Flood 2014).
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
