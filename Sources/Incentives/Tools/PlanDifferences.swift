package import Model

/// What partners' contracts of the past quarters would have paid under one plan and under another, held throughout.
///
/// - Parameter partners: those to compare for; partners that the book does not have are left out.
/// - Precondition: the plans pay in one currency.
package func planDifferences(
    from old: IncentivePlan, to new: IncentivePlan, for partners: [Partner.ID], in book: EarningBook,
    over window: QuarterWindow
) -> [PlanDifference] {
    precondition(old.currency == new.currency, "plans are compared in one currency")
    let known = partners.filter { book.index(of: $0) != nil }
    let then = payByQuarter(of: known, under: old, in: book, over: window)
    let now = payByQuarter(of: known, under: new, in: book, over: window)
    return known.indices.map { index in
        PlanDifference(
            partner: known[index], from: PlanDifference.Side(old), to: PlanDifference.Side(new),
            quarters: window.quarters.indices.map {
                PlanDifference.Quarter(
                    period: window.quarters[$0], then: then[index][$0], now: now[index][$0])
            },
            currency: old.currency)
    }
}

/// Pay earned in each quarter of the window, by partner.
private func payByQuarter(
    of partners: [Partner.ID], under plan: IncentivePlan, in book: EarningBook, over window: QuarterWindow
) -> [[Int64]] {
    var sums = [[Int64]](
        repeating: [Int64](repeating: 0, count: window.quarters.count), count: partners.count)
    let terms = plan.termsHeldThroughout(book, from: window.firstDay, until: window.lastDay)
    let accounts = partners.map { EarningAccount(partner: $0, segments: terms) }
    PlanRun(accounts: accounts, book: book, asOf: window.lastDay).forEachAccount { index, lines in
        for place in lines.indices where window.contains(lines[place].earnedOn) {
            let quarter = CalendarPeriod(containing: lines[place].earnedOn, .quarter)
            sums[index][quarter.number - window.quarters[0].number] += lines[place].pay
        }
    }
    return sums
}
