package import Statistics

/// Whether the data may be believed.
package struct DataHealth: Sendable, Hashable, Codable {
    /// How many partners or contracts each variant was expected to have and has.
    package struct SampleRatio: Sendable, Hashable, Codable {
        package var question: String
        package var variants: [Variant.ID]
        package var expected: [Double]
        package var observed: [Int]
        /// `nil` when the check cannot be computed.
        package var pValue: Double?
        package var isMismatch: Bool

        package init(
            question: String, variants: [Variant.ID], expected: [Double], observed: [Int],
            pValue: Double?, isMismatch: Bool
        ) {
            self.question = question
            self.variants = variants
            self.expected = expected
            self.observed = observed
            self.pValue = pValue
            self.isMismatch = isMismatch
        }
    }

    package var sources: [StreamStatus]
    /// Sources whose last complete reading is older than the plan allows; empty when the data gate is open.
    package var staleSources: [String]
    package var quarantinedRows: Int
    /// Cohort contracts left out of money metrics because they are in another currency.
    package var otherCurrencyContracts: Int
    /// Contracts of partners the roster does not have.
    package var orphanContracts: Int
    package var sampleRatios: [SampleRatio]

    package init(
        sources: [StreamStatus], staleSources: [String], quarantinedRows: Int,
        otherCurrencyContracts: Int, orphanContracts: Int, sampleRatios: [SampleRatio]
    ) {
        self.sources = sources
        self.staleSources = staleSources
        self.quarantinedRows = quarantinedRows
        self.otherCurrencyContracts = otherCurrencyContracts
        self.orphanContracts = orphanContracts
        self.sampleRatios = sampleRatios
    }

    package var isStale: Bool { !staleSources.isEmpty }
    package var hasSampleRatioMismatch: Bool { sampleRatios.contains(where: \.isMismatch) }
}

/// A treatment's money against control's, over the treatment's matured due contracts.
package struct MoneySummary: Sendable, Hashable, Codable {
    /// What the interval of the net says.
    package enum Verdict: String, Sendable, Hashable, Codable {
        /// The whole interval is above 0: the terms bring more than they cost.
        case pays
        /// The whole interval is below 0.
        case losesMoney
        /// They cost more, and no extra revenue is shown.
        case noEffectCosts
        case undecided
    }

    /// What an arm's partners were paid since assignment, minor units.
    package struct Spend: Sendable, Hashable, Codable {
        /// Everything, costs such as co-marketing included.
        package var total: Int64
        /// Of it, to keep partners no worse off.
        package var makeWhole: Int64
        /// Of it, because of a downturn.
        package var contingency: Int64
        /// Of it, paid by another system.
        package var external: Int64
        /// Partners of the arm.
        package var partners: Int

        package init(total: Int64, makeWhole: Int64, contingency: Int64, external: Int64, partners: Int) {
            self.total = total
            self.makeWhole = makeWhole
            self.contingency = contingency
            self.external = external
            self.partners = partners
        }
    }

    package var variant: Variant.ID
    package var currency: Currency
    /// Annual recurring revenue renewed by matured due contracts, minor units.
    package var renewedRevenueControl: Int64
    package var renewedRevenueTreatment: Int64
    /// Incentives paid since assignment to the arm's partners, minor units.
    package var spendControl: Int64
    package var spendTreatment: Int64
    /// Extra renewed revenue a matured due contract, minor units; with its interval where it can be computed.
    package var revenuePerContract: Double?
    /// Extra incentive spend a matured due contract, minor units.
    package var spendPerContract: Double?
    /// grossMargin × revenue − spend, a matured due contract, minor units.
    package var netPerContract: Double?
    package var netInterval: Interval?
    /// Gain in renewal rate at which margin pays for the extra spend; `nil` without revenue to scale it.
    package var breakEvenGain: Double?
    package var maturedTreatment: Int
    package var unavailable: String?
    /// `nil` in looks recorded before spend was taken apart.
    package var control: Spend?
    package var treatment: Spend?
    /// Extra incentive spend a partner, minor units, with its interval.
    package var spendPerPartner: Double?
    package var spendPerPartnerInterval: Interval?
    /// Extra margin for each extra unit spent; `nil` unless more is spent.
    package var returnPerUnit: Double?
    package var verdict: Verdict?

    package init(variant: Variant.ID, currency: Currency) {
        self.variant = variant
        self.currency = currency
        renewedRevenueControl = 0
        renewedRevenueTreatment = 0
        spendControl = 0
        spendTreatment = 0
        maturedTreatment = 0
    }
}

/// What one partner does to the primary effect of a treatment.
package struct Influence: Sendable, Hashable, Codable {
    package struct Without: Sendable, Hashable, Codable {
        package var partner: Partner.ID
        package var variant: Variant.ID
        /// The partner's share of its arm's denominator.
        package var share: Double
        package var difference: Double
        package var estimate: Estimate?

        package init(
            partner: Partner.ID, variant: Variant.ID, share: Double, difference: Double,
            estimate: Estimate?
        ) {
            self.partner = partner
            self.variant = variant
            self.share = share
            self.difference = difference
            self.estimate = estimate
        }
    }

    package var variant: Variant.ID
    /// The most influential partners, largest shift first.
    package var mostInfluential: [Without]
    /// Smallest and largest difference over all leave-one-partner-out analyses.
    package var lowestDifference: Double
    package var highestDifference: Double
    /// Why the result rests on one partner; empty when it does not.
    package var fragility: [String]

    package init(
        variant: Variant.ID, mostInfluential: [Without], lowestDifference: Double,
        highestDifference: Double, fragility: [String]
    ) {
        self.variant = variant
        self.mostInfluential = mostInfluential
        self.lowestDifference = lowestDifference
        self.highestDifference = highestDifference
        self.fragility = fragility
    }

    package var isFragile: Bool { !fragility.isEmpty }
}

/// What the evidence says about one treatment.
package struct Verdict: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case superior, nonInferior, harmful, noEffectOfInterest, inconclusive, invalid
    }

    package var variant: Variant.ID
    package var kind: Kind
    /// One sentence with the numbers that decided.
    package var reason: String

    package init(variant: Variant.ID, kind: Kind, reason: String) {
        self.variant = variant
        self.kind = kind
        self.reason = reason
    }
}

/// What to do, and why.
package struct Recommendation: Sendable, Hashable, Codable {
    package enum Action: String, Sendable, Hashable, Codable {
        case `continue`, pause, stop, scale, extend
    }

    package var action: Action
    /// The variant to pause or to scale to.
    package var variant: Variant.ID?
    /// One sentence each, the decisive one first.
    package var reasons: [String]
    /// What stands against a scale-up although the primary metric calls for one.
    package var blockers: [String]

    package init(action: Action, variant: Variant.ID?, reasons: [String], blockers: [String]) {
        self.action = action
        self.variant = variant
        self.reasons = reasons
        self.blockers = blockers
    }
}
