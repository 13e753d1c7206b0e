package import Model

/// Runs the plans of many accounts over one book, as known on a day.
///
/// Lines are handed out account by account and never all held at once; explain them with ``PayoutWriter``.
package struct PlanRun: Sendable {
    package let book: EarningBook
    package let accounts: [EarningAccount]
    package let asOf: Day
    /// What contingencies grant, by account.
    private var grants: [Int: [ContingencyPeriod: Int64]] = [:]
    private var downturns: [Downturn] = []

    package init(accounts: [EarningAccount], book: EarningBook, asOf: Day) {
        self.book = book
        self.accounts = accounts
        self.asOf = asOf
        downturns = currentDownturns()
        grants = contingencyGrants()
    }

    /// Calls `body` with each account's place and its lines, in the order of accounts. Accounts of partners that
    /// the book does not have get no lines.
    ///
    /// - Parameter partner: only this one's accounts; what others claim of a contingency is taken into account.
    package func forEachAccount(
        of partner: Partner.ID? = nil, _ body: (Int, borrowing [PayoutLine]) throws -> Void
    ) rethrows {
        try forEachRun(of: partner) { index, run in
            run.run()
            try body(index, run.lines)
        }
    }

    private func forEachRun(
        of wanted: Partner.ID? = nil, _ body: (Int, inout AccountRun) throws -> Void
    ) rethrows {
        var terms: (segments: [TermsSegment], runnable: RunnableTerms) = ([], RunnableTerms())
        var run = AccountRun(book: book, asOf: asOf, rows: 0..<0, terms: terms.runnable)
        run.downturns = downturns
        var next = 0
        for (index, account) in accounts.enumerated() {
            guard !account.segments.isEmpty, wanted.map({ $0 == account.partner }) ?? true,
                let partner = book.index(of: account.partner, near: next)
            else { continue }
            next = partner + 1
            // Accounts that share an array of segments compare by identity.
            if terms.segments != account.segments {
                terms = (account.segments, RunnableTerms(runnableSegments(account.segments, in: book)))
            }
            run.begin(
                rows: book.rows(ofPartner: partner), terms: terms.runnable,
                contingencyAmounts: grants[index] ?? [:])
            try body(index, &run)
        }
    }

    // MARK: Contingencies

    /// A contingency's cost cap binds the whole programme: what each account gets depends on all.
    private func contingencyGrants() -> [Int: [ContingencyPeriod: Int64]] {
        guard !downturns.isEmpty else { return [:] }
        var claims: [(account: Int, key: ContingencyPeriod, amount: Int64)] = []
        forEachRun { index, run in
            run.runToContingency()
            claims += run.contingencyClaims().map { (index, $0.key, $0.value) }
        }
        let byPeriod = Dictionary(grouping: claims) {
            ContingencyCost(contingency: $0.key.contingency, period: $0.key.period)
        }
        var grants: [Int: [ContingencyPeriod: Int64]] = [:]
        for downturn in downturns {
            var left = downturn.contingency.costCap
            for period in downturn.periods {
                let cost = ContingencyCost(contingency: downturn.contingency, period: period)
                let claimed = (byPeriod[cost] ?? []).sorted {
                    ($0.account, $0.key.component) < ($1.account, $1.key.component)
                }
                let granted = shares(of: left, claims: claimed.map(\.amount))
                for (claim, amount) in zip(claimed, granted) {
                    grants[claim.account, default: [:]][claim.key] = amount
                }
                left -= granted.reduce(0, +)
            }
        }
        return grants
    }

    private struct ContingencyCost: Hashable {
        var contingency: Contingency
        var period: CalendarPeriod
    }

    private func currentDownturns() -> [Downturn] {
        var known: [Contingency] = []
        var downturns: [Downturn] = []
        var last: [TermsSegment] = []
        for account in accounts where account.segments != last {
            last = account.segments
            let plans = account.segments.flatMap { [$0.plan, $0.plan.noWorseOff?.plan].compactMap(\.self) }
            for plan in plans {
                guard let contingency = plan.contingency, !known.contains(contingency) else { continue }
                known.append(contingency)
                let periods = contingency.periods(overBy: asOf).filter {
                    book.isDownturn($0, contingency, under: plan)
                }
                if !periods.isEmpty {
                    downturns.append(Downturn(contingency: contingency, periods: periods))
                }
            }
        }
        return downturns
    }
}

/// Segments made ready, those of one plan in one group.
func runnableSegments(_ segments: [TermsSegment], in book: EarningBook) -> [RunnableSegment] {
    var groups: [IncentivePlan.ID] = []
    return segments.map { segment in
        let group: Int
        if let known = groups.firstIndex(of: segment.plan.id) {
            group = known
        } else {
            group = groups.count
            groups.append(segment.plan.id)
        }
        return RunnableSegment(segment, group: group, in: book)
    }
}
