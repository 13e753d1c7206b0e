/// An opaque name from outside (a CRM's id, a file's id), compared byte for byte.
///
/// Swift strings compare by canonical equivalence; CRM ids do not: `é` composed and decomposed are two
/// partners, and so are two Salesforce ids that differ in case.
package struct Identifier<Subject>: RawRepresentable, Sendable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { rawValue = value }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { rawValue }
}

extension Identifier: Hashable, Comparable {
    package static func == (left: Self, right: Self) -> Bool { left.rawValue.isByteEqual(to: right.rawValue) }

    package func hash(into hasher: inout Hasher) { rawValue.hashBytes(into: &hasher) }

    package static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

extension String {
    /// Whether both have the same UTF-8 bytes; `==` would take canonically equivalent strings for one.
    package func isByteEqual(to other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Feeds the UTF-8 bytes to `hasher`, in agreement with ``isByteEqual(to:)``.
    package func hashBytes(into hasher: inout Hasher) {
        let isFed: Void? = utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isFed == nil { for byte in utf8 { hasher.combine(byte) } }
        hasher.combine(utf8.count)
    }
}

extension Identifier: CodingKeyRepresentable {
    package var codingKey: any CodingKey { rawValue.codingKey }
    package init?(codingKey: some CodingKey) { rawValue = codingKey.stringValue }
}

/// The slug rule for names that become file names, URL paths and log labels.
package enum Slug {
    /// Whether `text` is `[a-z][a-z0-9-]{0,62}`.
    package static func isValid(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 63 else {
            return false
        }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
