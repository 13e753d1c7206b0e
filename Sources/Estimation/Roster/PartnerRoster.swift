/// The partners of a table with the variant and stratum of each, and every row's partner.
///
/// Partners stand in the order of their names and variants with control first, so that no number depends on
/// the order of rows.
struct PartnerRoster {
    /// The partners' names, ascending.
    let partners: [String]
    /// The variants' names, control first and the others ascending.
    let variants: [String]
    /// How control was found.
    let controlChoice: ControlChoice
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
    /// The first line of every partner.
    let firstLines: [Int]
    /// Partners, and strata, that are alike but for blanks and capitals, in words.
    let doubtfulNames: [String]
    /// Rows of each partner.
    let rowsOfPartners: [Int]

    /// Rows of a variant.
    func rowCount(of variant: Int) -> Int { members[variant].reduce(0) { $0 + rowsOfPartners[$1] } }

    /// Finds out who was given what.
    ///
    /// - Parameters:
    ///   - isWhole: Whether the table holds every row of the file; otherwise nobody is accused of what a
    ///     missing row
    ///     may say.
    ///   - faults: Partners with several variants or strata, or without a stratum; variants that differ in
    ///     blanks and
    ///     capitals only; fewer than two variants; a control that is none of them.
    /// - Returns: nil when there are such faults.
    init?(_ table: Table, roles: TableRoles, control: String?, isWhole: Bool, faults: inout TableFaults) {
        guard let partnerColumn = table.labels[roles.partner], let variantColumn = table.labels[roles.variant]
        else { return nil }
        let before = faults.count
        let accused = Accusations(table: table, partners: partnerColumn)
        let given = Membership(partnerColumn, of: variantColumn)
        let names = partnerColumn.labels
        let assigned = names.indices.filter { given.group[$0] >= 0 }
        let used = Set(assigned.map { Int(given.group[$0]) })
        accused.addConflicts(
            given, variantColumn, "has several variants",
            "a partner is randomised as a whole, so all its rows have the variant it was assigned", &faults)
        accused.addNearlyEqual(variantColumn, among: used, &faults)
        let stratumColumn = roles.stratum.flatMap { table.labels[$0] }
        let stratified = stratumColumn.map { Membership(partnerColumn, of: $0) }
        if let stratumColumn, let stratified {
            accused.addConflicts(
                stratified, stratumColumn, "stands in several strata",
                "expected the one it was randomised in",
                &faults)
            if isWhole { accused.addWithoutStratum(assigned.filter { stratified.group[$0] < 0 }, &faults) }
        }
        let order =
            isWhole || control == nil && used.count >= 2
            ? VariantOrder(used, column: variantColumn, control: control, faults: &faults) : nil
        guard let order, faults.count == before else { return nil }

        let sorted = assigned.sorted { names[$0] < names[$1] }
        var place = [Int32](repeating: -1, count: partnerColumn.labelCount)
        for (position, code) in sorted.enumerated() { place[code] = Int32(position) }
        var variantPlace = [Int](repeating: 0, count: variantColumn.labelCount)
        for (position, code) in order.codes.enumerated() { variantPlace[code] = position }
        partners = sorted.map { names[$0] }
        variants = order.codes.map(variantColumn.label)
        controlChoice = order.choice
        let firstRows = partnerColumn.firstRows
        firstLines = sorted.map { table.lines.line(of: firstRows[$0]) }
        let variant = sorted.map { variantPlace[Int(given.group[$0])] }
        self.variant = variant
        members = order.codes.indices.map { arm in variant.indices.filter { variant[$0] == arm } }
        var doubtful = Self.doubts(names, among: assigned, "partners")

        if let stratumColumn, let stratified {
            let labels = stratumColumn.labels
            let found = Set(sorted.map { Int(stratified.group[$0]) }).sorted { labels[$0] < labels[$1] }
            var stratumPlace = [Int](repeating: 0, count: labels.count)
            for (position, code) in found.enumerated() { stratumPlace[code] = position }
            strata = found.map { labels[$0] }
            stratum = sorted.map { stratumPlace[Int(stratified.group[$0])] }
            doubtful += Self.doubts(labels, among: found, "strata")
        } else {
            strata = []
            stratum = []
        }
        doubtfulNames = doubtful

        var unassigned = 0
        var rows = [Int](repeating: 0, count: sorted.count)
        partnerOfRow = zip(partnerColumn.codes, variantColumn.codes).map { partner, variant in
            if partner >= 0, variant >= 0 {
                let position = place[Int(partner)]
                rows[Int(position)] += 1
                return position
            }
            unassigned += 1
            return -1
        }
        unassignedRows = unassigned
        rowsOfPartners = rows
    }

    /// How many pairs of doubtful names are told.
    private static let doubtLimit = 5

    private static func doubts(_ labels: [String], among codes: [Int], _ noun: String) -> [String] {
        let groups = NearlyEqualLabels(labels, among: codes).groups
        let told = groups.prefix(doubtLimit).map { alike in
            "\(noun) \(alike.map { "'\(labels[$0])'" }.joined(separator: " and ")) differ in blanks or capitals "
                + "only and count as \(alike.count)"
        }
        let more = groups.count - told.count
        return told + (more > 0 ? ["\(more) more groups of \(noun) differ in blanks or capitals only"] : [])
    }
}

/// What partners are accused of, with the lines that say so.
private struct Accusations {
    let table: Table
    let partners: LabelColumn

    func addConflicts(
        _ membership: Membership, _ column: LabelColumn, _ verb: String, _ expected: String,
        _ faults: inout TableFaults
    ) {
        for conflict in membership.conflicts {
            let lines = conflict.groups.map { (line: table.lines.line(of: $0.row), group: $0.group) }
            let said = lines.map { "line \($0.line): '\(column.label($0.group))'" }.joined(separator: "; ")
            faults.add(
                kind: "partner \(verb)",
                TableFault(
                    line: lines[1].line,
                    "partner '\(partners.label(conflict.member))' \(verb) (\(said)); \(expected)"))
        }
    }

    /// Variants written in two manners would be two variants.
    func addNearlyEqual(_ column: LabelColumn, among codes: Set<Int>, _ faults: inout TableFaults) {
        let labels = column.labels
        let rows = column.firstRows
        for alike in NearlyEqualLabels(labels, among: Array(codes)).groups {
            let said = alike.map { "line \(table.lines.line(of: rows[$0])): '\(labels[$0])'" }
                .joined(separator: "; ")
            faults.add(
                TableFault(
                    line: table.lines.line(of: rows[alike[1]]),
                    "variants differ in blanks or capitals only (\(said)); write one variant in one manner"))
        }
    }

    func addWithoutStratum(_ codes: [Int], _ faults: inout TableFaults) {
        guard !codes.isEmpty else { return }
        let rows = partners.firstRows
        for code in codes {
            faults.add(
                kind: "partners without a stratum",
                TableFault(
                    line: table.lines.line(of: rows[code]),
                    "partner '\(partners.label(code))' has no stratum on any line; expected the one it was "
                        + "randomised in"))
        }
    }
}
