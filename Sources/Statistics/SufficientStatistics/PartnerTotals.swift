/// One line of exact integer sums a partner over several columns of rows, from one pass over all of them.
///
/// A line holds the number of rows, the sum of every column and the sums of the products that were asked for (squares
/// and cross products). Sums are 64-bit integers (customers, minor units of money) and products 128-bit ones, so they
/// do not depend on the order of rows: totals of two batches merge, and taking an old row out and putting its new
/// version in leaves the very bits of a rebuild. A line takes 8 bytes, 8 more a column and 16 a product.
///
/// Each partner has one arm for good, the assigned one; a row cannot say otherwise.
///
/// Example: renewals, revenue before and revenue after of every customer, for renewal rates and for the money kept:
/// ```swift
/// var totals = PartnerTotals(
///     arms: arms, columns: [.indicator, .amount, .amount], products: [.square(of: 2)])
/// try totals.add(partner: partner, values: [renewed, before, after])
/// let renewals = totals.clusterTotals(ofArm: 1, numerator: 0)
/// let money = totals.clusterTotals(ofArm: 1, numerator: 2, denominator: 1)
/// ```
public struct PartnerTotals: Sendable {
    /// What the values of a column are.
    public enum Column: Sendable, Hashable, Codable {
        /// 1 or 0, so that sum and sum of squares are one number.
        case indicator
        /// Whole units: minor units of money, days, or a number in fixed point.
        case amount
    }

    /// A pair of columns whose products are added up.
    public struct Product: Sendable, Hashable, Codable {
        /// A column's number.
        public var left: Int
        /// A column's number; the same as `left` for squares.
        public var right: Int

        /// Pairs two columns.
        public init(_ left: Int, _ right: Int) {
            self.left = min(left, right)
            self.right = max(left, right)
        }

        /// The square of a column.
        public static func square(of column: Int) -> Product { Product(column, column) }
    }

    /// The arm each partner was assigned to; any numbering.
    public let arms: [Int32]
    /// What is summed.
    public let columns: [Column]
    /// The products that are summed.
    public let products: [Product]

    /// A line a partner: the rows, a word a column, two words a product with the lower one first.
    var words: [Int64]
    /// No more rows than this were ever put in or taken out.
    var rowBound: UInt64 = 0
    /// No value of a column was ever larger in magnitude.
    var valueBounds: [UInt64]

    /// Starts with nothing observed.
    ///
    /// - Parameters:
    ///   - arms: One entry a partner of the roster; rows name partners by their index here.
    ///   - columns: What a row says, in the order in which values are given.
    ///   - products: Pairs of those columns to sum the products of, each once.
    /// - Precondition: products name columns.
    public init(arms: [Int32], columns: [Column], products: [Product] = []) {
        precondition(
            products.allSatisfy { columns.indices.contains($0.left) && columns.indices.contains($0.right) },
            "a product is one of two columns")
        precondition(Set(products).count == products.count, "each product is asked for once")
        self.arms = arms
        self.columns = columns
        self.products = products
        words = [Int64](repeating: 0, count: arms.count * (1 + columns.count + 2 * products.count))
        valueBounds = [UInt64](repeating: 0, count: columns.count)
    }

    /// Words a line.
    var stride: Int { 1 + columns.count + 2 * products.count }

    /// Memory a partner takes, its arm aside.
    public var bytesPerPartner: Int { stride * MemoryLayout<Int64>.stride }

    /// Partners of the roster.
    public var partnerCount: Int { arms.count }

    /// Rows of a partner.
    public func count(of partner: Int) -> Int { Int(words[partner * stride]) }

    /// The sum of a partner's values in a column.
    public func sum(of column: Int, partner: Int) -> Int64 { words[partner * stride + 1 + column] }

    /// The sum of a partner's products.
    ///
    /// - Precondition: the product was asked for, or is the square of an indicator.
    public func sum(of product: Product, partner: Int) -> Int128 {
        sum(at: place(of: product), partner: partner)
    }

    /// Where the words of a product stand in a line; those of an indicator's square are the indicator's own.
    private enum ProductPlace {
        case word(Int)
        case twoWords(Int)
    }

    private func place(of product: Product) -> ProductPlace {
        if product.left == product.right, columns[product.left] == .indicator {
            return .word(1 + product.left)
        }
        guard let place = products.firstIndex(of: product) else {
            preconditionFailure(
                "these totals have no sum of products of columns \(product.left) and \(product.right)")
        }
        return .twoWords(1 + columns.count + 2 * place)
    }

    private func sum(at place: ProductPlace, partner: Int) -> Int128 {
        switch place {
        case .word(let word): Int128(words[partner * stride + word])
        case .twoWords(let word):
            Int128(words[partner * stride + word + 1]) << 64
                | Int128(UInt64(bitPattern: words[partner * stride + word]))
        }
    }
}

extension PartnerTotals: Hashable {
    /// Whether both hold the same sums, however they came about.
    public static func == (left: PartnerTotals, right: PartnerTotals) -> Bool {
        left.words == right.words && left.arms == right.arms && left.columns == right.columns
            && left.products == right.products
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(words) }
}

extension PartnerTotals {
    /// The line of each partner in an arm for one metric, in the order of the roster, partners without rows included.
    ///
    /// - Parameters:
    ///   - arm: The arm's number in `arms`.
    ///   - numerator: The column of y; its square was asked for, or it is an indicator.
    ///   - denominator: The column of x; nil to count rows, as in a rate of customers.
    ///   - numeratorScale: How many of the numerator's whole units make one of the metric's, such as 100 for cents to
    ///     euros.
    ///   - denominatorScale: The same for the denominator.
    public func clusterTotals(
        ofArm arm: Int32, numerator: Int, denominator: Int? = nil, numeratorScale: Double = 1,
        denominatorScale: Double = 1
    ) -> [ClusterTotal] {
        let square = place(of: .square(of: numerator))
        return members(of: arm).map { partner in
            line(
                partner, numerator, denominator, square, numeratorScale: numeratorScale,
                denominatorScale: denominatorScale)
        }
    }

    private func members(of arm: Int32) -> [Int] { arms.indices.filter { arms[$0] == arm } }

    @inline(__always)
    private func line(
        _ partner: Int, _ numerator: Int, _ denominator: Int?, _ square: ProductPlace,
        numeratorScale: Double = 1,
        denominatorScale: Double = 1
    ) -> ClusterTotal {
        let count = count(of: partner)
        return ClusterTotal(
            count: count, numerator: Double(sum(of: numerator, partner: partner)) / numeratorScale,
            denominator: denominator.map { Double(sum(of: $0, partner: partner)) / denominatorScale }
                ?? Double(count),
            sumOfSquares: nearest(sum(at: square, partner: partner)) / (numeratorScale * numeratorScale))
    }

    /// The lines of an outcome and of a covariate from before assignment, paired for `cupedComparison`.
    ///
    /// - Precondition: squares of both were asked for, or they are indicators.
    public func pairedTotals(ofArm arm: Int32, outcome: Int, covariate: Int) -> [PairedTotal] {
        let squares = (place(of: .square(of: outcome)), place(of: .square(of: covariate)))
        return members(of: arm).map { partner in
            PairedTotal(
                outcome: line(partner, outcome, nil, squares.0),
                covariate: line(partner, covariate, nil, squares.1))
        }
    }

    /// Adds the totals of another batch of rows of the same roster.
    ///
    /// - Precondition: both have the same arms, columns and products.
    /// - Throws: `.totalOverflow`; the totals are then as before.
    public mutating func merge(_ other: PartnerTotals) throws(EstimationError) {
        precondition(
            arms == other.arms && columns == other.columns && products == other.products,
            "totals of one roster and one set of columns merge")
        let before = words
        for partner in arms.indices where !addLine(partner, of: other) {
            words = before
            throw .totalOverflow(partner: partner)
        }
        rowBound = rowBound.addingSaturating(other.rowBound)
        for column in columns.indices {
            valueBounds[column] = max(valueBounds[column], other.valueBounds[column])
        }
    }

    /// Adds a line of other totals; false when a sum wrapped.
    private mutating func addLine(_ partner: Int, of other: PartnerTotals) -> Bool {
        let start = partner * stride
        for word in start..<start + 1 + columns.count {
            let (sum, wrapped) = words[word].addingReportingOverflow(other.words[word])
            if wrapped { return false }
            words[word] = sum
        }
        for (place, product) in products.enumerated() {
            let (sum, wrapped) = sum(of: product, partner: partner)
                .addingReportingOverflow(other.sum(of: product, partner: partner))
            if wrapped { return false }
            let word = start + 1 + columns.count + 2 * place
            words[word] = Int64(truncatingIfNeeded: sum)
            words[word + 1] = Int64(truncatingIfNeeded: sum >> 64)
        }
        return true
    }
}

/// The number in floating point; the library's conversion of 128 bits is generic code and takes fifty times as long.
private func nearest(_ number: Int128) -> Double {
    if let short = Int64(exactly: number) { return Double(short) }
    return Double(Int64(truncatingIfNeeded: number >> 64)) * 0x1p64
        + Double(UInt64(truncatingIfNeeded: number))
}

extension UInt64 {
    /// The sum, or the largest number where it would be larger.
    func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, wrapped) = addingReportingOverflow(other)
        return wrapped ? .max : sum
    }
}
