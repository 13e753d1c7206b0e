import Foundation
package import Model

/// A pilot file, read: the plan it stands for, and the same plan with every default written out.
package struct PilotDocument: Sendable, Hashable {
    package let plan: Plan
    /// A valid pilot file that loads to `plan`; incentive plans stay references, with their hash beside them.
    package let resolvedYAML: String
}

/// Reads the pilot at `path` and the incentive plans it names.
///
/// - Parameter plansDirectory: where the plan files are; `plans/` beside the pilot's file by default.
/// - Throws: everything that is wrong with the pilot's file and its plans' files, sorted by place.
package func loadPilot(at path: String, plansDirectory: String? = nil) throws(Faults) -> PilotDocument {
    let document = try YAMLDocument(path: path)
    let directory = (path as NSString).deletingLastPathComponent
    let plans = PlanDirectory(
        path: plansDirectory ?? (directory.isEmpty ? "plans" : "\(directory)/plans"))
    document.root.checkPilotFileName(path)
    let plan = PilotReader(document: document, plans: plans).read()
    document.root.finish()
    try document.throwIfFaulty()
    guard let plan else { throw Faults(document.faults) }
    do {
        return PilotDocument(plan: plan, resolvedYAML: try ResolvedPilot(plan: plan).text())
    } catch {
        let fault = Fault(file: path, line: nil, column: nil, message: "the plan has no hash: \(error)")
        throw Faults([fault])
    }
}

extension Section {
    /// The pilot's id must be the file's name without its extension: files are found by id.
    fileprivate func checkPilotFileName(_ path: String) {
        guard let id = field("pilot")?.text, Slug.isValid(id) else { return }
        let name = (path as NSString).lastPathComponent
        if name != "\(id).yaml" {
            fault("the id '\(id)' stands in the file '\(name)'; expected the file '\(id).yaml'", at: "pilot")
        }
    }
}
