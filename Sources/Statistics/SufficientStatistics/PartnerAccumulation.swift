extension PartnerTotals {
    /// Adds rows, in one pass over their columns.
    ///
    /// - Parameters:
    ///   - partner: Each row's partner.
    ///   - values: One array for each of `columns`.
    /// - Precondition: there are as many arrays as columns.
    /// - Throws: `.unequalColumns`, `.unknownPartner`, `.notAnIndicator`, `.totalOverflow`; the totals are then as
    ///   before.
    public mutating func add(partner: [Int32], values: [[Int64]]) throws(EstimationError) {
        try check(partner, values)
        let bits = addQuickly(partner, values)
        let after = bits.map { bounds(with: zip($0, values).map(magnitudeBound), rows: partner.count) }
        if let after, isSafe(after) {
            (rowBound, valueBounds) = (after.rows, after.values)
        } else {
            // Undone, and done again with an eye on every sum.
            if bits != nil { _ = step(partner.indices, partner, values, removing: true) }
            try addCarefully(partner, values, removing: false)
        }
    }

    /// Takes out rows that were added before, such as the old versions of changed ones.
    ///
    /// - Precondition: there are as many arrays as columns.
    /// - Throws: As `add`.
    public mutating func remove(partner: [Int32], values: [[Int64]]) throws(EstimationError) {
        try check(partner, values)
        try addCarefully(partner, values, removing: true)
    }

    private func check(_ partner: [Int32], _ values: [[Int64]]) throws(EstimationError) {
        precondition(values.count == columns.count, "rows have a value for every column")
        for column in values where column.count != partner.count {
            throw .unequalColumns(found: column.count, expected: partner.count)
        }
    }

    private func firstFault(_ partner: [Int32], _ values: [[Int64]]) -> EstimationError? {
        if let row = partner.firstIndex(where: { UInt32(bitPattern: $0) >= UInt32(partnerCount) }) {
            return .unknownPartner(row: row)
        }
        for (column, values) in zip(columns, values) where column == .indicator {
            if let row = values.firstIndex(where: { $0 != 0 && $0 != 1 }) { return .notAnIndicator(row: row) }
        }
        return nil
    }
}

// MARK: Rows one by one, watching every sum

extension PartnerTotals {
    /// Adds or takes out rows, undoing them all when a sum leaves its range.
    private mutating func addCarefully(
        _ partner: [Int32], _ values: [[Int64]], removing: Bool
    ) throws(EstimationError) {
        if let fault = firstFault(partner, values) { throw fault }
        let rows = partner.indices
        if let overflowed = step(rows, partner, values, removing: removing) {
            // Arithmetic wraps, so the opposite step restores the very words.
            _ = step(rows, partner, values, removing: !removing)
            throw .totalOverflow(partner: overflowed)
        }
        let bounds = bounds(with: values.map { magnitudeBound(0, $0) }, rows: partner.count)
        (rowBound, valueBounds) = (bounds.rows, bounds.values)
    }

    /// The first partner whose sums wrapped; nil when all are exact.
    private mutating func step(
        _ rows: Range<Int>, _ partner: [Int32], _ values: [[Int64]], removing: Bool
    ) -> Int? {
        let sign: Int64 = removing ? -1 : 1
        var first: Int?
        for row in rows {
            let index = Int(partner[row])
            let line = index * stride
            var wrapped = false
            words[line] &+= sign
            for column in columns.indices {
                let word = line + 1 + column
                let (sum, overflow) =
                    removing
                    ? words[word].subtractingReportingOverflow(values[column][row])
                    : words[word].addingReportingOverflow(values[column][row])
                words[word] = sum
                wrapped = wrapped || overflow
            }
            for (place, product) in products.enumerated() {
                let word = line + 1 + columns.count + 2 * place
                let old = Int128(words[word + 1]) << 64 | Int128(UInt64(bitPattern: words[word]))
                let term = Int128(values[product.left][row]) * Int128(values[product.right][row])
                let (sum, overflow) =
                    removing ? old.subtractingReportingOverflow(term) : old.addingReportingOverflow(term)
                words[word] = Int64(truncatingIfNeeded: sum)
                words[word + 1] = Int64(truncatingIfNeeded: sum >> 64)
                wrapped = wrapped || overflow
            }
            if wrapped, first == nil { first = index }
        }
        return first
    }
}

// MARK: Rows at full speed, watching bounds

extension PartnerTotals {
    private typealias Bounds = (rows: UInt64, values: [UInt64])

    /// Adds rows without watching sums.
    ///
    /// - Returns: All bits that are 1 in some value of each column; nil, with the totals as before, when a row cannot
    ///   be added.
    private mutating func addQuickly(_ partner: [Int32], _ values: [[Int64]]) -> [Int64]? {
        let (partnerCount, stride, products) = (partnerCount, stride, products)
        guard partnerCount > 0 else { return nil }
        let pass = unsafe words.withUnsafeMutableBufferPointer { words in
            unsafe partner.withUnsafeBufferPointer { partner in
                unsafe withPointers(values, found: []) { columns in
                    guard let lines = words.baseAddress, let first = partner.baseAddress else {
                        return RowPass?.none
                    }
                    return unsafe RowPass(
                        rowCount: partner.count, partner: first, partnerCount: partnerCount, columns: columns,
                        products: products, lines: lines, stride: stride)
                }
            }
        }
        guard let pass else { return nil }
        let isIndicator = zip(columns, pass.bits).allSatisfy { $0 == .amount || $1 & ~1 == 0 }
        if pass.rowCount == partner.count, isIndicator { return pass.bits }
        _ = step(0..<pass.rowCount, partner, values, removing: true)
        return nil
    }

    /// The bounds after a batch of rows.
    private func bounds(with values: [UInt64], rows: Int) -> Bounds {
        (rowBound.addingSaturating(UInt64(rows)), zip(valueBounds, values).map(max))
    }

    /// Whether there are too few rows with too small values for any sum to leave its range.
    private func isSafe(_ bounds: Bounds) -> Bool {
        bounds.values.allSatisfy { UInt128(bounds.rows) * UInt128($0) <= UInt128(Int64.max) }
            && products.allSatisfy { product in
                let term = UInt128(bounds.values[product.left]) * UInt128(bounds.values[product.right])
                let (sum, overflow) = term.multipliedReportingOverflow(by: UInt128(bounds.rows))
                return !overflow && sum <= UInt128(Int128.max)
            }
    }
}

/// A number that no value of a column exceeds in magnitude, less than twice the largest.
///
/// - Parameter bits: All bits that are 1 in some value, which are the answer where none is negative; 0 if unknown.
private func magnitudeBound(_ bits: Int64, _ values: [Int64]) -> UInt64 {
    if bits > 0 { return UInt64(bits) }
    // v ^ (v >> 63) is v or, for negative ones, −v − 1.
    return UInt64(values.reduce(0) { $0 | ($1 ^ ($1 >> 63)) }) + 1
}

/// Calls `body` with pointers to the arrays' elements; those of empty arrays do not take part.
private func withPointers<Result>(
    _ arrays: [[Int64]], found: [UnsafePointer<Int64>], _ body: ([UnsafePointer<Int64>]) -> Result
) -> Result {
    guard unsafe found.count < arrays.count else { return unsafe body(found) }
    return unsafe arrays[found.count].withUnsafeBufferPointer { array in
        guard let first = array.baseAddress else { return unsafe body(found) }
        return unsafe withPointers(arrays, found: found + [first], body)
    }
}
