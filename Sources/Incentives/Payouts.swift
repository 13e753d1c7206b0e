package import Model

/// What `plan` owes for `contracts`, of however many partners.
///
/// Commission runs per partner and calendar period of signature, over the contracts in the order of (day
/// signed, contract id). A line is the difference of the cumulative commission after and before its contract,
/// so the lines of a period sum to the commission on its volume exactly, whatever is rounded. Under a cliff the
/// cumulative commission is taken at the rate of the tier that the whole period reaches: pass all contracts
/// of a period, and expect the lines of an open period to change when it reaches another tier.
///
/// A renewal bonus is the rate's share of each renewal's annual amount, at most the cap. Amounts round half
/// to even.
///
/// - Precondition: a partner's volume within a period fits into 64 bits of minor units.
package func payouts(for contracts: [EarningContract], under plan: IncentivePlan) -> PayoutRun {
    let sorted = contracts.sorted { ($0.signedOn, $0.contract) < ($1.signedOn, $1.contract) }
    let earning = sorted.filter { $0.annualAmount.currency == plan.currency }
    var lines = plan.commission.map { CommissionLines(earning, $0, currency: plan.currency) }
    var run = PayoutRun(payouts: [], otherCurrency: [])
    for contract in sorted {
        guard contract.annualAmount.currency == plan.currency else {
            run.otherCurrency.append(contract.contract)
            continue
        }
        if let line = lines?.line(for: contract) {
            run.payouts.append(payout(line, component: .commission, for: contract, under: plan))
        }
        if contract.isRenewal, let bonus = plan.renewalBonus {
            let line = bonus.line(for: contract.annualAmount)
            run.payouts.append(payout(line, component: .renewalBonus, for: contract, under: plan))
        }
    }
    return run
}

/// An amount owed and how it came about.
struct PayoutLine {
    var amount: Int64
    var explanation: String
}

private func payout(
    _ line: PayoutLine, component: PlanComponent, for contract: EarningContract, under plan: IncentivePlan
) -> Payout {
    Payout(
        partner: contract.partner, contract: contract.contract, component: component, plan: plan.id,
        earnedOn: contract.signedOn, base: contract.annualAmount.minorUnits, amount: line.amount,
        currency: plan.currency, explanation: line.explanation)
}

extension RenewalBonus {
    fileprivate func line(for base: Money) -> PayoutLine {
        let full = rate.of(base.minorUnits)
        let words =
            "renewal bonus \(rate) of \(spelled(base.minorUnits, base.currency)) = "
            + spelled(full, base.currency)
        guard let cap, full > cap else { return PayoutLine(amount: full, explanation: words) }
        return PayoutLine(
            amount: cap, explanation: words + ", capped at \(spelled(cap, base.currency))")
    }
}
