/// The pass over rows that adds them to their partners' lines.
///
/// Up to four columns and four products are added while a row's line is at hand, by code made for exactly so many;
/// what is beyond takes another pass. Arithmetic wraps.
@safe struct RowPass {
    /// The values of a column or of one side of a product.
    typealias Values = UnsafePointer<Int64>

    private static let width = 4

    private let stride: Int
    private let lines: UnsafeMutablePointer<Int64>
    private let partner: UnsafePointer<Int32>
    /// Rows added: all, or those before the first with a partner outside the roster.
    private(set) var rowCount: Int
    /// All bits that are 1 in some value, a number a column.
    private(set) var bits: [Int64]

    /// Adds rows.
    ///
    /// - Parameters:
    ///   - columns: Their values.
    ///   - partnerCount: Partners of the roster.
    ///   - lines: `stride` words a partner: the count, the columns, the products in two words.
    init(
        rowCount: Int, partner: UnsafePointer<Int32>, partnerCount: Int, columns: [Values],
        products: [PartnerTotals.Product], lines: UnsafeMutablePointer<Int64>, stride: Int
    ) {
        self.stride = stride
        unsafe self.lines = lines
        unsafe self.partner = partner
        self.rowCount = rowCount
        let (columnCount, productCount) = (unsafe columns.count, products.count)
        bits = [Int64](repeating: 0, count: columnCount)
        var (firstColumn, firstProduct) = (0, 0)
        var isFirst = true
        // A line without columns still counts its rows.
        while isFirst || firstColumn < columnCount || firstProduct < productCount {
            let nextColumn = min(columnCount, firstColumn + Self.width)
            let nextProduct = min(productCount, firstProduct + Self.width)
            let group = unsafe Group(
                columns: columns[firstColumn..<nextColumn],
                products: products[firstProduct..<nextProduct].map {
                    unsafe (columns[$0.left], columns[$0.right])
                },
                columnWord: 1 + firstColumn, productWord: 1 + columnCount + 2 * firstProduct,
                spare: columns.first ?? UnsafePointer(lines))
            let found = add(
                group, columnCount: nextColumn - firstColumn, productCount: nextProduct - firstProduct,
                counted: isFirst ? 1 : 0, limit: UInt32(partnerCount))
            for column in firstColumn..<nextColumn { bits[column] = found[column - firstColumn] }
            (firstColumn, firstProduct, isFirst) = (nextColumn, nextProduct, false)
        }
    }

    /// The columns and products of one pass; unused places hold any pointer.
    @safe private struct Group {
        var column: (Values, Values, Values, Values)
        var left: (Values, Values, Values, Values)
        var right: (Values, Values, Values, Values)
        var columnWord: Int
        var productWord: Int

        init(
            columns: ArraySlice<Values>, products: [(Values, Values)], columnWord: Int, productWord: Int,
            spare: Values
        ) {
            func four(_ values: [Values]) -> (Values, Values, Values, Values) {
                let filled = unsafe values + Array(repeating: spare, count: width - values.count)
                return unsafe (filled[0], filled[1], filled[2], filled[3])
            }
            unsafe column = four(Array(columns))
            unsafe left = four(products.map { unsafe $0.0 })
            unsafe right = four(products.map { unsafe $0.1 })
            self.columnWord = columnWord
            self.productWord = productWord
        }
    }

    /// Chooses the code for so many columns.
    private mutating func add(
        _ group: Group, columnCount: Int, productCount: Int, counted: Int64, limit: UInt32
    ) -> SIMD4<Int64> {
        switch columnCount {
        case 0: add(group, Columns<0>.self, productCount, counted, limit)
        case 1: add(group, Columns<1>.self, productCount, counted, limit)
        case 2: add(group, Columns<2>.self, productCount, counted, limit)
        case 3: add(group, Columns<3>.self, productCount, counted, limit)
        default: add(group, Columns<4>.self, productCount, counted, limit)
        }
    }

    /// Chooses the code for so many products.
    private mutating func add<let columns: Int>(
        _ group: Group, _: Columns<columns>.Type, _ productCount: Int, _ counted: Int64, _ limit: UInt32
    ) -> SIMD4<Int64> {
        let pass = (group: group, rowCount: rowCount, counted: counted, limit: limit)
        let found =
            switch productCount {
            case 0: add(pass, Shape<columns, 0>.self)
            case 1: add(pass, Shape<columns, 1>.self)
            case 2: add(pass, Shape<columns, 2>.self)
            case 3: add(pass, Shape<columns, 3>.self)
            default: add(pass, Shape<columns, 4>.self)
            }
        rowCount = found.rowCount
        return found.bits
    }

    private enum Columns<let columns: Int> {}

    /// Columns and products of a pass, known to the compiler.
    private enum Shape<let columns: Int, let products: Int> {}

    /// Adds the rows, and ends at the first partner outside the roster.
    private func add<let columns: Int, let products: Int>(
        _ pass: (group: Group, rowCount: Int, counted: Int64, limit: UInt32), _: Shape<columns, products>.Type
    ) -> (rowCount: Int, bits: SIMD4<Int64>) {
        var (bits0, bits1, bits2, bits3): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
        let (lines, partner, stride) = unsafe (lines, partner, stride)
        // Constants of their own, which no store to a line could change.
        let (column0, column1, column2, column3) = unsafe pass.group.column
        let (left0, left1, left2, left3) = unsafe pass.group.left
        let (right0, right1, right2, right3) = unsafe pass.group.right
        let (columnWord, productWord) = (pass.group.columnWord, pass.group.productWord)
        let (rowCount, counted, limit) = (pass.rowCount, pass.counted, pass.limit)
        var row = 0
        while row < rowCount {
            let index = unsafe UInt32(bitPattern: partner[row])
            if index >= limit { break }
            let line = unsafe lines + Int(index) &* stride
            unsafe line[0] &+= counted
            let sums = unsafe line + columnWord
            if columns > 0 { unsafe add(column0[row], to: sums, &bits0) }
            if columns > 1 { unsafe add(column1[row], to: sums + 1, &bits1) }
            if columns > 2 { unsafe add(column2[row], to: sums + 2, &bits2) }
            if columns > 3 { unsafe add(column3[row], to: sums + 3, &bits3) }
            let terms = unsafe line + productWord
            if products > 0 { unsafe add(left0[row], right0[row], to: terms) }
            if products > 1 { unsafe add(left1[row], right1[row], to: terms + 2) }
            if products > 2 { unsafe add(left2[row], right2[row], to: terms + 4) }
            if products > 3 { unsafe add(left3[row], right3[row], to: terms + 6) }
            row &+= 1
        }
        return (row, SIMD4(bits0, bits1, bits2, bits3))
    }

    @inline(__always)
    private func add(_ value: Int64, to sum: UnsafeMutablePointer<Int64>, _ bits: inout Int64) {
        bits |= value
        unsafe sum.pointee &+= value
    }

    /// Adds a product to a sum of two words, the lower one first.
    @inline(__always)
    private func add(_ left: Int64, _ right: Int64, to sum: UnsafeMutablePointer<Int64>) {
        let product = left.multipliedFullWidth(by: right)
        let (low, carry) = unsafe UInt64(bitPattern: sum[0]).addingReportingOverflow(product.low)
        unsafe sum[0] = Int64(bitPattern: low)
        unsafe sum[1] = sum[1] &+ product.high &+ (carry ? 1 : 0)
    }
}
