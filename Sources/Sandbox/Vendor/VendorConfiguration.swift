package import Model

/// The practice vendor as configured: everything that, with a seed, decides who its partners are and what
/// their customers do. `config/sandbox.yaml` documents each key with its unit.
package struct VendorConfiguration: Sendable, Hashable, Codable {
    /// The first simulated day; the book of contracts in force is generated as of its start.
    package var start: Day
    package var currency: Currency
    package var signing: SigningHabits
    package var season: DiscountSeason
    package var restatements: RestatementHabits
    /// At least one; partner types are distinct.
    package var segments: [SegmentConfiguration]

    package init(
        start: Day, currency: Currency, signing: SigningHabits, season: DiscountSeason,
        restatements: RestatementHabits, segments: [SegmentConfiguration]
    ) {
        self.start = start
        self.currency = currency
        self.signing = signing
        self.season = season
        self.restatements = restatements
        self.segments = segments
    }
}

/// When renewals are signed, relative to the day they are due.
package struct SigningHabits: Sendable, Hashable, Codable {
    /// The share signed 1…`earlyDays` days before the due date.
    package var earlyShare: Double
    package var earlyDays: Int
    /// The share signed 1…`lateDays` days after the due date; the rest sign on the day.
    package var lateShare: Double
    package var lateDays: Int

    package init(earlyShare: Double, earlyDays: Int, lateShare: Double, lateDays: Int) {
        self.earlyShare = earlyShare
        self.earlyDays = earlyDays
        self.lateShare = lateShare
        self.lateDays = lateDays
    }
}

/// The deeper discounts of a quarter's last days.
package struct DiscountSeason: Sendable, Hashable, Codable {
    /// Days before the end of a calendar quarter in which they are given.
    package var days: Int
    /// Added to the discount, as a fraction of list price.
    package var addition: Double

    package init(days: Int, addition: Double) {
        self.days = days
        self.addition = addition
    }
}

/// How often and how soon a contract's amount is corrected after it was entered.
package struct RestatementHabits: Sendable, Hashable, Codable {
    package var share: Double
    /// The correction comes 7…`withinDays` days after entry.
    package var withinDays: Int
    /// Standard deviation of the logarithm of corrected ÷ entered amount.
    package var sigma: Double

    package init(share: Double, withinDays: Int, sigma: Double) {
        self.share = share
        self.withinDays = withinDays
        self.sigma = sigma
    }
}
