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
    /// - Throws: `.invalidColumn` for a value that is not finite, `.unequalColumns` unless `values` and `cluster` have
    ///   one length and `stratum` is empty or has an entry for every partner, `.unknownPartner` for a partner outside
    ///   0..<`clusterCount`.
    public init(
        values: [Double], cluster: [Int32], clusterCount: Int, stratum: [Int32] = []
    ) throws(EstimationError) {
        guard values.count == cluster.count else {
            throw .unequalColumns(found: cluster.count, expected: values.count)
        }
        guard stratum.isEmpty || stratum.count == clusterCount else {
            throw .unequalColumns(found: stratum.count, expected: clusterCount)
        }
        if let row = values.firstIndex(where: { !$0.isFinite }) {
            throw .invalidColumn(name: "value", row: row)
        }
        if let row = cluster.firstIndex(where: { $0 < 0 || $0 >= clusterCount }) {
            throw .unknownPartner(row: row)
        }
        self.values = values
        self.cluster = cluster
        self.clusterCount = clusterCount
        self.stratum = stratum
    }

    /// Decodes a sample, refusing one whose columns do not fit together.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let values = try container.decode([Double].self, forKey: .values)
        let cluster = try container.decode([Int32].self, forKey: .cluster)
        let clusterCount = try container.decode(Int.self, forKey: .clusterCount)
        let stratum = try container.decode([Int32].self, forKey: .stratum)
        do throws(EstimationError) {
            try self.init(values: values, cluster: cluster, clusterCount: clusterCount, stratum: stratum)
        } catch {
            try decoder.refuse(error.description)
            throw error
        }
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
