import Statistics

/// Analyses a table once: all applicable methods for everything that can be compared, the recommended one
/// marked.
///
/// Rows without a partner or a variant take no part; a row with a missing cell takes no part in what needs
/// that cell, and is counted there. The order of rows changes nothing but rounding.
///
/// - Parameters:
///   - table: Read with `roles.requests`.
///   - roles: Which column plays which part.
/// - Throws: Parts that make no sense together, partners in several variants or strata, too few variants, an
///   unknown
///   control, pairs that are none, times that are not after their entry: all at once.
package func analyze(
    _ table: Table, roles: TableRoles, options: AnalysisOptions
) throws(TableFaults) -> TableAnalysis {
    try analyze(
        TableReading(table: table, faults: TableFaults(), hasLostRows: false), roles: roles, options: options)
}

/// Analyses what was read from a file; a file with faults is only searched for more.
///
/// - Throws: The reading's faults and those that `analyze(_:roles:options:)` tells of a table.
package func analyze(
    _ reading: TableReading, roles: TableRoles, options: AnalysisOptions
) throws(TableFaults) -> TableAnalysis {
    var faults = reading.faults
    for complaint in roles.complaints { faults.add(TableFault(complaint)) }
    if let fault = options.designFault(roles) { faults.add(fault) }
    guard let table = reading.table else { throw faults }
    faults.addTimes(of: table, roles: roles)
    let roster = PartnerRoster(
        table, roles: roles, control: options.control, isWhole: !reading.hasLostRows, faults: &faults)
    if let roster {
        if options.design == .paired, !reading.hasLostRows { faults.addPairs(of: roster) }
        if let shares = options.shares { faults.addShares(shares, variants: roster.variants) }
    }
    guard let roster, faults.count == 0 else { throw faults }
    let design = options.design ?? (roster.strata.isEmpty ? .complete : .stratified)
    let mechanism: AssignmentMechanism? =
        switch design {
        case .external: nil
        case .complete: .complete(labels: roster.variant)
        case .stratified, .paired: .stratified(labels: roster.variant, strata: roster.stratum)
        }
    do throws(EstimationError) {
        return try Analysis(
            table: table, roles: roles, options: options, roster: roster, design: design, mechanism: mechanism
        ).result()
    } catch {
        throw TableFaults([TableFault(error.description)])
    }
}

extension AnalysisOptions {
    fileprivate func designFault(_ roles: TableRoles) -> TableFault? {
        guard roles.stratum == nil, let design, design == .stratified || design == .paired else { return nil }
        return TableFault(
            "the \(design.rawValue) design needs the column of the \(design == .paired ? "pairs" : "strata") "
                + "that partners were randomised in")
    }
}

extension TableFaults {
    /// Rows that end before they begin: they were never at risk of anything.
    fileprivate mutating func addTimes(of table: Table, roles: TableRoles) {
        guard let entries = roles.entry.flatMap({ table.numbers[$0] }),
            let times = roles.time.flatMap({ table.numbers[$0] })
        else { return }
        for (row, entry) in entries.values.enumerated() where entry >= times.values[row] {
            add(
                kind: "rows that end before they begin",
                TableFault(
                    line: table.lines.line(of: row),
                    "the row ends at \(shortForm(times.values[row], digits: 12)) and begins at "
                        + "\(shortForm(entry, digits: 12)); expected a time after the entry"))
        }
    }

    fileprivate mutating func addPairs(of roster: PartnerRoster) {
        var members = roster.strata.map { _ in [Int]() }
        for (partner, stratum) in roster.stratum.enumerated() { members[stratum].append(partner) }
        for (stratum, partners) in members.enumerated()
        where partners.map({ roster.variant[$0] }).sorted() != Array(roster.variants.indices) {
            let found = partners.prefix(6).map {
                "line \(roster.firstLines[$0]): '\(roster.partners[$0])', "
                    + "\(roster.variants[roster.variant[$0]])"
            }
            add(
                kind: "pairs that are none",
                TableFault(
                    line: partners.map { roster.firstLines[$0] }.min(),
                    "pair '\(roster.strata[stratum])' has \(counted(partners.count, "partner")) "
                        + "(\(found.joined(separator: "; "))); expected one of each variant"))
        }
    }

    fileprivate mutating func addShares(_ shares: [String: Double], variants: [String]) {
        guard Set(shares.keys) != Set(variants) || !shares.values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            return
        }
        add(
            TableFault(
                "the planned shares name \(quoted(shares.keys.sorted())), expected a number above 0 for "
                    + "each of "
                    + quoted(variants)))
    }
}
