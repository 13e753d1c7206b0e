/// A scalar of a row, as delivered.
package enum FieldValue: Sendable, Hashable {
    case absent
    case bool(Bool)
    /// Digits as written.
    case number(String)
    case text(String)
    /// An object or a list where a value was expected, as JSON text.
    case structure(String)
}
