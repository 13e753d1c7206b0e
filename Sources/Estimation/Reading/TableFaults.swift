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
///
/// Of faults of one kind, such as all cells of a column that are no numbers, the first few are kept and the
/// others counted, so that one bad column hides no other fault.
package struct TableFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// How many faults are kept.
    package static let limit = 20
    /// How many faults of a kind are kept.
    package static let limitOfAKind = 4

    /// The first faults, in the order in which they were found.
    package private(set) var shown: [TableFault] = []
    /// How many there are.
    package private(set) var count = 0
    /// How many there are of each kind, in the order in which the kinds were found.
    private var kinds: [(name: String, count: Int)] = []
    private var placeOfKind: [String: Int] = [:]
    /// Whether faults of no large kind are not shown either.
    private var isCut = false

    init() {}

    init(_ faults: [TableFault]) {
        for fault in faults { add(fault) }
    }

    /// - Parameter kind: What the fault has in common with others, in words; nil for one of its own.
    mutating func add(kind: String? = nil, _ fault: @autoclosure () -> TableFault) {
        count += 1
        if let kind {
            let place = placeOfKind[kind, default: kinds.count]
            if place == kinds.count {
                placeOfKind[kind] = place
                kinds.append((kind, 0))
            }
            kinds[place].count += 1
            guard kinds[place].count <= TableFaults.limitOfAKind else { return }
        }
        if shown.count < TableFaults.limit { shown.append(fault()) } else { isCut = true }
    }

    /// How many faults of which kinds are not shown, in sentences.
    package var summary: [String] {
        let hidden = kinds.filter { $0.count > TableFaults.limitOfAKind }
            .map { "\($0.name): \($0.count) in all, of which the first are listed" }
        return hidden + (isCut ? ["\(count) faults, of which the first \(shown.count) are listed"] : [])
    }

    /// One fault a line, and how many more there are.
    package var description: String {
        (shown.map(\.description) + summary).joined(separator: "\n")
    }

    package static func == (left: TableFaults, right: TableFaults) -> Bool {
        left.shown == right.shown && left.count == right.count
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(shown)
        hasher.combine(count)
    }
}
