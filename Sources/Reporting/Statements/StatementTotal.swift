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
    static func totals(of lines: [Payout], asOf: Day) -> [StatementTotal] {
        let groups = Dictionary(grouping: lines) { Key(component: $0.component, currency: $0.currency) }
        return groups.map { key, lines in
            func sum(_ isCounted: (Payout) -> Bool) -> Int64 {
                lines.filter(isCounted).reduce(0) { $0 + $1.amount }
            }
            return StatementTotal(
                component: key.component, currency: key.currency,
                payableNow: sum { $0.state == .payable && $0.isPayable(by: asOf) },
                payableLater: sum { $0.state == .payable && !$0.isPayable(by: asOf) },
                waiting: sum { $0.state == .held }, paidElsewhere: sum { $0.state == .external },
                spent: sum { $0.state == .cost },
                notPaid: sum { $0.state == .lapsed || $0.state == .blocked },
                total: sum { [.payable, .held, .external].contains($0.state) }, lineCount: lines.count)
        }.sorted { ($0.currency, $0.component) < ($1.currency, $1.component) }
    }

    /// Refuses amounts of which some sum might not fit: then every sum of a statement does.
    ///
    /// - Throws: ``StatementFault/tooLarge(_:)``.
    static func checkSums(of amounts: [Money]) throws {
        var magnitudes: [Currency: UInt64] = [:]
        for amount in amounts {
            let (sum, overflow) = magnitudes[amount.currency, default: 0].addingReportingOverflow(
                amount.minorUnits.magnitude)
            guard !overflow, sum <= UInt64(Int64.max) else { throw StatementFault.tooLarge(amount.currency) }
            magnitudes[amount.currency] = sum
        }
    }
}

extension Payout {
    func isPayable(by day: Day) -> Bool { payableOn.map { $0 <= day } ?? false }
}
