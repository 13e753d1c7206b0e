internal import Model

/// Where and why a file cannot be read.
struct FileFault: Error, Hashable {
    /// From 1; `nil` when the fault is not at one line.
    var line: Int?
    var reason: String
    var kind = Kind.structure
    /// Which file; `nil` for the one that is being read.
    var path: String?

    enum Kind: Hashable {
        /// One record is wrong; it is set aside.
        case row
        /// The file has to be put right.
        case structure
        /// It may be complete later.
        case unfinished
        /// It is another file than the one whose reading began.
        case stale
        case unreadable
        case cancelled
    }
}

/// One record of a file as bytes, and where it ends.
struct FileRecord {
    var line: Int
    var bytes: ArraySlice<UInt8>
    /// Offset behind it.
    var end: Int
    /// Lines before what follows it.
    var linesAfter: Int
}

/// Cuts a file into records, a window of bytes at a time.
struct FileRecords {
    /// The longest record; one quote too many would otherwise take in the rest of the file.
    static let maximumRecordBytes = 1 << 20
    static let windowBytes = 1 << 18

    private let format: FileStream.Format
    private let size: Int
    private let read: (_ offset: Int, _ count: Int) throws(FileFault) -> [UInt8]
    private var window: [UInt8] = []
    /// Of the window's first byte in the file.
    private var base: Int
    private var index = 0
    private var lines: Int

    init(
        format: FileStream.Format, size: Int, offset: Int, lines: Int,
        read: @escaping (_ offset: Int, _ count: Int) throws(FileFault) -> [UInt8]
    ) {
        self.format = format
        self.size = size
        self.read = read
        base = offset
        self.lines = lines
    }

    /// The next record that is not an empty line; `nil` at the end of the file.
    mutating func next() throws(FileFault) -> FileRecord? {
        while true {
            guard let record = try line() else { return nil }
            let isBlank = record.bytes.allSatisfy { $0 == 13 || $0 == 10 }
            if !isBlank { return record }
        }
    }

    private mutating func line() throws(FileFault) -> FileRecord? {
        let (start, line) = (index, lines + 1)
        var isQuoted = false
        var place = start
        var breaks = 0
        while true {
            if place == window.count {
                guard place - start <= FileRecords.maximumRecordBytes else {
                    throw FileFault(
                        line: line,
                        reason: "a record is longer than \(FileRecords.maximumRecordBytes) bytes"
                            + (isQuoted ? "; is a quote left open?" : ""))
                }
                let end = base + window.count
                guard end < size else {
                    return try last(from: start, line: line, isQuoted: isQuoted, breaks: breaks)
                }
                try extend(keeping: start, at: end)
                return try self.line()
            }
            let byte = window[place]
            place += 1
            if byte == UInt8(ascii: "\""), format == .csv { isQuoted.toggle() }
            guard byte == 10 else { continue }
            breaks += 1
            if !isQuoted { break }
        }
        return record(start..<place, line: line, breaks: breaks)
    }

    private mutating func last(
        from start: Int, line: Int, isQuoted: Bool, breaks: Int
    ) throws(FileFault) -> FileRecord? {
        guard start < window.count else { return nil }
        guard !isQuoted else { throw FileFault(line: line, reason: "a quoted field does not end") }
        throw FileFault(
            line: line,
            reason: "the last line has no line end; it may be half written: end every line with one",
            kind: .unfinished)
    }

    private mutating func record(_ range: Range<Int>, line: Int, breaks: Int) -> FileRecord {
        index = range.upperBound
        lines += breaks
        return FileRecord(
            line: line, bytes: window[range], end: base + range.upperBound, linesAfter: lines)
    }

    private mutating func extend(keeping start: Int, at end: Int) throws(FileFault) {
        let bytes = try read(end, min(FileRecords.windowBytes, size - end))
        guard !bytes.isEmpty else {
            throw FileFault(reason: "became shorter while it was read", kind: .stale)
        }
        window.removeFirst(start)
        base += start
        index = 0
        window += bytes
    }
}
