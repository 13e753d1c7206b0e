/// The asked columns of a file, decoded, with one entry a row.
package struct Table: Sendable {
    /// Rows that were read.
    package let rowCount: Int
    /// Columns of text, by name.
    package let labels: [String: LabelColumn]
    /// Columns of numbers, by name.
    package let numbers: [String: NumberColumn]
    /// Where the rows stand in the file.
    let lines: RowLines
}

/// A column of text: every row refers to one of the distinct texts.
package struct LabelColumn: Sendable {
    /// The code of a row without a text.
    package static let missing: Int32 = -1

    /// Every row's code: the place of its text in the order in which texts first appear, or `missing`.
    package let codes: [Int32]
    /// Rows without a text.
    package let missingCount: Int
    let dictionary: LabelDictionary

    /// Distinct texts.
    package var labelCount: Int { dictionary.count }

    /// The text of a code in 0..<labelCount.
    package func label(_ code: Int) -> String { dictionary.label(code) }

    /// The distinct texts, by code.
    package var labels: [String] { (0..<labelCount).map(label) }
}

/// A column of numbers.
package struct NumberColumn: Sendable {
    /// Every row's number; not a number where the cell is missing, and only there.
    package let values: [Double]
    /// Rows without a number.
    package let missingCount: Int
}

/// What is asked of a column.
package struct ColumnRequest: Sendable, Hashable {
    /// What the cells are decoded to.
    package enum Kind: Sendable, Hashable {
        /// Text; `LabelColumn`.
        case label
        /// Numbers that keep a rule; `NumberColumn`.
        case number(NumberRule)
    }

    /// The column's name in the header, to the letter; blanks around it do not count.
    package var name: String
    /// What its cells are decoded to.
    package var kind: Kind

    /// Asks for a column. One column may be asked for as text and as numbers, and more than once.
    package init(_ name: String, _ kind: Kind) {
        self.name = name.withoutBlanksAround
        self.kind = kind
    }
}

/// Which numbers a column may hold.
package enum NumberRule: String, Sendable, Hashable, CaseIterable {
    /// Any finite number.
    case finite
    /// 0 or more.
    case notNegative
    /// More than 0.
    case positive
    /// 0 or 1.
    case zeroOrOne

    /// Whether a finite number keeps the rule.
    @inline(__always)
    func allows(_ value: Double) -> Bool {
        switch self {
        case .finite: true
        case .notNegative: value >= 0
        case .positive: value > 0
        case .zeroOrOne: value == 0 || value == 1
        }
    }

    /// What a cell of the column should hold, as in "expected a number".
    var expectation: String {
        switch self {
        case .finite: "a number"
        case .notNegative: "a number that is not negative"
        case .positive: "a number above 0"
        case .zeroOrOne: "0 or 1"
        }
    }
}
