package import Model

/// The terms `partner` holds on `day`: those of every pilot that runs on it and has the partner, one layer
/// beside the other.
///
/// While a promise is in force the partner holds the promised variant's components until the promise ends,
/// whatever has been paused since. Without one it holds the control's, and nothing says for how long. Pilots
/// whose terms are set outside Fairway, that are over or have yet to begin add nothing.
package func terms(
    of partner: Partner.ID, on day: Day, pilots: [Pilot], assignments: [Assignment], promises: [Promise]
) -> Terms {
    let assignedPilots = Set(
        assignments.filter { $0.partner == partner && $0.assignedOn <= day }.map(\.pilot))
    let inForce = promises.filter { $0.partner == partner && $0.from <= day && day <= $0.until }
    let running = pilots.filter { assignedPilots.contains($0.id) && $0.plan.schedule.contains(day) }
    let entries = running.flatMap { pilot in
        let promise = inForce.first { $0.pilot == pilot.id }
        return termEntries(
            of: promise?.variant ?? Variant.control, in: pilot.plan, until: promise?.until)
    }
    return Terms(
        partner: partner, asOf: day,
        entries: entries.sorted { ($0.component, $0.pilot) < ($1.component, $1.pilot) })
}

private func termEntries(of variant: Variant.ID, in plan: Plan, until: Day?) -> [Terms.Entry] {
    guard let incentives = plan.variants.first(where: { $0.id == variant })?.incentivePlan else { return [] }
    return incentives.components.map { component in
        Terms.Entry(
            component: component, plan: incentives.id, pilot: plan.pilot, variant: variant, until: until,
            sentences: sentences(on: component, of: incentives))
    }
}
