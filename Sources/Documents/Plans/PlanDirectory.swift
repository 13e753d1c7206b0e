import Foundation
import Model

/// The incentive plan files that pilots, and plans, refer to by id.
struct PlanDirectory {
    let path: String

    /// The names that end in `.yaml`, sorted; empty when there is no such directory.
    private var fileNames: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    /// The ids of the plans, sorted.
    var ids: [IncentivePlan.ID] { Set(fileNames.compactMap { PlanFileName($0)?.id }).sorted() }

    /// The plan that a variant's `field` names: the version in force on `day`, the pilot's first. Faults are of
    /// the field where a file is missing or not in force; what is wrong inside the plan's files is added to
    /// `document` at its own place.
    func plan(
        named id: IncentivePlan.ID, by field: Field, of document: YAMLDocument, on day: Day?
    ) -> IncentivePlan? {
        guard let files = read(id, by: field, of: document, resolving: true) else { return nil }
        guard let day else { return files.last?.plan }
        if let file = files.first(where: { $0.plan.effective.contains(day) }) { return file.plan }
        let versions = files.map { "\($0.name) (\($0.plan.effective.words))" }.joined(separator: ", ")
        field.fault(
            "no version of the incentive plan '\(id)' is in force on \(day), the pilot's first day; there is"
                + " \(versions); move 'starts', or add a version")
        return nil
    }

    /// The plan that a plan's `noWorseOff` names: the version in force on `day`, the first of the plan that names
    /// it, or the only one.
    func reference(
        _ id: IncentivePlan.ID, by field: Field, of document: YAMLDocument, on day: Day?
    ) -> PlanFile? {
        guard let files = read(id, by: field, of: document, resolving: false) else { return nil }
        if files.count == 1 { return files[0] }
        if let day, let file = files.first(where: { $0.plan.effective.contains(day) }) { return file }
        let versions = files.map { "\($0.name) (\($0.plan.effective.words))" }.joined(separator: ", ")
        let reason =
            day.map { "none is in force on \($0), the first day of this plan" }
            ?? "this plan has no 'effective.from' to choose by"
        field.fault(
            "the plan '\(id)' has the versions \(versions), and \(reason); set 'effective.from' to a day of one of"
                + " them")
        return nil
    }

    private func read(
        _ id: IncentivePlan.ID, by field: Field, of document: YAMLDocument, resolving: Bool
    ) -> [PlanFile]? {
        if let complaint = complaint(aboutMissing: id) {
            field.fault(complaint)
            return nil
        }
        do {
            return try versions(of: id, resolving: resolving)
        } catch {
            document.add(error)
            return nil
        }
    }

    /// What to say when no file holds any version of the plan; `nil` when one does.
    func complaint(aboutMissing id: IncentivePlan.ID) -> String? {
        let ids = ids
        guard !ids.contains(id) else { return nil }
        let names = ids.map(\.rawValue)
        let expected =
            nearestName(to: id.rawValue, among: names).map { "did you mean '\($0)'?" }
            ?? "expected one of: \(names.isEmpty ? "(no plan files yet)" : names.joined(separator: ", "))"
        return "there is no incentive plan '\(id)' in \(path); \(expected)"
    }

    /// All versions of the plan by effective date, which is by number.
    ///
    /// - Parameter resolving: Whether the plans that `noWorseOff` names are read too.
    func versions(of id: IncentivePlan.ID, resolving: Bool = true) throws(Faults) -> [PlanFile] {
        var faults: [Fault] = []
        var files: [PlanFile] = []
        let names = fileNames
        for name in names where name.hasPrefix("\(id)@") && PlanFileName(name) == nil {
            let message =
                "the file's name is no version of the plan '\(id)'; expected \(id)@2.yaml for version 2, or \(id).yaml"
                + " for version 1"
            faults.append(Fault(file: "\(path)/\(name)", line: nil, column: nil, message: message))
        }
        for name in names.compactMap(PlanFileName.init).filter({ $0.id == id }).sorted() {
            do throws(Faults) {
                files.append(try PlanFile.read("\(path)/\(name.description)", plans: resolving ? self : nil))
            } catch {
                faults += error.faults
            }
        }
        closeOpenEnds(of: &files)
        faults += files.indices.compactMap { dateFault(of: files[$0], after: files[..<$0]) }
        faults += files.compactMap { currencyFault(of: $0, among: files) }
        if !faults.isEmpty { throw Faults(faults) }
        return files
    }

    /// A version without a last day ends where the next one begins: its file is never edited again.
    private func closeOpenEnds(of files: inout [PlanFile]) {
        for index in files.indices.dropLast() where files[index].plan.effective.until == nil {
            guard let next = files[index + 1].plan.effective.from,
                files[index].plan.effective.from.map({ $0 < next }) ?? true
            else { continue }
            files[index].plan.effective.until = next - 1
        }
    }

    /// Versions follow each other: each begins after the last day of every one before it.
    private func dateFault(of file: PlanFile, after earlier: ArraySlice<PlanFile>) -> Fault? {
        let dates = file.plan.effective
        for other in earlier.reversed() {
            let others = other.plan.effective
            let files = "\(other.name) (\(others.words)) and \(file.name) (\(dates.words))"
            let message: String
            if dates.overlaps(others) {
                message =
                    "\(files) are both in force, \(dates.intersection(with: others).words); expected an 'until' of the"
                    + " earlier version before 'from' of the later one"
            } else if let from = dates.from, from > others.from ?? from - 1 {
                continue
            } else {
                message = "\(files) are in the wrong order; expected a later version to begin later"
            }
            return Fault(
                file: file.path, line: file.datesPosition.line, column: file.datesPosition.column,
                message: message)
        }
        return nil
    }
}

extension PlanDirectory {
    /// Volume carries on from one version to the next, so it is counted in one currency.
    private func currencyFault(of file: PlanFile, among files: [PlanFile]) -> Fault? {
        guard let first = files.first, first.plan.currency != file.plan.currency else { return nil }
        let message =
            "\(first.name) pays in \(first.plan.currency) and \(file.name) in \(file.plan.currency); expected one currency"
            + " in all versions, or a plan of another name"
        return Fault(
            file: file.path, line: file.currencyPosition.line, column: file.currencyPosition.column,
            message: message)
    }
}

extension EffectiveDates {
    /// The days on which both apply, of dates that overlap.
    fileprivate func intersection(with other: EffectiveDates) -> EffectiveDates {
        EffectiveDates(
            from: [from, other.from].compactMap(\.self).max(),
            until: [until, other.until].compactMap(\.self).min())
    }

    /// "2027-01-01 to 2027-12-31".
    var words: String {
        switch (from, until) {
        case (let from?, let until?): "\(from) to \(until)"
        case (let from?, nil): "from \(from) on"
        case (nil, let until?): "until \(until)"
        case (nil, nil): "on every day"
        }
    }
}
