package import Model

/// What `accounts` are owed under their terms, for all that `book` tells up to `asOf`: every line with its rule,
/// its facts and its computation in words.
///
/// Accounts in their order; within one, lines by day earned, contract, component and rule.
///
/// - Parameters:
///   - accounts: those of the whole programme, since a contingency's cost cap binds all.
///   - partner: whose lines are wanted; `nil` for everybody's.
package func payouts(
    of accounts: [EarningAccount], in book: EarningBook, asOf: Day, partner: Partner.ID? = nil
) -> [Payout] {
    var payouts: [Payout] = []
    PlanRun(accounts: accounts, book: book, asOf: asOf).forEachAccount(of: partner) { index, lines in
        let writer = PayoutWriter(book: book, account: accounts[index], asOf: asOf)
        payouts += writer.payouts(lines)
    }
    return payouts
}

/// Turns an account's lines into payouts: names, facts and words.
package struct PayoutWriter {
    let book: EarningBook
    let account: EarningAccount
    let asOf: Day

    package init(book: EarningBook, account: EarningAccount, asOf: Day) {
        self.book = book
        self.account = account
        self.asOf = asOf
    }

    /// By day earned, contract (whole periods last), component, occasion and rule.
    package func payouts(_ lines: borrowing [PayoutLine]) -> [Payout] {
        var order: [(day: Day, contract: Int32, component: PlanComponent, place: Int)] = []
        order.reserveCapacity(lines.count)
        for place in lines.indices {
            let contract = lines[place].row.map { book.rows[Int($0)].contract } ?? .max
            order.append((lines[place].earnedOn, contract, lines[place].component, place))
        }
        order.sort {
            ($0.day, $0.contract, $0.component, $0.place) < ($1.day, $1.contract, $1.component, $1.place)
        }
        return order.map { payout(lines[$0.place]) }
    }

    package func payout(_ line: PayoutLine) -> Payout {
        let plan = plan(of: line)
        let row = line.row.map { book.rows[Int($0)] }
        return Payout(
            partner: account.partner, contract: row.map { book.contracts[Int($0.contract)].contract },
            component: line.component, rule: line.rule, plan: plan.id, version: plan.version,
            occasion: occasion(of: line), earnedOn: line.earnedOn, payableOn: line.payableOn,
            lapsedOn: line.lapsedOn, state: line.state, base: line.base, amount: line.amount,
            currency: plan.currency,
            conversion: row.flatMap { conversion(of: $0, under: plan) },
            facts: row.map { facts(of: line, on: $0, under: plan) } ?? [],
            explanation: explanation(of: line))
    }

    func plan(of line: PayoutLine) -> IncentivePlan { account.segments[Int(line.segment)].plan }

    private func occasion(of line: PayoutLine) -> String {
        let plan = plan(of: line)
        switch line.occasion {
        case .period(let period):
            guard line.component == .commission, line.row != nil, plan.commissions.count > 1 else {
                return period.description
            }
            return "\(plan.commissions[Int(line.item)].basis.rawValue) \(period)"
        case .month(let months): return "month \(months)"
        case .renewal: return "renewal"
        case .milestone: return plan.milestoneBonuses[Int(line.item)].milestone
        case .cancelled: return "cancelled"
        }
    }

    func conversion(of row: EarningBook.Row, under plan: IncentivePlan) -> Payout.ConversionRate? {
        let currency = book.currencies[Int(row.currency)]
        guard currency != plan.currency, let rates = plan.rates,
            let table = rates.payoutTable(earnedOn: row.signedOn, asOf: asOf),
            let rate = table.perUnit[currency]
        else { return nil }
        return Payout.ConversionRate(currency: currency, perUnit: rate, on: table.on, source: rates.source)
    }

    /// The contract's fact, and those of the evidence that the line waited for or was weighted by.
    private func facts(
        of line: PayoutLine, on row: EarningBook.Row, under plan: IncentivePlan
    ) -> [Int64] {
        var facts: Set<Int64> = [book.contracts[Int(row.contract)].sequence]
        if line.rule == .milestoneBonus {
            let name = plan.milestoneBonuses[Int(line.item)].milestone
            facts.formUnion(
                book.milestones[row.contract]?.first { $0.milestone == name }.map { [$0.sequence] } ?? [])
        }
        if line.rule == .healthWeight, let health = plan.renewalBonus?.health {
            let reading = healthReading(health, of: row, in: book)
            facts.formUnion(reading.map { [$0.sequence] } ?? [])
        }
        if let gate = gate(of: line, under: plan) {
            let evidence = GateEvidence(book: book, row: row, gates: plan.gates, asOf: asOf)
            facts.formUnion(evidence.facts(of: gate))
        }
        return facts.filter { $0 > 0 }.sorted()
    }

    /// The gate that the line's component waits for.
    func gate(of line: PayoutLine, under plan: IncentivePlan) -> String? {
        switch line.component {
        case .commission: line.rule == .clawback ? nil : plan.commissions[Int(line.item)].gate
        case .renewalBonus: plan.renewalBonus?.gate
        case .recurringBonus: plan.recurringBonus?.gate
        case .milestoneBonus: line.rule == .clawback ? nil : plan.milestoneBonuses[Int(line.item)].gate
        case .rebate, .diversificationBonus, .coMarketing, .guarantee: nil
        }
    }
}

extension GateEvidence {
    /// The facts that met conditions of a gate and of those it needs.
    func facts(of name: String) -> [Int64] {
        guard let gate = gates.first(where: { $0.name == name }) else { return [] }
        return gate.needs.flatMap(facts) + gate.conditions.flatMap { met($0)?.facts ?? [] }
    }
}
