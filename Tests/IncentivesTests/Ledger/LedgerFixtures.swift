import Incentives
import Model
import Testing

let firstQuarter = CalendarPeriod(length: .quarter, number: 2027 * 4)

/// A line of a commission on `contract`, payable on the day it is earned unless told otherwise.
func line(
    _ contract: Contract.ID? = "c1", of partner: Partner.ID = "p1", amount: Int64,
    component: PlanComponent = .commission, rule: PlanRule = .commission, occasion: String = "2027-Q1",
    earned: String = "2027-01-15", payable: String? = nil, state: Payout.State = .payable,
    currency code: String = "EUR", plan: IncentivePlan.ID = "growth"
) throws -> Payout {
    let earnedOn = try day(earned)
    return Payout(
        partner: partner, contract: contract, component: component, rule: rule, plan: plan, version: 1,
        occasion: occasion, earnedOn: earnedOn,
        payableOn: state == .payable ? try payable.map(day) ?? earnedOn : nil, state: state,
        base: 10 * amount,
        amount: amount, currency: try currency(code), conversion: nil, facts: contract == nil ? [] : [1],
        explanation: "\(component.rawValue) of \(contract?.rawValue ?? "the period"), \(amount)")
}

/// A ledger that grows as periods close.
struct Ledger {
    var entries: [LedgerEntry] = []

    @discardableResult
    mutating func close(_ period: CalendarPeriod, _ payouts: [Payout]) throws -> [LedgerEntry] {
        let new = try ledgerEntries(for: payouts, posted: entries, closing: period)
        entries += new
        return new
    }
}

extension [LedgerEntry] {
    /// Kinds and amounts, in order.
    var told: [String] { map { "\($0.kind.rawValue) \($0.amount)" } }
}
