package import Model

/// The variants of the partners of `roster` that have none yet.
///
/// Strata are taken by name and partners within a stratum by id, both in the order of their bytes; each
/// partner fills the next free position of its stratum's blocks after those that `existing` has taken. A later
/// call therefore continues a partial block and moves nobody, and the order of `roster` is irrelevant.
///
/// - Parameters:
///   - roster: eligible partners, those held out already left out. Ids are unique.
///   - existing: the pilot's assignments so far; those of other pilots are ignored.
/// - Returns: new assignments only, in the order drawn; none for an external design.
package func assign(
    roster: [RosterEntry], plan: Plan, seed: Seed, sizeCuts: [Int], existing: [Assignment], on day: Day
) -> [Assignment] {
    Lots(
        pilot: plan.pilot, design: plan.design, variants: plan.variants.map(VariantWeight.init),
        sizeCuts: sizeCuts, seed: seed
    ).assign(roster, after: existing, on: day)
}

/// What determines a pilot's assignments, apart from the roster.
struct Lots {
    var pilot: Pilot.ID
    var design: Design
    var variants: [VariantWeight]
    var sizeCuts: [Int]
    var seed: Seed

    var blocks: BlockDesign { BlockDesign(variants: variants, blockSize: design.blockSize, seed: seed) }

    func assign(_ roster: [RosterEntry], after existing: [Assignment], on day: Day) -> [Assignment] {
        guard design.kind == .stratified else { return [] }
        let earlier = existing.filter { $0.pilot == pilot }
        var assigned = Set(earlier.map(\.partner))
        var cursors: [StratumName: StratumCursor] = [:]
        for assignment in earlier {
            cursors[StratumName(assignment.stratum), default: StratumCursor()].skip(
                past: assignment, blockSize: design.blockSize)
        }
        let candidates = roster.map { entry in
            (stratum: StratumName(stratum(of: entry, design: design, sizeCuts: sizeCuts)), id: entry.partner)
        }
        var drawn: [Assignment] = []
        for (stratum, partner) in candidates.sorted(by: { ($0.stratum, $0.id) < ($1.stratum, $1.id) })
        where assigned.insert(partner).inserted {
            let place = cursors[stratum, default: StratumCursor()].next(in: blocks, stratum: stratum.rawValue)
            drawn.append(
                Assignment(
                    pilot: pilot, partner: partner, variant: place.variant, stratum: stratum.rawValue,
                    block: place.block, position: place.position, assignedOn: day))
        }
        return drawn
    }
}

/// A stratum's name, compared byte for byte like the values it is made of.
private enum StratumSubject {}
private typealias StratumName = Identifier<StratumSubject>

/// Where a stratum's sequence of blocks goes on.
private struct StratumCursor {
    /// The next free place, counted from 0 through all blocks.
    private var place = 0
    /// The block that was drawn last, so that each is drawn once a call.
    private var current: (block: Int, variants: [Variant.ID])?

    mutating func skip(past assignment: Assignment, blockSize: Int) {
        place = max(place, assignment.block * blockSize + assignment.position + 1)
    }

    mutating func next(
        in design: BlockDesign, stratum: String
    ) -> (variant: Variant.ID, block: Int, position: Int) {
        let (block, position) = place.quotientAndRemainder(dividingBy: design.blockSize)
        place += 1
        if let current, current.block == block { return (current.variants[position], block, position) }
        let variants = design.variants(stratum: stratum, block: block)
        current = (block, variants)
        return (variants[position], block, position)
    }
}
