import Foundation
import Statistics

let distributionMethods: [String: Solver] = ["distribution": solveDistribution]

/// Evaluates every row of a table of `fn, x, p1, p2` and compares it with the row's own expected value, by
/// the case's tolerance.
private func solveDistribution(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let table = try item.requireTable()
    let column = item.expected["column"]?.string ?? "expected"
    let functions = try table.texts("fn")
    let (x, first, second) = (try table.texts("x"), try table.texts("p1"), try table.texts("p2"))
    let expected = try table.numbers(column)
    var met = 0
    for row in 0..<table.rowCount {
        guard let point = Double(x[row]) else { throw Unsupported("row \(row + 1) has no number 'x'") }
        let value = try evaluate(functions[row], at: point, Double(first[row]), Double(second[row]))
        guard agrees(value, with: expected[row], in: item) else {
            throw RowMissed(
                description:
                    "row \(row + 1), \(functions[row]) at \(x[row]): \(value), expected \(expected[row])")
        }
        met += 1
    }
    return ["column": .string(column), "rows": .number(Double(met))]
}

private struct RowMissed: Error, CustomStringConvertible {
    let description: String
}

/// Whether a value is the printed one within the case's tolerance.
///
/// A printed 0 means "nothing left in the reference's 40 digits", not an exact zero, so a value below 1e-40
/// agrees with it (see PROVENANCE.md).
private func agrees(_ value: Double, with expected: Double, in item: ReferenceCase) -> Bool {
    if value == expected { return true }
    if expected == 0, abs(value) < 1e-40 { return true }
    return abs(value - expected) <= max(item.absoluteTolerance, item.relativeTolerance * abs(expected))
}

/// A function named like SciPy's methods: `norm_cdf`, `t_sf`, `binom_pmf`, `f_isf`, `lgamma`.
private func evaluate(_ name: String, at x: Double, _ p1: Double?, _ p2: Double?) throws -> Double {
    if name == "lgamma" {
        try require(x > 0 && x.isFinite, name)
        return logGamma(x)
    }
    let parts = name.split(separator: "_").map(String.init)
    guard parts.count == 2, !x.isNaN else { throw Unsupported("there is no function '\(name)'") }
    let (family, function) = (parts[0], parts[1])
    if ["ppf", "quantile", "isf"].contains(function) { try require((0...1).contains(x), name) }
    let (a, b) = (p1 ?? .nan, p2 ?? .nan)
    switch family {
    case "norm": return try standardNormal(function, x)
    case "t":
        try require(a > 0, name)
        return try continuous(StudentT(degreesOfFreedom: a), function, x)
    case "nct":
        try require(a > 0 && b.isFinite, name)
        return try continuous(NoncentralT(degreesOfFreedom: a, noncentrality: b), function, x)
    case "chi2":
        try require(a > 0 && a.isFinite, name)
        return try continuous(ChiSquared(degreesOfFreedom: a), function, x)
    case "f":
        try require(a > 0 && b > 0 && a.isFinite && b.isFinite, name)
        return try continuous(FDistribution(d1: a, d2: b), function, x)
    case "beta":
        try require(a > 0 && b > 0 && a.isFinite && b.isFinite, name)
        return try continuous(Beta(alpha: a, beta: b), function, x)
    case "binom":
        guard let trials = Int(exactly: a), trials >= 0, (0...1).contains(b) else {
            throw Unsupported("'\(name)' is not defined for these parameters")
        }
        return try discrete(Binomial(trials: trials, probability: b), function, x)
    case "poisson":
        try require(a > 0 && a.isFinite, name)
        return try discrete(Poisson(mean: a), function, x)
    default: throw Unsupported("there is no distribution '\(family)'")
    }
}

private func require(_ isDefined: Bool, _ name: String) throws {
    guard isDefined else { throw Unsupported("'\(name)' is not defined for these parameters") }
}

private func standardNormal(_ function: String, _ x: Double) throws -> Double {
    switch function {
    case "pdf": Normal.density(x)
    case "cdf": Normal.cdf(x)
    case "sf": Normal.survival(x)
    case "ppf", "quantile": Normal.quantile(x)
    case "isf": Normal.survivalQuantile(x)
    case "logcdf": Normal.logCDF(x)
    case "logsf": Normal.logSurvival(x)
    default: throw Unsupported("there is no function 'norm_\(function)'")
    }
}

private func continuous(
    _ distribution: some ContinuousDistribution, _ function: String, _ x: Double
) throws -> Double {
    switch function {
    case "pdf": distribution.density(x)
    case "cdf": distribution.cdf(x)
    case "sf": distribution.survival(x)
    case "ppf", "quantile": distribution.quantile(x)
    case "isf": distribution.survivalQuantile(x)
    case "logcdf": distribution.logCDF(x)
    case "logsf": distribution.logSurvival(x)
    default: throw Unsupported("there is no function '\(function)' of a continuous distribution")
    }
}

private func discrete(
    _ distribution: some DiscreteDistribution, _ function: String, _ x: Double
) throws -> Double {
    if ["ppf", "quantile", "isf"].contains(function) {
        let certain: Double = function == "isf" ? 0 : 1
        guard x != certain || distribution.largestCount != nil else { return .infinity }
        return Double(function == "isf" ? distribution.survivalQuantile(x) : distribution.quantile(x))
    }
    // The probability of a count that is not whole is 0, and the distribution function steps at whole ones.
    guard let count = Int(exactly: x.rounded(.down)) else {
        throw Unsupported("'\(x)' is not a count")
    }
    return switch function {
    case "pmf": Double(count) == x ? distribution.mass(count) : 0
    case "cdf": distribution.cdf(count)
    case "sf": distribution.survival(count)
    case "logcdf": distribution.logCDF(count)
    case "logsf": distribution.logSurvival(count)
    default: throw Unsupported("there is no function '\(function)' of a discrete distribution")
    }
}
