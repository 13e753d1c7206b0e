/// Resamples the partners of an arm with replacement, within the strata they were randomised in.
struct PartnerResampling {
    /// Partners of each stratum.
    private let strata: [[Int]]
    private let clusterCount: Int

    /// - Throws: `.loneClusterInStratum` when a stratum has one partner, which resampling cannot vary.
    init(clusterCount: Int, stratum: [Int32], arm: Arm) throws(EstimationError) {
        var members: [Int32: [Int]] = [:]
        for cluster in 0..<clusterCount {
            members[stratum.isEmpty ? 0 : stratum[cluster], default: []].append(cluster)
        }
        let ordered = members.sorted { $0.key < $1.key }
        if let lone = ordered.first(where: { $0.value.count < 2 }) {
            throw .loneClusterInStratum(arm: arm, stratum: Int(lone.key))
        }
        strata = ordered.map(\.value)
        self.clusterCount = clusterCount
    }

    /// Writes how often each partner is drawn.
    func draw(into multiplicity: inout [Int], using random: inout ResamplingGenerator) {
        for cluster in multiplicity.indices { multiplicity[cluster] = 0 }
        for members in strata {
            for _ in members { multiplicity[members[random.below(members.count)]] += 1 }
        }
    }
}

/// Values in ascending order with their partners, from which quantiles of resampled partners are read.
struct SortedSample {
    private let values: [Double]
    private let cluster: [Int32]
    private let sizes: [Int]

    init(_ sample: ClusteredSample) {
        let order = sample.values.indices.sorted { sample.values[$0] < sample.values[$1] }
        values = order.map { sample.values[$0] }
        cluster = order.map { sample.cluster[$0] }
        sizes = sample.sizes
    }

    /// The type 7 quantile when every customer of a partner counts as often as the partner; nil when nobody
    /// counts.
    func quantile(_ probability: Double, multiplicity: [Int]) -> Double? {
        var count = 0
        for index in sizes.indices { count += multiplicity[index] * sizes[index] }
        guard count > 0 else { return nil }
        let position = Double(count - 1) * probability
        let rank = Int(position)
        let fraction = position - Double(rank)
        var seen = 0
        var below: Double?
        for (value, cluster) in zip(values, cluster) {
            seen += multiplicity[Int(cluster)]
            guard seen > rank else { continue }
            let lower = below ?? value
            if seen > rank + 1 || fraction == 0 { return lower + fraction * (value - lower) }
            below = lower
        }
        return below
    }

    /// The quantile of everybody.
    func quantile(_ probability: Double) -> Double? {
        quantile(probability, multiplicity: [Int](repeating: 1, count: sizes.count))
    }

    /// The quantile without each partner that has customers and is not the only one.
    func quantilesLeavingOneOut(_ probability: Double) -> [Double] {
        var multiplicity = [Int](repeating: 1, count: sizes.count)
        return sizes.indices.compactMap { left in
            guard sizes[left] > 0 else { return nil }
            multiplicity[left] = 0
            defer { multiplicity[left] = 1 }
            return quantile(probability, multiplicity: multiplicity)
        }
    }
}
