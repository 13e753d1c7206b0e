/// A factor in parts per million: 1.25 is 1 250 000.
package typealias Multiplier = Rate

/// A multiplier from a value (inclusive) up to the next band's.
package struct MultiplierBand: Sendable, Hashable, Codable {
    /// In the measure's unit, in parts per million: a score of 60 is 60 000 000, a growth of 10 % is 100 000.
    package var from: Int64
    package var times: Multiplier

    package init(from: Int64, times: Multiplier) {
        self.from = from
        self.times = times
    }
}

/// What a rate is taken of.
package enum PayBase: Sendable, Hashable, Codable {
    /// The recurring amount over the whole term.
    case contractValue
    case lifetimeValue(LifetimeValue)
}

/// Capped expected lifetime value: annual amount × margin × Σₖ ((1 − churn) / (1 + discount))ᵏ, k = 0 … years − 1.
package struct LifetimeValue: Sendable, Hashable, Codable {
    package var grossMargin: Rate
    /// Share of customers that leave within a year.
    package var annualChurn: Rate
    /// Yearly rate at which later money is worth less.
    package var discountRate: Rate
    package var years: Int
    /// Minor units; `nil` for none.
    package var cap: Int64?

    package init(grossMargin: Rate, annualChurn: Rate, discountRate: Rate, years: Int, cap: Int64?) {
        self.grossMargin = grossMargin
        self.annualChurn = annualChurn
        self.discountRate = discountRate
        self.years = years
        self.cap = cap
    }
}

/// More points of rate for contracts of several years.
package struct Escalator: Sendable, Hashable, Codable {
    package var appliesTo: [PlanComponent]
    /// Added for each full year of the term beyond the first.
    package var perExtraYear: Rate
    /// The most that is added.
    package var cap: Rate

    package init(appliesTo: [PlanComponent], perExtraYear: Rate, cap: Rate) {
        self.appliesTo = appliesTo
        self.perExtraYear = perExtraYear
        self.cap = cap
    }
}

/// Less pay for contracts sold at a deep discount.
package struct PriceConcession: Sendable, Hashable, Codable {
    package struct Band: Sendable, Hashable, Codable {
        /// Discounts above this depth.
        package var above: Rate
        /// Share of the pay that is left, 0 to 1.
        package var pays: Rate

        package init(above: Rate, pays: Rate) {
            self.above = above
            self.pays = pays
        }
    }

    package var appliesTo: [PlanComponent]
    /// Ascending by `above`; the deepest exceeded counts.
    package var bands: [Band]

    package init(appliesTo: [PlanComponent], bands: [Band]) {
        self.appliesTo = appliesTo
        self.bands = bands
    }
}

/// Multiplies a period's pay by what became of the partner's recurring revenue in a year.
package struct Accelerator: Sendable, Hashable, Codable {
    package enum Measure: String, Sendable, Hashable, Codable, CaseIterable {
        /// Growth of the partner's recurring revenue over the year that ends with the period.
        case recurringGrowth
        /// Recurring revenue now over then, of the customers there were a year before.
        case netRevenueRetention
    }

    package var appliesTo: [PlanComponent]
    package var measure: Measure
    package var period: CalendarPeriod.Length
    /// Ascending by `from`; below the first nothing changes.
    package var bands: [MultiplierBand]

    package init(
        appliesTo: [PlanComponent], measure: Measure, period: CalendarPeriod.Length, bands: [MultiplierBand]
    ) {
        self.appliesTo = appliesTo
        self.measure = measure
        self.period = period
        self.bands = bands
    }
}

/// More pay for a bounded time when the whole book turns down; the same for every variant of a pilot.
package struct Contingency: Sendable, Hashable, Codable {
    package var appliesTo: [PlanComponent]
    /// Periods that are compared with the same period a year before.
    package var period: CalendarPeriod.Length
    /// It applies to periods in which new bookings of the whole book fall below this share of the year before.
    package var below: Rate
    package var times: Multiplier
    /// The first and last day of its window: only periods that lie inside count.
    package var from: Day
    package var until: Day
    /// The most it may cost in all, over all partners, in minor units.
    package var costCap: Int64

    package init(
        appliesTo: [PlanComponent], period: CalendarPeriod.Length, below: Rate, times: Multiplier, from: Day,
        until: Day, costCap: Int64
    ) {
        self.appliesTo = appliesTo
        self.period = period
        self.below = below
        self.times = times
        self.from = from
        self.until = until
        self.costCap = costCap
    }
}

/// The most and the least that a partner is paid in a period.
package struct PayLimits: Sendable, Hashable, Codable {
    package var period: CalendarPeriod.Length
    /// Minor units.
    package var cap: Int64?
    /// Minor units; at most `cap`.
    package var floor: Int64?

    package init(period: CalendarPeriod.Length, cap: Int64?, floor: Int64?) {
        self.period = period
        self.cap = cap
        self.floor = floor
    }
}

/// Makes a partner whole where another plan would have paid it more.
package struct NoWorseOff: Sendable, Hashable, Codable {
    /// A plan without a guarantee of its own, in the same currency.
    package indirect enum Reference: Sendable, Hashable, Codable {
        case plan(IncentivePlan)
    }

    package var reference: Reference
    package var period: CalendarPeriod.Length

    package init(than plan: IncentivePlan, period: CalendarPeriod.Length) {
        reference = .plan(plan)
        self.period = period
    }

    package var plan: IncentivePlan {
        switch reference {
        case .plan(let plan): plan
        }
    }
}

/// Takes pay back when a customer leaves early.
package struct Clawback: Sendable, Hashable, Codable {
    package var appliesTo: [PlanComponent]
    /// Days from the contract's start within which leaving counts.
    package var withinDays: Int
    /// Share of the contract's pay that is taken back.
    package var share: Rate
    /// Whether only the part of those days that was left is taken back.
    package var isProRata: Bool

    package init(appliesTo: [PlanComponent], withinDays: Int, share: Rate, isProRata: Bool) {
        self.appliesTo = appliesTo
        self.withinDays = withinDays
        self.share = share
        self.isProRata = isProRata
    }
}

/// Evidence of value that pay waits for.
package struct EvidenceGate: Sendable, Hashable, Codable {
    /// Something that must have been seen, counted in days from the contract's start.
    package enum Condition: Sendable, Hashable, Codable {
        case milestone(String, byDay: Int)
        /// A reading of at least `atLeast` (in millionths) by the day.
        case level(measure: String, atLeast: Int64, byDay: Int)
        /// A reading at least `by` (in millionths) above the one at the contract's start, within so many days.
        case rise(measure: String, by: Int64, withinDays: Int)
    }

    package var name: String
    /// All must be met.
    package var conditions: [Condition]
    /// Gates that must have opened too; never in a circle.
    package var needs: [String]
    /// Days from the contract's start after which it stays shut for good.
    package var expiresAfterDays: Int

    package init(name: String, conditions: [Condition], needs: [String], expiresAfterDays: Int) {
        self.name = name
        self.conditions = conditions
        self.needs = needs
        self.expiresAfterDays = expiresAfterDays
    }
}
