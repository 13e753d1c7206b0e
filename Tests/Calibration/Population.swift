import Foundation
import Statistics

/// How partners differ in size and luck: the generating model `fairway-1` and variations of it.
///
/// A partner has clip(round(mean·(a − 1)/a · U^(−1/a)), 1, cap) customers (Pareto) and a renewal rate of
/// `rate` plus a shock with variance ρ·p(1 − p), cut off at 0 and 1. The baseline is the rate of as many
/// customers of an earlier period with the same shock.
struct Population: Sendable {
    /// The distribution of partners' shocks.
    enum Shock: Sendable {
        case normal
        /// Exponential, centred: a few partners do much better than the rest.
        case skewed
        /// Correlation −0.6 with the partner's rank by size.
        case informative
        /// Standard deviation growing with size to the power 0.25.
        case growingWithSize
        /// One partner in ten far below the others.
        case mixture
        /// Regions of four partners share half of the variance.
        case regional
        /// Luck comes and goes: weekly shocks that correlate by 0.9 from one week to the next.
        case drifting
        /// A manager serves about ten customers of a partner and has half of the variance to himself.
        case nested
        /// Exponential with a standard deviation growing with size to the power 0.25.
        case skewedBySize
    }

    /// Customers fall due evenly over these.
    static let weeks = 26

    var rate = 0.75
    var meanSize = 25.0
    var shape = 1.2
    var cap = 400.0
    var correlation = 0.05
    var shock = Shock.normal

    static let heavy = Population(shape: 1.05, cap: 1500, correlation: 0.1)
}

/// A partner of a simulated pilot, before anything is measured.
struct SimulatedPartner {
    var size: Int
    /// The renewal rate without treatment, on average over weeks and managers.
    var rate: Double
    /// The rates in the 26 weeks, or under each of the partner's managers, where they are not all one.
    var parts: [Double] = []
    /// The earlier period's rate.
    var baseline: Double
    var isTreated = false
    /// 0 for the smaller half, 1 for the larger.
    var stratum = 0
}

extension Population {
    /// Draws partners and assigns `treated` of them, stratified by size halves.
    func partners(_ count: Int, treated: Int, using draws: inout Draws) -> [SimulatedPartner] {
        let sizes = (0..<count).map { _ in
            min(max((meanSize * (shape - 1) / shape * pow(draws.uniform(), -1 / shape)).rounded(), 1), cap)
        }
        let order = sizes.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }
        var rank = [Int](repeating: 0, count: count)
        for (position, index) in order.enumerated() { rank[index] = position }
        let scale = (correlation * rate * (1 - rate)).squareRoot()
        let regions = (0..<(count + 3) / 4).map { _ in draws.normal() }
        var partners = sizes.indices.map { index in
            let shock = self.shock(
                size: sizes[index], quantile: (Double(rank[index]) + 0.5) / Double(count),
                region: regions[index / 4], using: &draws)
            let size = Int(sizes[index])
            let parts = self.parts(of: shock, size: size, using: &draws).map {
                min(max(self.rate + scale * $0, 0), 1)
            }
            let rate =
                parts.isEmpty
                ? min(max(self.rate + scale * shock, 0), 1) : parts.reduce(0, +) / Double(parts.count)
            return SimulatedPartner(
                size: size, rate: rate, parts: parts,
                baseline: Double(draws.binomial(size, parts.first ?? rate)) / Double(size),
                stratum: 2 * rank[index] >= count ? 1 : 0)
        }
        assign(&partners, treated: treated, using: &draws)
        return partners
    }

    /// A shock with mean 0 and variance about 1.
    private func shock(size: Double, quantile: Double, region: Double, using draws: inout Draws) -> Double {
        switch shock {
        case .normal: draws.normal()
        case .skewed: -log(draws.uniform()) - 1
        case .informative: -0.6 * Normal.quantile(quantile) + 0.8 * draws.normal()
        case .growingWithSize: draws.normal() * pow(size / meanSize, 0.25)
        case .mixture: draws.uniform() < 0.1 ? -3 : 1.0 / 3
        case .regional: (0.5).squareRoot() * (region + draws.normal())
        case .drifting, .nested: draws.normal()
        case .skewedBySize: (-log(draws.uniform()) - 1) * pow(size / meanSize, 0.25)
        }
    }

    /// The shocks of a partner's weeks or managers; empty where the partner's own is all there is.
    private func parts(of shock: Double, size: Int, using draws: inout Draws) -> [Double] {
        switch self.shock {
        case .drifting:
            var weekly = [shock]
            while weekly.count < Self.weeks {
                weekly.append(0.9 * weekly[weekly.count - 1] + (1 - 0.9 * 0.9).squareRoot() * draws.normal())
            }
            return weekly
        case .nested:
            return (0..<(size + 9) / 10).map { _ in (0.5).squareRoot() * (shock + draws.normal()) }
        default: return []
        }
    }

    /// Treats partners by lot within the strata; the larger stratum gets what does not divide.
    private func assign(_ partners: inout [SimulatedPartner], treated: Int, using draws: inout Draws) {
        let large = partners.indices.filter { partners[$0].stratum == 1 }
        let small = partners.indices.filter { partners[$0].stratum == 0 }
        let ofLarge = (treated * large.count + partners.count - 1) / partners.count
        for (stratum, count) in [(large, ofLarge), (small, treated - ofLarge)] {
            for index in stratum.shuffled(using: &draws).prefix(count) { partners[index].isTreated = true }
        }
    }
}

extension [SimulatedPartner] {
    /// The stored mechanism, one block a stratum, in the order of the partners.
    var blocks: [RandomizationBlock] {
        (0..<2).map { stratum in
            let members = indices.filter { self[$0].stratum == stratum }
            return RandomizationBlock(
                labels: members.map { self[$0].isTreated }, clusters: members.map { $0 })
        }
    }

    /// What the customers who are due did, with an effect on treated partners.
    func renewals(effect: Double, using draws: inout Draws) -> [ClusterTotal] {
        map { partner in
            let shift = partner.isTreated ? effect : 0
            var successes = 0
            if partner.parts.isEmpty {
                successes = draws.binomial(partner.size, (partner.rate + shift).asProbability)
            } else {
                for customer in 0..<partner.size {
                    let part = partner.parts[customer % partner.parts.count]
                    if draws.uniform() < (part + shift).asProbability { successes += 1 }
                }
            }
            return ClusterTotal(successes: successes, size: partner.size)
        }
    }

    func split<Value>(_ values: [Value]) -> (control: [Value], treatment: [Value]) {
        let pairs = zip(self, values)
        return (pairs.filter { !$0.0.isTreated }.map(\.1), pairs.filter { $0.0.isTreated }.map(\.1))
    }
}

extension SimulatedPartner {
    /// The renewal rate in a week, with an effect on treated partners.
    func rate(week: Int, effect: Double) -> Double {
        let weekly = parts.count == Population.weeks ? parts[week] : rate
        return (weekly + (isTreated ? effect : 0)).asProbability
    }
}

extension Double {
    /// The nearest probability.
    var asProbability: Double { min(max(self, 0), 1) }
}
