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
            unsafe labels.withUnsafeMutableBufferPointer { labels in
                for position in stride(from: labels.count - 1, to: 0, by: -1) {
                    unsafe labels.swapAt(position, random.below(position + 1))
                }
                for (position, partner) in block.clusters.enumerated() {
                    if let partner { arms[partner] = unsafe labels[position] == 0 ? .control : .treatment }
                }
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
        var draw = PilotDraw(partnerCount: sizes.count)
        for replicate in replicates {
            var random = ResamplingGenerator(seed: seed, draw: UInt64(replicate))
            draw.fill(arms: assignment(random.next()), sizes: sizes, using: &random)
            let controlSums = sums(draw, .control, tables: controlTable)
            for index in effects.indices {
                let treatmentSums = sums(draw, .treatment, tables: treatmentTable[index])
                let outcome = decision.outcome(control: controlSums, treatment: treatmentSums) {
                    [Arm.control, .treatment].map { draw.members(of: $0).map { sizes[$0] } }
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
    private func sums(_ draw: PilotDraw, _ arm: Arm, tables choice: [Int]) -> SimulatedArm {
        let members = draw.members(of: arm)
        return unsafe choice.withUnsafeBufferPointer { choice in
            unsafe sizes.withUnsafeBufferPointer { sizes in
                unsafe draw.uniforms.withUnsafeBufferPointer { uniforms in
                    let total = members.reduce(0) { unsafe $0 + sizes[$1] }
                    var sums = SimulatedArm(total: total, center: center)
                    for partner in members {
                        let count = unsafe tables.count(table: choice[partner], uniforms[partner])
                        unsafe sums.add(Double(count), size: sizes[partner])
                    }
                    return sums
                }
            }
        }
    }
}

/// Who is in which arm of a simulated pilot, and a uniform number a partner.
private struct PilotDraw {
    private(set) var uniforms: [Double]
    /// The partners of control from the front, those of treatment from the middle.
    private var places: [Int]
    private var counts = (control: 0, treatment: 0)

    init(partnerCount: Int) {
        uniforms = [Double](repeating: 0, count: partnerCount)
        places = [Int](repeating: 0, count: 2 * partnerCount)
    }

    /// The partners of an arm that have customers.
    func members(of arm: Arm) -> ArraySlice<Int> {
        switch arm {
        case .control: places[..<counts.control]
        case .treatment: places[uniforms.count..<uniforms.count + counts.treatment]
        }
    }

    /// Draws the numbers and sorts partners into their arms.
    ///
    /// - Precondition: the mechanism assigns every partner of the roster.
    mutating func fill(arms: [Arm?], sizes: [Double], using random: inout ResamplingGenerator) {
        let half = sizes.count
        precondition(arms.count == half, "the mechanism must assign every partner of the roster")
        var (control, treatment) = (0, 0)
        // Arms are random, so that a branch on them would be foretold wrongly every other time.
        unsafe places.withUnsafeMutableBufferPointer { places in
            unsafe uniforms.withUnsafeMutableBufferPointer { uniforms in
                for partner in 0..<half {
                    unsafe uniforms[partner] = Double(random.next() >> 11) * 0x1p-53
                    let isThere = sizes[partner] > 0
                    unsafe places[control] = partner
                    control &+= isThere && arms[partner] == .control ? 1 : 0
                    unsafe places[half &+ treatment] = partner
                    treatment &+= isThere && arms[partner] == .treatment ? 1 : 0
                }
            }
        }
        counts = (control, treatment)
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
