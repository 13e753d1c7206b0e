import Model

extension PlanChanges {
    var commissions: [String] {
        let bases = TieredCommission.Basis.allCases.filter { basis in
            (before.commissions + after.commissions).contains { $0.basis == basis }
        }
        guard before.commissions.count == 1, after.commissions.count == 1, bases.count == 2 else {
            return bases.flatMap { basis in
                commission(
                    before.commissions.first { $0.basis == basis },
                    after.commissions.first { $0.basis == basis }, names: bases.count > 1)
            }
        }
        return commission(before.commissions[0], after.commissions[0], names: false)
    }

    private func commission(
        _ before: TieredCommission?, _ after: TieredCommission?, names: Bool
    ) -> [String] {
        let basis = (after ?? before)?.basis.inWords ?? ""
        let name = names ? "commission on \(basis)" : "commission"
        return part(name, before, after) { words in
            words.plan.commissions.first { $0 == (words.plan == self.after ? after : before) }
                .map { words.commission($0).sentences } ?? []
        } settings: { before, after in
            [
                text("What the \(name) is on", before.basis.inWords, after.basis.inWords),
                text("How the rates of the \(name) apply", before.scheme.inWords, after.scheme.inWords),
                text("The period of the \(name)", before.period.inWords, after.period.inWords),
            ] + rates("The \(name)", before, after) + [
                text(
                    "What the rates of the \(name) are taken of", old.name(before.payBase),
                    new.name(after.payBase)),
                count(
                    "The mean that keeps a rate of the \(name) up", before.buffer?.rollingPeriods,
                    after.buffer?.rollingPeriods, "period"),
                count(
                    "How long a rate of the \(name) is kept", before.buffer?.gracePeriods,
                    after.buffer?.gracePeriods, "period"), gate(name, before.gate, after.gate),
            ]
        }
    }

    /// One line for each step at which the rates of the two differ.
    private func rates(
        _ name: String, _ before: TieredCommission, _ after: TieredCommission
    ) -> [String?] {
        let steps = Set(before.tiers.map(\.from) + after.tiers.map(\.from)).sorted()
        return steps.map { step in
            let place = steps.count == 1 ? "" : " from \(new.money(step))"
            return rate(
                name + place, before.tiers.last { $0.from <= step }?.rate,
                after.tiers.last { $0.from <= step }?.rate)
        }
    }
}

extension TieredCommission.Scheme {
    fileprivate var inWords: String {
        switch self {
        case .marginal: "each slice at its own rate"
        case .cliff: "everything at the rate reached"
        }
    }
}
