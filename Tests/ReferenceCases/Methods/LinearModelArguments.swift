import Foundation
import Statistics

/// The model a case's `formula`, `cluster` and `weights` describe; `factor(<cluster>)` is absorbed.
func clusteredModel(_ item: ReferenceCase) throws -> ClusteredLinearModel {
    guard let formula = item.arguments["formula"].string else { throw Unsupported("the case has no formula") }
    let design = try LinearModelDesign(
        formula, table: item.requireTable(), absorbing: item.arguments["cluster"].string ?? "partner")
    return try clusteredModel(item, design: design)
}

/// A model with a case's `cluster` and, where these are row weights, its `weights`.
func clusteredModel(
    _ item: ReferenceCase, design: LinearModelDesign, isWeighted: Bool = true
) throws -> ClusteredLinearModel {
    let table = try item.requireTable()
    let (clusters, labels) = try table.groups(item.arguments["cluster"].string ?? "partner")
    let weights =
        isWeighted ? try rowWeights(item.arguments["weights"], table: table, clusters: clusters) : nil
    return try design.fit(clusters: clusters, clusterCount: labels.count, weights: weights)
}

/// Null, a column or expression, or 1/n_<cluster>: one over the partner's number of rows.
private func rowWeights(_ argument: JSONValue, table: DataTable, clusters: [Int]) throws -> [Double]? {
    guard argument != .null else { return nil }
    guard let text = argument.string else { throw Unsupported("weights are null, a column or an expression") }
    let compact = text.filter { !$0.isWhitespace }
    if compact == "1/n_partner" || compact == "1/n_g" || compact == "1/n" {
        let sizes = clusters.reduce(into: [:]) { $0[$1, default: 0.0] += 1 }
        return clusters.map { 1 / sizes[$0, default: 1] }
    }
    return try LinearModelParser.parse(text).values(in: table)
}

/// CR0 to CR3 and CR1S by name.
func varianceCorrection(_ name: String?) throws -> ClusterVarianceCorrection {
    guard let name, let correction = ClusterVarianceCorrection(rawValue: name.lowercased()) else {
        throw Unsupported("there is no variance estimator '\(name ?? "none")'")
    }
    return correction
}

/// The terms of `a=b=0`, of a comma-separated list of such, or of an array of either.
func zeroConstraints(_ argument: JSONValue) throws -> [String] {
    var terms: [String] = []
    for text in argument.elements.compactMap(\.string) {
        for equation in text.split(whereSeparator: { $0 == "," || $0 == ";" }) {
            var sides = equation.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            if let last = sides.last, let value = Double(last) {
                guard value == 0 else { throw Unsupported("constraints set coefficients to 0, not \(last)") }
                sides.removeLast()
            } else if sides.count > 1 {
                throw Unsupported("constraints set coefficients to 0, not equal to each other")
            }
            terms += sides
        }
    }
    guard !terms.isEmpty else { throw Unsupported("the case has no constraints") }
    return terms
}

/// The column behind "renewed" or "partner mean of renewed".
func outcomeColumn(_ item: ReferenceCase) throws -> String {
    guard let text = item.arguments["outcome"].string, let column = text.split(separator: " ").last else {
        throw Unsupported("the case has no outcome")
    }
    return String(column)
}

/// A coefficient with its test and interval.
struct TestRow {
    let value: Double
    let standardError: Double
    /// Infinite for a normal reference.
    let degreesOfFreedom: Double
    let level: Double

    var statistic: Double { estimate.statistic }
    var pValue: Double { estimate.pValue() }
    var lower: Double { estimate.interval(confidenceLevel: level).lower }
    var upper: Double { estimate.interval(confidenceLevel: level).upper }

    private var estimate: Estimate {
        Estimate(value: value, standardError: standardError, degreesOfFreedom: degreesOfFreedom)
    }

    /// Estimate, standard error, test and interval under the names of the cases.
    var json: [String: JSONValue] {
        [
            "estimate": .number(value), "se": .number(standardError), "t": .number(statistic),
            "df": .optional(degreesOfFreedom), "p": .number(pValue), "ci_low": .number(lower),
            "ci_high": .number(upper),
        ]
    }
}

/// The test of a result that has an estimate.
func testRow(_ result: ContrastEstimate) throws -> TestRow {
    try testRow(result.estimate, unavailable: result.unavailable)
}

/// The test of a result that has an estimate.
func testRow(_ result: AdjustedDifference) throws -> TestRow {
    try testRow(result.estimate, unavailable: result.unavailable)
}

private func testRow(_ estimate: Estimate?, unavailable: EstimationError?) throws -> TestRow {
    guard let estimate else {
        throw unavailable ?? EstimationError.noVariation
    }
    return TestRow(
        value: estimate.value, standardError: estimate.standardError,
        degreesOfFreedom: estimate.degreesOfFreedom, level: 0.95)
}

/// A table of customers summed by partner.
struct PartnerMeans {
    /// The outcome's totals by partner, in the order of the partners' labels.
    let totals: [ClusterTotal]
    private let source: DataTable
    private let firstRows: [Int]

    var count: Int { totals.count }

    init(_ item: ReferenceCase) throws {
        source = try item.requireTable()
        let (clusters, labels) = try source.groups(item.arguments["cluster"].string ?? "partner")
        let outcome = try source.numbers(outcomeColumn(item))
        var totals = [ClusterTotal](repeating: .empty, count: labels.count)
        var firstRows = [Int](repeating: -1, count: labels.count)
        for (row, cluster) in clusters.enumerated() {
            totals[cluster] =
                totals[cluster]
                + ClusterTotal(
                    count: 1, numerator: outcome[row], denominator: 1,
                    sumOfSquares: outcome[row] * outcome[row])
            if firstRows[cluster] < 0 { firstRows[cluster] = row }
        }
        self.totals = totals
        self.firstRows = firstRows
    }

    /// The partners split by a 0/1 column, with a covariate that is constant within partners.
    func arms(_ item: ReferenceCase) throws -> (control: [CovariateTotal], treatment: [CovariateTotal]) {
        let arm = try source.numbers(item.arguments["arm"].string ?? "arm")
        guard let name = item.arguments["covariate"].string else {
            throw Unsupported("the case has no covariate")
        }
        let covariate = try LinearModelParser.parse(name).values(in: source)
        var arms = (control: [CovariateTotal](), treatment: [CovariateTotal]())
        for (total, row) in zip(totals, firstRows) {
            let partner = CovariateTotal(total: total, covariate: covariate[row])
            switch arm[row] {
            case 0: arms.control.append(partner)
            case 1: arms.treatment.append(partner)
            case let other: throw Unsupported("arm \(other): two arms, 0 and 1, are offered")
            }
        }
        return arms
    }

    /// A row a partner: the columns of its first customer, and its mean outcome under the name left of "~".
    func table(outcome formula: String) throws -> DataTable {
        guard let name = formula.split(separator: "~").first?.trimmingCharacters(in: .whitespaces) else {
            throw Unsupported("'\(formula)' is not of the form outcome ~ terms")
        }
        var columns: [(String, [String])] = []
        for column in source.names where column != name {
            let values = try source.texts(column)
            columns.append((column, firstRows.map { values[$0] }))
        }
        columns.append((name, totals.map { "\($0.rate ?? .nan)" }))
        return DataTable(columns: columns)
    }
}
