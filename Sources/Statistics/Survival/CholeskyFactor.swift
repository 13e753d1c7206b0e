/// The lower triangle L with L·Lᵀ = a symmetric positive definite matrix of a few rows.
struct CholeskyFactor {
    private let rows: [[Double]]

    /// Factors a matrix given by its rows; nil when it is singular to `tolerance` of a diagonal element.
    init?(_ matrix: [[Double]], tolerance: Double = 1e-11) {
        guard case .factored(let factor) = Self.factoring(matrix, tolerance: tolerance) else { return nil }
        self = factor
    }

    private init(rows: [[Double]]) { self.rows = rows }

    enum Outcome {
        case factored(CholeskyFactor)
        /// This row is, to rounding, a combination of the rows before it.
        case singular(row: Int)
    }

    /// Factors a matrix, or says which row makes it singular.
    static func factoring(_ matrix: [[Double]], tolerance: Double = 1e-11) -> Outcome {
        var rows: [[Double]] = []
        for (i, given) in matrix.enumerated() {
            var row = [Double](repeating: 0, count: i + 1)
            for j in 0..<i {
                row[j] = (given[j] - product(row, rows[j], count: j)) / rows[j][j]
            }
            let pivot = given[i] - product(row, row, count: i)
            guard pivot > tolerance * given[i], pivot.isFinite else { return .singular(row: i) }
            row[i] = pivot.squareRoot()
            rows.append(row)
        }
        return .factored(CholeskyFactor(rows: rows))
    }

    private static func product(_ left: [Double], _ right: [Double], count: Int) -> Double {
        (0..<count).reduce(0) { $0 + left[$1] * right[$1] }
    }

    /// L⁻¹·b.
    private func forward(_ b: [Double]) -> [Double] {
        var x: [Double] = []
        for i in b.indices { x.append((b[i] - Self.product(rows[i], x, count: i)) / rows[i][i]) }
        return x
    }

    /// The matrix's inverse times b.
    func solve(_ b: [Double]) -> [Double] {
        var x = forward(b)
        for i in x.indices.reversed() {
            for j in (i + 1)..<max(i + 1, x.count) { x[i] -= rows[j][i] * x[j] }
            x[i] /= rows[i][i]
        }
        return x
    }

    /// bᵀ times the matrix's inverse times b.
    func quadraticForm(_ b: [Double]) -> Double { forward(b).reduce(0) { $0 + $1 * $1 } }

    /// The matrix's inverse, by rows.
    func inverse() -> [[Double]] {
        rows.indices.map { column in solve(rows.indices.map { $0 == column ? 1 : 0 }) }
    }
}
