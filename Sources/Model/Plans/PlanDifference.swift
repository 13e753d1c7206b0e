/// What a change of plan is worth to one partner: the same contracts under two plans, quarter by quarter.
package struct PlanDifference: Sendable, Hashable, Codable {
    package struct Side: Sendable, Hashable, Codable {
        package var plan: IncentivePlan.ID
        package var version: Int

        package init(plan: IncentivePlan.ID, version: Int) {
            self.plan = plan
            self.version = version
        }

        package init(_ plan: IncentivePlan) { self.init(plan: plan.id, version: plan.version) }
    }

    package struct Quarter: Sendable, Hashable, Codable {
        package var period: CalendarPeriod
        /// Minor units under the plan it comes from, and under the one it goes to.
        package var then: Int64
        package var now: Int64

        package init(period: CalendarPeriod, then: Int64, now: Int64) {
            self.period = period
            self.then = then
            self.now = now
        }

        package var difference: Int64 { now - then }
    }

    package var partner: Partner.ID
    package var from: Side
    package var to: Side
    /// Ascending.
    package var quarters: [Quarter]
    package var currency: Currency

    package init(partner: Partner.ID, from: Side, to: Side, quarters: [Quarter], currency: Currency) {
        self.partner = partner
        self.from = from
        self.to = to
        self.quarters = quarters
        self.currency = currency
    }

    package var then: Int64 { quarters.reduce(0) { $0 + $1.then } }
    package var now: Int64 { quarters.reduce(0) { $0 + $1.now } }
}
