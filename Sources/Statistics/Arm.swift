/// The side of a comparison.
public enum Arm: String, Sendable, Hashable, Codable {
    /// The variant compared against.
    case control
    /// The variant under trial; differences are treatment − control.
    case treatment
}
