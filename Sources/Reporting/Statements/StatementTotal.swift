package import Model

/// What the lines of one component in one currency sum to, in minor units.
package struct StatementTotal: Sendable, Hashable, Codable {
    package var component: PlanComponent
    package var currency: Currency
    package var payableNow: Int64
    package var payableLater: Int64
    package var waiting: Int64
    package var paidElsewhere: Int64
    /// What the vendor spends with the partner.
    package var spent: Int64
    /// What was not earned after all; no part of ``total``.
    package var notPaid: Int64
    /// Pay: what is payable now or later, waits, or is paid elsewhere.
    package var total: Int64
    package var lineCount: Int
}

extension StatementTotal {
    private struct Key: Hashable {
        var component: PlanComponent
        var currency: Currency
    }

    /// By currency and component. Every line is in exactly one column of exactly one total.
    ///
    /// - Throws: ``StatementFault/tooLarge(_:_:)``.
    static func totals(of lines: [Payout], asOf: Day) throws -> [StatementTotal] {
        let groups = Dictionary(grouping: lines) { Key(component: $0.component, currency: $0.currency) }
        return try groups.map { key, lines in
            func sum(_ isCounted: (Payout) -> Bool) throws -> Int64 {
                try lines.filter(isCounted).reduce(0) { sum, line in
                    let (next, overflow) = sum.addingReportingOverflow(line.amount)
                    guard !overflow else { throw StatementFault.tooLarge(key.component, key.currency) }
                    return next
                }
            }
            let total = try sum { [.payable, .held, .external].contains($0.state) }
            return StatementTotal(
                component: key.component, currency: key.currency,
                payableNow: try sum { $0.state == .payable && ($0.payableOn.map { $0 <= asOf } ?? false) },
                payableLater: try sum { $0.state == .payable && ($0.payableOn.map { $0 > asOf } ?? true) },
                waiting: try sum { $0.state == .held }, paidElsewhere: try sum { $0.state == .external },
                spent: try sum { $0.state == .cost },
                notPaid: try sum { $0.state == .lapsed || $0.state == .blocked }, total: total,
                lineCount: lines.count)
        }.sorted { ($0.currency, $0.component) < ($1.currency, $1.component) }
    }
}
