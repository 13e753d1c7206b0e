import Model

/// Whether a difference is what another term of the contract would make.
struct TermCheck {
    let input: AuditInput
    let group: SettlementGroup
    let due: LineDue
    let owed: Int64
    /// Paid less owed, without what has been told already.
    let remaining: Int64

    private static let longestYears = 10

    /// What is wrong and what to do; `nil` when the term does not explain the difference.
    var reason: String? {
        guard group.component == .commission || group.component == .renewalBonus,
            let contract = group.contract.flatMap({ input.contracts[$0] })
        else { return nil }
        let months = max(1, contract.startsOn.fullMonths(until: contract.endsOn + 1))
        let term =
            "contract '\(contract.id)' runs \(months) months, \(contract.startsOn) to \(contract.endsOn)"
        let settle = "settle \(Money(minorUnits: remaining, currency: group.currency))."
        if group.transfers.contains(where: { $0.rule == .escalator }) {
            return "\(term), which does not earn the escalator that was paid; \(settle)"
        }
        guard ratesAgree else { return nil }
        let years = escalatorYears ?? contractYears(months)
        return years.map { "\(term), and was paid as if it ran \($0) year\($0 == 1 ? "" : "s"); \(settle)" }
    }

    private var lines: [Payout] { group.lines.map { input.lines[$0] } }

    /// Where a rate is told it is the plan's, so that the term is what differs.
    private var ratesAgree: Bool {
        let known = Set(lines.compactMap { input.plan(of: $0) }.flatMap { $0.rates(of: group.component) })
        return group.transfers.allSatisfy { $0.rate.map { known.contains($0) } ?? true }
    }

    /// Years for which the plan's escalator would make just this difference.
    private var escalatorYears: Int? {
        guard let main = lines.first(where: { $0.rule.rawValue == group.component.rawValue }),
            let plan = input.plan(of: main), let escalator = plan.escalator,
            escalator.appliesTo.contains(group.component), escalator.perExtraYear.partsPerMillion > 0
        else { return nil }
        let now = lines.filter { $0.rule == .escalator && due.isDue($0) }.reduce(0) { $0 + $1.amount }
        return (0..<Self.longestYears).first { extra in
            let rate = min(
                escalator.perExtraYear.partsPerMillion * Int64(extra), escalator.cap.partsPerMillion)
            let pay = Rate(partsPerMillion: rate).of(main.base, plan.rounding)
            return pay != now && pay - now == remaining
        }.map { $0 + 1 }
    }

    /// Years whose contract value, at the rate that is owed, is just what was paid.
    private func contractYears(_ months: Int) -> Int? {
        guard owed > 0, let main = lines.first else { return nil }
        let onValue =
            group.component == .renewalBonus
            ? input.plan(of: main)?.renewalBonus?.payBase == .contractValue
            : input.plan(of: main)?.commissions.contains { $0.payBase == .contractValue } ?? false
        let basis = onValue ? months : 12
        return (1...Self.longestYears).first { years in
            guard years * 12 != basis,
                let pay = Rounding.halfEven.quotient(Int128(owed) * Int128(years * 12), Int128(basis))
            else { return false }
            // Without contract value in the plan, only more years than one say anything about the term.
            return (onValue || years > 1) && (owed + remaining - pay).magnitude <= (onValue ? 1 : 0)
        }
    }
}
