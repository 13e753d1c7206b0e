extension Analysis {
    /// What should make the reader careful about the table.
    func rosterWarnings() -> [String] {
        var sentences: [String] = []
        if roster.controlChoice == .first {
            sentences.append(
                "no variant is called control; control is '\(roster.variants[0])', the first by name "
                    + "(--control chooses)")
        }
        if roster.unassignedRows > 0 {
            let rows = roster.unassignedRows
            sentences.append(
                "\(counted(rows, "row")) \(rows == 1 ? "has" : "have") no partner or no variant and "
                    + "\(rows == 1 ? "takes" : "take") no part in anything")
        }
        sentences += roster.doubtfulNames + strataWarnings()
        if roster.variants.count > 2 {
            sentences.append(
                "intervals are not adjusted for several variants: each covers its own difference only")
        }
        if let customers = roles.customer.flatMap({ table.labels[$0] }) {
            sentences += CustomerSharing(customers, roster: roster).warnings
        }
        return sentences
    }

    private func strataWarnings() -> [String] {
        guard !roster.strata.isEmpty else { return [] }
        switch design {
        case .complete: return ["the complete design makes no use of the strata"]
        case .external:
            // Where shares differ, partners are weighted by them.
            if roster.variants.indices.dropFirst().contains(where: hasUnequalShares) { return [] }
            return ["the external design makes no use of the strata: no method takes them into account"]
        case .paired: return []
        case .stratified:
            var found = roster.strata.map { _ in Set<Int>() }
            for (partner, stratum) in roster.stratum.enumerated() {
                found[stratum].insert(roster.variant[partner])
            }
            let lone = roster.strata.indices.filter { found[$0].count == 1 }
            guard !lone.isEmpty else { return [] }
            return [
                "\(counted(lone.count, "stratum holds", "strata hold")) one variant only and "
                    + "\(lone.count == 1 ? "says" : "say") nothing about the effect when lots are drawn "
                    + "again: "
                    + quoted(lone.map { roster.strata[$0] })
            ]
        }
    }
}

/// How often customers stand in several rows, partners or variants.
private struct CustomerSharing {
    private(set) var repeated = 0
    private(set) var acrossPartners = 0
    private(set) var acrossVariants = 0

    init(_ customers: LabelColumn, roster: PartnerRoster) {
        var first = [Int32](repeating: -1, count: customers.labelCount)
        var seen = [UInt8](repeating: 0, count: customers.labelCount)
        for (row, customer) in customers.codes.enumerated() where customer >= 0 {
            let partner = roster.partnerOfRow[row]
            guard partner >= 0 else { continue }
            let known = first[Int(customer)]
            if known < 0 {
                first[Int(customer)] = partner
            } else {
                let isOther = known != partner
                let isOtherVariant = isOther && roster.variant[Int(known)] != roster.variant[Int(partner)]
                seen[Int(customer)] |= isOtherVariant ? 7 : isOther ? 3 : 1
            }
        }
        for flags in seen where flags > 0 {
            repeated += 1
            if flags & 2 > 0 { acrossPartners += 1 }
            if flags & 4 > 0 { acrossVariants += 1 }
        }
    }

    var warnings: [String] {
        var sentences: [String] = []
        if acrossVariants > 0 {
            sentences.append(
                "\(counted(acrossVariants, "customer has", "customers have")) partners of different "
                    + "variants: an effect may spill over, and the difference is then no longer that of the "
                    + "variants alone")
        } else if acrossPartners > 0 {
            sentences.append(
                "\(counted(acrossPartners, "customer has", "customers have")) several partners: partners "
                    + "that share customers are not independent")
        }
        if repeated > 0 {
            sentences.append(
                "\(counted(repeated, "customer has", "customers have")) several rows: averages count rows, "
                    + "not customers")
        }
        return sentences
    }
}
