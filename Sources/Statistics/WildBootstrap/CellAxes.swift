/// Coordinates in which partners' sums have as few entries as possible.
///
/// Where regressors only tell groups of partners apart, as arms do, every partner's Gram matrix has rank one
/// along its group's own axis, so that its sums have one entry each instead of one a coefficient.
struct CellAxes {
    /// Orthonormal rows: the axes.
    var rotation: SmallMatrix
    /// The axes of every cell.
    var coordinates: [[Int]]
    /// The cell of every partner with customers, in order.
    var cell: [Int]
}

extension ClusteredLinearModel {
    /// The groups' axes where regressors only tell groups of partners apart; otherwise the coordinates as
    /// they are and one cell for everybody.
    func cellAxes() -> CellAxes {
        let occupied = clusters.occupied
        let general = CellAxes(
            rotation: .identity(order), coordinates: [Array(0..<order)],
            cell: [Int](repeating: 0, count: occupied.count))
        var axes: [[Double]] = []
        var cell: [Int] = []
        for cluster in occupied {
            guard let axis = soleAxis(of: leverageMatrix(cluster)) else { return general }
            if let known = axes.firstIndex(where: { abs(abs(dot($0, axis)) - 1) < 1e-9 }) {
                cell.append(known)
            } else {
                guard axes.count < order, axes.allSatisfy({ abs(dot($0, axis)) < 1e-9 }) else {
                    return general
                }
                cell.append(axes.count)
                axes.append(axis)
            }
        }
        guard axes.count == order else { return general }
        var rotation = SmallMatrix(rows: order, columns: order)
        for (k, axis) in axes.enumerated() {
            for j in 0..<order { rotation[k, j] = axis[j] }
        }
        return CellAxes(rotation: rotation, coordinates: (0..<order).map { [$0] }, cell: cell)
    }

    /// The unit vector u of a matrix λ·u·u', λ > 0; nil for a matrix of another form.
    private func soleAxis(of matrix: SmallMatrix) -> [Double]? {
        let trace = (0..<order).reduce(0) { $0 + matrix[$1, $1] }
        guard trace > 0, let pivot = (0..<order).max(by: { matrix[$0, $0] < matrix[$1, $1] }) else {
            return nil
        }
        let scale = (matrix[pivot, pivot]).squareRoot()
        let root = (0..<order).map { matrix[pivot, $0] / scale }
        for i in 0..<order {
            for j in 0...i where abs(matrix[i, j] - root[i] * root[j]) > 1e-10 * trace { return nil }
        }
        let length = dot(root, root).squareRoot()
        return root.map { $0 / length }
    }
}
