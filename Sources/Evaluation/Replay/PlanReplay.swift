package import Incentives
package import Model

/// What a book's partners would have been paid if they had held some plans throughout.
///
/// Terms run over all of the book's history, so that volumes, recurring bonuses and buffers are what they would
/// have been; pay that was earned on the window's days counts, as known on its last day. Exchange rates are those of
/// each plan's effects table.
package struct PlanReplay: Sendable {
    package let book: Book
    package let earning: EarningBook
    package let window: QuarterWindow
    /// Of recurring revenue.
    package let grossMargin: Rate
    /// Places in ``Book/partners`` of those who take part: partners of the roster, and deleted ones with contracts.
    package let partners: [Int]

    package init(book: Book, window: QuarterWindow, grossMargin: Rate) {
        let earning = EarningBook(book)
        self.book = book
        self.earning = earning
        self.window = window
        self.grossMargin = grossMargin
        partners = book.partners.indices.filter {
            !book.deletedPartners.contains(book.partners[$0].id) || !earning.rows(ofPartner: $0).isEmpty
        }
    }

    /// Contracts that were in force on a day of the window or signed in it.
    package var contracts: Int {
        earning.rows.count { row in
            let runs = row.startsOn <= window.lastDay && row.lastDayInForce >= window.firstDay
            return row.signedOn <= window.lastDay && (runs || row.signedOn >= window.firstDay)
        }
    }

    /// What one partner would have earned and brought in the window, in minor units.
    package struct PartnerTotals: Sendable, Hashable, Codable {
        package var partner: Partner.ID
        /// Everything earned, held or not, and whoever pays it.
        package var pay: Int64 = 0
        /// The part of `pay` that was still held on the window's last day.
        package var held: Int64 = 0
        /// Co-marketing.
        package var cost: Int64 = 0
        /// Recurring revenue of the window.
        package var revenue: Int64 = 0
        /// Gross margin × `revenue`.
        package var margin: Int64 = 0

        /// What the vendor keeps: margin − pay − cost.
        package var net: Int64 { margin - pay - cost }
    }

    /// Calls `body` with each partner's place in ``partners`` and the lines of one plan; a partner comes once a
    /// plan, each plan's partners in order.
    ///
    /// - Parameter plans: held at once; more than one where a plan adds to another.
    package func forEachAccount(
        under plans: [IncentivePlan], _ body: (Int, IncentivePlan, borrowing [PayoutLine]) -> Void
    ) {
        let terms = plans.map {
            $0.termsHeldThroughout(earning, from: window.firstDay, until: window.lastDay)
        }
        let accounts = terms.flatMap { segments in
            partners.map { EarningAccount(partner: book.partners[$0].id, segments: segments) }
        }
        PlanRun(accounts: accounts, book: earning, asOf: window.lastDay).forEachAccount { index, lines in
            body(index % partners.count, terms[index / partners.count][0].plan, lines)
        }
    }

    /// - Precondition: the plans pay in one currency.
    package func totals(under plans: [IncentivePlan]) -> [PartnerTotals] {
        precondition(Set(plans.map(\.currency)).count == 1, "plans held at once pay in one currency")
        var totals = partners.map { PartnerTotals(partner: book.partners[$0].id) }
        forEachAccount(under: plans) { index, _, lines in
            for place in lines.indices where window.contains(lines[place].earnedOn) {
                totals[index].pay += lines[place].pay
                totals[index].cost += lines[place].cost
                if lines[place].state == .held { totals[index].held += lines[place].amount }
            }
        }
        for index in partners.indices {
            for row in earning.rows(ofPartner: partners[index]) {
                totals[index].revenue += revenue(of: earning.rows[row], under: plans[0]) ?? 0
            }
            totals[index].margin = grossMargin.of(totals[index].revenue)
        }
        return totals
    }

    /// Pay and co-marketing of the window: what plans cost.
    package func cost(of plans: [IncentivePlan]) -> Int64 {
        var cost: Int64 = 0
        forEachAccount(under: plans) { _, _, lines in
            for place in lines.indices where window.contains(lines[place].earnedOn) {
                cost += lines[place].pay + lines[place].cost
            }
        }
        return cost
    }

    /// A contract's recurring revenue of the window: Σ over its months of annual amount / 12 × days in force / days
    /// of the month, rounded once; nil without an exchange rate.
    func revenue(of row: EarningBook.Row, under plan: IncentivePlan) -> Int64? {
        guard row.signedOn <= window.lastDay else { return 0 }
        let amount = Money(
            minorUnits: row.annualAmount, currency: earning.currencies[Int(row.currency)])
        guard let annual = plan.effectAmount(amount) else { return nil }
        let first = max(row.startsOn, window.firstDay)
        let last = min(row.lastDayInForce, window.lastDay)
        guard first <= last else { return 0 }
        var parts: Int128 = 0
        var month = CalendarPeriod(containing: first, .month)
        while month.firstDay <= last {
            let days = min(last, month.lastDay) - max(first, month.firstDay) + 1
            let length = month.lastDay - month.firstDay + 1
            parts += Int128(days) * (monthParts / Int128(length))
            month = month.next
        }
        return Rounding.halfEven.quotient(Int128(annual) * parts, 12 * monthParts)
    }

    /// Contracts of the window without an exchange rate, which count to no revenue.
    func contractsWithoutRate(under plan: IncentivePlan) -> Int {
        partners.reduce(0) { count, partner in
            count
                + earning.rows(ofPartner: partner).count { revenue(of: earning.rows[$0], under: plan) == nil }
        }
    }
}

/// The least common multiple of 28, 29, 30 and 31: parts of a month that its days divide evenly.
private let monthParts: Int128 = 377_580

extension EarningBook.Row {
    /// The last day on which the contract runs, for all that is known.
    var lastDayInForce: Day { leftOn.map { min($0 - 1, endsOn) } ?? endsOn }
}
