import Statistics

/// Analyses a table once: all applicable methods for everything that can be compared, the recommended one marked.
///
/// Rows without a partner or a variant take no part; a row with a missing cell takes no part in what needs that cell, and
/// is counted there. The order of rows changes nothing but rounding.
///
/// - Parameters:
///   - table: Read with `roles.requests`.
///   - roles: Which column plays which part, without `complaint`.
/// - Throws: Partners in several variants or strata, too few variants, an unknown control, pairs that are none.
package func analyze(
    _ table: Table, roles: TableRoles, options: AnalysisOptions
) throws(TableFaults) -> TableAnalysis {
    if let complaint = roles.complaint { throw TableFaults([TableFault(complaint)]) }
    let roster = try PartnerRoster(table, roles: roles, control: options.control)
    let design = options.design ?? (roster.strata.isEmpty ? .complete : .stratified)
    let analysis = Analysis(
        table: table, roles: roles, options: options, roster: roster, design: design,
        mechanism: try mechanism(of: roster, design: design))
    let metrics: [MetricAnalysis]
    do throws(EstimationError) {
        metrics = try analysis.metrics()
    } catch {
        throw TableFaults([TableFault(error.description)])
    }
    var result = TableAnalysis(
        rowCount: table.rowCount, unassignedRows: roster.unassignedRows, missingCells: table.missingCells,
        partnerCount: roster.partners.count, variants: roster.variants, design: design,
        stratumCount: design == .stratified || design == .paired ? roster.strata.count : 0,
        confidenceLevel: options.confidenceLevel, draws: options.draws, seed: options.seed,
        metrics: metrics, warnings: analysis.rosterWarnings())
    result.warnings += result.metrics.flatMap(\.warnings)
    return result
}

/// The mechanism to replay; nil for an external one.
private func mechanism(
    of roster: PartnerRoster, design: TableDesign
) throws(TableFaults) -> AssignmentMechanism? {
    switch design {
    case .external: return nil
    case .complete: return .complete(labels: roster.variant)
    case .stratified, .paired:
        guard !roster.strata.isEmpty else {
            throw TableFaults([
                TableFault(
                    "the \(design.rawValue) design needs the column of the \(design == .paired ? "pairs" : "strata") "
                        + "that partners were randomised in")
            ])
        }
        if design == .paired { try checkPairs(roster) }
        return .stratified(labels: roster.variant, strata: roster.stratum)
    }
}

private func checkPairs(_ roster: PartnerRoster) throws(TableFaults) {
    var faults = TableFaults()
    var members = roster.strata.map { _ in [Int]() }
    for (partner, stratum) in roster.stratum.enumerated() { members[stratum].append(partner) }
    for (stratum, partners) in members.enumerated()
    where partners.map({ roster.variant[$0] }).sorted() != Array(roster.variants.indices) {
        let found = partners.map { "'\(roster.partners[$0])' (\(roster.variants[roster.variant[$0]]))" }
        faults.add(
            TableFault(
                "pair '\(roster.strata[stratum])' has the partners \(found.prefix(6).joined(separator: ", ")); expected "
                    + "one of each variant"))
    }
    if faults.count > 0 { throw faults }
}

extension Table {
    /// Missing cells, by column.
    fileprivate var missingCells: [String: Int] {
        labels.mapValues(\.missingCount).merging(numbers.mapValues(\.missingCount)) { max($0, $1) }
    }
}

extension MetricAnalysis {
    /// What should make the reader careful about the metric.
    var warnings: [String] {
        let name = columns.joined(separator: ", ")
        var sentences: [String] = []
        for arm in arms {
            let share = arm.largestShare ?? 0
            let percent = Int((100 * share).rounded())
            if arm.partners.raw >= 2, share > 0.5, let partner = arm.largestPartner {
                sentences.append(
                    "\(name): partner '\(partner)' is \(percent) % of '\(arm.variant)': the result is driven by a single "
                        + "partner; read the leave-one-out range and the partner average beside it")
            } else if arm.partners.raw >= 2, share > 0.25, let partner = arm.largestPartner {
                sentences.append("\(name): partner '\(partner)' is \(percent) % of '\(arm.variant)'")
            }
            if arm.partners.effective < Double(arm.partners.raw) / 3 {
                sentences.append(
                    "\(name): the \(arm.partners.raw) partners of '\(arm.variant)' weigh as few as "
                        + "\(shortForm(arm.partners.effective, digits: 3)) of equal size")
            }
        }
        if leftOutRows > 0 {
            sentences.append("\(name): \(leftOutRows) rows were left out")
        }
        return sentences
    }
}
