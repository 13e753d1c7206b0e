/// Why a row could not be mapped.
package struct MappingFault: Error, Hashable, CustomStringConvertible {
    /// The field as the source calls it; the target's name where no field gives it.
    package var field: String
    package var reason: String

    package var description: String { "field '\(field)': \(reason)" }
}
