/// Customers' values of one arm with the partner each belongs to.
public struct ClusteredSample: Sendable, Hashable, Codable {
    /// One value a customer, in the metric's unit; finite.
    public let values: [Double]
    /// The customer's partner, in 0..<`clusterCount`.
    public let cluster: [Int32]
    /// Partners of the arm, also those without customers.
    public let clusterCount: Int
    /// The stratum each partner was randomised in; empty when there was only one.
    public let stratum: [Int32]

    /// Creates a sample.
    ///
    /// - Precondition: values are finite, `values` and `cluster` have one length, partners lie in range, and
    ///   `stratum` is empty or has an entry for every partner.
    public init(values: [Double], cluster: [Int32], clusterCount: Int, stratum: [Int32] = []) {
        precondition(values.count == cluster.count, "every value has a partner")
        precondition(values.allSatisfy(\.isFinite), "values are finite")
        precondition(cluster.allSatisfy { $0 >= 0 && $0 < clusterCount }, "partners lie in 0..<clusterCount")
        precondition(stratum.isEmpty || stratum.count == clusterCount, "every partner has a stratum")
        self.values = values
        self.cluster = cluster
        self.clusterCount = clusterCount
        self.stratum = stratum
    }

    /// Customers of each partner.
    var sizes: [Int] {
        cluster.reduce(into: [Int](repeating: 0, count: clusterCount)) { $0[Int($1)] += 1 }
    }

    /// Partners with customers, and Kish's effective number.
    var partners: PartnerCount {
        let sizes = sizes
        let raw = sizes.count { $0 > 0 }
        let squares = sizes.reduce(0.0) { $0 + Double($1) * Double($1) }
        let total = Double(values.count)
        return PartnerCount(raw: raw, effective: raw > 0 ? total * total / squares : 0)
    }
}
