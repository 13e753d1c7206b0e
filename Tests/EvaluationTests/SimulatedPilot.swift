import Model
import Randomization
import Statistics
import Testing

@testable import Evaluation

/// A seeded pilot whose lots were really drawn and whose contracts were really renewed, or not.
struct SimulatedPilot {
    var plan: Plan
    var pilot: Pilot
    var partners: [PartnerFact] = []
    var contracts: [ContractFact] = []
    var assignments: [Assignment]
    var promises: [Promise]

    /// - Parameters:
    ///   - rates: Probability that a due contract of an arm is renewed.
    ///   - dueDays: Days after the start on which contracts fall due.
    init(
        plan: Plan, partners count: Int, rates: [Variant.ID: Double], dueDays: ClosedRange<Int> = 0...150,
        contractsEach: ClosedRange<Int> = 4...16, seed: UInt64 = 1
    ) throws {
        var random = SplitMix64(seed)
        self.plan = plan
        let lots = try #require(Seed(hex: "0f1e2d3c4b5a69788796a5b4c3d2e1f0"))
        let ids = (0..<count).map { Partner.ID("partner-\($0)") }
        assignments = assign(
            roster: ids.map { RosterEntry(partner: $0, attributes: [:], activeContracts: 0) }, plan: plan,
            seed: lots, sizeCuts: [], existing: [], on: start)
        let arm = Dictionary(uniqueKeysWithValues: assignments.map { ($0.partner, $0.variant) })
        promises = assignments.map {
            Promise(
                pilot: plan.pilot, partner: $0.partner, variant: $0.variant, from: start, until: start + 363)
        }
        partners = ids.map { PartnerFact(partner: $0, attributes: [:]) }
        for partner in ids {
            let luck = Double.random(in: -0.1...0.1, using: &random)
            for number in 1...Int.random(in: contractsEach, using: &random) {
                let due = start + Int.random(in: dueDays, using: &random)
                let id = Contract.ID("\(partner)/\(number)")
                let amount = Int64.random(in: 50_000...150_000, using: &random)
                contracts.append(contract(id, of: partner, ends: due, amount: amount))
                let rate = (arm[partner].flatMap { rates[$0] } ?? 0) + luck
                guard Double.random(in: 0..<1, using: &random) < rate else { continue }
                let signed = max(start, due - Int.random(in: 0...20, using: &random))
                contracts.append(renewal(of: id, due: due, signed: signed, by: partner, amount: amount))
            }
        }
        let initial = Book(sequence: 0, partners: partners, contracts: contracts, observations: [:])
        let hash = try plan.contentHash()
        pilot = Pilot(
            plan: plan, planHash: hash, state: .running, startedAt: Instant(milliseconds: 0), seed: lots,
            rosterHash: hash, sizeCuts: [],
            information: plannedInformation(plan: plan, book: initial, assignments: assignments),
            pausedVariants: [])
    }

    var book: Book { Book(sequence: 1, partners: partners, contracts: contracts, observations: [:]) }

    func request(look planned: Int, after previous: [Look] = [], completedOn: Day? = nil) -> LookRequest {
        let asOf = plan.schedule.lookDates[planned - 1]
        let instant = (completedOn ?? asOf).start(in: plan.zone)
        return LookRequest(
            pilot: pilot,
            snapshot: Snapshot(
                book: book, assignments: assignments, promises: promises,
                streams: [
                    StreamStatus(
                        source: "crm", stream: "contracts", completedThrough: instant, facts: 1,
                        quarantined: 0, lastError: nil)
                ], previousLooks: previous),
            plannedIndex: planned, asOf: asOf, recordedAt: instant, isPractice: false, engine: "test")
    }

    func look(_ planned: Int, after previous: [Look] = []) -> Look {
        evaluate(request(look: planned, after: previous))
    }

    /// Every planned look, one after the other.
    func allLooks() -> [Look] {
        plan.schedule.lookDates.indices.reduce(into: []) { looks, index in
            looks.append(look(index + 1, after: looks))
        }
    }
}
