import Model

/// The computations behind lines, so that what they come to is the sum that is told with them.
func computations(of lines: [Payout]) -> String {
    let counted = lines.filter { $0.amount != 0 }
    guard counted.count > 1 else { return counted.first?.explanation ?? "" }
    let shown = counted.count > 4 ? 3 : counted.count
    var parts = counted.prefix(shown).map { line in
        let amount = spelled(line.amount, line.currency)
        return line.explanation.contains(amount) ? line.explanation : "\(amount): \(line.explanation)"
    }
    let rest = counted.dropFirst(shown)
    if let line = rest.first {
        parts.append("\(rest.count) more lines, \(spelled(rest.sum(of: \.amount), line.currency))")
    }
    return parts.joined(separator: "; and ")
}

extension AuditInput {
    /// The days or months that decide about a line that waits or has lapsed: "105 of 180 days".
    func progress(of line: Payout) -> String? {
        guard [.held, .lapsed].contains(line.state), let plan = plan(of: line),
            let contract = line.contract.flatMap({ contracts[$0] })
        else { return nil }
        let until = max(contract.startsOn, min(asOf, contract.cancelledOn ?? asOf, contract.endsOn + 1))
        let days = until - contract.startsOn
        switch line.component {
        case .renewalBonus:
            if let needed = plan.renewalBonus?.survivalDays, days < needed {
                return "\(days) of \(needed) days"
            }
        case .recurringBonus:
            let months = contract.startsOn.fullMonths(until: until)
            if let needed = plan.recurringBonus?.afterMonths, months < needed {
                return "\(months) of \(needed) months"
            }
        default: break
        }
        guard let name = plan.gate(of: line), let gate = plan.gates.first(where: { $0.name == name }) else {
            return nil
        }
        let passed = min(asOf - contract.startsOn, gate.expiresAfterDays)
        return "\(max(0, passed)) of the \(gate.expiresAfterDays) days for that evidence"
    }

    /// When the customer left, and how far into the days that a clawback counts.
    func leaving(_ line: Payout) -> String {
        guard let contract = line.contract.flatMap({ contracts[$0] }) else {
            return "the customer left on \(line.earnedOn)"
        }
        let days = max(0, line.earnedOn - contract.startsOn)
        let within = plan(of: line)?.clawback.map { ", of \($0.withinDays) that count" } ?? ""
        return "the customer left on \(line.earnedOn), after \(counted(days, "day"))\(within),"
    }
}

extension IncentivePlan {
    /// The gate that a line waits for, as far as its component and occasion tell.
    fileprivate func gate(of line: Payout) -> String? {
        switch line.component {
        case .commission:
            let gates = Set(commissions.map(\.gate))
            return gates.count == 1 ? gates.first ?? nil : nil
        case .renewalBonus: return renewalBonus?.gate
        case .recurringBonus: return recurringBonus?.gate
        case .milestoneBonus: return milestoneBonuses.first { $0.milestone == line.occasion }?.gate
        case .rebate, .diversificationBonus, .coMarketing, .guarantee: return nil
        }
    }
}
