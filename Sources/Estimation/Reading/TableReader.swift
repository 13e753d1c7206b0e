/// The state of a pass over a file.
struct TableReader {
    /// Rows are decoded into a block that stays in the cache, and then appended to the columns.
    static let blockRows = 256

    var scanner: CellScanner
    let header: TableHeader
    let byteCount: Int
    var faults: TableFaults
    /// Whether lines were left out because their cells could not be told apart.
    private(set) var hasLostRows = false
    /// Faults in cells of the row that is being decoded: whether they are any is known when its length is.
    private var pending: [(kind: String, fault: TableFault)] = []
    private var rowCount = 0
    private var lines = RowLines()
    var dictionaries: [LabelDictionary]
    var codes: [[Int32]]
    var values: [[Double]]
    var missingLabels: [Int]
    var missingNumbers: [Int]

    init(scanner: CellScanner, header: TableHeader, byteCount: Int) {
        self.scanner = scanner
        self.header = header
        self.byteCount = byteCount
        faults = TableFaults(header.faults)
        dictionaries = header.labels.map { _ in LabelDictionary() }
        codes = header.labels.map { _ in [] }
        values = header.numbers.map { _ in [] }
        missingLabels = header.labels.map { _ in 0 }
        missingNumbers = header.numbers.map { _ in 0 }
    }

    /// Reads all rows. One with a fault in a cell is kept without that cell, so that what its partner is
    /// accused of is true; the faults tell that the table must not be analysed.
    mutating func read() -> Table {
        var labelBlock = [Int32](repeating: 0, count: header.labels.count * TableReader.blockRows)
        var numberBlock = [Double](repeating: 0, count: header.numbers.count * TableReader.blockRows)
        while !scanner.isAtEnd {
            let start = unsafe scanner.p
            let rows = unsafe labelBlock.withUnsafeMutableBufferPointer { labels in
                unsafe numberBlock.withUnsafeMutableBufferPointer { numbers in
                    unsafe fill(labels, numbers)
                }
            }
            if rowCount == 0, rows > 0 {
                // Rows are about as long as those of the first block.
                let estimate = unsafe byteCount / max(1, (scanner.p - start) / rows) * 51 / 50 + rows
                for k in codes.indices { codes[k].reserveColumn(estimate) }
                for k in values.indices { values[k].reserveColumn(estimate) }
            }
            rowCount += rows
            for k in codes.indices {
                codes[k].append(
                    contentsOf: labelBlock[k * TableReader.blockRows..<k * TableReader.blockRows + rows])
            }
            for k in values.indices {
                values[k].append(
                    contentsOf: numberBlock[k * TableReader.blockRows..<k * TableReader.blockRows + rows])
            }
        }
        if rowCount == 0, faults.count == 0 {
            faults.add(TableFault("the file has column names but no rows; expected a line a customer"))
        }
        return Table(
            rowCount: rowCount,
            labels: Dictionary(
                uniqueKeysWithValues: header.labels.indices.map { k in
                    (
                        header.labels[k],
                        LabelColumn(
                            codes: codes[k], missingCount: missingLabels[k], dictionary: dictionaries[k])
                    )
                }),
            numbers: Dictionary(
                uniqueKeysWithValues: header.numbers.indices.map { k in
                    (header.numbers[k], NumberColumn(values: values[k], missingCount: missingNumbers[k]))
                }), lines: lines)
    }

    /// Decodes rows until the block is full or the file ends; lines whose cells cannot be told apart are not
    /// counted.
    private mutating func fill(
        _ labels: UnsafeMutableBufferPointer<Int32>, _ numbers: UnsafeMutableBufferPointer<Double>
    ) -> Int {
        var row = 0
        while true {
            lines.note(row: rowCount + row, line: scanner.line)
            unsafe takePlainRows(&row, labels, numbers)
            guard row < TableReader.blockRows, !scanner.isAtEnd else { return row }
            if scanner.takeLineEnd() { continue }
            lines.note(row: rowCount + row, line: scanner.line)
            if unsafe takeRow(row, labels, numbers) { row += 1 }
        }
    }

    /// Decodes rows as long as they hold nothing but plain numbers and ids, and texts seen before: most rows
    /// of most files.
    ///
    /// Stops in front of the first other row.
    private mutating func takePlainRows(
        _ row: inout Int, _ labels: UnsafeMutableBufferPointer<Int32>,
        _ numbers: UnsafeMutableBufferPointer<Double>
    ) {
        let first = row
        var p = unsafe scanner.p
        let end = unsafe scanner.end
        unsafe header.steps.withUnsafeBufferPointer { steps in
            unsafe dictionaries.withUnsafeMutableBufferPointer { dictionaries in
                while row < TableReader.blockRows, unsafe p < end {
                    var q = unsafe p
                    guard unsafe takePlainRow(row, &q, steps, dictionaries, labels, numbers) else { break }
                    unsafe p = unsafe q
                    row += 1
                }
            }
        }
        unsafe scanner.p = unsafe p
        scanner.line += row - first
    }

    /// Decodes one row of any kind into place `row`; false when its cells cannot be told apart.
    private mutating func takeRow(
        _ row: Int, _ labels: UnsafeMutableBufferPointer<Int32>, _ numbers: UnsafeMutableBufferPointer<Double>
    ) -> Bool {
        let last = header.columns.count - 1
        defer { if !pending.isEmpty { pending.removeAll() } }
        for place in 0...last {
            let column = header.columns[place]
            var isInOrder = true
            if let number = column.number {
                let start = unsafe (scanner.p, scanner.line)
                isInOrder = unsafe takeNumber(
                    place, column.rule, number, &numbers[number * TableReader.blockRows + row])
                if column.label != nil { unsafe (scanner.p, scanner.line) = unsafe start }
            }
            if isInOrder, let label = column.label {
                isInOrder = unsafe takeLabel(place, label, &labels[label * TableReader.blockRows + row])
            } else if column.number == nil {
                isInOrder = scanner.skip()
            }
            guard isInOrder else {
                faultAtQuotes(place)
                return false
            }
            let isFollowed = place < last ? scanner.takeComma() : scanner.takeLineEnd()
            guard isFollowed else {
                faultInLength(place)
                return false
            }
        }
        for (kind, fault) in pending { faults.add(kind: kind, fault) }
        return true
    }

    /// Decodes a number; false when its quotes are not in order.
    private mutating func takeNumber(
        _ place: Int, _ rule: NumberRule, _ column: Int, _ value: inout Double
    ) -> Bool {
        var p = unsafe scanner.p
        if let number = unsafe plainDecimal(&p), unsafe CellScanner.isDelimiter(p), rule.allows(number) {
            unsafe scanner.p = unsafe p
            value = number
            return true
        }
        return takeUnusualNumber(place, rule, column, &value)
    }

    private mutating func takeUnusualNumber(
        _ place: Int, _ rule: NumberRule, _ column: Int, _ value: inout Double
    ) -> Bool {
        let line = scanner.line
        func read(_ cell: UnsafeBufferPointer<UInt8>) -> (value: Double?, isMissing: Bool, text: String) {
            unsafe (decimal(cell), isMissing(cell), quotation(of: cell))
        }
        guard
            let cell = scanner.isAtQuote ? unsafe scanner.takeQuoted(read) : unsafe read(scanner.takePlain())
        else {
            return false
        }
        if cell.isMissing {
            missingNumbers[column] += 1
            value = .nan
        } else if let number = cell.value, rule.allows(number) {
            value = number
        } else {
            value = .nan
            let name = header.names[place]
            let (kind, hint) =
                cell.value == nil
                ? ("cells that are no numbers", numberHint(cell.text)) : ("cells out of range", "")
            pending.append(
                (
                    "column '\(name)', \(kind)",
                    TableFault(
                        line: line,
                        "column '\(name)' holds \(cell.text), expected \(rule.expectation)\(hint)")
                ))
        }
        return true
    }

    /// Decodes a text; false when its quotes are not in order.
    private mutating func takeLabel(_ place: Int, _ column: Int, _ code: inout Int32) -> Bool {
        let line = scanner.line
        guard scanner.isAtQuote else {
            let cell = unsafe scanner.takePlain()
            unsafe put(cell, place, column, line, &code)
            return true
        }
        guard let cell = unsafe scanner.takeQuoted({ unsafe Array($0) }) else { return false }
        unsafe cell.withUnsafeBufferPointer { unsafe put($0, place, column, line, &code) }
        return true
    }

    private mutating func put(
        _ cell: UnsafeBufferPointer<UInt8>, _ place: Int, _ column: Int, _ line: Int, _ code: inout Int32
    ) {
        if unsafe isMissing(cell) {
            missingLabels[column] += 1
            code = LabelColumn.missing
        } else if let known = unsafe dictionaries[column].code(of: cell) {
            code = known
        } else {
            code = LabelColumn.missing
            let name = header.names[place]
            pending.append(
                (
                    "column '\(name)', cells that are not UTF-8",
                    TableFault(
                        line: line, "column '\(name)' holds text that is not UTF-8; save the file as UTF-8")
                ))
        }
    }

    private mutating func faultAtQuotes(_ place: Int) {
        let (line, name) = (scanner.line, header.names[place])
        hasLostRows = true
        faults.add(
            kind: "lines with quotes out of order",
            TableFault(
                line: line,
                "the quoted cell in column '\(name)' does not end before a comma or a line end; double the "
                    + "quotes inside it"))
        scanner.skipLine()
    }

    private mutating func faultInLength(_ place: Int) {
        let (line, expected) = (scanner.line, header.names.count)
        hasLostRows = true
        var found = place + 1
        while scanner.takeComma() {
            found += 1
            guard scanner.skip() else { break }
        }
        faults.add(
            kind: "lines of another length than the header",
            TableFault(
                line: line,
                "the line has \(found) \(found == 1 ? "cell" : "cells"), expected \(expected) as in the "
                    + "header"
            ))
        scanner.skipLine()
    }
}

/// Decodes a row that holds nothing unusual; false when it does, and then the row is to be decoded again.
@inline(__always)
private func takePlainRow(
    _ row: Int, _ p: inout UnsafePointer<UInt8>, _ steps: UnsafeBufferPointer<TableHeader.Step>,
    _ dictionaries: UnsafeMutableBufferPointer<LabelDictionary>, _ labels: UnsafeMutableBufferPointer<Int32>,
    _ numbers: UnsafeMutableBufferPointer<Double>
) -> Bool {
    for index in 0..<steps.count {
        if index > 0 {
            guard unsafe p[0] == UInt8(ascii: ",") else { return false }
            unsafe p += 1
        }
        switch unsafe steps[index] {
        case .skip:
            guard unsafe p[0] != UInt8(ascii: "\"") else { return false }
            while unsafe p[0] != UInt8(ascii: ",") && p[0] != UInt8(ascii: "\n") { unsafe p += 1 }
        case .number(let column, let rule):
            guard let number = unsafe plainDecimal(&p), rule.allows(number) else { return false }
            unsafe numbers[column &* TableReader.blockRows &+ row] = number
        case .label(let column):
            guard unsafe p[0] != UInt8(ascii: "\""),
                let code = unsafe dictionaries[column].takePlain(&p)
            else { return false }
            unsafe labels[column &* TableReader.blockRows &+ row] = code
        case .labelAndNumber: return false
        }
    }
    if unsafe p[0] == UInt8(ascii: "\r") { unsafe p += 1 }
    guard unsafe p[0] == UInt8(ascii: "\n") else { return false }
    unsafe p += 1
    return true
}

/// Whether a cell is empty or says NA.
private func isMissing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe cell.isEmpty
        || (cell.count == 2 && cell[0] == UInt8(ascii: "N") && cell[1] == UInt8(ascii: "A"))
}

/// The cell's text in quotes, shortened.
private func quotation(of cell: UnsafeBufferPointer<UInt8>) -> String {
    let text = unsafe String(decoding: cell, as: UTF8.self)
    return text.count > 40 ? "'\(text.prefix(40))…'" : "'\(text)'"
}

/// How a number written the way of another country or program is to be written; empty when nothing is known.
///
/// - Parameter cell: In single quotes.
private func numberHint(_ cell: String) -> String {
    let text = cell.dropFirst().dropLast()
    let (commas, points) = (text.count { $0 == "," }, text.count { $0 == "." })
    func isNumber(_ text: some StringProtocol) -> Bool { Double(String(text)) != nil }
    if commas == 1, points == 0, isNumber(text.replacing(",", with: ".")) {
        return " with a decimal point, such as '\(text.replacing(",", with: "."))'"
    }
    guard let comma = text.lastIndex(of: ",") else { return "" }
    if commas == 1, points > 0, text.lastIndex(of: ".").map({ $0 < comma }) == true,
        isNumber(text.replacing(".", with: "").replacing(",", with: "."))
    {
        return " with a decimal point and without separators of thousands"
    }
    return points <= 1 && isNumber(text.replacing(",", with: "")) ? " without separators of thousands" : ""
}
