package import Model
package import Reporting

extension PilotOperations {
    /// The weekly report of a recorded look; of the latest when no week is named.
    package func report(of id: Pilot.ID, week: ISOWeek? = nil) async throws -> WeeklyReport {
        let pilot = try await pilot(id)
        let looks = try await recordedLooks(of: id)
        guard
            let index = week.map({ week in looks.firstIndex { $0.asOf.isoWeek == week } })
                ?? looks.indices.last
        else {
            let wanted = week.map { " of week \($0)" } ?? ""
            let known = looks.map { $0.asOf.isoWeek.description }.joined(separator: ", ")
            throw OperationError(
                .notFound,
                "pilot '\(id)' has no recorded look\(wanted); "
                    + (known.isEmpty
                        ? "the first one falls due on \(pilot.plan.schedule.lookDates[0])"
                        : "there are \(known)"))
        }
        return WeeklyReport(pilot: pilot, look: looks[index], previous: Array(looks[..<index]))
    }

    /// The page that lists all pilots.
    package func programmeIndex() async throws -> ProgrammeIndex {
        var entries: [(pilot: Pilot, looks: [Look])] = []
        for pilot in try await pilots() {
            entries.append((pilot, try await recordedLooks(of: pilot.id)))
        }
        return ProgrammeIndex(entries: entries)
    }
}
