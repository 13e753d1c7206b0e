package import Statistics

/// What a pilot has committed to: fixed when it starts, identified by the hash of its canonical JSON.
package struct Plan: Sendable, Hashable, Codable {
    package var pilot: Pilot.ID
    /// One line for people.
    package var title: String
    /// Pilots of one layer never share a partner.
    package var layer: Layer.ID
    /// Roster fields a partner must have, each with its admissible values; empty admits everybody.
    package var population: [String: [String]]
    package var design: Design
    /// Share of the layer's partners kept out of all its pilots.
    package var holdout: Rate
    /// At least two; exactly one is ``Variant/control``; sorted control first, then by id.
    package var variants: [Variant]
    package var schedule: Schedule
    package var primary: Metric
    /// Reported, never decided on.
    package var secondary: [Metric]
    package var guardrails: [Guardrail]
    package var decision: DecisionRule
    package var economics: Economics
    /// Days for which terms are granted at a time; a pause never shortens a granted period.
    package var promiseDays: Int
    /// IANA name of the zone that dates, weeks and reports are in.
    package var timeZone: String
    /// How an imported trial's file is read; `nil` for pilots that Fairway assigns.
    package var trial: TrialFile?

    package init(
        pilot: Pilot.ID, title: String, layer: Layer.ID, population: [String: [String]], design: Design,
        holdout: Rate, variants: [Variant], schedule: Schedule, primary: Metric, secondary: [Metric],
        guardrails: [Guardrail], decision: DecisionRule, economics: Economics, promiseDays: Int,
        timeZone: String, trial: TrialFile?
    ) {
        self.pilot = pilot
        self.title = title
        self.layer = layer
        self.population = population
        self.design = design
        self.holdout = holdout
        self.variants = variants
        self.schedule = schedule
        self.primary = primary
        self.secondary = secondary
        self.guardrails = guardrails
        self.decision = decision
        self.economics = economics
        self.promiseDays = promiseDays
        self.timeZone = timeZone
        self.trial = trial
    }

    package var treatments: [Variant] { variants.filter { !$0.isControl } }
    package var components: Set<PlanComponent> {
        variants.reduce(into: []) { $0.formUnion($1.incentivePlan?.components ?? []) }
    }
    /// The primary, the secondary and the guardrail metrics, in that order.
    package var metrics: [Metric] { [primary] + secondary + guardrails.map(\.metric) }
    package func contentHash() throws -> ContentHash { try ContentHash(ofCanonicalJSON: self) }

    /// An amount in the pilot's currency at the one dated table of rates that its incentive plans have frozen, so
    /// that no exchange rate moves an estimate; `nil` without a rate.
    package func effectAmount(_ amount: Money) -> Int64? {
        if amount.currency == economics.currency { return amount.minorUnits }
        let rates = variants.lazy.compactMap { $0.incentivePlan?.rates }.first
        return rates?.effectsTable?.converted(amount, to: economics.currency)
    }
}

/// Pilots that exclude each other.
package enum Layer {
    package typealias ID = Identifier<Layer>
}

/// How partners get their variant.
package struct Design: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Permuted blocks within strata, drawn by Fairway.
        case stratified
        /// Assigned outside Fairway and imported.
        case external
    }

    package var kind: Kind
    /// Roster fields whose combinations are strata; `size` stands for terciles of active contracts.
    package var strata: [String]
    /// Partners in a block: a multiple of the sum of the variants' weights.
    package var blockSize: Int
    /// External designs: how lots were drawn, in words; `nil` when it is not known, and then no
    /// randomisation test can replay it.
    package var mechanism: String?

    package init(kind: Kind, strata: [String], blockSize: Int, mechanism: String?) {
        self.kind = kind
        self.strata = strata
        self.blockSize = blockSize
        self.mechanism = mechanism
    }
}

/// When a pilot starts, ends and is looked at.
package struct Schedule: Sendable, Hashable, Codable {
    package var starts: Day
    package var weeks: Int
    /// Partners that appear in the roster up to this day still join; each counts from its own assignment.
    package var enrolUntil: Day
    /// A look every so many weeks.
    package var lookEveryWeeks: Int

    package init(starts: Day, weeks: Int, enrolUntil: Day, lookEveryWeeks: Int) {
        self.starts = starts
        self.weeks = weeks
        self.enrolUntil = enrolUntil
        self.lookEveryWeeks = lookEveryWeeks
    }

    /// The first day after the pilot, on which the last look is taken.
    package var ends: Day { starts + weeks * 7 }

    /// Whether the pilot runs on `day`.
    package func contains(_ day: Day) -> Bool { starts <= day && day < ends }

    /// The dates of all looks, ascending; the last is ``ends``.
    package var lookDates: [Day] {
        var dates = stride(from: lookEveryWeeks, to: weeks, by: lookEveryWeeks).map { starts + $0 * 7 }
        dates.append(ends)
        return dates
    }
}

/// The levels that the evidence is held against. Each level says its own sidedness.
package struct DecisionRule: Sendable, Hashable, Codable {
    /// Total two-sided level of the primary comparison, over all looks and all treatments.
    package var alphaTwoSided: Double
    /// One-sided level of each guardrail's tests, over all looks.
    package var guardrailAlphaOneSided: Double
    package var spending: SpendingFunction
    package var guardrailSpending: SpendingFunction
    /// Smallest gain worth having, in the primary metric's unit; 0 for none stated.
    package var worthwhileGain: Double
    /// Oldest admissible completed reading of a source, in days before the look.
    package var maxStalenessDays: Int

    package init(
        alphaTwoSided: Double, guardrailAlphaOneSided: Double, spending: SpendingFunction,
        guardrailSpending: SpendingFunction, worthwhileGain: Double, maxStalenessDays: Int
    ) {
        self.alphaTwoSided = alphaTwoSided
        self.guardrailAlphaOneSided = guardrailAlphaOneSided
        self.spending = spending
        self.guardrailSpending = guardrailSpending
        self.worthwhileGain = worthwhileGain
        self.maxStalenessDays = maxStalenessDays
    }
}

/// What turns an effect into money.
package struct Economics: Sendable, Hashable, Codable {
    /// Share of recurring revenue that is left after the cost of serving it.
    package var grossMargin: Rate
    package var currency: Currency

    package init(grossMargin: Rate, currency: Currency) {
        self.grossMargin = grossMargin
        self.currency = currency
    }
}

/// The columns of an imported trial's CSV file.
package struct TrialFile: Sendable, Hashable, Codable {
    package var partner: String
    /// Column of the customer's id; `nil` numbers the rows.
    package var customer: String?
    package var outcome: String
    package var baseline: String?
    package var variantColumn: String
    /// Which variant each value of `variantColumn` stands for.
    package var variantValues: [String: Variant.ID]

    package init(
        partner: String, customer: String?, outcome: String, baseline: String?, variantColumn: String,
        variantValues: [String: Variant.ID]
    ) {
        self.partner = partner
        self.customer = customer
        self.outcome = outcome
        self.baseline = baseline
        self.variantColumn = variantColumn
        self.variantValues = variantValues
    }
}
