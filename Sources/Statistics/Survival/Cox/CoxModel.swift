/// How the Cox likelihood treats customers lost at the same time.
public enum CoxTies: String, Sendable, Hashable, Codable {
    /// Efron's: the j-th of d losses at a time meets a risk set without (j − 1)/d of those lost. The default, since
    /// weekly data have many ties.
    case efron
    /// Breslow's: every loss meets the whole risk set. It pulls estimates towards 0 when ties are many.
    case breslow
}

/// The data of a Cox regression, put in order once: fits, tests and intervals are then read from it.
///
/// The hazard of a row with covariates z in stratum s is λₛ(t)·exp(βᵀz). A customer whose covariates change has
/// several rows, one for each stretch (start, stop] of constant covariates; its later rows have delayed entry.
/// Customers of a partner may be alike in any way: robust errors sum over partners.
///
/// Rows are grouped by the event time at which they leave the risk set, so one evaluation of the likelihood takes
/// O(N·p²) for N rows and p covariates whatever the ties.
///
/// - Source: Cox (1972), JRSS B 34:187; Efron (1977), JASA 72:557; Andersen & Gill (1982), Annals of Statistics
///   10:1100.
public struct CoxModel: Sendable {
    /// One time at which customers of one stratum are lost.
    struct Cell: Sendable {
        var time: Double
        /// The first cell of its stratum.
        var stratumStart: Int32
        var events: Int32
        /// Rows at risk.
        var atRisk: Int32
    }

    /// Covariates of each row.
    public let covariateCount: Int
    /// Partners, also those without rows.
    public let clusterCount: Int
    /// Rows at risk at the time of some loss.
    public let rowCount: Int
    /// Losses.
    public let eventCount: Int
    /// Strata by time, each stratum's cells in order of time.
    let cells: [Cell]
    /// Row ranges: 2c for those last at risk at cell c and not lost there, 2c + 1 for those lost at it.
    let groupStarts: [Int]
    /// The covariates less their means, one after another, rows in the order of the groups and eight zeros at the
    /// end of each.
    let design: [Double]
    /// From one covariate to the next in `design`.
    let columnLength: Int
    /// For each cell the sums of the covariates of those lost there.
    let lost: [Double]
    /// How far each covariate ranges.
    let ranges: [Double]
    /// The partner of each row.
    let cluster: [Int32]
    /// The first cell at which each row is at risk; empty when that is the first of its stratum for all.
    let firstCell: [Int32]

    /// Puts observations and their covariates in order.
    ///
    /// - Parameters:
    ///   - observations: When each row is at risk, how it ends, and whose it is; all arms together.
    ///   - covariates: One column for each covariate, with an element for each row the observations were made
    ///     from.
    ///   - stratum: The stratum of each of those rows, from 0; nil for a single stratum.
    /// - Throws: `.nobodyAtRisk`, `.noEvents`, `.invalidColumn` for a covariate that is not finite in a row at risk,
    ///   called "covariate 1" and so on.
    public init(
        _ observations: SurvivalSample, covariates: [[Double]], stratum: [Int]? = nil
    ) throws(EstimationError) {
        precondition(!covariates.isEmpty, "a Cox regression needs a covariate")
        precondition(
            covariates.allSatisfy { $0.count == observations.givenRowCount }
                && (stratum?.count ?? observations.givenRowCount) == observations.givenRowCount,
            "covariates and strata have an element for each row")
        precondition(stratum?.allSatisfy { $0 >= 0 } ?? true, "strata are numbered from 0")
        guard observations.rowCount > 0 else { throw .nobodyAtRisk }
        let riskSets = CoxRiskSets(observations, stratum: stratum?.keeping(observations.keptRows))
        guard !riskSets.cells.isEmpty else { throw .noEvents }
        let (places, starts) = countingPlaces(of: riskSets.group, keyCount: 2 * riskSets.cells.count + 1)
        let kept = starts[2 * riskSets.cells.count]
        let columnLength = kept + Self.padding
        var design = [Double](repeating: 0, count: covariates.count * columnLength)
        var ranges: [Double] = []
        for (k, column) in covariates.enumerated() {
            let given = column.keeping(observations.keptRows)
            guard given.reduce(0, +).isFinite else {
                let row = column.firstIndex { !$0.isFinite } ?? 0
                throw .invalidColumn(name: "covariate \(k + 1)", row: row)
            }
            ranges.append(place(given, at: places, count: kept, in: &design, from: k * columnLength))
        }
        self.init(
            cells: riskSets.cells, groupStarts: Array(starts.dropLast()), design: design, ranges: ranges,
            cluster: reordered(observations.cluster, places: places, count: kept),
            firstCell: riskSets.firstCell.isEmpty
                ? [] : reordered(riskSets.firstCell, places: places, count: kept),
            clusterCount: observations.clusterCount)
    }

    /// Recounts who is at risk and lost from the groups; an empty `firstCell` stands for the strata's first cells.
    private init(
        cells: [Cell], groupStarts: [Int], design: [Double], ranges: [Double], cluster: [Int32],
        firstCell: [Int32], clusterCount: Int
    ) {
        let p = ranges.count
        let columnLength = cluster.count + Self.padding
        var cells = cells
        var lost = [Double](repeating: 0, count: cells.count * p)
        var isDelayed = false
        var entering = [Int](repeating: 0, count: cells.count + 1)
        for cell in cells.indices {
            let rows = groupStarts[2 * cell]..<groupStarts[2 * cell + 2]
            if firstCell.isEmpty { entering[Int(cells[cell].stratumStart)] += rows.count }
            for first in firstCell.isEmpty ? [] : firstCell[rows] {
                entering[Int(first)] += 1
                isDelayed = isDelayed || first != cells[cell].stratumStart
            }
            for k in 0..<p {
                let column = k * columnLength
                lost[cell * p + k] =
                    design[(column + groupStarts[2 * cell + 1])..<(column + rows.upperBound)].reduce(0, +)
            }
        }
        var present = 0
        for cell in cells.indices {
            present += entering[cell]
            cells[cell].atRisk = Int32(present)
            cells[cell].events = Int32(groupStarts[2 * cell + 2] - groupStarts[2 * cell + 1])
            present -= groupStarts[2 * cell + 2] - groupStarts[2 * cell]
        }
        self.cells = cells
        self.groupStarts = groupStarts
        self.design = design
        self.columnLength = columnLength
        self.lost = lost
        self.ranges = ranges
        self.cluster = cluster
        self.firstCell = isDelayed ? firstCell : []
        self.clusterCount = clusterCount
        covariateCount = p
        rowCount = cluster.count
        eventCount = cells.reduce(0) { $0 + Int($1.events) }
    }

    /// A covariate less its mean, in a row.
    func covariate(_ index: Int, _ row: Int) -> Double { design[index * columnLength + row] }

    /// The same data without one partner's rows.
    func leavingOut(_ partner: Int) -> CoxModel {
        var rows: [Int] = []
        rows.reserveCapacity(rowCount)
        var starts = [0]
        for group in 0..<(2 * cells.count) {
            for row in groupStarts[group]..<groupStarts[group + 1] where Int(cluster[row]) != partner {
                rows.append(row)
            }
            starts.append(rows.count)
        }
        let remaining = (0..<covariateCount).flatMap { k in
            rows.map { covariate(k, $0) } + [Double](repeating: 0, count: Self.padding)
        }
        return CoxModel(
            cells: cells, groupStarts: starts, design: remaining, ranges: ranges,
            cluster: cluster.keeping(rows), firstCell: firstCell.isEmpty ? [] : firstCell.keeping(rows),
            clusterCount: clusterCount)
    }

    /// Zeros after each covariate, so that eight rows may be read at once anywhere.
    static let padding = 8
}

/// Writes a column less its mean into a larger one in another order, rows whose place is not below `count` being
/// dropped, and says how far it ranges.
private func place(
    _ column: [Double], at places: [Int32], count: Int, in design: inout [Double], from start: Int
) -> Double {
    var least = Double.infinity
    var greatest = -Double.infinity
    var sum = 0.0
    for value in column {
        least = value < least ? value : least
        greatest = value > greatest ? value : greatest
        sum += value
    }
    let mean = sum / Double(column.count)
    unsafe design.withUnsafeMutableBufferPointer { design in
        for (value, place) in zip(column, places) where place < count {
            unsafe design[start + Int(place)] = value - mean
        }
    }
    return greatest - least
}

private func reordered(_ column: [Int32], places: [Int32], count: Int) -> [Int32] {
    var ordered = [Int32](repeating: 0, count: count)
    for (value, place) in zip(column, places) where place < count { ordered[Int(place)] = value }
    return ordered
}
