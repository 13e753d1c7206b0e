/// The partners of a table with the variant and stratum of each, and every row's partner.
///
/// Partners stand in the order of their names and variants with control first, so that no number depends on the order
/// of rows.
struct PartnerRoster {
    /// The partners' names, ascending.
    let partners: [String]
    /// The variants' names, control first and the others ascending.
    let variants: [String]
    /// Every partner's variant.
    let variant: [Int]
    /// The strata's names, ascending; empty without strata.
    let strata: [String]
    /// Every partner's stratum; empty without strata.
    let stratum: [Int]
    /// Every row's partner; negative for rows without a partner or a variant.
    let partnerOfRow: [Int32]
    /// Rows without a partner or a variant.
    let unassignedRows: Int
    /// The partners of each variant, ascending.
    let members: [[Int]]
    /// Rows of each variant.
    private let rowCounts: [Int]

    /// Rows of a variant.
    func rowCount(of variant: Int) -> Int { rowCounts[variant] }

    /// Finds out who was given what.
    ///
    /// - Throws: Partners with several variants or strata, or without a stratum; fewer than two variants; a control
    ///   that is none of them.
    init(_ table: Table, roles: TableRoles, control: String?) throws(TableFaults) {
        guard let partnerColumn = table.labels[roles.partner], let variantColumn = table.labels[roles.variant]
        else {
            preconditionFailure("the table was read with the columns of these roles")
        }
        var faults = TableFaults()
        let given = Membership(partnerColumn, of: variantColumn)
        for conflict in given.conflicts {
            let names = conflict.groups.map { "'\(variantColumn.label(Int($0)))'" }.sorted()
            faults.add(
                TableFault(
                    "partner '\(partnerColumn.label(conflict.member))' has the variants "
                        + "\(names.joined(separator: " and ")); a partner is randomised as a whole, so all its rows "
                        + "have the variant it was assigned"))
        }
        let stratumColumn = roles.stratum.flatMap { table.labels[$0] }
        let stratified = stratumColumn.map { Membership(partnerColumn, of: $0) }
        if let stratumColumn, let stratified {
            for conflict in stratified.conflicts {
                let names = conflict.groups.map { "'\(stratumColumn.label(Int($0)))'" }.sorted()
                faults.add(
                    TableFault(
                        "partner '\(partnerColumn.label(conflict.member))' stands in the strata "
                            + "\(names.joined(separator: " and ")); expected the one it was randomised in"))
            }
        }
        guard faults.count == 0 else { throw faults }

        let assigned = (0..<partnerColumn.labelCount).filter { given.group[$0] >= 0 }
        let names = partnerColumn.labels
        let order = assigned.sorted { names[$0] < names[$1] }
        let variantOrder = try Self.variantOrder(
            Set(order.map { Int(given.group[$0]) }), column: variantColumn, control: control)
        var place = [Int32](repeating: -1, count: partnerColumn.labelCount)
        for (position, code) in order.enumerated() { place[code] = Int32(position) }
        var variantPlace = [Int](repeating: 0, count: variantColumn.labelCount)
        for (position, code) in variantOrder.enumerated() { variantPlace[code] = position }

        if let stratumColumn, let stratified {
            for code in order where stratified.group[code] < 0 {
                faults.add(
                    TableFault(
                        "partner '\(names[code])' has no stratum; expected the one it was randomised in"))
            }
            guard faults.count == 0 else { throw faults }
            let labels = stratumColumn.labels
            let used = Set(order.map { Int(stratified.group[$0]) }).sorted { labels[$0] < labels[$1] }
            var stratumPlace = [Int](repeating: 0, count: labels.count)
            for (position, code) in used.enumerated() { stratumPlace[code] = position }
            strata = used.map { labels[$0] }
            stratum = order.map { stratumPlace[Int(stratified.group[$0])] }
        } else {
            strata = []
            stratum = []
        }
        partners = order.map { names[$0] }
        variants = variantOrder.map(variantColumn.label)
        let variant = order.map { variantPlace[Int(given.group[$0])] }
        self.variant = variant
        members = variantOrder.indices.map { arm in variant.indices.filter { variant[$0] == arm } }

        var unassigned = 0
        var rowCounts = [Int](repeating: 0, count: variantOrder.count)
        partnerOfRow = zip(partnerColumn.codes, variantColumn.codes).map { partner, variant in
            if partner >= 0, variant >= 0 {
                rowCounts[variantPlace[Int(variant)]] += 1
                return place[Int(partner)]
            }
            unassigned += 1
            return -1
        }
        unassignedRows = unassigned
        self.rowCounts = rowCounts
    }

    private static func variantOrder(
        _ codes: Set<Int>, column: LabelColumn, control: String?
    ) throws(TableFaults) -> [Int] {
        let sorted = codes.sorted { column.label($0) < column.label($1) }
        let names = sorted.map(column.label)
        guard sorted.count >= 2 else {
            let found =
                names.first.map { "only the variant '\($0)'" } ?? "no row with a partner and a variant"
            throw TableFaults([TableFault("the file has \(found); a comparison needs two variants or more")])
        }
        let name = control ?? names.first { $0.lowercased() == "control" } ?? names[0]
        guard let first = names.firstIndex(of: name) else {
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            throw TableFaults([
                TableFault(
                    "no partner has the control variant '\(name)'; the variants are \(list)",
                    unknownName: .init(name: name, available: names))
            ])
        }
        return [sorted[first]] + sorted.indices.filter { $0 != first }.map { sorted[$0] }
    }
}

/// The group that each member of a column belongs to, according to another column of the same rows.
private struct Membership {
    struct Conflict {
        var member: Int
        var groups: Set<Int32>
    }

    /// The group of each member; negative when no row says.
    private(set) var group: [Int32]
    /// Members with several groups, in the order in which they first appear.
    private(set) var conflicts: [Conflict] = []

    init(_ members: LabelColumn, of groups: LabelColumn) {
        group = [Int32](repeating: LabelColumn.missing, count: members.labelCount)
        var hasConflict = false
        for (row, member) in members.codes.enumerated() where member >= 0 {
            let found = groups.codes[row]
            guard found >= 0 else { continue }
            let known = group[Int(member)]
            if known == LabelColumn.missing {
                group[Int(member)] = found
            } else if known != found {
                hasConflict = true
            }
        }
        guard hasConflict else { return }
        var all: [Int32: Set<Int32>] = [:]
        for (row, member) in members.codes.enumerated() where member >= 0 {
            let found = groups.codes[row]
            if found >= 0, found != group[Int(member)] {
                all[member, default: [group[Int(member)]]].insert(found)
            }
        }
        conflicts = all.map { Conflict(member: Int($0), groups: $1) }.sorted { $0.member < $1.member }
    }
}
