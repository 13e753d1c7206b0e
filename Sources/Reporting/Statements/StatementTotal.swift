package import Model

/// What the lines of one component in one currency sum to, in minor units.
package struct StatementTotal: Sendable, Hashable, Codable {
    package var component: PlanComponent
    package var currency: Currency
    /// By entries of the period's closed quarters, those for lines of other periods included.
    package var paid: Int64
    /// And not paid yet.
    package var payableNow: Int64
    package var payableLater: Int64
    package var waiting: Int64
    package var paidElsewhere: Int64
    /// What the vendor spends with the partner.
    package var spent: Int64
    /// What was not earned after all; no part of ``total``.
    package var notPaid: Int64
    /// Pay: what is paid, is payable now or later, waits, or is paid elsewhere.
    package var total: Int64
    package var lineCount: Int
}

extension StatementTotal {
    private struct Key: Hashable {
        var component: PlanComponent
        var currency: Currency
    }

    /// By currency and component. Without entries, every line is in exactly one column of exactly one total.
    ///
    /// - Parameter isSettled: whether the entries have paid all that is payable.
    static func totals(
        of lines: [Payout], in period: CalendarPeriod, asOf: Day, entries: [LedgerEntry], isSettled: Bool
    ) -> [StatementTotal] {
        let groups = Dictionary(grouping: lines) { Key(component: $0.component, currency: $0.currency) }
        let payments = Dictionary(grouping: entries.filter(\.kind.isPaid)) {
            Key(component: $0.payout.component, currency: $0.payout.currency)
        }
        return Set(groups.keys).union(payments.keys).map { key in
            let lines = groups[key] ?? []
            let keys = Set(lines.map(\.key))
            let paid = payments[key] ?? []
            // What was paid for lines of other periods leaves nothing of this one's paid.
            let own = paid.filter {
                keys.contains($0.payout.key) || period.contains($0.payout.earnedOn)
            }.reduce(0) { $0 + $1.amount }
            let paidInAll = paid.reduce(0) { $0 + $1.amount }
            func sum(_ isCounted: (Payout) -> Bool) -> Int64 {
                lines.filter(isCounted).reduce(0) { $0 + $1.amount }
            }
            let released = sum { $0.state == .payable && $0.isPayable(by: asOf) }
            let later = sum { $0.state == .payable && !$0.isPayable(by: asOf) }
            let open = sum { $0.state == .held || $0.state == .external }
            return StatementTotal(
                component: key.component, currency: key.currency,
                paid: paidInAll, payableNow: isSettled ? 0 : released - own,
                payableLater: later,
                waiting: sum { $0.state == .held }, paidElsewhere: sum { $0.state == .external },
                spent: sum { $0.state == .cost },
                notPaid: sum { $0.state == .lapsed || $0.state == .blocked },
                total: paidInAll + (isSettled ? 0 : released - own) + later + open, lineCount: lines.count)
        }.sorted { ($0.currency, $0.component) < ($1.currency, $1.component) }
    }

    /// One amount for each currency in which there is any.
    static func sums(of totals: [StatementTotal], _ column: (StatementTotal) -> Int64) -> [Money] {
        Dictionary(grouping: totals, by: \.currency).map { currency, totals in
            Money(minorUnits: totals.reduce(0) { $0 + column($1) }, currency: currency)
        }.filter { $0.minorUnits != 0 }.sorted { $0.currency < $1.currency }
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
