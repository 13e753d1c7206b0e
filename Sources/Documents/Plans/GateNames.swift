import Model

/// The gates that a plan file defines, and which of them anything waits for.
final class GateNames {
    /// In the file's order.
    let defined: [String]
    private(set) var used: Set<String> = []

    init(of root: Section) {
        defined = root.field("gates").flatMap { $0.isSection ? $0.section()?.keys : nil } ?? []
    }

    /// Notes that `field` waits for the gate it names; a fault when there is none.
    func use(_ name: String, by field: Field) {
        used.insert(name)
        guard !defined.contains(name) else { return }
        let expected =
            nearestName(to: name, among: defined).map { "did you mean '\($0)'?" }
            ?? (defined.isEmpty
                ? "define it under 'gates'" : "expected one of \(defined.joined(separator: ", "))")
        field.fault("'\(field.path)' names the gate '\(name)', which 'gates' does not define; \(expected)")
    }
}
