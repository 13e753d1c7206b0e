import Model
import Storage

/// What keeps a pilot from being started with the roster there is.
extension Enrolment {
    /// Refuses a stratum or a population field that no partner of the roster has: it would sort nobody.
    func refuseUnknownFields() throws {
        let known = Set(book.partners.flatMap(\.attributes.keys)).sorted()
        let named =
            plan.design.strata.filter { $0 != "size" }.map { ("design.strata", $0) }
            + plan.population.keys.sorted().map { ("population", $0) }
        for (place, field) in named where !known.contains(field) {
            let hint = nearestName(to: field, among: known).map { ": did you mean '\($0)'?" } ?? "."
            let fields = known.isEmpty ? "no field at all" : known.map { "'\($0)'" }.joined(separator: ", ")
            throw OperationError(
                .invalid,
                "pilot '\(plan.pilot)' names '\(field)' under '\(place)', which no partner of the roster has\(hint) The "
                    + "roster has \(fields); correct the name, or map the field and sync first")
        }
    }

    func refuseIfTooSmall(_ draw: Draw) throws {
        let counts = plan.variants.map { variant in draw.assignments.count { $0.variant == variant.id } }
        let smallest = counts.min() ?? 0
        let found = zip(plan.variants, counts).map { "\($1) in '\($0.id)'" }.joined(separator: ", ")
        guard smallest >= 2 else {
            throw OperationError(
                .invalid,
                "pilot '\(plan.pilot)' would have \(found); every variant needs at least two partners: "
                    + (try waitForOthers() ?? "widen 'population', or sync the roster first"))
        }
        let looks = plan.schedule.lookDates.count
        guard smallest >= 10 || looks <= 3 else {
            throw OperationError(
                .invalid,
                "pilot '\(plan.pilot)' would have \(found) and \(looks) looks; with fewer than 10 partners in an arm at "
                    + "most 3 looks keep the error rate: set 'lookEveryWeeks' to \((plan.schedule.weeks + 2) / 3) or more"
            )
        }
    }

    /// Who has the partners that this pilot wants, and until when; `nil` when nobody has.
    private func waitForOthers() throws -> String? {
        let wanted = Set(
            book.partners.filter { isInPopulation($0) && !book.deletedPartners.contains($0.id) }.map(\.id))
        let holders = try partnersOfOtherPilots().compactMap { other -> String? in
            let count = other.partners.intersection(wanted).count
            guard count > 0 else { return nil }
            return "pilot '\(other.pilot.id)' holds \(count) of them to \(other.pilot.plan.schedule.ends)"
        }
        guard !holders.isEmpty else { return nil }
        return
            "of the layer '\(plan.layer)', \(holders.joined(separator: ", ")); start after that, or choose other "
            + "partners under 'population'"
    }

    /// Refuses a pilot that could count nothing: none of its contracts falls due early enough to be decided.
    func refuseIfNothingFallsDue(_ rows: Int) throws {
        guard plan.primary.hasDueDate, rows == 0 else { return }
        throw OperationError(
            .invalid,
            "pilot '\(plan.pilot)' could measure nothing: no contract of its partners falls due from \(plan.schedule.starts) to "
                + "\(plan.schedule.ends - plan.primary.graceDays), \(plan.primary.graceDays) days of grace before its end; "
                + "sync the contracts first, or set 'starts' and 'weeks' to a time in which contracts fall due"
        )
    }
}
