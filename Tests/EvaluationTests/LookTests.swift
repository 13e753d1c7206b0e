import Model
import Randomization
import Statistics
import Testing

@testable import Evaluation

@Suite struct LookTests {
    private func simulated(
        partners: Int = 24, gain: Double = 0.15, plan: Plan = plan(), dueDays: ClosedRange<Int> = 0...150
    ) throws -> SimulatedPilot {
        try SimulatedPilot(
            plan: plan, partners: partners, rates: [Variant.control: 0.6, "bonus": 0.6 + gain],
            dueDays: dueDays)
    }

    private func primary(_ look: Look) throws -> Effect { try #require(look.effects.first) }

    // MARK: A function of its request

    @Test func theSameRequestGivesTheSameBytes() throws {
        let request = try simulated().request(look: 2)
        #expect(try CanonicalJSON.encode(evaluate(request)) == CanonicalJSON.encode(evaluate(request)))
    }

    @Test func theOrderOfFactsIsIrrelevant() throws {
        let trial = try simulated(
            plan: plan(
                secondary: [metric(.netRevenueRetention)],
                guardrails: [Guardrail(metric: metric(.churn), maxHarm: 0.05, severity: .pause)]))
        let look = trial.look(2)
        for seed in 0..<5 as Range<UInt64> {
            var random = SplitMix64(seed)
            var shuffled = trial
            shuffled.partners.shuffle(using: &random)
            shuffled.contracts.shuffle(using: &random)
            shuffled.promises.shuffle(using: &random)
            #expect(shuffled.look(2) == look, "seed \(seed)")
        }
    }

    @Test func partnersOutsideThePilotMoveNothing() throws {
        let trial = try simulated()
        var larger = trial
        larger.partners.append(PartnerFact(partner: "outsider", attributes: [:]))
        larger.contracts += [contract("outside", of: "outsider", ends: start + 30)]
        #expect(larger.look(2) == trial.look(2))
    }

    @Test func theNamesOfPartnersMoveNoNumber() throws {
        let trial = try simulated()
        var renamed = trial
        // Reverses the order of the ids as well.
        func rename(_ id: Partner.ID) -> Partner.ID {
            Partner.ID("renamed-\(1000 - (Int(id.rawValue.dropFirst("partner-".count)) ?? 0))")
        }
        for index in renamed.partners.indices {
            renamed.partners[index].partner = rename(trial.partners[index].partner)
        }
        for index in renamed.contracts.indices {
            renamed.contracts[index].partner = rename(trial.contracts[index].partner)
        }
        for index in renamed.assignments.indices {
            renamed.assignments[index].partner = rename(trial.assignments[index].partner)
        }
        for index in renamed.promises.indices {
            renamed.promises[index].partner = rename(trial.promises[index].partner)
        }
        let (look, other) = (trial.look(2), renamed.look(2))
        #expect(other.effects == look.effects)
        #expect(other.money == look.money)
        #expect(other.verdicts == look.verdicts)
        #expect(other.arms == look.arms)
    }

    @Test func aPartnerWithoutContractsMovesNoEstimate() throws {
        let trial = try simulated()
        var larger = trial
        larger.partners.append(PartnerFact(partner: "silent", attributes: [:]))
        larger.assignments += assign(
            roster: [RosterEntry(partner: "silent", attributes: [:], activeContracts: 0)], plan: trial.plan,
            seed: trial.pilot.seed, sizeCuts: [], existing: trial.assignments, on: start)
        #expect(larger.assignments.count == trial.assignments.count + 1)
        let (effect, same) = (try primary(trial.look(1)), try primary(larger.look(1)))
        #expect(same.estimate == effect.estimate)
        #expect(same.pValue == effect.pValue)
        #expect(same.control == effect.control)
        #expect(same.treatment == effect.treatment)
    }

    @Test func exchangingTheArmsTurnsTheSign() throws {
        let trial = try simulated()
        var exchanged = trial
        for index in exchanged.assignments.indices {
            exchanged.assignments[index].variant =
                trial.assignments[index].variant == "bonus" ? Variant.control : "bonus"
        }
        let (effect, mirrored) = (try primary(trial.look(1)), try primary(exchanged.look(1)))
        #expect(mirrored.control == effect.treatment)
        #expect(mirrored.difference == effect.difference.map { -$0 })
        #expect(
            isClose(
                mirrored.estimate?.standardError, try #require(effect.estimate).standardError, relative: 1e-12
            ))
    }

    @Test func lossesReportedEarlyMoveNoEstimate() throws {
        let trial = try simulated()
        var informed = trial
        let renewed = Set(trial.contracts.compactMap(\.renews))
        // Every loss still to come is announced the day after the assignment.
        for index in informed.contracts.indices {
            let contract = informed.contracts[index]
            let isLost = contract.renews == nil && !renewed.contains(contract.contract)
            if isLost { informed.contracts[index].cancelledOn = start + 1 }
        }
        for planned in 1...2 { #expect(try primary(informed.look(planned)) == primary(trial.look(planned))) }
    }

    // MARK: Which test decides

    @Test func interimLooksAreDecidedByTheEstimateAndTheLastByTheLots() throws {
        let looks = try simulated(partners: 24).allLooks()
        #expect(try primary(looks[0]).randomization == nil)
        let last = try primary(looks[1])
        let randomization = try #require(last.randomization)
        #expect(last.pValue != nil && last.pValue != randomization.pValue)
        #expect(looks.map(\.isFinal) == [false, true])
    }

    @Test func withFewPartnersEveryLookIsDecidedByTheLots() throws {
        let look = try simulated(partners: 18).look(1)
        #expect(look.arms.map(\.partnersAssigned).min() ?? 10 < 10)
        #expect(try primary(look).randomization != nil)
    }

    @Test func aSinglePartnerInAnArmGivesADifferenceAndNoPValue() throws {
        var trial = try simulated(partners: 24)
        let control = trial.assignments.filter { $0.variant == Variant.control }.dropFirst().map(\.partner)
        trial.contracts.removeAll { control.contains($0.partner) }
        let effect = try primary(trial.look(1))
        #expect(effect.difference != nil)
        #expect(
            effect.estimate == nil && effect.pValue == nil && effect.fixedInterval == nil
                && effect.repeatedInterval == nil)
        #expect(effect.unavailable.contains { $0.contains("the control group has 1 partner with customers") })
    }

    @Test func anEmptyArmIsAReasonAndNoNumber() throws {
        var trial = try simulated()
        let control = Set(trial.assignments.filter { $0.variant == Variant.control }.map(\.partner))
        trial.contracts.removeAll { control.contains($0.partner) }
        let look = trial.look(2)
        let effect = try primary(look)
        #expect(effect.difference == nil && effect.estimate == nil && effect.pValue == nil)
        #expect(effect.unavailable.contains { $0.contains("the control group has no customers") })
        #expect(look.verdicts.map(\.kind) == [.invalid], "an arm that lost everybody is a mismatch")
    }

    // MARK: The data gate

    @Test func oldDataShutTheGate() throws {
        let trial = try simulated(gain: 0.35)
        let asOf = trial.plan.schedule.lookDates[1]
        let fresh = evaluate(trial.request(look: 2, completedOn: asOf - 7))
        #expect(!fresh.health.isStale && fresh.verdicts.map(\.kind) == [.superior])
        let old = evaluate(trial.request(look: 2, completedOn: asOf - 8))
        #expect(old.health.isStale && old.verdicts.map(\.kind) == [.invalid])
        #expect(old.recommendation.action == .extend && !old.recommendation.blockers.isEmpty)
    }

    @Test func aGainThatIsLargeAndPaysForItselfIsScaled() throws {
        let look = try simulated(gain: 0.35, plan: plan(bonus: percent(5))).allLooks().last
        #expect(look?.verdicts.map(\.kind) == [.superior])
        #expect(look?.recommendation.action == .scale)
        let costly = try simulated(gain: 0.35, plan: plan(bonus: percent(80))).allLooks().last
        #expect(costly?.verdicts.map(\.kind) == [.superior])
        #expect(costly?.recommendation.action == .extend)
        #expect(costly?.recommendation.blockers.contains { $0.contains("does not pay") } == true)
    }

    @Test func noEffectIsNotScaled() throws {
        let look = try #require(try simulated(gain: 0).allLooks().last)
        #expect(look.verdicts.map(\.kind) == [.inconclusive])
        #expect(look.recommendation.action == .stop)
    }
}
