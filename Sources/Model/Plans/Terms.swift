/// The terms a partner holds in a period: for each component, what it pays and which pilot put it there.
package struct Terms: Sendable, Hashable, Codable {
    package struct Entry: Sendable, Hashable, Codable {
        package var component: PlanComponent
        package var plan: IncentivePlan.ID
        package var pilot: Pilot.ID
        package var variant: Variant.ID
        /// The last day these terms are promised for; `nil` for control's terms that apply without a promise.
        package var until: Day?
        /// What the component pays and when, a sentence each.
        package var sentences: [String]

        package init(
            component: PlanComponent, plan: IncentivePlan.ID, pilot: Pilot.ID, variant: Variant.ID,
            until: Day?, sentences: [String]
        ) {
            self.component = component
            self.plan = plan
            self.pilot = pilot
            self.variant = variant
            self.until = until
            self.sentences = sentences
        }
    }

    package var partner: Partner.ID
    package var asOf: Day
    /// Sorted by component.
    package var entries: [Entry]

    package init(partner: Partner.ID, asOf: Day, entries: [Entry]) {
        self.partner = partner
        self.asOf = asOf
        self.entries = entries
    }
}

/// One plan over some days of a partner: what it holds while a promise, or today's programme, lasts.
package struct TermsSegment: Sendable, Hashable, Codable {
    package var plan: IncentivePlan
    /// First and last day.
    package var from: Day
    package var until: Day

    package init(plan: IncentivePlan, from: Day, until: Day) {
        self.plan = plan
        self.from = from
        self.until = until
    }
}
