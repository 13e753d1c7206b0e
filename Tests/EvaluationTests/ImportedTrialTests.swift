import Documents
import Foundation
import Ingestion
import Model
import Statistics
import Testing

@testable import Evaluation

/// Cai, de Janvry & Sadoulet (2015): villages stand for partners, households for customers.
@Suite struct ImportedTrialTests {
    /// Numbers of Golden/cai-2015.json; see Golden/PROVENANCE.md.
    private struct Reference: Decodable {
        var rows: Int
        var controlPartners: Int
        var treatmentPartners: Int
        var controlRate: Double
        var treatmentRate: Double
        var estimate: Double
        var standardErrorCR2: Double
        var intraclassCorrelation: Double
        var degreesOfFreedomImbensKolesar: Double
    }

    private let reference: Reference
    private let look: Look

    init() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        reference = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: tests.appending(path: "Golden/cai-2015.json")))
        let plan = try loadPilot(at: root.appending(path: "experiments/cai-2015.yaml").path).plan
        let bytes = Array(try Data(contentsOf: root.appending(path: "data/cai-2015-insurance-takeup.csv")))
        look = try Self.evaluated(bytes, plan: plan)
    }

    private static func evaluated(_ bytes: [UInt8], plan: Plan) throws -> Look {
        let trial = try #require(plan.trial)
        let source = Source.trial(plan.pilot)
        let page = try importCSV(
            bytes, stream: "trial",
            mapping: CSVMapping(
                kind: .observation,
                fields: [
                    "partner": trial.partner, "outcome": trial.outcome,
                    "baseline": try #require(trial.baseline),
                ],
                constants: ["observedOn": plan.schedule.starts.description]),
            source: source)
        #expect(page.quarantined.count == 0)
        let observations = page.records.compactMap { record -> ObservationFact? in
            if case .observation(let fact) = record.body { fact } else { nil }
        }
        let assignments = try trialArms(bytes, trial: trial, source: source).sorted { $0.key < $1.key }
            .enumerated().map { index, arm in
                Assignment(
                    pilot: plan.pilot, partner: arm.key, variant: arm.value, stratum: "external", block: 0,
                    position: index, assignedOn: plan.schedule.starts)
            }
        let hash = try plan.contentHash()
        let pilot = Pilot(
            plan: plan, planHash: hash, state: .running, startedAt: Instant(milliseconds: 0),
            seed: try #require(Seed(hex: "0f1e2d3c4b5a69788796a5b4c3d2e1f0")), rosterHash: hash, sizeCuts: [],
            information: PlannedInformation(byMaturity: [1], byCalendar: [1]), pausedVariants: [])
        return evaluate(
            LookRequest(
                pilot: pilot,
                snapshot: Snapshot(
                    book: Book(
                        sequence: 1, partners: [], contracts: [], observations: [source: observations]),
                    assignments: assignments, promises: [], streams: [], previousLooks: []),
                plannedIndex: 1, asOf: plan.schedule.ends, recordedAt: Instant(milliseconds: 0),
                isPractice: false,
                engine: "test"))
    }

    @Test func everyHouseholdAndVillageIsCounted() {
        #expect(look.arms.map(\.matured).reduce(0, +) == reference.rows)
        #expect(
            look.arms.map(\.partnersAssigned) == [reference.controlPartners, reference.treatmentPartners])
        #expect(look.arms.map(\.partnersObserved) == look.arms.map(\.partnersAssigned))
    }

    @Test func theEstimateIsThatOfTheReference() throws {
        let effect = try #require(look.effects.first)
        #expect(isClose(effect.control?.rate, reference.controlRate, relative: 1e-12))
        #expect(isClose(effect.treatment?.rate, reference.treatmentRate, relative: 1e-12))
        #expect(isClose(effect.estimate?.value, reference.estimate, relative: 1e-9))
        #expect(isClose(effect.estimate?.standardError, reference.standardErrorCR2, relative: 1e-9))
        #expect(
            isClose(
                effect.estimate?.degreesOfFreedom, reference.degreesOfFreedomImbensKolesar, relative: 1e-6))
        #expect(isClose(effect.intraclassCorrelation, reference.intraclassCorrelation, relative: 1e-9))
    }

    @Test func theRandomisationTestIsWithheldWithItsReason() throws {
        let effect = try #require(look.effects.first)
        #expect(effect.randomization == nil)
        #expect(effect.unavailable.contains { $0.contains("how the lots were drawn is not known") })
    }

    @Test func theOneLookDecidesByTheClusterRobustTest() throws {
        let effect = try #require(look.effects.first)
        #expect(look.isFinal && look.plannedLooks == 1)
        // t = 0.10565/0.03387 = 3.12 on 127 degrees of freedom.
        #expect(try #require(effect.pValue) > 0.0015 && effect.pValue ?? 1 < 0.003)
        #expect(effect.nominalLevel.map { abs($0 - 0.025) < 1e-9 } == true)
        #expect(look.verdicts.map(\.kind) == [.superior])
        #expect(look.money.isEmpty && !look.health.isStale)
    }
}
