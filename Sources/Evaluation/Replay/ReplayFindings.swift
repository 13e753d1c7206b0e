package import Incentives
package import Model
import Statistics

/// What plans would have cost and left, over history and over partners that might have come instead.
package struct ReplayFindings: Sendable, Hashable, Codable {
    /// The 10th, 50th and 90th percentile.
    package struct Percentiles: Sendable, Hashable, Codable {
        package var p10: Double
        package var p50: Double
        package var p90: Double

        init?(of values: [Double]) {
            guard let found = quantiles(of: values, at: [0.1, 0.5, 0.9]) else { return nil }
            (p10, p50, p90) = (found[0], found[1], found[2])
        }
    }

    /// One plan, or several that are held at once. Amounts are minor units of `currency`.
    package struct Held: Sendable, Hashable, Codable {
        package var plans: [PlanDifference.Side]
        package var currency: Currency
        package var pay: Int64
        package var held: Int64
        package var cost: Int64
        package var revenue: Int64
        package var margin: Int64
        /// margin − pay − cost.
        package var net: Int64
        /// net / margin; nil without margin.
        package var netShare: Double?
        /// pay / partners.
        package var meanIncome: Double
        /// Contracts that no exchange rate of the plan covers; they bring no revenue and no pay.
        package var contractsWithoutRate: Int
        /// Over draws of as many partners with replacement; nil below two partners.
        package var resampledNet: Percentiles?
        package var resampledNetShare: Percentiles?
        package var resampledPay: Percentiles?
        package var resampledMeanIncome: Percentiles?
        /// Over partners, as they are.
        package var income: Percentiles?
        package var partners: [PlanReplay.PartnerTotals]
    }

    package var window: QuarterWindow
    package var partners: Int
    package var contracts: Int
    package var grossMargin: Rate
    package var draws: Int
    package var seed: UInt64
    /// In the order asked for.
    package var held: [Held]
}

extension PlanReplay {
    /// Replays variants; all of them are resampled with the same partners in each draw.
    ///
    /// - Parameters:
    ///   - variants: for each, the plans held at once.
    ///   - seed: of the counter-based generator; the same seed gives the same numbers on any number of threads.
    /// - Source: Efron (1979), Annals of Statistics 7:1, with the partner as the unit.
    package func findings(
        _ variants: [[IncentivePlan]], draws: Int = 2000, seed: UInt64
    ) -> ReplayFindings {
        ReplayFindings(
            window: window, partners: partners.count, contracts: contracts, grossMargin: grossMargin,
            draws: draws, seed: seed, held: variants.map { held($0, draws: draws, seed: seed) })
    }

    private func held(_ plans: [IncentivePlan], draws: Int, seed: UInt64) -> ReplayFindings.Held {
        let totals = totals(under: plans)
        func sum(_ value: (PartnerTotals) -> Int64) -> Int64 { totals.reduce(0) { $0 + value($1) } }
        let count = Double(totals.count)
        let (margin, net, pay) = (sum(\.margin), sum(\.net), sum(\.pay))
        var held = ReplayFindings.Held(
            plans: plans.map { PlanDifference.Side($0) }, currency: plans[0].currency, pay: pay,
            held: sum(\.held), cost: sum(\.cost), revenue: sum(\.revenue), margin: margin, net: net,
            netShare: margin > 0 ? Double(net) / Double(margin) : nil,
            meanIncome: totals.isEmpty ? 0 : Double(pay) / count,
            contractsWithoutRate: contractsWithoutRate(under: plans[0]),
            income: ReplayFindings.Percentiles(of: totals.map { Double($0.pay) }), partners: totals)
        guard totals.count >= 2 else { return held }
        let resampled = resampledTotals(
            [totals.map(\.net), totals.map(\.margin), totals.map(\.pay)], draws: 0..<UInt64(draws), seed: seed
        )
        held.resampledNet = ReplayFindings.Percentiles(of: resampled[0])
        held.resampledPay = ReplayFindings.Percentiles(of: resampled[2])
        held.resampledMeanIncome = ReplayFindings.Percentiles(of: resampled[2].map { $0 / count })
        if resampled[1].allSatisfy({ $0 > 0 }) {
            held.resampledNetShare = ReplayFindings.Percentiles(
                of: zip(resampled[0], resampled[1]).map { $0 / $1 })
        }
        return held
    }
}
