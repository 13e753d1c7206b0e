import Foundation
import Testing

@testable import Statistics

/// Columns of a reference table, with partners numbered from 0.
struct CustomerColumns {
    let clusters: [Int]
    let clusterCount: Int
    private let rows: [[String: String]]

    init(_ name: String, clusteredBy column: String = "partner") throws {
        rows = try Golden.table(name)
        let labels = rows.compactMap { $0[column] }
        let distinct = Set(labels).sorted()
        let index = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        clusters = labels.compactMap { index[$0] }
        clusterCount = distinct.count
    }

    func column(_ name: String) throws -> NamedColumn {
        NamedColumn(name: name, values: try rows.map { try #require($0[name].flatMap(Double.init)) })
    }

    func columns(_ names: [String]) throws -> [NamedColumn] { try names.map(column) }

    func model(
        _ outcome: String, on regressors: [String], weights: [Double]? = nil
    ) throws -> ClusteredLinearModel {
        try ClusterCrossProducts(
            clusters: clusters, clusterCount: clusterCount, columns: columns([outcome] + regressors),
            weights: weights
        ).fit(LinearModelFormula(outcome: outcome, regressors: regressors))
    }
}

/// Random partners of unequal size with one covariate, in two arms in turn.
struct RandomCustomers {
    var clusters: [Int] = []
    var arm: [Double] = []
    var covariate: [Double] = []
    var outcome: [Double] = []
    let clusterCount: Int

    init(partners: Int, seed: UInt64, effect: Double = 0) {
        var random = SeededGenerator(seed: seed)
        clusterCount = partners
        for partner in 0..<partners {
            let treated = Double(partner % 2)
            let level = Double.random(in: -1...1, using: &random)
            let earlier = level + Double.random(in: -1...1, using: &random)
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                clusters.append(partner)
                arm.append(treated)
                covariate.append(earlier)
                outcome.append(level + effect * treated + Double.random(in: -2...2, using: &random))
            }
        }
    }

    var columns: [NamedColumn] {
        [
            NamedColumn(name: "y", values: outcome), NamedColumn(name: "arm", values: arm),
            NamedColumn(name: "x", values: covariate),
        ]
    }

    func crossProducts(weights: [Double]? = nil) throws -> ClusterCrossProducts {
        try ClusterCrossProducts(
            clusters: clusters, clusterCount: clusterCount, columns: columns, weights: weights)
    }

    func model(on regressors: [String]) throws -> ClusteredLinearModel {
        try crossProducts().fit(LinearModelFormula(outcome: "y", regressors: regressors))
    }

    /// The partners' totals by arm.
    var totals: (control: [ClusterTotal], treatment: [ClusterTotal]) {
        var totals = [ClusterTotal](repeating: .empty, count: clusterCount)
        for (row, cluster) in clusters.enumerated() {
            totals[cluster] =
                totals[cluster]
                + ClusterTotal(
                    count: 1, numerator: outcome[row], denominator: 1,
                    sumOfSquares: outcome[row] * outcome[row])
        }
        return (
            totals.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
            totals.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        )
    }

    /// The partners' totals with their covariate, by arm.
    var covariateTotals: (control: [CovariateTotal], treatment: [CovariateTotal]) {
        let totals = totals
        func covariate(of partner: Int) -> Double? {
            clusters.firstIndex(of: partner).map { self.covariate[$0] }
        }
        return (
            totals.control.enumerated().map {
                CovariateTotal(total: $1, covariate: covariate(of: 2 * $0))
            },
            totals.treatment.enumerated().map {
                CovariateTotal(total: $1, covariate: covariate(of: 2 * $0 + 1))
            }
        )
    }
}
