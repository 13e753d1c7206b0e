import Incentives
package import Model

/// Pay by what it is paid for, in minor units of the plan's currency.
///
/// A line on a contract belongs to what the contract is: `newLogo` the customer's first contract with anybody,
/// `renewal` one that renews another, `expansion` a further one that renews nothing. Recurring bonuses, renewal
/// bonuses and commission on recurring revenue are `renewal` whatever the contract is; milestones are `other`.
/// Rules on a contract follow its component. A clawback follows the contract's lines of its component, an accelerator
/// and a contingency those of their component and period, and a rebate's settlement what was set aside, each in
/// proportion to its amounts. What is left is `other`: guarantees, caps, diversification, and settlements of nothing.
package struct PayShares: Sendable, Hashable, Codable {
    package enum Purpose: String, Sendable, Hashable, Codable, CaseIterable {
        case newLogo, expansion, renewal, other
    }

    package struct Part: Sendable, Hashable, Codable {
        package var purpose: Purpose
        package var amount: Int64
        /// Of all pay; nil unless all pay is positive.
        package var share: Double?
    }

    /// One for each purpose.
    package var parts: [Part]
    package var total: Int64

    init(amounts: [Int64]) {
        let total = amounts.reduce(0, +)
        self.total = total
        parts = zip(Purpose.allCases, amounts).map {
            Part(purpose: $0, amount: $1, share: total > 0 ? Double($1) / Double(total) : nil)
        }
    }

    /// The share of the purposes together; nil unless all pay is positive.
    package func share(of purposes: Set<Purpose>) -> Double? {
        guard total > 0 else { return nil }
        return Double(parts.filter { purposes.contains($0.purpose) }.reduce(0) { $0 + $1.amount })
            / Double(total)
    }
}

extension PlanReplay {
    /// What the window's pay was for.
    package func payShares(under plans: [IncentivePlan]) -> PayShares {
        let firsts = firstContracts()
        var amounts = Amounts()
        forEachAccount(under: plans) { _, plan, lines in
            PurposeOfLines(replay: self, plan: plan, firsts: firsts).add(lines, to: &amounts)
        }
        return PayShares(amounts: amounts.values)
    }

    /// Places in ``Book/contracts`` of each customer's first contract with anybody: by day signed, then by id.
    private func firstContracts() -> Set<Int32> {
        var firsts: [Int: Int] = [:]
        for (index, contract) in book.contracts.enumerated() where contract.deletedOn == nil {
            if let known = firsts[contract.customer], book.contracts[known].signedOn <= contract.signedOn {
                continue
            }
            firsts[contract.customer] = index
        }
        return Set(firsts.values.map(Int32.init))
    }
}

/// Amounts by purpose, in the order of its cases.
private struct Amounts {
    var values = [Int64](repeating: 0, count: PayShares.Purpose.allCases.count)

    subscript(purpose: PayShares.Purpose) -> Int64 {
        get { values[Amounts.place(purpose)] }
        set { values[Amounts.place(purpose)] = newValue }
    }

    private static func place(_ purpose: PayShares.Purpose) -> Int {
        switch purpose {
        case .newLogo: 0
        case .expansion: 1
        case .renewal: 2
        case .other: 3
        }
    }

    /// Adds an amount in proportion to `weights`, the last purpose with a weight taking what rounding leaves; all
    /// of it to `other` when they sum to 0.
    mutating func add(_ amount: Int64, inProportionTo weights: Amounts) {
        let total = weights.values.reduce(0, +)
        guard total != 0, let last = weights.values.lastIndex(where: { $0 != 0 }) else {
            self[.other] += amount
            return
        }
        var left = amount
        for place in values.indices where place != last {
            let product = Int128(amount) * Int128(weights.values[place])
            let part =
                Rounding.halfEven.quotient(product * Int128(total.signum()), Int128(total.magnitude)) ?? 0
            values[place] += part
            left -= part
        }
        values[last] += left
    }
}

/// Sorts the lines of one account by what they are paid for.
private struct PurposeOfLines {
    let replay: PlanReplay
    let plan: IncentivePlan
    let firsts: Set<Int32>

    private struct ContractComponent: Hashable {
        var row: Int32
        var component: PlanComponent
    }

    func add(_ lines: borrowing [PayoutLine], to amounts: inout Amounts) {
        let byContract = weightsOfClawbacks(lines)
        for place in lines.indices where replay.window.contains(lines[place].earnedOn) {
            let line = lines[place]
            guard line.isEarned else { continue }
            guard let row = line.row else {
                amounts.add(line.amount, inProportionTo: weights(of: line, in: lines))
                continue
            }
            if line.rule == .clawback {
                let key = ContractComponent(row: row, component: line.component)
                amounts.add(line.amount, inProportionTo: byContract[key] ?? Amounts())
            } else {
                amounts[purpose(of: line, on: row)] += line.amount
            }
        }
    }

    private func purpose(of line: PayoutLine, on row: Int32) -> PayShares.Purpose {
        switch line.component {
        case .recurringBonus, .renewalBonus: return .renewal
        case .milestoneBonus, .diversificationBonus, .coMarketing, .guarantee: return .other
        case .commission where plan.commissions[Int(line.item)].basis == .recurringRevenue: return .renewal
        case .commission, .rebate:
            let contract = replay.earning.rows[Int(row)]
            if contract.isRenewal { return .renewal }
            return firsts.contains(contract.contract) ? .newLogo : .expansion
        }
    }

    /// What a contract's lines of a component were for, where a clawback takes some of them back.
    private func weightsOfClawbacks(_ lines: borrowing [PayoutLine]) -> [ContractComponent: Amounts] {
        var weights: [ContractComponent: Amounts] = [:]
        for place in lines.indices where lines[place].rule == .clawback {
            guard let row = lines[place].row else { continue }
            weights[ContractComponent(row: row, component: lines[place].component)] = Amounts()
        }
        guard !weights.isEmpty else { return weights }
        for place in lines.indices where lines[place].rule != .clawback && lines[place].isEarned {
            guard let row = lines[place].row else { continue }
            let key = ContractComponent(row: row, component: lines[place].component)
            weights[key]?[purpose(of: lines[place], on: row)] += lines[place].amount
        }
        return weights
    }

    /// What the contract lines of a line's component and period were for.
    private func weights(of line: PayoutLine, in lines: borrowing [PayoutLine]) -> Amounts {
        var weights = Amounts()
        guard line.component != .guarantee, case .period(let period) = line.occasion else { return weights }
        let (first, last) = (period.firstDay, period.lastDay)
        for place in lines.indices where lines[place].component == line.component {
            guard let row = lines[place].row, lines[place].isEarned, lines[place].rule != .clawback,
                first <= lines[place].earnedOn, lines[place].earnedOn <= last
            else { continue }
            weights[purpose(of: lines[place], on: row)] += lines[place].amount
        }
        return weights
    }
}
