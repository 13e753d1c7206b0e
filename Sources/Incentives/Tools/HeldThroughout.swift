package import Model

/// Complete calendar quarters in a row.
package struct QuarterWindow: Sendable, Hashable, Codable {
    /// Ascending.
    package var quarters: [CalendarPeriod]

    package init(quarters: [CalendarPeriod]) {
        precondition(!quarters.isEmpty, "a window has at least one quarter")
        self.quarters = quarters
    }

    /// The last `count` quarters that were over before `day`.
    package init(last count: Int, before day: Day) {
        let running = CalendarPeriod(containing: day, .quarter)
        let numbers = (running.number - count)..<running.number
        self.init(quarters: numbers.map { CalendarPeriod(length: .quarter, number: $0) })
    }

    package var firstDay: Day { quarters[0].firstDay }
    package var lastDay: Day { quarters[quarters.count - 1].lastDay }

    package func contains(_ day: Day) -> Bool { firstDay <= day && day <= lastDay }
}

extension IncentivePlan {
    /// The plan as if it had been in force on every day, with exchange rates of its effects table: what is asked
    /// when it is held against contracts of the past.
    package func heldThroughout() -> IncentivePlan {
        var plan = self
        plan.effective = EffectiveDates()
        plan.rates?.rule = .effects
        plan.noWorseOff = noWorseOff.map { NoWorseOff(than: $0.plan.heldThroughout(), period: $0.period) }
        return plan
    }

    /// Terms over all of a book's history, from the first day of a calendar year, so that every period of the plan is
    /// held from its beginning.
    ///
    /// - Parameter day: a day by which they begin whatever the book has.
    package func termsHeldThroughout(_ book: EarningBook, from day: Day, until last: Day) -> [TermsSegment] {
        let first = CalendarPeriod(containing: min(book.firstDay ?? day, day), .year).firstDay
        return [TermsSegment(plan: heldThroughout(), from: first, until: last)]
    }
}

extension EarningBook {
    /// The first day that a contract was signed or began on; `nil` without contracts.
    package var firstDay: Day? { rows.lazy.map { min($0.signedOn, $0.startsOn) }.min() }
}

extension PayoutLine {
    /// Minor units that it adds to a partner's pay: what is earned, also while it is held, and also when another
    /// system pays it.
    package var pay: Int64 { isEarned ? amount : 0 }
    /// Minor units that it adds to the vendor's costs besides pay.
    package var cost: Int64 { state == .cost ? amount : 0 }
}

/// All terms that a partner's pilots give it: each pilot's promised variant, otherwise control's.
package func termsHeld(
    by partner: Partner.ID, pilots: [Pilot], assignments: [Assignment], promises: [Promise]
) -> [TermsSegment] {
    assignments.filter { $0.partner == partner }.flatMap { assignment in
        guard let pilot = pilots.first(where: { $0.id == assignment.pilot }) else { return [TermsSegment]() }
        return pilotAccounts(of: assignment, in: pilot.plan, promises: promises).flatMap(\.segments)
    }
}

extension [TermsSegment] {
    /// The plans of the terms that hold on a day, each once.
    package func plans(on day: Day) -> [IncentivePlan] {
        var plans: [IncentivePlan] = []
        for segment in self where segment.from <= day && day <= segment.until {
            if !plans.contains(segment.plan) { plans.append(segment.plan) }
        }
        return plans
    }
}
