import Foundation
import Model
import Randomization
import Statistics
import Storage
import Synchronization
import Testing

@testable import Operations

func day(_ iso: String) -> Day {
    guard let day = Day(iso: iso) else { preconditionFailure("'\(iso)' is no day") }
    return day
}

/// 2026-01-05, a Monday: the day pilots start unless a test says otherwise.
let start = day("2026-01-05")
let ada = Actor("ada")
let fixedSeed = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

func noon(_ day: Day) -> Instant { day.start(in: .gmt).adding(seconds: 43_200) }

func percent(_ percent: Int64) -> Rate { Rate(partsPerMillion: percent * 10_000) }

/// A store with a roster, the verbs over it, and a business clock that the test sets.
final class Programme {
    let store: Store
    let operations: PilotOperations
    private let clock: ManualClock
    private let directory: String

    init(
        partners count: Int = 24, from source: Source.Name = "crm", isPractice: Bool = false,
        endpoints: [String] = ["https://alerts.example"]
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "operations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        directory = folder.path
        let clock = ManualClock(noon(start))
        self.clock = clock
        store = try Store.create(
            at: "\(directory)/fairway.db", isPractice: isPractice, at: noon(start), by: ada)
        let entropy = SeedSequence()
        operations = PilotOperations(
            store: store,
            environment: PilotOperations.Environment(
                now: { clock.now }, entropy: { entropy.next() }, endpoints: { _ in endpoints },
                readsSource: { $0 != "retired" }, zone: .gmt, engine: "test",
                reportURL: { "https://fairway.example/\($0)" },
                roles: {
                    ["ada": [.finance], "bob": [.growth], "cy": [.growth, .finance], "dan": [.growth]][
                        $0.name] ?? []
                }))
        try await addPartners(0..<count, from: source)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// What the daemon does each round, without the reading.
    func recordDueLooks() async throws -> [Look] {
        var recorded: [Look] = []
        for pilot in try await operations.pilots() {
            if let look = try await operations.recordDueLook(of: pilot.id, by: .daemon).look {
                recorded.append(look)
            }
        }
        return recorded
    }

    func keepPilotsCurrent() async throws {
        for pilot in try await operations.pilots() { try await operations.keepCurrent(pilot.id) }
    }

    func moveClock(to day: Day) { clock.set(noon(day)) }

    // MARK: Facts

    static func partner(_ number: Int) -> Partner.ID {
        Partner.ID(number < 10 ? "p0\(number)" : "p\(number)")
    }

    /// Partners of alternating regions, each with eight contracts that fall due from day 1 to day 57.
    func addPartners(_ numbers: Range<Int>, from source: Source.Name = "crm") async throws {
        var records: [MappedRecord] = []
        for number in numbers {
            let partner = Self.partner(number)
            records.append(
                MappedRecord(
                    nativeID: partner.rawValue, nativeVersion: "1",
                    body: .partner(
                        PartnerFact(
                            partner: partner,
                            attributes: ["region": number % 2 == 0 ? "emea" : "apac"])),
                    name: SubjectName(kind: .partner, id: partner.rawValue, name: "Name of \(partner)")))
            for contract in 0..<8 {
                records.append(
                    try record(Self.contract(contract, of: partner), of: partner, ends: Self.due(contract)))
            }
        }
        try await ingest(records, from: source)
    }

    static func contract(_ number: Int, of partner: Partner.ID) -> Contract.ID {
        Contract.ID("\(partner)/\(number)")
    }
    static func due(_ contract: Int) -> Day { start + 1 + contract * 8 }

    /// Renewals of the first so many contracts of each partner.
    func addRenewals(_ renewed: (Assignment) -> Int, of pilot: Pilot.ID) async throws {
        let assignments = try await store.read { try $0.assignments(of: pilot) }
        var records: [MappedRecord] = []
        for assignment in assignments {
            for number in 0..<renewed(assignment) {
                let contract = Self.contract(number, of: assignment.partner)
                records.append(
                    try record(
                        Contract.ID("\(contract)+1"), of: assignment.partner, ends: Self.due(number) + 365,
                        signed: Self.due(number), renews: contract))
            }
        }
        try await ingest(records)
    }

    private func record(
        _ id: Contract.ID, of partner: Partner.ID, ends: Day, signed: Day? = nil, renews: Contract.ID? = nil
    ) throws -> MappedRecord {
        let first = renews ?? id
        return MappedRecord(
            nativeID: id.rawValue, nativeVersion: "1",
            body: .contract(
                ContractFact(
                    contract: id, partner: partner, customer: Customer.ID("customer of \(first)"),
                    renews: renews,
                    signedOn: signed ?? ends - 364, startsOn: ends - 364, endsOn: ends, cancelledOn: nil,
                    annualAmount: Money(minorUnits: 100_000, currency: try #require(Currency("EUR"))),
                    discount: percent(0))))
    }

    /// Stores a page that completes the source up to the business clock.
    func ingest(_ records: [MappedRecord] = [], from source: Source.Name = "crm") async throws {
        _ = try await operations.ingest(
            OutcomePage(
                source: source, stream: "all", records: records, quarantined: [], next: Cursor("next"),
                completedThrough: clock.now))
    }

    // MARK: Reading

    func assignments(of pilot: Pilot.ID = "spiff") async throws -> [Assignment] {
        try await store.read { try $0.assignments(of: pilot) }
    }

    func promises(of pilot: Pilot.ID = "spiff") async throws -> [Promise] {
        try await store.read { try $0.promises(of: pilot) }
    }

    func journal() async throws -> [JournalEntry.Action] {
        try await store.read { try $0.journalEntries().map(\.action) }
    }

    func messages(_ kind: OutboxMessage.Kind) async throws -> [OutboxMessage] {
        try await operations.deliveries().map(\.message).filter { $0.kind == kind }
    }
}

private final class ManualClock: Sendable {
    private let instant: Mutex<Instant>
    init(_ instant: Instant) { self.instant = Mutex(instant) }
    var now: Instant { instant.withLock { $0 } }
    func set(_ instant: Instant) { self.instant.withLock { $0 = instant } }
}

/// A generator of its own for every seed that is asked for.
private final class SeedSequence: Sendable {
    private let drawn = Mutex<UInt64>(0)
    func next() -> any RandomNumberGenerator & Sendable {
        SplitMix64(
            state: drawn.withLock {
                $0 += 1
                return $0
            })
    }
}

/// Steele, Lea & Flood (2014).
private struct SplitMix64: RandomNumberGenerator, Sendable {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

// MARK: Plans

/// A pilot of 26 weeks with looks on days 91 and 182, whose treatment pays a renewal bonus.
func plan(
    _ pilot: Pilot.ID = "spiff", title: String = "Renewal bonus", layer: Layer.ID = "renewals",
    component: PlanComponent = .renewalBonus, population: [String: [String]] = [:],
    holdout: Rate = percent(0),
    starts: Day = start, weeks: Int = 26, lookEveryWeeks: Int = 13, promiseDays: Int = 56,
    guardrails: [Guardrail]? = nil, design: Design.Kind = .stratified, strata: [String] = [], grace: Int = 30
) throws -> Plan {
    let renewals = Metric(
        id: "renewalRate", kind: .renewalRate, estimand: .customerAverage, graceDays: grace,
        origin: .assignment,
        horizonDays: 0)
    let euro = try #require(Currency("EUR"))
    var incentives = IncentivePlan(
        id: IncentivePlan.ID("\(component)"), summary: "Pays.", currency: euro)
    if component == .commission {
        incentives.commissions = [
            TieredCommission(
                basis: .newBookings, scheme: .marginal, period: .quarter,
                tiers: [.init(from: 0, rate: percent(5))])
        ]
    } else {
        incentives.renewalBonus = RenewalBonus(rate: percent(5), cap: nil)
    }
    return Plan(
        pilot: pilot, title: title, layer: layer, population: population,
        design: Design(kind: design, strata: strata, blockSize: 4, mechanism: nil), holdout: holdout,
        variants: [
            Variant(id: Variant.control, weight: 1, incentivePlan: nil),
            Variant(id: "bonus", weight: 1, incentivePlan: incentives),
        ],
        schedule: Schedule(
            starts: starts, weeks: weeks, enrolUntil: starts + 28, lookEveryWeeks: lookEveryWeeks),
        primary: renewals, secondary: [],
        guardrails: guardrails ?? [Guardrail(metric: renewals, maxHarm: 0.05, severity: .pause)],
        decision: DecisionRule(
            alphaTwoSided: 0.05, guardrailAlphaOneSided: 0.05, spending: .obrienFleming,
            guardrailSpending: .pocock,
            worthwhileGain: 0, maxStalenessDays: 7),
        economics: Economics(grossMargin: percent(70), currency: euro), promiseDays: promiseDays,
        timeZone: "UTC", trial: nil)
}

extension PilotOperations {
    @discardableResult
    func start(_ plan: Plan, seed: Seed? = nil) async throws -> Pilot {
        try await start(ApprovedPlan(plan: plan, resolved: "pilot: \(plan.pilot)"), seed: seed, by: ada)
    }
}

/// What a verb was refused with.
func refusal(
    of kind: OperationError.Kind, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async -> String {
    let error = await #expect(throws: OperationError.self, sourceLocation: sourceLocation) {
        _ = try await body()
    }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    return error?.message ?? ""
}
