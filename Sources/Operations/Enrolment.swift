import Evaluation
import Model
import Randomization
import Storage

/// Who joins a pilot on a day, and what the lots give them.
struct Enrolment {
    /// The outcome of a draw.
    struct Draw {
        /// Everybody who was considered, held-out partners included.
        var entries: [RosterEntry]
        var heldOut: [Partner.ID]
        var assignments: [Assignment]
        var sizeCuts: [Int]
    }

    let plan: Plan
    let seed: Seed
    let day: Day
    let book: Book
    let transaction: Transaction

    /// The draw that starts a pilot.
    func firstDraw() throws -> Draw {
        try refuseUnknownFields()
        let holdout = try layerHoldout()
        let entries = try eligibleEntries(considered: [])
        let cuts = plan.design.strata.contains("size") ? sizeCuts(of: entries) : []
        let draw = draw(entries, holdout: holdout, sizeCuts: cuts, existing: [])
        try refuseIfTooSmall(draw)
        return draw
    }

    /// Partners who have come into the roster since.
    func lateDraw(sizeCuts: [Int]) throws -> Draw {
        let considered = Set(try transaction.rosterBatches(of: plan.pilot).flatMap(\.entries).map(\.partner))
        let entries = try eligibleEntries(considered: considered)
        guard !entries.isEmpty else {
            return Draw(entries: [], heldOut: [], assignments: [], sizeCuts: sizeCuts)
        }
        return draw(
            entries, holdout: try layerHoldout(), sizeCuts: sizeCuts,
            existing: try transaction.assignments(of: plan.pilot))
    }

    private func draw(
        _ entries: [RosterEntry], holdout: LayerHoldout, sizeCuts: [Int], existing: [Assignment]
    ) -> Draw {
        let heldOut = entries.map(\.partner).filter {
            isHeldOut($0, layer: plan.layer, share: holdout.share, seed: holdout.seed)
        }
        let isOut = Set(heldOut)
        let assignments = assign(
            roster: entries.filter { !isOut.contains($0.partner) }, plan: plan, seed: seed,
            sizeCuts: sizeCuts, existing: existing, on: day)
        return Draw(entries: entries, heldOut: heldOut, assignments: assignments, sizeCuts: sizeCuts)
    }

    /// The layer's permanent holdout; the first pilot of a layer fixes it.
    private func layerHoldout() throws -> LayerHoldout {
        if let holdout = try transaction.holdout(of: plan.layer) {
            guard holdout.share == plan.holdout else {
                throw OperationError(
                    .conflict,
                    "layer '\(plan.layer)' keeps \(holdout.share) of its partners out for good, and pilot '\(plan.pilot)' asks for "
                        + "\(plan.holdout); use the layer's share")
            }
            return holdout
        }
        let holdout = LayerHoldout(share: plan.holdout, seed: seed)
        try transaction.insert(holdout, for: plan.layer)
        return holdout
    }

    private func eligibleEntries(considered: Set<Partner.ID>) throws -> [RosterEntry] {
        let active = book.activeContracts(on: day)
        let occupied = Set(try partnersOfOtherPilots().flatMap(\.partners))
        return book.partners.enumerated().compactMap { index, partner in
            guard !considered.contains(partner.id), !book.deletedPartners.contains(partner.id),
                !occupied.contains(partner.id), isInPopulation(partner)
            else {
                return nil
            }
            return RosterEntry(
                partner: partner.id, attributes: partner.attributes, activeContracts: active[index])
        }
    }

    func isInPopulation(_ partner: Partner) -> Bool {
        plan.population.allSatisfy { field, values in
            partner.attributes[field].map(values.contains) ?? false
        }
    }

    /// Partners whom another pilot of the layer still gives terms: a partner is in one pilot a layer.
    func partnersOfOtherPilots() throws -> [(pilot: Pilot, partners: Set<Partner.ID>)] {
        let others = try transaction.pilots().filter {
            $0.id != plan.pilot && $0.plan.layer == plan.layer && $0.holdsPartners(on: day)
        }
        return try others.map { ($0, Set(try transaction.assignments(of: $0.id).map(\.partner))) }
    }
}

extension Pilot {
    /// Whether its partners belong to it on `day`: to its end, and until the last look is taken.
    func holdsPartners(on day: Day) -> Bool {
        plan.design.kind == .stratified && (state == .running || plan.schedule.ends > day)
    }
}
