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
    }

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
    /// The renewal rate without treatment.
    var rate: Double
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
            let shock =
                scale
                * self.shock(
                    size: sizes[index], quantile: (Double(rank[index]) + 0.5) / Double(count),
                    region: regions[index / 4], using: &draws)
            let rate = min(max(self.rate + shock, 0), 1)
            let size = Int(sizes[index])
            return SimulatedPartner(
                size: size, rate: rate, baseline: Double(draws.binomial(size, rate)) / Double(size),
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
            let rate = Swift.min(Swift.max(partner.rate + (partner.isTreated ? effect : 0), 0), 1)
            return ClusterTotal(successes: draws.binomial(partner.size, rate), size: partner.size)
        }
    }

    func split<Value>(_ values: [Value]) -> (control: [Value], treatment: [Value]) {
        let pairs = zip(self, values)
        return (pairs.filter { !$0.0.isTreated }.map(\.1), pairs.filter { $0.0.isTreated }.map(\.1))
    }
}
