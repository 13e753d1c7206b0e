import Foundation
package import Model

/// What is true of the practice vendor, which an analysis of its CRM is to find out.
///
/// All effects are of every partner holding a plan from the start date against none holding one, averaged
/// over contracts of the starting book, so they are the customer-average estimands of a pilot that is
/// assigned on the start date.
package struct Truth: Sendable, Hashable, Codable {
    /// What an honest analysis should conclude.
    package enum Label: String, Sendable, Hashable, Codable {
        /// Renewals rise and nothing suffers.
        case gain
        /// Renewals fall or customers leave mid-term.
        case harm
        /// Nothing changes.
        case null
        /// One partner reacts and no other does: no effect to generalise from.
        case whale
    }

    /// The truth about one plan in one segment. Differences of probabilities are plan − no plan.
    package struct Effect: Sendable, Hashable, Codable {
        package var partnerType: String
        package var plan: IncentivePlan.ID
        package var label: Label
        package var partners: Int
        package var contractsInForce: Int
        /// Contracts due in the due window.
        package var contractsDue: Int
        /// On the share of the contracts due that are renewed; those that left before count as not renewed.
        package var renewal: Double
        /// On the renewal probability of a due contract that reaches its decision.
        package var renewalAtDecision: Double
        /// The share of the contracts due that are renewed without the plan.
        package var renewalWithoutPlan: Double
        /// On the share of contracts that leave mid-term within the churn window, among the contracts in
        /// force whose term outlasts it.
        package var midTermChurn: Double
        package var midTermChurnWithoutPlan: Double
        /// On the mean discount, as a fraction of list price, before it is cut off at 0 and 0.6.
        package var discount: Double
        /// The largest partner's contracts due ÷ all contracts due of its arm, when the other partners are
        /// split evenly between two arms.
        package var largestShareOfArm: Double
    }

    package var seed: UInt64
    package var start: Day
    package var dueWindowDays: Int
    package var churnWindowDays: Int
    package var effects: [Effect]

    /// The effects of every plan the configuration names, over contracts due within `dueWindowDays` of the
    /// start.
    package init(configuration: VendorConfiguration, seed: UInt64, dueWindowDays: Int = 154) {
        let vendor = SimulatedVendor(configuration: configuration, seed: seed)
        self.seed = seed
        start = configuration.start
        self.dueWindowDays = dueWindowDays
        churnWindowDays = Behaviour.churnWindowDays
        effects = configuration.segments.indices.flatMap { segment in
            let settings = configuration.segments[segment]
            let plans = Set(settings.effects.keys).union(settings.whale?.effects.keys ?? [:].keys)
            return plans.sorted().map {
                vendor.trueEffect(of: $0, segment: segment, dueWindowDays: dueWindowDays)
            }
        }
    }
}

extension SimulatedVendor {
    fileprivate func trueEffect(of plan: IncentivePlan.ID, segment: Int, dueWindowDays: Int) -> Truth.Effect {
        let start = configuration.start
        let members = partners.indices.filter { partners[$0].segment == segment }
        let book = contracts.filter {
            partners[$0.partner].segment == segment && $0.isInForce(on: start)
        }
        let due = book.filter { $0.endsOn < start + dueWindowDays }
        let lasting = book.filter { $0.endsOn >= start + Behaviour.churnWindowDays }
        func mean(_ values: [Double]) -> Double {
            values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        }
        func renewal(_ plan: IncentivePlan.ID?) -> Double {
            mean(due.map { renewedShare(of: $0, under: plan) })
        }
        func decision(_ plan: IncentivePlan.ID?) -> Double {
            mean(due.map { behaviour.renewalProbability(of: partners[$0.partner], under: plan) })
        }
        func churn(_ plan: IncentivePlan.ID?) -> Double {
            mean(lasting.map { 1 - stays(partners[$0.partner], days: Behaviour.churnWindowDays, plan) })
        }
        func discount(_ plan: IncentivePlan.ID?) -> Double {
            mean(book.map { behaviour.effect(of: plan, on: partners[$0.partner]).discount })
        }
        return Truth.Effect(
            partnerType: configuration.segments[segment].type, plan: plan,
            label: configuration.segments[segment].label(of: plan), partners: members.count,
            contractsInForce: book.count, contractsDue: due.count,
            renewal: renewal(plan) - renewal(nil), renewalAtDecision: decision(plan) - decision(nil),
            renewalWithoutPlan: renewal(nil), midTermChurn: churn(plan) - churn(nil),
            midTermChurnWithoutPlan: churn(nil), discount: discount(plan),
            largestShareOfArm: largestShareOfArm(due: due))
    }

    /// The probability that a contract of the starting book is renewed.
    ///
    /// An early signer who would renew anyway needs to stay only until the day of signature, and has signed
    /// already when that day is past; everyone else needs to stay until the due date.
    private func renewedShare(of contract: SimulatedContract, under plan: IncentivePlan.ID?) -> Double {
        let partner = partners[contract.partner]
        let probability = behaviour.renewalProbability(of: partner, under: plan)
        let untilDue = contract.endsOn - configuration.start + 1
        let untilSigning = untilDue + min(0, behaviour.signingOffset(contract.key))
        guard untilSigning <= 0 else { return stays(partner, days: untilSigning, plan) * probability }
        let already = behaviour.renewalProbability(of: partner, under: nil)
        return already + stays(partner, days: untilDue, plan) * max(0, probability - already)
    }

    /// The probability that a contract of `partner` is still in force after `days`.
    private func stays(_ partner: SimulatedPartner, days: Int, _ plan: IncentivePlan.ID?) -> Double {
        exp(-behaviour.departureHazard(of: partner, under: plan) * Double(max(0, days)))
    }

    private func largestShareOfArm(due: [SimulatedContract]) -> Double {
        let counts = Dictionary(grouping: due, by: \.partner).mapValues { Double($0.count) }
        guard let largest = counts.values.max(), largest > 0 else { return 0 }
        return largest / (largest + (Double(due.count) - largest) / 2)
    }
}

extension SegmentConfiguration {
    /// What an honest analysis of `plan` in this segment should conclude.
    fileprivate func label(of plan: IncentivePlan.ID) -> Truth.Label {
        let common = effects[plan] ?? .unchanged
        if common.churn > 0 || common.renewal < 0 { return .harm }
        if common.renewal > 0 { return .gain }
        return (whale?.effects[plan] ?? .unchanged) == .unchanged ? .null : .whale
    }
}
