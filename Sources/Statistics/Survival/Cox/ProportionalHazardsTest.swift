import Foundation

/// The scale of time on which coefficients are tested for a trend.
public enum TimeTransform: String, Sendable, Hashable, Codable {
    /// 1 − Ŝ(t−) of the curve of all customers together; the default, since it is not moved by a few late losses.
    case kaplanMeier
    /// t.
    case identity
    /// ln t; times must be positive.
    case logarithm
    /// The rank of t among all ends of observation, losses or not; equal times share their mean rank.
    case rank
}

/// Tests that hazard ratios stay the same over time.
public struct ProportionalHazardsTest: Sendable, Hashable, Codable {
    /// The scale of time.
    public var transform: TimeTransform
    /// Of each coefficient alone, in order.
    public var coefficients: [ChiSquaredTest]
    /// Of all coefficients together.
    public var global: ChiSquaredTest

    /// Creates a result from its fields.
    public init(transform: TimeTransform, coefficients: [ChiSquaredTest], global: ChiSquaredTest) {
        self.transform = transform
        self.coefficients = coefficients
        self.global = global
    }
}

extension CoxModel {
    /// The score test of adding covariate × g(t) to the model, for each covariate and for all.
    ///
    /// With u = Σ g(t)·(z − z̄) over losses at the estimates, and the information of (β, θ), θ being the trends,
    /// the statistic is that of the score (0, u). It takes customers as independent: read it as a warning that one
    /// hazard ratio may not describe the whole course, not as a level-keeping test.
    ///
    /// - Parameters:
    ///   - observations: What the model was made from, for the Kaplan–Meier scale.
    ///   - transform: g; fixed before looking.
    ///   - ties: As in the fit.
    /// - Source: Grambsch & Therneau (1994), Biometrika 81:515, as a score test with the full information matrix
    ///   (cox.zph of Therneau's R package survival, version 3).
    /// - Throws: `.collinearCovariate`, `.didNotConverge`, `.unboundedEstimate`, `.noVariation` when all losses fall on
    ///   one time, and `.invalidPlan` when a loss has no logarithm of time.
    public func proportionalHazardsTest(
        of observations: SurvivalSample, transform: TimeTransform = .kaplanMeier, ties: CoxTies = .efron
    ) throws(EstimationError) -> ProportionalHazardsTest {
        try proportionalHazardsTest(
            of: observations, transform: transform, ties: ties,
            startingAt: [Double](repeating: 0, count: covariateCount))
    }

    /// The same test, with the search for the estimates started near them.
    func proportionalHazardsTest(
        of observations: SurvivalSample, transform: TimeTransform = .kaplanMeier, ties: CoxTies,
        startingAt start: [Double]
    ) throws(EstimationError) -> ProportionalHazardsTest {
        let p = covariateCount
        var moments = CoxMoments(self)
        let optimum = try maximum(from: start, ties: ties, moments: &moments)
        guard optimum.isBounded else { throw .unboundedEstimate }
        let times = try scaledTimes(observations, transform: transform)

        let size = p * (p + 1) / 2
        var trend = [Double](repeating: 0, count: p)
        var blocks = (0..<3).map { _ in [Double](repeating: 0, count: size) }
        sweep(moments, ties: ties) { cell, riskSet in
            let g = times[cell]
            for k in 0..<p { trend[k] += g * (lost[cell * p + k] - riskSet.meanSum(k)) }
            riskSet.addCovariance(to: &blocks[0])
            riskSet.addCovariance(to: &blocks[1], times: g)
            riskSet.addCovariance(to: &blocks[2], times: g * g)
        }
        let (constant, cross, squared) = (
            symmetric(blocks[0], size: p), symmetric(blocks[1], size: p), symmetric(blocks[2], size: p)
        )
        func test(_ trends: [Int]) throws(EstimationError) -> ChiSquaredTest {
            let rows =
                (0..<p).map { k in constant[k] + trends.map { cross[k][$0] } }
                + trends.map { k in cross[k] + trends.map { squared[k][$0] } }
            guard let factor = CholeskyFactor(rows) else { throw .noVariation }
            let score = [Double](repeating: 0, count: p) + trends.map { trend[$0] }
            return ChiSquaredTest(
                statistic: factor.quadraticForm(score), degreesOfFreedom: trends.count)
        }
        var coefficients: [ChiSquaredTest] = []
        for k in 0..<p { coefficients.append(try test([k])) }
        return ProportionalHazardsTest(
            transform: transform, coefficients: coefficients, global: try test(Array(0..<p)))
    }

    /// g of each cell's time, less its mean over the losses.
    private func scaledTimes(
        _ observations: SurvivalSample, transform: TimeTransform
    ) throws(EstimationError) -> [Double] {
        let scaled: [Double]
        switch transform {
        case .identity: scaled = cells.map(\.time)
        case .logarithm:
            if let cell = cells.first(where: { $0.time <= 0 }) {
                throw .invalidPlan(
                    reason:
                        "a loss at time \(cell.time) has no logarithm, expected positive times; choose another "
                        + "scale or an earlier origin")
            }
            scaled = cells.map { log($0.time) }
        case .rank:
            let sorted = observations.time.sorted()
            var ranks: [Double: Double] = [:]
            var start = 0
            while start < sorted.count {
                let end = sorted[start...].firstIndex { $0 != sorted[start] } ?? sorted.count
                ranks[sorted[start]] = Double(start + end + 1) / 2
                start = end
            }
            scaled = cells.map { ranks[$0.time] ?? 0 }
        case .kaplanMeier:
            let table = RiskTable(observations)
            var before: [Double: Double] = [:]
            var survival = 1.0
            for tick in 0..<table.clock.count {
                let cell = table.cell(tick)
                guard cell.events > 0 else { continue }
                before[table.clock.time(of: tick)] = survival
                survival *= 1 - Double(cell.events) / Double(cell.atRisk)
            }
            scaled = cells.map { 1 - (before[$0.time] ?? 1) }
        }
        let weights = cells.map { Double($0.events) }
        let mean = zip(scaled, weights).reduce(0) { $0 + $1.0 * $1.1 } / Double(eventCount)
        return scaled.map { $0 - mean }
    }
}
