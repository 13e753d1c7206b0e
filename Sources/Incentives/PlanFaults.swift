package import Model

/// What keeps `plan` from being paid, one sentence each naming the offender; empty for a sound plan.
package func faults(in plan: IncentivePlan) -> [String] {
    let place = "incentive plan '\(plan.id)'"
    guard !plan.components.isEmpty else {
        return ["\(place) pays nothing: expected 'commission', 'renewalBonus' or both"]
    }
    return (plan.commission.map { faults(in: $0, currency: plan.currency) } ?? [])
        .map { "\(place), commission: \($0)" }
        + (plan.renewalBonus.map { faults(in: $0, currency: plan.currency) } ?? [])
        .map { "\(place), renewal bonus: \($0)" }
}

private func faults(in commission: TieredCommission, currency: Currency) -> [String] {
    let tiers = commission.tiers
    guard let first = tiers.first else {
        return ["there are no tiers; expected at least one, beginning at \(spelled(0, currency))"]
    }
    var found: [String] = []
    if first.from != 0 {
        found.append(
            "tier 1 begins at \(spelled(first.from, currency)); expected \(spelled(0, currency)), so that "
                + "every booking has a rate")
    }
    for (number, (lower, upper)) in zip(2..., zip(tiers, tiers.dropFirst())) where upper.from <= lower.from {
        found.append(
            "tier \(number) begins at \(spelled(upper.from, currency)); expected more than the "
                + "\(spelled(lower.from, currency)) at which tier \(number - 1) begins")
    }
    for (number, tier) in zip(1..., tiers) where !isPayable(tier.rate) {
        found.append("tier \(number) pays \(tier.rate); expected 0 % to 100 %")
    }
    return found
}

private func faults(in bonus: RenewalBonus, currency: Currency) -> [String] {
    var found: [String] = []
    if !isPayable(bonus.rate) {
        found.append("the rate is \(bonus.rate); expected 0 % to 100 %")
    }
    if let cap = bonus.cap, cap <= 0 {
        found.append("the cap is \(spelled(cap, currency)); expected a positive amount, or no cap at all")
    }
    return found
}

private func isPayable(_ rate: Rate) -> Bool { (0...1_000_000).contains(rate.partsPerMillion) }
