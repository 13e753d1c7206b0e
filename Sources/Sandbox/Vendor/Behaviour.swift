import Foundation
import Model

/// What partners and customers do, as functions of who they are and the plan they are under: no state, no
/// clock. An outcome happens when its draw is below its probability, so a plan changes the outcomes whose
/// draws lie between two probabilities and leaves every other one alone.
struct Behaviour: Sendable {
    /// Days over which a plan's added churn is stated: 26 weeks.
    static let churnWindowDays = 182

    let configuration: VendorConfiguration
    let draws: Draws

    func effect(of plan: IncentivePlan.ID?, on partner: SimulatedPartner) -> PlanEffect {
        guard let plan else { return .unchanged }
        let segment = configuration.segments[partner.segment]
        let effects = partner.isWhale ? segment.whale?.effects ?? [:] : segment.effects
        return effects[plan] ?? .unchanged
    }

    // MARK: Renewal

    /// The probability that a contract which reaches its due date under `plan` is renewed, kept in
    /// [0.01, 0.99].
    func renewalProbability(of partner: SimulatedPartner, under plan: IncentivePlan.ID?) -> Double {
        min(0.99, max(0.01, partner.renewal + effect(of: plan, on: partner).renewal))
    }

    func renews(_ contract: SimulatedContract, of partner: SimulatedPartner, under plan: IncentivePlan.ID?)
        -> Bool
    {
        draws.uniform(contract.key.bits, .renewal) < renewalProbability(of: partner, under: plan)
    }

    /// Days from the due date to the renewal's signature: negative when it is signed early.
    func signingOffset(_ key: ContractKey) -> Int {
        let habits = configuration.signing
        let share = draws.uniform(key.bits, .signingOffset)
        if share < habits.earlyShare {
            return -1 - Int(share / habits.earlyShare * Double(habits.earlyDays))
        }
        return share < habits.earlyShare + habits.lateShare ? lateOffset(key) : 0
    }

    /// Days after the due date at which a renewal is signed that is signed late.
    func lateOffset(_ key: ContractKey) -> Int {
        draws.integer(key.bits, .lateOffset, in: 1...configuration.signing.lateDays)
    }

    // MARK: Leaving mid-term

    /// The hazard of leaving mid-term under `plan`, per day.
    ///
    /// A plan that adds a to the probability p of leaving within 26 weeks adds ln((1 − p)/(1 − p − a)) ÷ 182
    /// to the daily hazard: the same on every day.
    func departureHazard(of partner: SimulatedPartner, under plan: IncentivePlan.ID?) -> Double {
        let yearly = configuration.segments[partner.segment].midTermChurnPerYear
        let baseline = -log1p(-yearly) / 365
        let added = effect(of: plan, on: partner).churn
        let window = Double(Behaviour.churnWindowDays)
        let survival = exp(-baseline * window)
        let extra = added == 0 ? 0 : log(survival / (survival - added)) / window
        return max(0, baseline * partner.churnMultiple + extra)
    }

    func leaves(_ contract: SimulatedContract, on day: Day, dailyHazard: Double) -> Bool {
        let draw = draws.uniform(contract.key.bits, .departure, index: UInt64(bitPattern: Int64(day.number)))
        return draw < -expm1(-dailyHazard)
    }

    // MARK: New customers

    /// How many customers sign their first contract with `partner` on `day`: Poisson, at most 4.
    func newCustomers(of partner: SimulatedPartner, on day: Day) -> Int {
        let yearly = configuration.segments[partner.segment].newBusinessPerYear * Double(partner.customers)
        guard yearly > 0 else { return 0 }
        let mean = yearly / 365
        let draw = draws.uniform(partner.key, .newCustomers, index: UInt64(bitPattern: Int64(day.number)))
        var count = 0
        var probability = exp(-mean)
        var cumulative = probability
        while draw > cumulative, count < 4 {
            count += 1
            probability *= mean / Double(count)
            cumulative += probability
        }
        return count
    }

    // MARK: What a contract says

    func termMonths(_ key: ContractKey, segment: Int) -> Int {
        let terms = configuration.segments[segment].terms
        var rest = draws.uniform(key.bits, .term)
        for term in terms {
            rest -= term.share
            if rest < 0 { return term.months }
        }
        return terms.last?.months ?? 12
    }

    /// List price over a year of a customer's first contract, in minor units.
    func firstListAmount(_ key: ContractKey, segment: Int) -> Int64 {
        let amount = configuration.segments[segment].annualAmount
        let major = amount.centre * exp(amount.sigma * draws.normal(key.bits, .listAmount))
        return Int64((major * Double(configuration.currency.minorUnitsPerUnit)).rounded())
    }

    /// List price over a year of a renewal: 3 % more on average, log-normal with σ 0.08.
    func renewedListAmount(_ key: ContractKey, from previous: Int64) -> Int64 {
        Int64((Double(previous) * exp(0.03 + 0.08 * draws.normal(key.bits, .expansion))).rounded())
    }

    /// The discount of a contract signed on `day`, in thousandths of list price.
    func discountPerMille(
        _ key: ContractKey, of partner: SimulatedPartner, on day: Day, under plan: IncentivePlan.ID?
    ) -> Int64 {
        let discount = configuration.segments[partner.segment].discount
        let seasonal = isInSeason(day) ? configuration.season.addition : 0
        let drawn =
            discount.mean + discount.standardDeviation * draws.normal(key.bits, .discount) + seasonal
            + effect(of: plan, on: partner).discount
        return Int64((min(0.6, max(0, drawn)) * 1000).rounded())
    }

    /// Whether `day` is among the last days of its calendar quarter.
    private func isInSeason(_ day: Day) -> Bool {
        let season = configuration.season.days
        guard season > 0 else { return false }
        let ahead = (day + season).civil
        let now = day.civil
        return (ahead.year, (ahead.month - 1) / 3) != (now.year, (now.month - 1) / 3)
    }

    /// The day a contract entered on `day` is corrected, if it is.
    func restatementDay(_ key: ContractKey, enteredOn day: Day) -> Day? {
        let habits = configuration.restatements
        guard draws.uniform(key.bits, .restatement) < habits.share else { return nil }
        return day + draws.integer(key.bits, .restatementDelay, in: 7...max(7, habits.withinDays))
    }

    /// The amount after correction.
    func restatedAmount(_ contract: SimulatedContract) -> Int64 {
        let factor = exp(configuration.restatements.sigma * draws.normal(contract.key.bits, .restatementSize))
        return Int64((Double(contract.amount) * factor).rounded())
    }
}
