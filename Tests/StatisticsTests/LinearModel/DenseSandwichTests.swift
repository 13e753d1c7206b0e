import Testing

@testable import Statistics

/// The definitions of CR2 and its degrees of freedom with matrices as large as the table.
private struct DenseSandwich {
    let variance: Double
    let degreesOfFreedom: Double

    /// - Parameter correlation: Of the working model's errors within partners.
    init(
        clusters: [Int], columns: [[Double]], outcome: [Double], contrast: Int, correlation: Double
    ) {
        let rows = clusters.count
        let order = columns.count
        var design = SmallMatrix(rows: rows, columns: order)
        for i in 0..<rows { for k in 0..<order { design[i, k] = columns[k][i] } }
        let normal = design.transposed * design
        let inverse = normal.spectralFunction { 1 / $0 }
        let hat = design * inverse * design.transposed
        let fitted = hat * outcome
        let coefficient = inverse * (design.transposed * outcome)
        #expect(coefficient.count == order)
        var residualMaker = -1 * hat
        for i in 0..<rows { residualMaker[i, i] += 1 }

        // Every partner's score is forms[g]'·errors.
        var forms: [[Double]] = []
        var variance = 0.0
        for cluster in Set(clusters).sorted() {
            let members = clusters.indices.filter { clusters[$0] == cluster }
            var own = SmallMatrix(rows: members.count, columns: members.count)
            for (i, a) in members.enumerated() {
                for (j, b) in members.enumerated() { own[i, j] = residualMaker[a, b] }
            }
            let root = own.spectralFunction { $0 > 1e-10 ? 1 / $0.squareRoot() : 0 }
            let weights =
                root
                * members.map { i in
                    (0..<order).reduce(0) { $0 + design[i, $1] * inverse[$1, contrast] }
                }
            var score = 0.0
            for (i, a) in members.enumerated() { score += weights[i] * (outcome[a] - fitted[a]) }
            variance += score * score
            forms.append(
                (0..<rows).map { row in
                    var sum = 0.0
                    for (i, a) in members.enumerated() { sum += weights[i] * residualMaker[a, row] }
                    return sum
                })
        }
        self.variance = variance

        // Φ·form: equally correlated errors within partners.
        let images = forms.map { form in
            var sums: [Int: Double] = [:]
            for (row, cluster) in clusters.enumerated() { sums[cluster, default: 0] += form[row] }
            return form.enumerated().map { row, value in
                (1 - correlation) * value + correlation * sums[clusters[row], default: 0]
            }
        }
        var trace = 0.0
        var squares = 0.0
        for g in forms.indices {
            for h in forms.indices {
                let covariance = dot(forms[g], images[h])
                if g == h { trace += covariance }
                squares += covariance * covariance
            }
        }
        degreesOfFreedom = trace * trace / squares
    }
}

@Suite struct DenseSandwichTests {
    @Test(arguments: [
        ("p12", ["arm", "xpre", "tenure"]), ("p30", ["arm", "xpre", "tenure"]),
        ("p24_three_arms", ["arm", "tenure"]), ("p9_one_treated", ["xpre", "tenure"]),
    ])
    func thinFactorsAgreeWithTheFullMatrices(_ data: String, _ regressors: [String]) throws {
        let table = try CustomerColumns(data)
        let model = try table.model("renewed", on: regressors)
        let outcome = try table.column("renewed").values
        let columns =
            try [[Double](repeating: 1, count: outcome.count)] + table.columns(regressors).map(\.values)
        for working in [WorkingCovariance.identity, .exchangeable] {
            let dense = DenseSandwich(
                clusters: table.clusters, columns: columns, outcome: outcome, contrast: 1,
                correlation: model.correlation(of: working))
            let result = try model.estimate(of: regressors[0], reference: .satterthwaite(working))
            let estimate = try #require(result.estimate)
            #expect(
                isClose(
                    estimate.standardError / dense.variance.squareRoot(), 1, within: 1e-9))
            #expect(isClose(estimate.degreesOfFreedom / dense.degreesOfFreedom, 1, within: 1e-9))
        }
    }

    @Test(arguments: ["p12", "p30", "p80"])
    func withoutCorrelationDegreesOfFreedomAreThoseOfClubSandwich(_ data: String) throws {
        let golden = try Golden("\(data)_lpm_tenure_CR2")
        let model = try CustomerColumns(data).model("renewed", on: ["arm", "xpre", "tenure"])
        for (term, expected) in zip(model.formula.terms, try golden.numbers("df")) {
            let found = model.degreesOfFreedom(
                of: try model.contrast(of: term), correction: .cr2, reference: .satterthwaite(.identity))
            #expect(golden.agrees(found, with: expected))
        }
    }
}
