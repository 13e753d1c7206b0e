import Foundation

/// Draws one assignment of the roster's partners, by seed: an arm a partner in roster order, nil for one kept out.
///
/// Has to be the pilot's own mechanism and a pure function of the seed.
public typealias AssignmentDraw = @Sendable (_ seed: UInt64) -> [Arm?]

/// The mechanism that permutes labels inside stored blocks.
///
/// - Parameter partnerCount: Partners of the roster; those in no block stay out.
public func permutedAssignment(blocks: [RandomizationBlock], partnerCount: Int) -> AssignmentDraw {
    { seed in
        var random = ResamplingGenerator(seed: seed, draw: 0)
        var arms = [Arm?](repeating: nil, count: partnerCount)
        for block in blocks {
            var labels = block.labels
            for position in stride(from: labels.count - 1, to: 0, by: -1) {
                labels.swapAt(position, random.below(position + 1))
            }
            for case let (label, partner?) in zip(labels, block.clusters) {
                arms[partner] = label == 0 ? .control : .treatment
            }
        }
        return arms
    }
}

/// Power by simulation from the real roster: real sizes and rates, the real mechanism, the test that will be run.
///
/// In a replicate, partners are assigned by the mechanism, every partner's number of renewals is drawn beta-
/// binomially around its rate, and CR2 with Imbens–Kolesár degrees of freedom decides. One uniform number a
/// partner serves all effects, so power curves are smooth. Replicate r depends on the seed and r alone:
/// ranges of replicates may be tallied on any number of threads and added, with identical results.
///
/// The effect is put on the log-odds of every partner alike, so that rates stay in 0...1 and the
/// customer-weighted average effect is exactly the one asked for.
///
/// Takes O(partners) a replicate and memory in proportion to the customers of partners that differ in size or
/// rate, for each effect.
public struct PowerSimulation: Sendable {
    /// The effects simulated, treatment − control.
    public let effects: [Double]
    /// What has to be shown; degrees of freedom always come from the simulated data.
    public let test: PlannedTest

    private let sizes: [Double]
    private let seed: UInt64
    private let assignment: AssignmentDraw
    private let center: Double
    private let tables: BetaBinomialTables
    /// The table of each partner's control outcome, and of its treated outcome at each effect.
    private let controlTable: [Int]
    private let treatmentTable: [[Int]]

    /// Prepares a simulation.
    ///
    /// - Parameters:
    ///   - sizes: Customers due of every partner; not negative.
    ///   - rates: Every partner's expected rate without treatment, in 0...1. Shrink observed rates towards the
    ///     mean first: what they vary by chance is in the intraclass correlation already.
    ///   - intraclassCorrelation: ρ of two customers of a partner about that rate, in 0..<1.
    /// - Throws: `.invalidPlan` when an argument leaves its range or the rates leave no room for an effect.
    public init(
        sizes: [Int], rates: [Double], intraclassCorrelation: Double, effects: [Double], test: PlannedTest,
        seed: UInt64, assignment: @escaping AssignmentDraw
    ) throws(EstimationError) {
        try test.check()
        let total = Double(sizes.reduce(0, +))
        guard sizes.count == rates.count, sizes.allSatisfy({ $0 >= 0 }), total > 0,
            rates.allSatisfy({ (0...1).contains($0) })
        else {
            throw .invalidPlan(
                reason:
                    "the roster needs a size of 0 or more and a rate in 0...1 for every partner, and customers"
            )
        }
        guard intraclassCorrelation >= 0, intraclassCorrelation < 1 else {
            throw .invalidPlan(
                reason:
                    "the intraclass correlation is \(intraclassCorrelation), expected 0 or more and below 1")
        }
        let weights = sizes.map { Double($0) / total }
        var tables = BetaBinomialTables(correlation: intraclassCorrelation)
        controlTable = zip(sizes, rates).map { tables.table(size: $0, mean: $1) }
        var treated: [[Int]] = []
        for effect in effects {
            let shifted = try ratesShifted(rates, weights: weights, byAverage: effect)
            treated.append(zip(sizes, shifted).map { tables.table(size: $0, mean: $1) })
        }
        treatmentTable = treated
        self.tables = tables
        center = zip(weights, rates).reduce(0) { $0 + $1.0 * $1.1 }
        self.sizes = sizes.map(Double.init)
        self.effects = effects
        self.test = test
        self.seed = seed
        self.assignment = assignment
    }

    /// Simulates a range of replicates, one tally an effect.
    ///
    /// - Precondition: the mechanism assigns every partner of the roster.
    public func tallies(replicates: Range<Int>) -> [SimulatedPower] {
        let decision = SimulatedDecision(test: test)
        var tallies = effects.map {
            SimulatedPower(effect: $0, replicates: replicates.count, rejections: 0, undefined: 0)
        }
        var uniforms = [Double](repeating: 0, count: sizes.count)
        var control: [Int] = []
        var treatment: [Int] = []
        for replicate in replicates {
            var random = ResamplingGenerator(seed: seed, draw: UInt64(replicate))
            let arms = assignment(random.next())
            precondition(arms.count == sizes.count, "the mechanism must assign every partner of the roster")
            control.removeAll(keepingCapacity: true)
            treatment.removeAll(keepingCapacity: true)
            for partner in sizes.indices {
                uniforms[partner] = Double(random.next() >> 11) * 0x1p-53
                guard sizes[partner] > 0 else { continue }
                switch arms[partner] {
                case .control: control.append(partner)
                case .treatment: treatment.append(partner)
                case nil: break
                }
            }
            let controlSums = sums(control, tables: controlTable, uniforms)
            for index in effects.indices {
                let treatmentSums = sums(treatment, tables: treatmentTable[index], uniforms)
                let outcome = decision.outcome(control: controlSums, treatment: treatmentSums) {
                    [control.map { sizes[$0] }, treatment.map { sizes[$0] }]
                }
                switch outcome {
                case true?: tallies[index].rejections += 1
                case false?: break
                case nil: tallies[index].undefined += 1
                }
            }
        }
        return tallies
    }

    /// The outcomes of an arm's partners, drawn and summed.
    private func sums(_ partners: [Int], tables choice: [Int], _ uniforms: [Double]) -> SimulatedArm {
        var arm = SimulatedArm(total: partners.reduce(0) { $0 + sizes[$1] }, center: center)
        for partner in partners {
            arm.add(
                Double(tables.count(table: choice[partner], uniforms[partner])), size: sizes[partner])
        }
        return arm
    }
}

/// Rates with a common shift of their log-odds that moves the weighted average by `effect`.
private func ratesShifted(
    _ rates: [Double], weights: [Double], byAverage effect: Double
) throws(EstimationError) -> [Double] {
    if effect == 0 { return rates }
    func shifted(_ rate: Double, _ shift: Double) -> Double {
        rate <= 0 || rate >= 1 ? rate : 1 / (1 + (1 - rate) / rate * exp(-shift))
    }
    func excess(_ shift: Double) -> Double {
        zip(rates, weights).reduce(-effect) { $0 + $1.1 * (shifted($1.0, shift) - $1.0) }
    }
    // Forty on the log-odds scale takes every rate to its end within a Double.
    guard let shift = root(between: effect > 0 ? 0 : -40, and: effect > 0 ? 40 : 0, of: excess) else {
        throw .invalidPlan(reason: "the partners' rates leave no room for an average effect of \(effect)")
    }
    return rates.map { shifted($0, shift) }
}
