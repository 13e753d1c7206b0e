/// One thing in a file that keeps it from being used.
package struct TableFault: Sendable, Hashable, CustomStringConvertible {
    /// Where it stands, counted from 1; nil when it concerns the file.
    package var line: Int?
    /// What is wrong, what was expected, and where it helps what to do.
    package var message: String
    /// A column that is not in the file, and the names that are, for a suggestion.
    package var unknownName: UnknownName?

    /// A name that is not in a list of names.
    package struct UnknownName: Sendable, Hashable {
        /// What was asked for.
        package var name: String
        /// What there is.
        package var available: [String]
    }

    init(line: Int? = nil, _ message: String, unknownName: UnknownName? = nil) {
        self.line = line
        self.message = message
        self.unknownName = unknownName
    }

    /// "line 7: …".
    package var description: String { line.map { "line \($0): \(message)" } ?? message }
}

/// Everything in a file that keeps it from being used; nothing of such a file is analysed.
package struct TableFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// How many faults are kept.
    package static let limit = 20

    /// The first faults, in the order of the file.
    package private(set) var shown: [TableFault] = []
    /// How many there are.
    package private(set) var count = 0

    init() {}

    init(_ faults: [TableFault]) {
        for fault in faults { add(fault) }
    }

    mutating func add(_ fault: @autoclosure () -> TableFault) {
        if shown.count < TableFaults.limit { shown.append(fault()) }
        count += 1
    }

    /// One fault a line, and how many more there are.
    package var description: String {
        let more = count > shown.count ? ["and \(count - shown.count) more faults"] : []
        return (shown.map(\.description) + more).joined(separator: "\n")
    }
}
