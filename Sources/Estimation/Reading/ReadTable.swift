/// What reading a file gave: the table as far as it could be read, and everything that was wrong.
package struct TableReading: Sendable {
    /// The rows whose cells could be told apart; nil when not even the column names could be read.
    package var table: Table?
    /// What keeps the table from being analysed.
    package var faults: TableFaults
    /// Whether lines are missing from the table, so that what it does not hold may still stand in the file.
    var hasLostRows: Bool
}

/// Reads the asked columns of a CSV file in one pass over its bytes.
///
/// The first line names the columns; blanks around a name do not count. An empty cell and the cell NA are
/// missing.
/// Numbers are decimal, the words true and false stand for 1 and 0, and empty lines are skipped. A byte order
/// mark is skipped.
///
/// - Parameters:
///   - text: The whole file, UTF-8.
///   - columns: What to decode; other columns are passed over unread.
///   - delimiter: What stands between cells.
/// - Throws: Every cell and line that cannot be used, all at once.
package func readTable(
    _ text: Span<UInt8>, columns: [ColumnRequest], delimiter: CellDelimiter = .comma
) throws(TableFaults) -> Table {
    let reading = scanTable(text, columns: columns, delimiter: delimiter)
    guard let table = reading.table, reading.faults.count == 0 else { throw reading.faults }
    return table
}

/// Reads a file as `readTable` does, and keeps what can be used beside the faults, to look for further ones.
package func scanTable(
    _ text: Span<UInt8>, columns: [ColumnRequest], delimiter: CellDelimiter = .comma
) -> TableReading {
    unsafe text.withUnsafeBufferPointer { bytes in
        if let fault = unsafe foreignForm(bytes) { return TableReading(fault) }
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let content = unsafe UnsafeBufferPointer(
            rebasing: bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...])
        let isEnded = unsafe content.last == UInt8(ascii: "\n")
        if isEnded, delimiter == .comma { return unsafe scan(content, columns: columns) }
        var text = delimiter == .comma ? unsafe Array(content) : unsafe delimiter.separatedByCommas(content)
        // The scanner relies on a last line end.
        if !isEnded { text.append(UInt8(ascii: "\n")) }
        return unsafe text.withUnsafeBufferPointer { unsafe scan($0, columns: columns) }
    }
}

extension TableReading {
    /// A file that cannot be read at all.
    fileprivate init(_ fault: TableFault) {
        self.init(table: nil, faults: TableFaults([fault]), hasLostRows: true)
    }
}

/// What a file is instead of lines of UTF-8, by its first bytes; nil when it may be such lines.
private func foreignForm(_ bytes: UnsafeBufferPointer<UInt8>) -> TableFault? {
    if unsafe bytes.starts(with: [0x1f, 0x8b]) {
        return TableFault("the file is compressed; unpack it first, as in --csv <(zcat file)")
    }
    if unsafe bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
        return TableFault("the file is UTF-16; save it as UTF-8")
    }
    if unsafe !bytes.contains(UInt8(ascii: "\n")) && bytes.contains(UInt8(ascii: "\r")) {
        return TableFault("the lines of the file end in a return alone; save it with line feeds")
    }
    return nil
}

private func scan(_ text: UnsafeBufferPointer<UInt8>, columns: [ColumnRequest]) -> TableReading {
    var scanner = unsafe CellScanner(text)
    while !scanner.isAtEnd, scanner.takeLineEnd() {}
    guard !scanner.isAtEnd else {
        return TableReading(
            TableFault("the file is empty; expected a line of column names and a line a customer"))
    }
    let line = scanner.line
    guard let names = scanner.takeTexts() else {
        return TableReading(
            TableFault(
                line: line,
                "the column names cannot be read: a quote does not end, or the text is not UTF-8"))
    }
    let header = TableHeader(names: names, requests: columns)
    guard header.otherDelimiter == nil || header.faults.isEmpty else {
        return TableReading(table: nil, faults: TableFaults(header.faults), hasLostRows: true)
    }
    var reader = TableReader(scanner: scanner, header: header, byteCount: text.count)
    let table = reader.read()
    return TableReading(table: table, faults: reader.faults, hasLostRows: reader.hasLostRows)
}
