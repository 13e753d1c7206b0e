import CNumerics

/// A dense matrix with as many rows and columns as a model has coefficients, stored row by row.
struct SmallMatrix: Sendable, Hashable {
    let rows: Int
    let columns: Int
    var elements: [Double]

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        elements = [Double](repeating: 0, count: rows * columns)
    }

    static func identity(_ order: Int) -> SmallMatrix {
        diagonal([Double](repeating: 1, count: order))
    }

    static func diagonal(_ values: [Double]) -> SmallMatrix {
        var result = SmallMatrix(rows: values.count, columns: values.count)
        for (i, value) in values.enumerated() { result[i, i] = value }
        return result
    }

    subscript(_ row: Int, _ column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    /// The rows as arrays.
    var nested: [[Double]] {
        (0..<rows).map(row)
    }

    func row(_ index: Int) -> [Double] { Array(elements[(index * columns)..<((index + 1) * columns)]) }

    var transposed: SmallMatrix {
        var result = SmallMatrix(rows: columns, columns: rows)
        for i in 0..<rows {
            for j in 0..<columns { result[j, i] = self[i, j] }
        }
        return result
    }

    /// The block with `count` rows and columns whose upper left corner is (`row`, `column`).
    func block(_ row: Int, _ column: Int, count: Int) -> SmallMatrix {
        var result = SmallMatrix(rows: count, columns: count)
        for i in 0..<count {
            for j in 0..<count { result[i, j] = self[row + i, column + j] }
        }
        return result
    }

    /// Writes a matrix over the block whose upper left corner is (`row`, `column`).
    mutating func replaceBlock(_ row: Int, _ column: Int, with other: SmallMatrix) {
        for i in 0..<other.rows {
            for j in 0..<other.columns { self[row + i, column + j] = other[i, j] }
        }
    }

    static func * (left: SmallMatrix, right: SmallMatrix) -> SmallMatrix {
        precondition(left.columns == right.rows, "factors need matching sides")
        var result = SmallMatrix(rows: left.rows, columns: right.columns)
        for i in 0..<left.rows {
            for k in 0..<left.columns {
                let factor = left[i, k]
                for j in 0..<right.columns { result[i, j] += factor * right[k, j] }
            }
        }
        return result
    }

    static func * (left: SmallMatrix, right: [Double]) -> [Double] {
        precondition(left.columns == right.count, "factors need matching sides")
        return (0..<left.rows).map { i in
            var sum = 0.0
            for j in 0..<left.columns { sum += left[i, j] * right[j] }
            return sum
        }
    }

    static func * (left: Double, right: SmallMatrix) -> SmallMatrix {
        var result = right
        for k in result.elements.indices { result.elements[k] *= left }
        return result
    }

    /// Adds scale·x·yᵀ.
    mutating func addProduct(_ x: [Double], _ y: [Double], scale: Double = 1) {
        for i in 0..<rows {
            for j in 0..<columns { self[i, j] += scale * x[i] * y[j] }
        }
    }

    /// tr(self·other).
    func traceOfProduct(_ other: SmallMatrix) -> Double {
        var sum = 0.0
        for i in 0..<rows {
            for j in 0..<columns { sum += self[i, j] * other[j, i] }
        }
        return sum
    }
}

/// Eigenvalues and eigenvectors of symmetric matrices of one order, with storage that serves one after
/// another.
struct SymmetricEigen {
    let order: Int
    /// Ascending.
    private(set) var values: [Double]
    /// Unit vectors, one a row.
    private(set) var vectors: [Double]

    init(order: Int) {
        self.order = order
        values = [Double](repeating: 0, count: order)
        vectors = [Double](repeating: 0, count: order * order)
    }

    /// Decomposes a matrix stored row by row.
    ///
    /// - Precondition: Its entries are finite, as the sums of a fitted model are.
    mutating func decompose(_ matrix: [Double]) {
        precondition(matrix.count == order * order, "the matrix has another order")
        let isDecomposed = unsafe numerics_symmetric_eigen(Int32(order), matrix, &values, &vectors)
        precondition(isDecomposed == 1 || order == 0, "sums of a fitted model are finite")
    }

    func vector(_ k: Int) -> [Double] { Array(vectors[(k * order)..<((k + 1) * order)]) }
}

extension SmallMatrix {
    /// Σ f(λ)·v·vᵀ over the eigenpairs of this symmetric matrix.
    func spectralFunction(_ function: (Double) -> Double) -> SmallMatrix {
        var eigen = SymmetricEigen(order: rows)
        eigen.decompose(elements)
        var result = SmallMatrix(rows: rows, columns: rows)
        for (k, value) in eigen.values.enumerated() {
            let weight = function(value)
            if weight != 0 { result.addProduct(eigen.vector(k), eigen.vector(k), scale: weight) }
        }
        return result
    }

    /// K with K·self·Kᵀ = 1, lower triangular, for this symmetric matrix; otherwise the index of the first
    /// column that depends on those before it.
    func choleskyInverse(tolerance: Double) -> (factor: SmallMatrix, dependentColumn: Int?) {
        var factor = SmallMatrix(rows: rows, columns: rows)
        let rank = Int(
            unsafe numerics_cholesky_inverse(Int32(rows), elements, tolerance, &factor.elements))
        return (factor, rank == rows ? nil : rank)
    }
}
