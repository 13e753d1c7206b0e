import Foundation
package import Model

/// Reads the incentive plan at `path`; the file's name must be the plan's id, and its version from 2 on.
package func loadIncentivePlan(at path: String) throws(Faults) -> IncentivePlan {
    try PlanFile.read(path, plans: PlanDirectory(path: directory(of: path))).plan
}

/// Reads all versions of a plan, `<plan>.yaml`, `<plan>@2.yaml` and so on.
///
/// - Returns: the versions by effective date; never none.
/// - Throws: everything that is wrong with the files, and with their dates taken together.
package func loadPlanVersions(
    of id: IncentivePlan.ID, in directory: String
) throws(Faults) -> [IncentivePlan] {
    let plans = PlanDirectory(path: directory)
    if let complaint = plans.complaint(aboutMissing: id) {
        throw Faults([
            Fault(file: directory, line: nil, column: nil, message: complaint, isMissing: true)
        ])
    }
    return try plans.versions(of: id).map(\.plan)
}

/// Reads every version of every plan in a directory; of a directory that is not there, none.
///
/// - Throws: everything that is wrong with any of them.
package func loadIncentivePlans(in directory: String) throws(Faults) -> [IncentivePlan] {
    let directory = PlanDirectory(path: directory)
    var plans: [IncentivePlan] = []
    var faults: [Fault] = []
    for id in directory.ids {
        do throws(Faults) {
            plans += try directory.versions(of: id).map(\.plan)
        } catch {
            faults += error.faults
        }
    }
    if !faults.isEmpty { throw Faults(faults) }
    return plans
}

/// Whether the file is an incentive plan's, not a pilot's: it sets `plan` at its top.
package func isIncentivePlan(at path: String) -> Bool {
    guard let data = FileManager.default.contents(atPath: path) else { return false }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).contains {
        $0.hasPrefix("plan:")
    }
}

private func directory(of path: String) -> String {
    let directory = (path as NSString).deletingLastPathComponent
    return directory.isEmpty ? "." : directory
}

/// A plan file, read, with what others ask about it.
struct PlanFile {
    var path: String
    var plan: IncentivePlan
    /// Where the file sets its dates, or its id when it sets none.
    var datesPosition: TextPosition
    var currencyPosition: TextPosition
    /// The keys of the file that make it no reference for `noWorseOff`.
    var guarantees: [String]
    /// The plan that the file's own `noWorseOff` names, as it is written.
    var noWorseOffThan: IncentivePlan.ID?

    var name: String { (path as NSString).lastPathComponent }

    /// - Parameter plans: `nil` to leave the plan that `noWorseOff` names alone.
    static func read(_ path: String, plans: PlanDirectory?) throws(Faults) -> PlanFile {
        let document = try YAMLDocument(path: path)
        let reader = IncentivePlanReader(document: document, plans: plans)
        let plan = reader.read()
        let root = document.root
        root.checkPlanFileName(path, version: plan.version)
        root.finish()
        try document.throwIfFaulty()
        let than = root.section("noWorseOff")?.field("than")?.text
        let top = TextPosition(line: 1, column: 1)
        let dates = root.field("effective") ?? root.field("plan")
        return PlanFile(
            path: path, plan: plan, datesPosition: dates?.keyPosition ?? top,
            currencyPosition: root.field("currency")?.position ?? top,
            guarantees: reader.guarantees, noWorseOffThan: than.map { IncentivePlan.ID($0) })
    }
}
