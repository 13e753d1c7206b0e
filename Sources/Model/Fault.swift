/// One thing wrong with a file a person wrote, at its place, with what was expected instead.
package struct Fault: Error, Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package var file: String
    /// From 1; `nil` when the fault is about the file as a whole.
    package var line: Int?
    package var column: Int?
    /// What is wrong, the offending word in quotes, what was expected.
    package var message: String
    /// Whether nothing was there to be read.
    package var isMissing: Bool

    package init(file: String, line: Int?, column: Int?, message: String, isMissing: Bool = false) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.isMissing = isMissing
    }

    /// `file:line:column: message`.
    package var description: String {
        let place = [file] + [line, column].compactMap { $0.map(String.init) }
        return "\(place.joined(separator: ":")): \(message)"
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line ?? 0, left.column ?? 0, left.message)
            < (right.file, right.line ?? 0, right.column ?? 0, right.message)
    }
}

/// All faults of a file (or of several), sorted by place.
package struct Faults: Error, Sendable, Hashable, CustomStringConvertible {
    package let faults: [Fault]
    package init(_ faults: [Fault]) { self.faults = faults.sorted() }
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
