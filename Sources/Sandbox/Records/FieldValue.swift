import Model

/// The value of a field in a row, and of a literal once it is known which field it is compared with.
enum FieldValue: Sendable, Hashable {
    case null
    case text(String)
    case id(RecordID)
    case date(Day)
    /// Milliseconds since 1970; a row's are whole seconds, a literal's need not be.
    case dateTime(Int64)
    /// A decimal number as an integer count of `scale`ths, which is how it is written out again.
    case number(units: Int64, scale: Int64)
    case boolean(Bool)

    /// How two values of one type compare; text without regard to ASCII case, as SOQL does; `nil` when
    /// either is null or the types differ.
    func order(against other: FieldValue) -> Int? {
        switch (self, other) {
        case (.text(let left), .text(let right)): FieldValue.compare(left, right)
        case (.id(let left), .id(let right)): left == right ? 0 : left < right ? -1 : 1
        case (.date(let left), .date(let right)): left == right ? 0 : left < right ? -1 : 1
        case (.dateTime(let left), .dateTime(let right)): left == right ? 0 : left < right ? -1 : 1
        case (.boolean(let left), .boolean(let right)): left == right ? 0 : right ? -1 : 1
        case (.number(let left, let leftScale), .number(let right, let rightScale)):
            (Int128(left) * Int128(rightScale) - Int128(right) * Int128(leftScale)).signum().asInt
        default: nil
        }
    }

    private static func compare(_ left: String, _ right: String) -> Int {
        let left = left.utf8.lazy.map(lowered)
        let right = right.utf8.lazy.map(lowered)
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    /// The ASCII lower-case letter of an upper-case one; any other byte unchanged.
    static func lowered(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
}

extension Int128 {
    fileprivate var asInt: Int { Int(self) }
}
