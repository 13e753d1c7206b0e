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

    /// What is wrong; `nil` when the term does not explain the difference.
    var reason: String? {
        guard group.component == .commission || group.component == .renewalBonus,
            let contract = group.contract.flatMap({ input.contracts[$0] })
        else { return nil }
        let months = max(1, contract.startsOn.fullMonths(until: contract.endsOn + 1))
        let term =
            "contract '\(contract.id)' runs \(counted(months, "month")), \(contract.startsOn) to \(contract.endsOn)"
        if group.transfers.contains(where: { $0.rule == .escalator }) {
            return "\(term), which does not earn the escalator that was paid"
        }
        guard ratesAgree else { return nil }
        if let years = escalatorYears {
            return "\(term), and was paid with the plan's escalator for \(counted(years, "year"))"
        }
        if paysContractValue {
            return valueYears(months).map {
                "\(term), and was paid on the contract value of \(counted($0, "year"))"
            }
        }
        return wholeYears(months).map {
            "\(term), and was paid for \($0) years where the plan pays on one year"
        }
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

    private var paysContractValue: Bool {
        guard let plan = lines.first.flatMap({ input.plan(of: $0) }) else { return false }
        return group.component == .renewalBonus
            ? plan.renewalBonus?.payBase == .contractValue
            : plan.commissions.contains { $0.payBase == .contractValue }
    }

    /// Years whose contract value, at the rate that is owed, is just what was paid.
    private func valueYears(_ months: Int) -> Int? {
        guard owed > 0 else { return nil }
        return (1...Self.longestYears).first { years in
            // Ten times as much, or a tenth, is a slip of the decimal point rather than another term.
            guard years * 12 != months, years * 12 != months * 10, years * 120 != months,
                let pay = Rounding.halfEven.quotient(Int128(owed) * Int128(years * 12), Int128(months))
            else { return false }
            return (owed + remaining - pay).magnitude <= 1
        }
    }

    /// Years of a contract of several for which a plan that pays on one year was paid.
    private func wholeYears(_ months: Int) -> Int? {
        guard owed > 0, months >= 24 else { return nil }
        return (2...min(months / 12, Self.longestYears - 1)).first { owed + remaining == owed * Int64($0) }
    }
}
