/// Commission on the volume a partner brings within a calendar period.
package struct TieredCommission: Sendable, Hashable, Codable {
    /// What counts as volume and is paid on.
    package enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
        /// Contracts that renew nothing.
        case newBookings
        /// New contracts and renewals alike.
        case allBookings
        /// Contracts that renew another.
        case renewedRevenue
        /// The recurring revenue of the period, of contracts in force on its last day.
        case recurringRevenue

        /// Whether one contract may count towards both.
        package func overlaps(_ other: Basis) -> Bool {
            switch (self, other) {
            case (.allBookings, .newBookings), (.newBookings, .allBookings), (.allBookings, .renewedRevenue),
                (.renewedRevenue, .allBookings):
                true
            default: self == other
            }
        }
    }

    /// How a rate applies.
    package enum Scheme: String, Sendable, Hashable, Codable, CaseIterable {
        /// Each slice of the volume earns its own tier's rate.
        case marginal
        /// The whole volume earns the rate of the tier it reaches.
        case cliff
    }

    package typealias Period = CalendarPeriod.Length

    /// A rate from a volume (inclusive) up to the next tier's.
    package struct Tier: Sendable, Hashable, Codable {
        /// Volume in minor units at which the tier begins; the first tier begins at 0.
        package var from: Int64
        package var rate: Rate

        package init(from: Int64, rate: Rate) {
            self.from = from
            self.rate = rate
        }
    }

    /// Keeps a cliff's tier through short dips.
    package struct Buffer: Sendable, Hashable, Codable {
        /// The tier is that of the mean volume of so many periods, the current one included, where this is
        /// more than the current volume; 1 for none.
        package var rollingPeriods: Int
        /// Periods in a row for which a tier is kept that is no longer reached.
        package var gracePeriods: Int

        package init(rollingPeriods: Int, gracePeriods: Int) {
            self.rollingPeriods = rollingPeriods
            self.gracePeriods = gracePeriods
        }
    }

    package var basis: Basis
    package var scheme: Scheme
    package var period: Period
    /// At least one; ascending by `from`, the first at 0.
    package var tiers: [Tier]
    /// `nil` pays on the annual amount.
    package var payBase: PayBase?
    /// Cliffs only.
    package var buffer: Buffer?
    package var gate: String?

    package init(
        basis: Basis, scheme: Scheme, period: Period, tiers: [Tier], payBase: PayBase? = nil,
        buffer: Buffer? = nil, gate: String? = nil
    ) {
        self.basis = basis
        self.scheme = scheme
        self.period = period
        self.tiers = tiers
        self.payBase = payBase
        self.buffer = buffer
        self.gate = gate
    }
}

/// A bonus on each contract that renews another.
package struct RenewalBonus: Sendable, Hashable, Codable {
    package var rate: Rate
    /// The largest bonus for one renewal, in minor units; `nil` for none.
    package var cap: Int64?
    package var payBase: PayBase?
    /// Multiplies the bonus by the customer's health.
    package var health: HealthWeight?
    /// Days from the renewed term's start through which the customer must stay; `nil` for none.
    package var survivalDays: Int?
    package var gate: String?

    package init(
        rate: Rate, cap: Int64?, payBase: PayBase? = nil, health: HealthWeight? = nil,
        survivalDays: Int? = nil, gate: String? = nil
    ) {
        self.rate = rate
        self.cap = cap
        self.payBase = payBase
        self.health = health
        self.survivalDays = survivalDays
        self.gate = gate
    }
}

/// A multiplier from the latest value of a measure.
package struct HealthWeight: Sendable, Hashable, Codable {
    /// The name of the measure, "health".
    package var measure: String
    /// The oldest reading that counts, in days before the signature.
    package var withinDays: Int
    /// Ascending by `from`.
    package var bands: [MultiplierBand]
    /// What applies without a reading.
    package var otherwise: Multiplier

    package init(measure: String, withinDays: Int, bands: [MultiplierBand], otherwise: Multiplier) {
        self.measure = measure
        self.withinDays = withinDays
        self.bands = bands
        self.otherwise = otherwise
    }
}

/// A bonus on recurring revenue for as long as the contract stays.
package struct RecurringBonus: Sendable, Hashable, Codable {
    /// Share of the recurring revenue of the time that passed.
    package var rate: Rate
    /// How often it falls due, counted in months from the contract's start.
    package var every: CalendarPeriod.Length
    /// Months the contract must have run before anything is payable; what was earned before is payable then.
    package var afterMonths: Int
    /// Months from the contract's start after which it ends; `nil` for never.
    package var forMonths: Int?
    package var gate: String?

    package init(
        rate: Rate, every: CalendarPeriod.Length, afterMonths: Int = 0, forMonths: Int? = nil,
        gate: String? = nil
    ) {
        self.rate = rate
        self.every = every
        self.afterMonths = afterMonths
        self.forMonths = forMonths
        self.gate = gate
    }
}

/// Money back on the volume of a period that reaches a threshold.
package struct Rebate: Sendable, Hashable, Codable {
    /// What the rate is taken of.
    package enum Share: String, Sendable, Hashable, Codable, CaseIterable {
        /// What lies above the threshold.
        case excess
        /// Everything, once the threshold is reached.
        case volume
    }

    /// A basis of bookings.
    package var basis: TieredCommission.Basis
    package var period: CalendarPeriod.Length
    /// Minor units.
    package var threshold: Int64
    package var rate: Rate
    package var paysOn: Share
    /// What is set aside, contract by contract, until the period is over.
    package var accrualRate: Rate

    package init(
        basis: TieredCommission.Basis, period: CalendarPeriod.Length, threshold: Int64, rate: Rate,
        paysOn: Share, accrualRate: Rate
    ) {
        self.basis = basis
        self.period = period
        self.threshold = threshold
        self.rate = rate
        self.paysOn = paysOn
        self.accrualRate = accrualRate
    }
}

/// A fixed sum for a milestone of a contract, larger the sooner it is reached.
package struct MilestoneBonus: Sendable, Hashable, Codable {
    package struct Step: Sendable, Hashable, Codable {
        /// Days from the contract's start; `nil` for whenever.
        package var byDay: Int?
        /// Minor units.
        package var amount: Int64

        package init(byDay: Int?, amount: Int64) {
            self.byDay = byDay
            self.amount = amount
        }
    }

    package var milestone: String
    /// Ascending by `byDay`; the first that was met is paid.
    package var steps: [Step]
    /// Whether renewals count; new contracts always do.
    package var includesRenewals: Bool
    package var gate: String?

    package init(milestone: String, steps: [Step], includesRenewals: Bool = false, gate: String? = nil) {
        self.milestone = milestone
        self.steps = steps
        self.includesRenewals = includesRenewals
        self.gate = gate
    }
}

/// A fixed sum a period for a book that is spread over regions, industries or buyer roles.
package struct DiversificationBonus: Sendable, Hashable, Codable {
    package enum Index: String, Sendable, Hashable, Codable, CaseIterable {
        /// Shannon's entropy of revenue shares over that of equal shares.
        case entropy
        /// One less the Herfindahl index, over that of equal shares.
        case herfindahl
    }

    package struct Band: Sendable, Hashable, Codable {
        /// Index from which it is paid, 0 to 1.
        package var from: Rate
        /// Minor units.
        package var amount: Int64

        package init(from: Rate, amount: Int64) {
            self.from = from
            self.amount = amount
        }
    }

    /// The contract attribute, "region".
    package var over: String
    /// How many values stand for a fully spread book, at least 2.
    package var categories: Int
    package var index: Index
    package var period: CalendarPeriod.Length
    /// Ascending by `from`; the last reached is paid.
    package var bands: [Band]

    package init(
        over: String, categories: Int, index: Index, period: CalendarPeriod.Length, bands: [Band]
    ) {
        self.over = over
        self.categories = categories
        self.index = index
        self.period = period
        self.bands = bands
    }
}

/// A fixed sum a period and partner that the vendor spends with it: a cost, not pay.
package struct CoMarketing: Sendable, Hashable, Codable {
    /// Minor units.
    package var amount: Int64
    package var period: CalendarPeriod.Length

    package init(amount: Int64, period: CalendarPeriod.Length) {
        self.amount = amount
        self.period = period
    }
}
