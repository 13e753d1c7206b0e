/// Whether rows are put in or taken out.
enum AccumulationDirection {
    case adding, removing

    var opposite: AccumulationDirection { self == .adding ? .removing : .adding }
}

extension PartnerTotals {
    /// Puts rows in or takes them out, one pass over the columns.
    ///
    /// Arithmetic wraps, so that undoing a batch that overflowed restores the totals exactly.
    mutating func accumulate(
        partner: Span<Int32>, numerator: Span<Int64>, denominator: Span<Int64>?,
        direction: AccumulationDirection
    ) throws(EstimationError) {
        try checkLength(numerator.count, against: partner)
        if let denominator { try checkLength(denominator.count, against: partner) }
        try checkRoster(partner, partnerCount: partnerCount)
        if let overflowed = pass(partner, numerator, denominator, direction) {
            _ = pass(partner, numerator, denominator, direction.opposite)
            throw .totalOverflow(partner: overflowed)
        }
    }

    /// The first partner whose sums wrapped; nil when all are exact.
    ///
    /// - Precondition: columns have one length and partners lie in the roster.
    private mutating func pass(
        _ partner: Span<Int32>, _ numerator: Span<Int64>, _ denominator: Span<Int64>?,
        _ direction: AccumulationDirection
    ) -> Int? {
        switch (direction, denominator) {
        case (.adding, .some(let denominator)):
            pass(partner) { row, line in
                unsafe line.put(numerator[unchecked: row], over: denominator[unchecked: row])
            }
        case (.adding, .none):
            pass(partner) { row, line in unsafe line.put(numerator[unchecked: row], over: 1) }
        case (.removing, .some(let denominator)):
            pass(partner) { row, line in
                unsafe line.take(numerator[unchecked: row], over: denominator[unchecked: row])
            }
        case (.removing, .none):
            pass(partner) { row, line in unsafe line.take(numerator[unchecked: row], over: 1) }
        }
    }

    @inline(__always)
    private mutating func pass(_ partner: Span<Int32>, update: (Int, inout Line) -> Bool) -> Int? {
        var first: Int?
        unsafe lines.withUnsafeMutableBufferPointer { lines in
            for row in 0..<partner.count {
                let index = Int(unsafe partner[unchecked: row])
                if unsafe update(row, &lines[index]), first == nil { first = index }
            }
        }
        return first
    }
}

extension PartnerTotals.Line {
    /// Adds a row; true when a sum wrapped.
    @inline(__always)
    mutating func put(_ y: Int64, over x: Int64) -> Bool {
        let (newNumerator, a) = numerator.addingReportingOverflow(y)
        let (newDenominator, b) = denominator.addingReportingOverflow(x)
        let (newSquares, c) = squares.addingReportingOverflow(product(y, y))
        numerator = newNumerator
        denominator = newDenominator
        squares = newSquares
        count &+= 1
        return a || b || c
    }

    /// Takes a row out; true when a sum wrapped.
    @inline(__always)
    mutating func take(_ y: Int64, over x: Int64) -> Bool {
        let (newNumerator, a) = numerator.subtractingReportingOverflow(y)
        let (newDenominator, b) = denominator.subtractingReportingOverflow(x)
        let (newSquares, c) = squares.subtractingReportingOverflow(product(y, y))
        numerator = newNumerator
        denominator = newDenominator
        squares = newSquares
        count &-= 1
        return a || b || c
    }
}

/// The product in 128 bits, which hold that of any two 64-bit integers.
@inline(__always)
func product(_ a: Int64, _ b: Int64) -> Int128 {
    let product = a.multipliedFullWidth(by: b)
    return Int128(product.high) << 64 | Int128(product.low)
}

/// Throws unless a column has as many rows as the partner column.
func checkLength(_ count: Int, against partner: Span<Int32>) throws(EstimationError) {
    if count != partner.count { throw .unequalColumns(found: count, expected: partner.count) }
}

/// Throws for the first row that names a partner outside the roster.
func checkRoster(_ partner: Span<Int32>, partnerCount: Int) throws(EstimationError) {
    let limit = UInt32(partnerCount)
    var largest: UInt32 = 0
    for row in 0..<partner.count {
        largest = max(largest, UInt32(bitPattern: unsafe partner[unchecked: row]))
    }
    guard largest >= limit, partner.count > 0 else { return }
    for row in 0..<partner.count where UInt32(bitPattern: partner[row]) >= limit {
        throw .unknownPartner(row: row)
    }
}
