/// Σw, Σw·z and Σw·z·zᵀ over the rows of every group, for the weights w = exp(βᵀz).
///
/// A line of moments holds 1 + p + p(p + 1)/2 numbers: the weight, the weighted covariates, and the upper triangle
/// of their products by rows.
struct CoxMoments {
    let covariateCount: Int
    /// Numbers in a line.
    let width: Int
    /// w of each row, then eight more.
    private(set) var weights: [Double]
    /// A line for each group.
    private(set) var groups: [Double]
    /// A line for each cell: the rows that come under observation before it; empty without delayed entry.
    private(set) var entering: [Double]

    init(_ model: CoxModel) {
        let p = model.covariateCount
        covariateCount = p
        width = 1 + p + p * (p + 1) / 2
        weights = [Double](repeating: 0, count: model.rowCount + CoxModel.padding.count)
        groups = [Double](repeating: 0, count: 2 * model.cells.count * width)
        entering = [Double](
            repeating: 0, count: model.firstCell.isEmpty ? 0 : (model.cells.count + 1) * width)
    }

    /// Rows handled together, so that they stay in the first-level cache.
    private static let blockSize = 512

    /// Computes all lines at β.
    mutating func update(_ model: CoxModel, coefficients: [Double]) {
        for place in groups.indices { groups[place] = 0 }
        var group = 0
        var product = [Double](repeating: 0, count: Self.blockSize)
        for start in stride(from: 0, to: model.rowCount, by: Self.blockSize) {
            let end = min(start + Self.blockSize, model.rowCount)
            updateWeights(model, coefficients: coefficients, rows: start..<end)
            var row = start
            while row < end {
                while model.groupStarts[group + 1] <= row { group += 1 }
                let stop = min(end, model.groupStarts[group + 1])
                addRows(model, rows: row..<stop, to: group, product: &product)
                row = stop
            }
        }
        if !entering.isEmpty { updateEntering(model) }
    }

    private mutating func updateWeights(_ model: CoxModel, coefficients: [Double], rows: Range<Int>) {
        unsafe weights.withUnsafeMutableBytes { weights in
            let places = stride(from: rows.lowerBound, to: rows.upperBound, by: 8)
            for place in places {
                unsafe weights.storeBytes(of: .zero, toByteOffset: 8 * place, as: SIMD8<Double>.self)
            }
            for (column, coefficient) in zip(model.columns, coefficients) {
                unsafe column.withUnsafeBytes { column in
                    for place in places {
                        unsafe weights.storeBytes(
                            of: weights.vector(at: place) + coefficient * column.vector(at: place),
                            toByteOffset: 8 * place, as: SIMD8<Double>.self)
                    }
                }
            }
            for place in places {
                unsafe weights.storeBytes(
                    of: exponential(weights.vector(at: place)), toByteOffset: 8 * place,
                    as: SIMD8<Double>.self)
            }
        }
    }

    /// Adds a group's rows, all within one block, to its line.
    private mutating func addRows(
        _ model: CoxModel, rows: Range<Int>, to group: Int, product: inout [Double]
    ) {
        let line = group * width
        var square = line + 1 + covariateCount
        groups[line] += total(weights, rows)
        for (k, column) in model.columns.enumerated() {
            multiply(weights, column, rows: rows, into: &product)
            groups[line + 1 + k] += total(product, 0..<rows.count)
            for other in model.columns[k...] {
                groups[square] += dot(product, other, from: rows.lowerBound, count: rows.count)
                square += 1
            }
        }
    }

    private mutating func updateEntering(_ model: CoxModel) {
        for place in entering.indices { entering[place] = 0 }
        for row in 0..<model.rowCount {
            let line = Int(model.firstCell[row]) * width
            let w = weights[row]
            var square = line + 1 + covariateCount
            entering[line] += w
            for k in 0..<covariateCount {
                let product = w * model.columns[k][row]
                entering[line + 1 + k] += product
                for l in k..<covariateCount {
                    entering[square] += product * model.columns[l][row]
                    square += 1
                }
            }
        }
    }
}

/// Σ of some elements.
private func total(_ values: [Double], _ places: Range<Int>) -> Double {
    unsafe values.withUnsafeBytes { bytes in
        var sums = SIMD8<Double>.zero
        var place = places.lowerBound
        while place + 8 <= places.upperBound {
            unsafe sums += bytes.vector(at: place)
            place += 8
        }
        return values[place..<places.upperBound].reduce(sums.sum(), +)
    }
}

/// Σ of the products of the first elements of one array and those of another from a place on.
private func dot(_ left: [Double], _ right: [Double], from start: Int, count: Int) -> Double {
    unsafe left.withUnsafeBytes { leftBytes in
        unsafe right.withUnsafeBytes { rightBytes in
            var sums = SIMD8<Double>.zero
            var place = 0
            while place + 8 <= count {
                unsafe sums += leftBytes.vector(at: place) * rightBytes.vector(at: start + place)
                place += 8
            }
            return (place..<count).reduce(sums.sum()) { $0 + left[$1] * right[start + $1] }
        }
    }
}

/// Products of some elements of two arrays, written to the beginning of a third; all have room for eight more.
private func multiply(_ left: [Double], _ right: [Double], rows: Range<Int>, into product: inout [Double]) {
    unsafe product.withUnsafeMutableBytes { product in
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                for place in stride(from: 0, to: rows.count, by: 8) {
                    let row = rows.lowerBound + place
                    unsafe product.storeBytes(
                        of: left.vector(at: row) * right.vector(at: row), toByteOffset: 8 * place,
                        as: SIMD8<Double>.self)
                }
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Eight numbers from a place on.
    @inline(__always)
    fileprivate func vector(at place: Int) -> SIMD8<Double> {
        unsafe loadUnaligned(fromByteOffset: 8 * place, as: SIMD8<Double>.self)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Eight numbers from a place on.
    @inline(__always)
    fileprivate func vector(at place: Int) -> SIMD8<Double> {
        unsafe loadUnaligned(fromByteOffset: 8 * place, as: SIMD8<Double>.self)
    }
}
