import Estimation
import Foundation
import Statistics

/// Reads all twelve columns of the table.
func tableWork(_ columns: InputColumns) -> Work {
    let labels = ["partner_id", "variant", "stratum"]
    // An id that nothing is grouped by is a number, as it is to the other programs.
    let numbers: [(String, NumberRule)] = [
        ("customer_id", .finite),
        ("pre_period_value", .finite), ("entry_day", .finite), ("exit_day", .finite), ("event", .zeroOrOne),
        ("renewed", .finite), ("recurring_revenue_start", .notNegative), ("recurring_revenue_end", .finite),
        ("discount", .finite),
    ]
    let requests =
        labels.map { ColumnRequest($0, .label) } + numbers.map { ColumnRequest($0, .number($1)) }
    return {
        let table = try readTable(mapped(columns.table).span, columns: requests)
        return ["rows": Double(table.rowCount)]
    }
}

/// The table on disk to every method for renewal and time to a loss, with 9,999 draws.
///
/// - Parameter isComplete: Whether to compare money kept as well, and to adjust for the earlier value.
func estimateWork(_ columns: InputColumns, isComplete: Bool) -> Work {
    var roles = TableRoles(
        partner: "partner_id", variant: "variant", outcome: "renewed", stratum: "stratum", entry: "entry_day",
        time: "exit_day", event: "event")
    if isComplete {
        roles.covariate = "pre_period_value"
        roles.numerator = "recurring_revenue_end"
        roles.denominator = "recurring_revenue_start"
    }
    return { [roles] in
        let table = try readTable(mapped(columns.table).span, columns: roles.requests)
        let analysis = try analyze(table, roles: roles, options: AnalysisOptions())
        let rows = analysis.metrics.flatMap { $0.comparisons.flatMap(\.rows) }
        func value(_ method: EffectMethod) -> Double {
            rows.first { $0.method == method }?.value ?? .nan
        }
        return ["renewal": value(.cr2Exchangeable), "methods": Double(rows.count { $0.unavailable == nil })]
    }
}

private func mapped(_ file: URL) throws -> Data { try Data(contentsOf: file, options: .alwaysMapped) }
