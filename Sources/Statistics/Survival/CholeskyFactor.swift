/// A symmetric positive definite matrix of a few rows, ready to be solved for.
struct CholeskyFactor {
    /// L⁻¹ by rows, where L·Lᵀ is the matrix.
    private let inverseFactor: SmallMatrix

    /// Factors a matrix given by its rows; nil when it is singular to `tolerance` of a diagonal element.
    init?(_ matrix: [[Double]], tolerance: Double = 1e-11) {
        guard case .factored(let factor) = Self.factoring(matrix, tolerance: tolerance) else { return nil }
        self = factor
    }

    private init(inverseFactor: SmallMatrix) { self.inverseFactor = inverseFactor }

    enum Outcome {
        case factored(CholeskyFactor)
        /// This row is, to rounding, a combination of the rows before it.
        case singular(row: Int)
    }

    /// Factors a matrix, or says which row makes it singular.
    static func factoring(_ matrix: [[Double]], tolerance: Double = 1e-11) -> Outcome {
        var dense = SmallMatrix(rows: matrix.count, columns: matrix.count)
        dense.elements = matrix.flatMap { $0 }
        let (factor, dependent) = dense.choleskyInverse(tolerance: tolerance)
        return dependent.map { .singular(row: $0) } ?? .factored(CholeskyFactor(inverseFactor: factor))
    }

    /// The matrix's inverse times b.
    func solve(_ b: [Double]) -> [Double] { inverseFactor.transposed * (inverseFactor * b) }

    /// bᵀ times the matrix's inverse times b.
    func quadraticForm(_ b: [Double]) -> Double { (inverseFactor * b).reduce(0) { $0 + $1 * $1 } }

    /// The matrix's inverse, by rows.
    func inverse() -> [[Double]] { (inverseFactor.transposed * inverseFactor).nested }
}
