package import Model

/// The promises that a pilot owes its partners on `day` and has not granted.
///
/// A partner whose last promise ended before `day` is promised its variant's terms from the day after it, one who
/// has none from its assignment: a round that comes late, as after an outage, leaves no day without terms.
/// Each runs `promiseDays` days, one after the other until `day` is covered, cut at the pilot's last day, so
/// promises of a partner never overlap.
/// Variants that are paused grant none: what they promised runs out and is not renewed.
///
/// - Parameters:
///   - assignments: of one pilot.
///   - promises: all granted so far; those of other pilots are ignored.
///   - promiseDays: at least 1.
///   - pilotEnds: the first day after the pilot.
/// - Returns: the new promises, sorted by partner.
package func promisesDue(
    assignments: [Assignment], promises: [Promise], paused: Set<Variant.ID>, promiseDays: Int,
    on day: Day, pilotEnds: Day
) -> [Promise] {
    let lastCovered = Dictionary(
        promises.map { (Holder(pilot: $0.pilot, partner: $0.partner), $0.until) }, uniquingKeysWith: max)
    return assignments.sorted { $0.partner < $1.partner }.flatMap { assignment -> [Promise] in
        guard !paused.contains(assignment.variant) else { return [] }
        let covered = lastCovered[Holder(pilot: assignment.pilot, partner: assignment.partner)]
        var from = covered.map { $0 + 1 } ?? assignment.assignedOn
        var granted: [Promise] = []
        while from < pilotEnds, from <= day || (covered == nil && granted.isEmpty) {
            granted.append(
                Promise(
                    pilot: assignment.pilot, partner: assignment.partner, variant: assignment.variant,
                    from: from, until: min(from + promiseDays, pilotEnds) - 1))
            from = from + promiseDays
        }
        return granted
    }
}

private struct Holder: Hashable {
    var pilot: Pilot.ID
    var partner: Partner.ID
}
