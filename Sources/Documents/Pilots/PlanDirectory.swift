import Foundation
import Model

/// The incentive plan files that pilots refer to by id.
struct PlanDirectory {
    let path: String

    /// The ids of the plan files, sorted; empty when there is no such directory.
    var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Reads the plan that `field` names. A missing file is a fault of the field; what is wrong inside the
    /// plan file is added to `document` at its own place.
    func plan(named id: IncentivePlan.ID, by field: Field, of document: YAMLDocument) -> IncentivePlan? {
        guard names.contains(id.rawValue) else {
            let expected =
                nearestName(to: id.rawValue, among: names).map { "did you mean '\($0)'?" }
                ?? "expected one of: \(names.isEmpty ? "(no plan files yet)" : names.joined(separator: ", "))"
            field.fault("there is no incentive plan '\(id)' in \(path); \(expected)")
            return nil
        }
        do {
            return try loadIncentivePlan(at: "\(path)/\(id).yaml")
        } catch {
            document.add(error)
            return nil
        }
    }
}
