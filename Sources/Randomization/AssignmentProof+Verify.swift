import Model

extension AssignmentProof {
    /// Draws all lots again and lists every discrepancy in words; empty when the proof holds.
    ///
    /// The plan itself is not part of the proof: that ``planHash`` is the approved plan's is for the reader to
    /// compare. Throws only when the roster cannot be spelled as JSON.
    package func verify() throws -> [String] {
        guard design.kind == .stratified else {
            return ["the lots of pilot '\(pilot)' were drawn outside Fairway and cannot be drawn again"]
        }
        if let fault = lots.blocks.fault { return [fault] }
        return try rosterDiscrepancies() + assignmentDiscrepancies()
    }

    private var lots: Lots {
        Lots(pilot: pilot, design: design, variants: variants, sizeCuts: sizeCuts, seed: seed)
    }

    private func rosterDiscrepancies() throws -> [String] {
        var found: [String] = []
        let first = batches.first?.entries ?? []
        let hash = try Randomization.rosterHash(first)
        if hash != rosterHash {
            found.append("the first roster hashes to \(hash.short), not to the published \(rosterHash.short)")
        }
        let cuts = design.strata.contains("size") ? Randomization.sizeCuts(of: first) : []
        if cuts != sizeCuts {
            found.append("the first roster gives the size cuts \(cuts), not \(sizeCuts)")
        }
        for (earlier, later) in zip(batches, batches.dropFirst())
        where later.assignedOn < earlier.assignedOn {
            found.append("the batch of \(later.assignedOn) is listed after that of \(earlier.assignedOn)")
        }
        for batch in batches {
            for partner in duplicates(batch.entries.map(\.partner)) {
                found.append("partner '\(partner)' is more than once in the roster of \(batch.assignedOn)")
            }
        }
        return found
    }

    private func assignmentDiscrepancies() -> [String] {
        let expected = Dictionary(uniqueKeysWithValues: replay().map { ($0.partner, $0) })
        var found = duplicates(assignments.map(\.partner)).map { partner in
            "partner '\(partner)' is assigned more than once"
        }
        for recorded in assignments.sorted(by: { $0.partner < $1.partner }) {
            if let drawn = expected[recorded.partner] {
                found += differences(between: recorded, and: drawn)
            } else {
                let reason = exclusion(recorded.partner)
                found.append("partner '\(recorded.partner)' is assigned although \(reason)")
            }
        }
        let partners = Set(assignments.map(\.partner))
        for missing in expected.keys.sorted() where !partners.contains(missing) {
            found.append("partner '\(missing)' drew a lot but has no assignment")
        }
        return found
    }

    /// The assignments that the batches give, one after the other.
    private func replay() -> [Assignment] {
        batches.reduce(into: []) { drawn, batch in
            let admitted = batch.entries.filter { !isHeldOutHere($0.partner) }
            drawn += lots.assign(admitted, after: drawn, on: batch.assignedOn)
        }
    }

    private func isHeldOutHere(_ partner: Partner.ID) -> Bool {
        isHeldOut(partner, layer: layer, share: holdoutShare, seed: holdoutSeed)
    }

    private func exclusion(_ partner: Partner.ID) -> String {
        isHeldOutHere(partner) ? "layer '\(layer)' holds it out" : "no roster has it"
    }

    private func differences(between recorded: Assignment, and drawn: Assignment) -> [String] {
        let fields: [(name: String, recorded: String, drawn: String)] = [
            ("pilot", recorded.pilot.rawValue, drawn.pilot.rawValue),
            ("variant", recorded.variant.rawValue, drawn.variant.rawValue),
            ("stratum", recorded.stratum, drawn.stratum),
            ("block", "\(recorded.block)", "\(drawn.block)"),
            ("position", "\(recorded.position)", "\(drawn.position)"),
            ("assignedOn", "\(recorded.assignedOn)", "\(drawn.assignedOn)"),
        ]
        return fields.filter { !$0.recorded.utf8.elementsEqual($0.drawn.utf8) }.map { field in
            "partner '\(recorded.partner)' has \(field.name) '\(field.recorded)'; the lots give '\(field.drawn)'"
        }
    }
}

/// The ids that occur more than once, each once, ascending.
private func duplicates(_ partners: [Partner.ID]) -> [Partner.ID] {
    Dictionary(grouping: partners) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
}
