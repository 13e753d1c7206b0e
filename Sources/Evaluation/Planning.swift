package import Model

/// Most that the looks before the last may count as: the last one decides, so it always has alpha to spend.
private let mostBeforeLast = 0.99

/// The information the plan expects at each look, frozen when the pilot starts.
///
/// A contract's date of maturity is known when it is signed, so the share of the cohort's due contracts that
/// will have matured by each look date needs no outcome. Where nothing falls due, looks share by calendar.
package func plannedInformation(plan: Plan, book: Book, assignments: [Assignment]) -> PlannedInformation {
    let dates = plan.schedule.lookDates
    let byCalendar = dates.map {
        Double($0 - plan.schedule.starts) / Double(plan.schedule.ends - plan.schedule.starts)
    }
    let cohort = Cohort(book: book, assignments: assignments)
    let rows = Outcomes(of: plan.primary, in: cohort, plan: plan, asOf: plan.schedule.starts).rows
    let maturities = rows.compactMap { $0.due.map { $0 + plan.primary.graceDays } }
    guard !maturities.isEmpty else {
        return PlannedInformation(byMaturity: byCalendar, byCalendar: byCalendar)
    }
    var byMaturity = dates.map { date in
        min(mostBeforeLast, Double(maturities.count { $0 <= date }) / Double(maturities.count))
    }
    byMaturity[byMaturity.count - 1] = 1
    return PlannedInformation(byMaturity: byMaturity, byCalendar: byCalendar)
}
