import Model

extension Payout {
    /// What a held line waits for, as its plan has it.
    func waitsFor(under plans: [IncentivePlan]) -> String {
        guard let plan = plans.first(where: { $0.id == self.plan && $0.version == version }) else {
            return date ?? "its condition"
        }
        if let gate = gates(in: plan).first {
            let last = plan.gates.first { $0.name == gate }?.expiresAfterDays
            let limit = last.map {
                ", at the latest \(PlainWords.counted($0, "day")) after the contract's start"
            }
            return "'\(gate)' to be met\(limit ?? "")"
        }
        let condition: String? =
            switch component {
            case .renewalBonus:
                plan.renewalBonus?.survivalDays.map {
                    "the customer to stay for \(PlainWords.counted($0, "day")) of the new term"
                }
            case .recurringBonus:
                plan.recurringBonus.map {
                    "the contract to have run \(PlainWords.counted($0.afterMonths, "month"))"
                }
            case .rebate:
                plan.rebate.map {
                    "the end of \(CalendarPeriod(containing: earnedOn, $0.period))"
                }
            case .commission, .milestoneBonus, .diversificationBonus, .coMarketing, .guarantee: nil
            }
        return [condition, date].compactMap(\.self).joined(separator: "; ").ifEmpty("its condition")
    }

    private var date: String? { payableOn.map { "payable on \($0)" } }

    private func gates(in plan: IncentivePlan) -> [String] {
        switch component {
        case .commission:
            plan.commissions.filter {
                plan.commissions.count == 1 || occasion.hasPrefix($0.basis.rawValue + " ")
            }.compactMap(\.gate)
        case .renewalBonus: [plan.renewalBonus?.gate].compactMap(\.self)
        case .recurringBonus: [plan.recurringBonus?.gate].compactMap(\.self)
        case .milestoneBonus:
            plan.milestoneBonuses.filter { $0.milestone == occasion }.compactMap(\.gate)
        case .rebate, .diversificationBonus, .coMarketing, .guarantee: []
        }
    }
}

extension String {
    fileprivate func ifEmpty(_ other: String) -> String { isEmpty ? other : self }
}
