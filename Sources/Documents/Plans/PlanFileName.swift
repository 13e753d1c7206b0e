import Foundation
import Model

/// `growth.yaml` is version 1 of the plan `growth`, `growth@2.yaml` version 2.
struct PlanFileName: Hashable, Comparable {
    var id: IncentivePlan.ID
    var version: Int

    init(id: IncentivePlan.ID, version: Int) {
        self.id = id
        self.version = version
    }

    /// `nil` for a name that no plan can have: version 1 has no number, and numbers have no leading zeros.
    init?(_ name: String) {
        guard name.hasSuffix(".yaml") else { return nil }
        let parts = name.dropLast(5).split(separator: "@", omittingEmptySubsequences: false)
        guard let id = parts.first, Slug.isValid(String(id)), parts.count <= 2 else { return nil }
        self.init(id: IncentivePlan.ID(String(id)), version: 1)
        if parts.count == 2 {
            guard let number = Int(parts[1]), (2...9999).contains(number), String(number) == parts[1] else {
                return nil
            }
            version = number
        }
    }

    var description: String { version == 1 ? "\(id).yaml" : "\(id)@\(version).yaml" }

    static func < (left: Self, right: Self) -> Bool {
        (left.id, left.version) < (right.id, right.version)
    }
}

extension Section {
    /// The plan's id and version must be those of its file's name: files are found by it.
    func checkPlanFileName(_ path: String, version: Int) {
        let name = (path as NSString).lastPathComponent
        guard let id = field("plan")?.text, Slug.isValid(id) else { return }
        let expected = PlanFileName(id: IncentivePlan.ID(id), version: version)
        guard name != expected.description else { return }
        if let found = PlanFileName(name), found.id == expected.id {
            let line = found.version == 1 ? "no 'version', or 'version: 1'" : "'version: \(found.version)'"
            fault(
                "the file '\(name)' holds version \(version) of the plan '\(id)'; expected \(line), or the file"
                    + " '\(expected.description)'",
                at: contains("version") ? "version" : "plan")
        } else {
            fault(
                "the id '\(id)' stands in the file '\(name)'; expected the file '\(expected.description)'",
                at: "plan")
        }
    }
}
