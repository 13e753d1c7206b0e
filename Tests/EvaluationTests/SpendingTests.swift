import Foundation
import Model
import Statistics
import Testing

@testable import Evaluation

/// How the error rate is shared over the looks of a pilot.
@Suite struct SpendingTests {
    private func simulated(
        weeks: Int = 26, lookEveryWeeks: Int = 7, treatments: [Variant.ID] = ["bonus"],
        dueDays: ClosedRange<Int> = 0...150
    ) throws -> SimulatedPilot {
        try SimulatedPilot(
            plan: plan(weeks: weeks, lookEveryWeeks: lookEveryWeeks, treatments: treatments), partners: 24,
            rates: [Variant.control: 0.7, "bonus": 0.7, "cash": 0.7], dueDays: dueDays)
    }

    @Test func plannedInformationAscendsToOne() throws {
        let information = try simulated().pilot.information
        for fractions in [information.byMaturity, information.byCalendar] {
            #expect(fractions.count == 4)
            #expect(fractions == fractions.sorted() && fractions.last == 1)
            let increments = zip(fractions, [0] + fractions).map { $0 - $1 }
            #expect(abs(increments.reduce(0, +) - 1) < 1e-12)
        }
        let byCalendar: [Double] = [7, 14, 21, 26].map { $0 / 26 }
        #expect(information.byCalendar == byCalendar)
    }

    @Test func plannedInformationIsTheShareOfContractsMaturedByEachLook() {
        // Looks on days 91 and 182; with 30 days of grace two of three mature by the first.
        let contracts = [
            contract("a", ends: start + 10), contract("b", ends: start + 61), contract("c", ends: start + 62),
            contract("beyond", ends: start + 160),
        ]
        let information = plannedInformation(
            plan: plan(), book: book(contracts), assignments: [assignment("p1")])
        #expect(information.byMaturity == [2.0 / 3, 1])
    }

    @Test func outcomesDoNotMoveThePlannedInformation() throws {
        let trial = try simulated()
        let started = trial.pilot.information
        var later = trial.contracts
        for index in later.indices where later[index].renews == nil { later[index].cancelledOn = start + 2 }
        for contracts in [later, trial.contracts.filter { $0.renews == nil }] {
            let book = Book(sequence: 9, partners: trial.partners, contracts: contracts, observations: [:])
            #expect(
                plannedInformation(plan: trial.plan, book: book, assignments: trial.assignments) == started)
        }
    }

    @Test func whereNothingFallsDueLooksShareByCalendar() {
        let information = plannedInformation(plan: plan(), book: book([]), assignments: [assignment("p1")])
        #expect(information.byMaturity == [0.5, 1])
    }

    @Test func aLookThatAddsNoInformationHasNoBoundary() throws {
        // Nothing matures before day 130; looks fall on days 49, 98, 147 and 182.
        let looks = try simulated(dueDays: 100...150).allLooks()
        let effects = looks.compactMap(\.effects.first)
        #expect(effects.map { $0.criticalValue != nil } == [false, false, true, true])
        #expect(effects[0].unavailable.contains { $0.contains("adds no planned information") })
        #expect(effects[0].nominalLevel == nil && effects[0].repeatedInterval == nil)
    }

    @Test(arguments: [[1, 2, 3, 4], [2, 4], [4], [1, 3, 4]])
    func theErrorOverAllLooksIsTheOneDeclared(taken: [Int]) throws {
        let trial = try simulated()
        var looks: [Look] = []
        for planned in taken { looks.append(trial.look(planned, after: looks)) }
        let boundaries = looks.compactMap { $0.effects.first?.criticalValue }
        let fractions = looks.map(\.informationFraction)
        #expect(boundaries.count == taken.count)
        let crossed = crossingProbability(of: boundaries, at: fractions)
        #expect(abs(crossed - 0.025) < 0.0012, "one-sided; 0.0012 is 3.4 standard errors of the simulation")
    }

    @Test func severalTreatmentsShareTheError() throws {
        let looks = try simulated(treatments: ["bonus", "cash"]).allLooks()
        for variant in ["bonus", "cash"] as [Variant.ID] {
            let effects = looks.compactMap { look in look.effects.first { $0.variant == variant } }
            let crossed = crossingProbability(
                of: effects.compactMap(\.criticalValue), at: looks.map(\.informationFraction))
            #expect(abs(crossed - 0.0125) < 0.0009)
        }
    }

    @Test func aGuardrailSpendsItsOwnErrorOneSided() throws {
        let guarded = plan(
            weeks: 26, lookEveryWeeks: 7,
            guardrails: [Guardrail(metric: metric(.churn), maxHarm: 0.05, severity: .pause)])
        let trial = try SimulatedPilot(
            plan: guarded, partners: 24, rates: [Variant.control: 0.7, "bonus": 0.7])
        let looks = trial.allLooks()
        let boundaries = looks.compactMap { look in
            look.effects.first { $0.role == .guardrail }?.criticalValue
        }
        let crossed = crossingProbability(of: boundaries, at: trial.pilot.information.byCalendar)
        #expect(abs(crossed - 0.05) < 0.0017)
    }

    /// Share of 400,000 simulated Brownian motions that exceed a boundary at any of the times.
    private func crossingProbability(of boundaries: [Double], at times: [Double]) -> Double {
        var random = SplitMix64(7)
        let paths = 400_000
        var spare: Double?
        func normal() -> Double {
            if let value = spare {
                spare = nil
                return value
            }
            let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
            let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &random)
            spare = radius * sin(angle)
            return radius * cos(angle)
        }
        let steps = zip(times, [0] + times).map { ($0 - $1).squareRoot() }
        let limits = zip(boundaries, times).map { $0 * $1.squareRoot() }
        var crossed = 0
        for _ in 0..<paths {
            var position = 0.0
            for index in steps.indices {
                position += steps[index] * normal()
                if position >= limits[index] {
                    crossed += 1
                    break
                }
            }
        }
        return Double(crossed) / Double(paths)
    }
}
