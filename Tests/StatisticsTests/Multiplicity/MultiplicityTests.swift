import Statistics
import Testing

@Suite struct MultiplicityTests {
    private func randomPValues(seed: UInt64, count: Int) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let draw = Double.random(in: 0...1, using: &random)
            return draw * draw * draw
        }
    }

    @Test func benjaminiAndHochbergsExampleRejectsFour() {
        let pValues = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528,
            0.7590, 1,
        ]
        #expect(rejections(pValues, method: .benjaminiHochberg, alpha: 0.05) == [0, 1, 2, 3])
        #expect(rejections(pValues, method: .bonferroni, alpha: 0.05) == [0, 1, 2])
    }

    @Test func morePowerfulMethodsNeverAdjustMore() {
        for seed in 0..<200 as Range<UInt64> {
            let pValues = randomPValues(seed: seed, count: Int(seed % 8) + 1)
            func adjusted(_ method: PValueAdjustment) -> [Double] { adjustedPValues(pValues, method: method) }
            let chain: [PValueAdjustment] = [.bonferroni, .holm, .hochberg, .hommel, .benjaminiHochberg]
            for (weak, strong) in zip(chain, chain.dropFirst()) {
                for (one, other) in zip(adjusted(weak), adjusted(strong)) {
                    #expect(one >= other - 1e-15, "seed \(seed): \(weak), \(strong)")
                }
            }
            for (raw, one) in zip(pValues, adjusted(.hommel)) { #expect(one >= raw && one <= 1) }
        }
    }

    @Test func hommelIsTheClosedSimesTest() {
        for seed in 0..<60 as Range<UInt64> {
            let pValues = randomPValues(seed: seed, count: 5)
            let adjusted: [Double] = adjustedPValues(pValues, method: .hommel)
            for index in pValues.indices {
                var largest = 0.0
                for subset in 1..<32 where subset >> index & 1 == 1 {
                    let members = pValues.indices.filter { subset >> $0 & 1 == 1 }.map { pValues[$0] }
                        .sorted()
                    let simes = zip(members, 1...).map { Double(members.count) * $0 / Double($1) }.min() ?? 1
                    largest = max(largest, simes)
                }
                #expect(isClose(adjusted[index], largest), "seed \(seed), hypothesis \(index)")
            }
        }
    }

    @Test func aTestWithoutAPValueStaysInTheFamily() {
        let some: [Double?] = [0.01, nil, 0.02]
        #expect(adjustedPValues(some, method: .holm) == [0.03, nil, 0.04])
    }

    @Test func holmAsAGraphIsHolm() throws {
        for seed in 0..<100 as Range<UInt64> {
            let pValues = randomPValues(seed: seed, count: Int(seed % 6) + 1)
            let graph = GraphicalProcedure.holm(count: pValues.count).adjustedPValues(pValues)
            let holm: [Double] = adjustedPValues(pValues, method: .holm)
            for (one, other) in zip(graph, holm) { #expect(isClose(one, other), "seed \(seed)") }
        }
    }

    @Test func aGraphIsTheClosedTestOfItsWeightedBonferroniTests() throws {
        // Two primary hypotheses, each handing on to its secondary one (Bretz et al. 2009, parallel gatekeeping).
        let graph = try GraphicalProcedure(
            weights: [0.5, 0.5, 0, 0],
            transitions: [[0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 1, 0, 0], [1, 0, 0, 0]])
        for seed in 0..<100 as Range<UInt64> {
            let pValues = randomPValues(seed: seed, count: 4)
            let adjusted = graph.adjustedPValues(pValues)
            for index in 0..<4 {
                var largest = 0.0
                for subset in 1..<16 where subset >> index & 1 == 1 {
                    let members = (0..<4).filter { subset >> $0 & 1 == 1 }
                    let weights = reducedWeights(graph, to: members)
                    let local =
                        members.map { weights[$0] > 0 ? pValues[$0] / weights[$0] : .infinity }.min() ?? 1
                    largest = max(largest, min(1, local))
                }
                #expect(isClose(adjusted[index], largest, within: 1e-9), "seed \(seed), hypothesis \(index)")
            }
        }
    }

    /// Weights of an intersection: the weights of the hypotheses left out flow along the graph until absorbed.
    private func reducedWeights(_ graph: GraphicalProcedure, to members: [Int]) -> [Double] {
        var weights = graph.weights
        for _ in 0..<400 {
            for outside in weights.indices where !members.contains(outside) {
                let flowing = weights[outside]
                weights[outside] = 0
                for target in weights.indices {
                    weights[target] += flowing * graph.transitions[outside][target]
                }
            }
        }
        return weights
    }

    @Test func fixedSequenceStopsAtTheFirstThatStands() {
        let graph = GraphicalProcedure.fixedSequence(count: 3)
        #expect(graph.rejections([0.01, 0.2, 0.001], alpha: 0.05) == [0])
        #expect(graph.adjustedPValues([0.01, 0.2, 0.001]) == [0.01, 0.2, 0.2])
    }

    @Test func graphsThatGiveAwayMoreThanTheyHaveAreRefused() {
        let bad: [([Double], [[Double]])] = [
            ([0.6, 0.6], [[0, 1], [1, 0]]), ([-0.1, 0.5], [[0, 1], [1, 0]]), ([0.5, 0.5], [[0, 1]]),
            ([0.5, 0.5], [[0.1, 0.9], [1, 0]]), ([0.5, 0.5], [[0, 1.2], [1, 0]]),
        ]
        for (weights, transitions) in bad {
            #expect(throws: EstimationError.self) {
                try GraphicalProcedure(weights: weights, transitions: transitions)
            }
        }
    }

    @Test("Trap 23: one breached guardrail is not hidden by sound ones")
    func guardrailsMustAllHold() {
        // Five guardrails clearly sound, one not shown to be.
        let pValues = [0.001, 0.001, 0.002, 0.001, 0.002, 0.055]
        #expect(adjustedPValues(pValues, method: .benjaminiHochberg).allSatisfy { $0 < 0.06 })
        #expect(intersectionUnionPValue(pValues) == 0.055)
        #expect(intersectionUnionPValue([0.001, nil]) == nil)
        #expect(intersectionUnionPValue([]) == nil)
    }

    @Test("Trap 24: no segment wins unless the effect is shown to differ between segments")
    func segmentsWaitForTheInteraction() {
        let segments = [0.0004, 0.3, 0.8, 0.6]
        let gate = GraphicalProcedure.gatekeeper(before: segments.count)
        #expect(gate.rejections([0.2] + segments, alpha: 0.05).isEmpty)
        #expect(gate.adjustedPValues([0.2] + segments).allSatisfy { $0 >= 0.2 })
        #expect(gate.rejections([0.01] + segments, alpha: 0.05) == [0, 1])
        let behind: [Double] = adjustedPValues(segments, method: .holm)
        for (one, other) in zip(gate.adjustedPValues([0.0001] + segments).dropFirst(), behind) {
            #expect(isClose(one, max(0.0001, other)))
        }
    }
}
