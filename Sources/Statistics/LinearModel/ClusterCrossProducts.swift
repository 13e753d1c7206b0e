/// A column of a table of customers, with the name a model refers to it by.
public struct NamedColumn: Sendable, Hashable, Codable {
    /// What models and results call the column; "(Intercept)" is taken.
    public var name: String
    /// One number a row, in the column's own unit.
    public var values: [Double]

    /// Creates a column.
    public init(name: String, values: [Double]) {
        self.name = name
        self.values = values
    }
}

/// Per partner, the sums of products of all pairs of columns (the constant 1 included): all that linear
/// models, their cluster-robust variances, leave-one-partner-out estimates and wild bootstraps need of the
/// customers.
///
/// One pass over N customers with k columns takes O(N·k²) and keeps (k + 1)(k + 2)/2 numbers a partner,
/// whatever N is. Any column can then be the outcome of a model and any others its regressors. The lines of
/// two batches of the same partners add up, so that a changed customer costs a subtraction and an addition.
///
/// With weights, every column x has a twin w·x, which doubles k.
///
/// Sums are kept as they are: whole numbers and cents stay exact below 2⁵³. A column whose mean is more than
/// a million times its spread should be shifted first.
public struct ClusterCrossProducts: Sendable, Hashable, Codable {
    /// The columns' names, without the constant.
    public let columns: [String]
    /// Whether rows have weights.
    public let isWeighted: Bool
    /// How many partners there are lines for, partners without rows included.
    public let clusterCount: Int

    /// Constant, columns, and with weights their twins in the same order.
    let width: Int
    /// A lower triangle a partner, row by row.
    var lines: [Double]

    /// Numbers a line holds.
    var stride: Int { width * (width + 1) / 2 }

    init(columns: [String], isWeighted: Bool, clusterCount: Int) {
        precondition(
            Set(columns).count == columns.count && !columns.contains(LinearModelFormula.intercept),
            "columns need different names, none of them \(LinearModelFormula.intercept)")
        self.columns = columns
        self.isWeighted = isWeighted
        self.clusterCount = clusterCount
        width = (columns.count + 1) * (isWeighted ? 2 : 1)
        lines = [Double](repeating: 0, count: clusterCount * width * (width + 1) / 2)
    }

    /// Adds up a table.
    ///
    /// - Parameters:
    ///   - clusters: Every row's partner, in 0..<clusterCount.
    ///   - clusterCount: How many partners there are; some may have no rows.
    ///   - columns: Outcomes and regressors, all as long as `clusters`.
    ///   - weights: The rows' weights, positive; nil for equal ones.
    /// - Throws: `.invalidColumn` for a number that is not finite or a weight that is not positive.
    public init(
        clusters: [Int], clusterCount: Int, columns: [NamedColumn], weights: [Double]? = nil
    ) throws(EstimationError) {
        precondition(
            columns.allSatisfy { $0.values.count == clusters.count }
                && weights?.count ?? clusters.count == clusters.count, "columns need one length")
        precondition(
            clusters.allSatisfy { $0 >= 0 && $0 < clusterCount }, "a row belongs to one of the partners")
        for column in columns {
            if let row = column.values.firstIndex(where: { !$0.isFinite }) {
                throw .invalidColumn(name: column.name, row: row)
            }
        }
        if let row = weights?.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
            throw .invalidColumn(name: "weights", row: row)
        }
        self.init(
            columns: columns.map(\.name), isWeighted: weights != nil, clusterCount: clusterCount)
        accumulate(clusters: clusters, columns: columns.map(\.values), weights: weights)
    }

    private mutating func accumulate(clusters: [Int], columns: [[Double]], weights: [Double]?) {
        let stride = stride
        let width = width
        let half = columns.count + 1
        var row = [Double](repeating: 1, count: width)
        unsafe lines.withUnsafeMutableBufferPointer { lines in
            unsafe row.withUnsafeMutableBufferPointer { row in
                for (i, cluster) in clusters.enumerated() {
                    for k in 1..<half { unsafe row[k] = columns[k - 1][i] }
                    if let weights {
                        for k in 0..<half { unsafe row[half + k] = weights[i] * row[k] }
                    }
                    var position = cluster * stride
                    for j in 0..<width {
                        let left = unsafe row[j]
                        for k in 0...j {
                            unsafe lines[position] += left * row[k]
                            position += 1
                        }
                    }
                }
            }
        }
    }

    /// The lines of both batches together.
    ///
    /// - Precondition: Both have the same columns, weighting and partners.
    public func merging(_ other: ClusterCrossProducts) -> ClusterCrossProducts {
        precondition(
            columns == other.columns && isWeighted == other.isWeighted && clusterCount == other.clusterCount,
            "only lines of the same columns and partners add up")
        var merged = self
        for k in merged.lines.indices { merged.lines[k] += other.lines[k] }
        return merged
    }
}

extension ClusterCrossProducts {
    /// The sums with every column centred at its partner's own mean: what a model with an effect for every
    /// partner sees.
    ///
    /// Columns that are constant within partners, the constant included, become 0.
    ///
    /// - Precondition: The rows have no weights.
    public func centeredWithinClusters() -> ClusterCrossProducts {
        precondition(!isWeighted, "partner effects are absorbed without weights only")
        var centered = self
        for cluster in 0..<clusterCount {
            let start = cluster * stride
            let count = lines[start]
            guard count > 0 else { continue }
            for j in 1..<width {
                for k in 1...j {
                    let position = start + ClusterCrossProducts.offset(j, k)
                    let product =
                        lines[start + ClusterCrossProducts.offset(j, 0)]
                        * lines[start + ClusterCrossProducts.offset(k, 0)] / count
                    let difference = lines[position] - product
                    // What is left of a column that is constant within the partner is rounding noise.
                    centered.lines[position] =
                        abs(difference) <= 1e-13 * (abs(lines[position]) + abs(product)) ? 0 : difference
                }
                centered.lines[start + ClusterCrossProducts.offset(j, 0)] = 0
            }
        }
        return centered
    }

    /// Where the product of two columns stands in a line.
    static func offset(_ i: Int, _ j: Int) -> Int {
        i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i
    }

    /// How many rows a partner has.
    func rowCount(_ cluster: Int) -> Double { lines[cluster * stride] }

    /// Σ over a partner's rows of the product of two columns; 0 is the constant.
    func product(_ cluster: Int, _ i: Int, _ j: Int) -> Double {
        lines[cluster * stride + ClusterCrossProducts.offset(i, j)]
    }

    /// Adds rows that have the same value in every column but one.
    ///
    /// - Parameters:
    ///   - values: One number a column; the entry at `varying` is ignored.
    ///   - sum: Σ of the varying column.
    ///   - sumOfSquares: Σ of its squares.
    mutating func addRows(
        _ count: Double, to cluster: Int, values: [Double], varying: Int, sum: Double, sumOfSquares: Double
    ) {
        precondition(!isWeighted && values.count == columns.count, "one value a column, without weights")
        let start = cluster * stride
        let row = [1] + values
        for j in 0..<width {
            for k in 0...j {
                let addend =
                    switch (j == varying + 1, k == varying + 1) {
                    case (true, true): sumOfSquares
                    case (true, false): sum * row[k]
                    case (false, true): sum * row[j]
                    case (false, false): count * row[j] * row[k]
                    }
                lines[start + ClusterCrossProducts.offset(j, k)] += addend
            }
        }
    }
}
