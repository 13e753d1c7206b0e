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
        weights = [Double](repeating: 1, count: model.columnLength)
        groups = [Double](repeating: 0, count: 2 * model.cells.count * width)
        entering = [Double](
            repeating: 0, count: model.firstCell.isEmpty ? 0 : (model.cells.count + 1) * width)
    }

    /// Computes all lines at β.
    mutating func update(_ model: CoxModel, coefficients: [Double]) {
        unsafe weights.withUnsafeMutableBufferPointer { weights in
            unsafe groups.withUnsafeMutableBufferPointer { groups in
                unsafe model.design.withUnsafeBufferPointer { design in
                    // A model has rows and covariates, so no buffer is empty.
                    guard let design = design.baseAddress, let weights = weights.baseAddress,
                        let lines = groups.baseAddress
                    else { return }
                    unsafe groups.update(repeating: 0)
                    let kernel = unsafe MomentKernel(
                        rowCount: model.rowCount, columnLength: model.columnLength,
                        covariateCount: covariateCount, design: design, weights: weights, lines: lines)
                    kernel.run(groupStarts: model.groupStarts, coefficients: coefficients)
                }
            }
        }
        if !entering.isEmpty { updateEntering(model) }
    }

    private mutating func updateEntering(_ model: CoxModel) {
        for place in entering.indices { entering[place] = 0 }
        for row in 0..<model.rowCount {
            let line = Int(model.firstCell[row]) * width
            let w = weights[row]
            var square = line + 1 + covariateCount
            entering[line] += w
            for k in 0..<covariateCount {
                let product = w * model.covariate(k, row)
                entering[line + 1 + k] += product
                for l in k..<covariateCount {
                    entering[square] += product * model.covariate(l, row)
                    square += 1
                }
            }
        }
    }
}

/// The innermost loops of a Cox regression: eight rows at a time, a few hundred rows while they are in the
/// first-level cache.
@safe private struct MomentKernel {
    let rowCount: Int
    let columnLength: Int
    let covariateCount: Int
    let design: UnsafePointer<Double>
    let weights: UnsafeMutablePointer<Double>
    let lines: UnsafeMutablePointer<Double>

    private static let blockSize = 512

    func run(groupStarts: [Int], coefficients: [Double]) {
        let width = 1 + covariateCount + covariateCount * (covariateCount + 1) / 2
        unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.blockSize) { buffer in
            guard let product = buffer.baseAddress else { return }
            var group = 0
            for start in stride(from: 0, to: rowCount, by: Self.blockSize) {
                let end = min(start + Self.blockSize, rowCount)
                updateWeights(coefficients, start: start, end: end)
                var row = start
                while row < end {
                    while groupStarts[group + 1] <= row { group += 1 }
                    let stop = min(end, groupStarts[group + 1])
                    let line = unsafe lines + group * width
                    if stop - row < 8 {
                        unsafe addFew(from: row, to: stop, line: line)
                    } else {
                        unsafe addMany(from: row, to: stop, line: line, product: product)
                    }
                    row = stop
                }
            }
        }
    }

    @inline(__always)
    private func vector(_ numbers: UnsafePointer<Double>) -> SIMD8<Double> {
        unsafe UnsafeRawPointer(numbers).loadUnaligned(as: SIMD8<Double>.self)
    }

    @inline(__always)
    private func store(_ vector: SIMD8<Double>, to numbers: UnsafeMutablePointer<Double>) {
        unsafe UnsafeMutableRawPointer(numbers).storeBytes(of: vector, as: SIMD8<Double>.self)
    }

    private func updateWeights(_ coefficients: [Double], start: Int, end: Int) {
        let base = unsafe weights
        for place in stride(from: start, to: end, by: 8) { unsafe store(.zero, to: base + place) }
        for (k, coefficient) in coefficients.enumerated() where coefficient != 0 {
            let column = unsafe design + k * columnLength
            for place in stride(from: start, to: end, by: 8) {
                unsafe store(
                    vector(base + place) + coefficient * vector(column + place), to: base + place)
            }
        }
        for place in stride(from: start, to: end, by: 8) {
            unsafe store(exponential(vector(base + place)), to: base + place)
        }
    }

    /// Adds up rows one by one.
    private func addFew(from start: Int, to end: Int, line: UnsafeMutablePointer<Double>) {
        let base = unsafe design
        for row in start..<end {
            let w = unsafe weights[row]
            unsafe line[0] += w
            var square = 1 + covariateCount
            for k in 0..<covariateCount {
                let product = unsafe w * base[k * columnLength + row]
                unsafe line[1 + k] += product
                for l in k..<covariateCount {
                    unsafe line[square] += product * base[l * columnLength + row]
                    square += 1
                }
            }
        }
    }

    /// Adds up rows of one block in vectors, and those left over one by one.
    private func addMany(
        from start: Int, to end: Int, line: UnsafeMutablePointer<Double>,
        product: UnsafeMutablePointer<Double>
    ) {
        let vectors = stride(from: 0, to: (end - start) & ~7, by: 8)
        let w = unsafe UnsafePointer(weights + start)
        let base = unsafe design + start
        var sum = SIMD8<Double>.zero
        for place in vectors { unsafe sum += vector(w + place) }
        unsafe line[0] += sum.sum()
        var square = 1 + covariateCount
        for k in 0..<covariateCount {
            let column = unsafe base + k * columnLength
            var sum = SIMD8<Double>.zero
            var squares = SIMD8<Double>.zero
            for place in vectors {
                let z = unsafe vector(column + place)
                let weighted = unsafe vector(w + place) * z
                unsafe store(weighted, to: product + place)
                sum += weighted
                squares += weighted * z
            }
            unsafe line[1 + k] += sum.sum()
            unsafe line[square] += squares.sum()
            square += 1
            for l in (k + 1)..<max(k + 1, covariateCount) {
                let other = unsafe base + l * columnLength
                var sum = SIMD8<Double>.zero
                for place in vectors {
                    unsafe sum += vector(UnsafePointer(product) + place) * vector(other + place)
                }
                unsafe line[square] += sum.sum()
                square += 1
            }
        }
        unsafe addFew(from: start + (end - start) & ~7, to: end, line: line)
    }
}
