import Foundation
import Model

@testable import Evaluation

/// A small vendor whose partners sign, renew and lose contracts by chance, and game as told.
struct GamingVendor {
    var gaming: Set<GamingDetector> = []
    /// Share of the treatment arm's contracts that are gamed.
    var strength = 0.5
    var partners = 24
    /// Contracts a partner signs a year, on average.
    var contractsAYear = 24
    var variants: [Variant.ID] = [Variant.control, "bonus"]
    var seed: UInt64

    let assignedOn = Day(year: 2027, month: 1, day: 1) ?? Day(number: 0)
    var asOf: Day { assignedOn + 364 }

    func scan(_ options: GamingOptions? = nil) -> GamingScan {
        var draws = GamingDraws(state: seed)
        var usual = GamingOptions()
        usual.draws = 999
        usual.seed = seed
        let assignments = assignments(&draws)
        let (book, payable) = book(assignments, &draws)
        return gamingScan(
            book: book, assignments: assignments,
            payableOn: Dictionary(uniqueKeysWithValues: variants.dropFirst().map { ($0, payable) }),
            asOf: asOf,
            options: options ?? usual)
    }

    /// Blocks of two partners a variant, in two strata.
    private func assignments(_ draws: inout GamingDraws) -> [Assignment] {
        let size = variants.count * 2
        return stride(from: 0, to: partners, by: size).flatMap { first -> [Assignment] in
            let lots = (variants + variants).shuffled(using: &draws)
            return lots.enumerated().prefix(partners - first).map { position, variant in
                Assignment(
                    pilot: "pilot", partner: .init("p\(first + position)"), variant: variant,
                    stratum: first % (2 * size) == 0 ? "north" : "south", block: first / (2 * size),
                    position: position, assignedOn: assignedOn)
            }
        }
    }

    private func book(
        _ assignments: [Assignment], _ draws: inout GamingDraws
    ) -> (Book, [Contract.ID: Day]) {
        var contracts: [ContractFact] = []
        var payable: [Contract.ID: Day] = [:]
        for (number, assignment) in assignments.enumerated() {
            // Partners differ in size and habits, so that their contracts are alike.
            let habit = draws.uniform()
            let count = Int(Double(contractsAYear) * (0.5 + draws.uniform())) * 2
            for index in 0..<count {
                let id = "c\(number)-\(index)"
                var signed = assignedOn - 365 + draws.below(729)
                let games = assignment.variant != Variant.control && signed >= assignedOn
                func gamed(_ detector: GamingDetector, usually chance: Double) -> Bool {
                    let happens = draws.uniform() < chance * (0.5 + habit)
                    let pushed = draws.uniform() < strength
                    return happens || (games && gaming.contains(detector) && pushed)
                }
                let endsQuarter = gamed(.quarterEndBunching, usually: 0.1)
                if endsQuarter {
                    signed = CalendarPeriod(containing: signed, .quarter).lastDay - draws.below(10)
                }
                let isLong = gamed(.termStuffing, usually: 0.15)
                let isDeep = gamed(.discountSpikes, usually: 0.15)
                let leaves = gamed(.earlyChurn, usually: 0.08)
                let isEarly = gamed(.pullForward, usually: 0.15)
                let isWon = gamed(.dealShifting, usually: 0.05)
                let isRenewal = index % 3 == 0
                if isRenewal {
                    let due = signed + (isEarly ? 60 + draws.below(40) : draws.below(50))
                    contracts.append(fact("old-\(id)", assignment.partner, signed: due - 364, ends: due))
                }
                if isWon {
                    // From a partner drawn at random, whichever its arm.
                    let other = assignments[draws.below(assignments.count)].partner
                    contracts.append(
                        fact("was-\(id)", other, signed: signed - 100, ends: signed, customer: "won-\(id)"))
                }
                var contract = fact(
                    id, assignment.partner, signed: signed,
                    ends: signed.advanced(months: isLong ? 36 : 12) - 1,
                    customer: isWon ? "won-\(id)" : isRenewal ? "customer-old-\(id)" : "customer-\(id)")
                contract.renews = isRenewal ? .init("old-\(id)") : nil
                contract.discount = Rate(partsPerMillion: isDeep ? 300_000 : 50_000)
                contract.cancelledOn = leaves ? signed + 10 + draws.below(70) : nil
                contracts.append(contract)
                payable[contract.contract] = signed + 5
            }
        }
        let facts = assignments.map {
            PartnerFact(partner: $0.partner, attributes: [:])
        }
        return (Book(sequence: 1, partners: facts, contracts: contracts, observations: [:]), payable)
    }

    private func fact(
        _ id: String, _ partner: Partner.ID, signed: Day, ends: Day, customer: String? = nil
    ) -> ContractFact {
        ContractFact(
            contract: .init(id), partner: partner, customer: .init(customer ?? "customer-\(id)"), renews: nil,
            signedOn: signed, startsOn: signed, endsOn: ends, cancelledOn: nil,
            annualAmount: Money(minorUnits: 1_000_000, currency: GamingVendor.euro),
            discount: Rate(partsPerMillion: 0))
    }

    private static let euro = Currency("EUR") ?? { preconditionFailure("EUR is a currency") }()
}

/// Seeded draws (SplitMix64; Steele, Lea & Flood 2014).
struct GamingDraws: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func uniform() -> Double { Double.random(in: 0..<1, using: &self) }
}
