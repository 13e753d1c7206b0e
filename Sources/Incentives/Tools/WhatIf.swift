package import Model

/// What a partner's own book pays under its plans or another, with or without contracts it might sign, by quarter.
///
/// Every plan is taken as held throughout, at the rates of its effects table, so that like stands beside like.
package struct WhatIf: Sendable, Hashable, Codable {
    package struct Part: Sendable, Hashable, Codable {
        package var component: PlanComponent
        /// Minor units.
        package var amount: Int64
    }

    package struct Quarter: Sendable, Hashable, Codable {
        package var period: CalendarPeriod
        /// Whether it still runs on the day of the question, and counts up to that day.
        package var isToDate: Bool
        /// On which of its days that count the partner really held the scenario's plans.
        package var holding: Holding
        /// What was earned in it, by component; co-marketing is no pay and is left out.
        package var parts: [Part]

        package var total: Int64 { parts.reduce(0) { $0 + $1.amount } }
    }

    package enum Holding: String, Sendable, Hashable, Codable { case throughout, partly, never }

    package struct Scenario: Sendable, Hashable, Codable {
        package var plans: [PlanDifference.Side]
        /// Whether the contracts of the question are in it.
        package var isHypothetical: Bool
        package var currency: Currency
        package var quarters: [Quarter]
        package var total: Int64
        /// Of the part of `total` that waits for a gate, survival or the end of a period.
        package var held: Int64
        /// Whether lines of the question's contracts wait for a gate: nobody knows yet that it will open.
        package var hasShutGates: Bool
        /// Index of the scenario that `difference` is against: the partner's own plans with the same contracts, or
        /// the same plans without the question's; `nil` in the first, and where the currencies differ.
        package var baseline: Int?
        /// Minor units more than in the baseline.
        package var difference: Int64?
    }

    package var partner: Partner.ID
    package var asOf: Day
    package var contracts: [HypotheticalContract]
    /// The partner's own plans first, where it has any.
    package var scenarios: [Scenario]
}

/// Asks what a partner would earn.
///
/// - Parameters:
///   - own: the plans that the partner holds; empty when it holds none.
///   - other: the plan to hold against them.
///   - held: the terms that the partner really has.
///   - asOf: the last day that counts; nothing is known to happen after the book but the contracts of the question.
///   - quarters: complete quarters before the one of `asOf`.
package func whatIf(
    _ partner: Partner.ID, in book: Book, own: [IncentivePlan], other: IncentivePlan?,
    held: [TermsSegment] = [], signing contracts: [HypotheticalContract] = [], asOf: Day, quarters: Int = 4
) throws(WhatIfError) -> WhatIf {
    let contracts = try book.completing(contracts, of: partner)
    let changed = try book.adding(contracts, of: partner)
    let real = EarningBook(book)
    let imagined = EarningBook(changed)
    let known = Set(book.contracts.map(\.id))
    let added = Set(changed.contracts.lazy.map(\.id).filter { !known.contains($0) })
    var answer = WhatIf(partner: partner, asOf: asOf, contracts: contracts, scenarios: [])
    for plans in [own, other.map { [$0] } ?? []] where !plans.isEmpty {
        guard plans != own || answer.scenarios.isEmpty else { continue }
        for isHypothetical in contracts.isEmpty ? [false] : [false, true] {
            var scenario = scenario(
                partner, plans, in: isHypothetical ? imagined : real, held: held, asOf: asOf,
                quarters: quarters, added: isHypothetical ? added : nil)
            scenario.compare(with: answer.scenarios)
            answer.scenarios.append(scenario)
        }
    }
    guard !answer.scenarios.isEmpty else { throw .noPlan(partner) }
    return answer
}

extension WhatIf.Scenario {
    /// Finds what it stands against among the scenarios before it, whose first are of the partner's own plans.
    fileprivate mutating func compare(with earlier: [Self]) {
        let like = earlier.firstIndex { $0.isHypothetical == isHypothetical && $0.currency == currency }
        guard let index = like ?? earlier.lastIndex(where: { $0.plans == plans }) else { return }
        baseline = index
        difference = total - earlier[index].total
    }
}

private func scenario(
    _ partner: Partner.ID, _ plans: [IncentivePlan], in book: EarningBook, held terms: [TermsSegment],
    asOf: Day, quarters: Int, added: Set<Contract.ID>?
) -> WhatIf.Scenario {
    let running = CalendarPeriod(containing: asOf, .quarter)
    let first = running.number - quarters
    let begins = CalendarPeriod(length: .quarter, number: first).firstDay
    var sums = [[PlanComponent: Int64]](repeating: [:], count: quarters + 1)
    var held: Int64 = 0
    var hasShutGates = false
    let accounts = plans.map {
        EarningAccount(partner: partner, segments: $0.termsHeldThroughout(book, from: begins, until: asOf))
    }
    PlanRun(accounts: accounts, book: book, asOf: asOf).forEachAccount { index, lines in
        let writer = PayoutWriter(book: book, account: accounts[index], asOf: asOf)
        for place in lines.indices where lines[place].isEarned {
            let quarter = CalendarPeriod(containing: lines[place].earnedOn, .quarter).number - first
            guard sums.indices.contains(quarter) else { continue }
            sums[quarter][lines[place].component, default: 0] += lines[place].amount
            guard lines[place].state == .held else { continue }
            held += lines[place].amount
            guard let row = lines[place].row, let added else { continue }
            let contract = book.contracts[Int(book.rows[Int(row)].contract)].contract
            let gate = writer.gate(of: lines[place], under: writer.plan(of: lines[place]))
            if gate != nil, added.contains(contract) { hasShutGates = true }
        }
    }
    let rows = sums.indices.map { index in
        let period = CalendarPeriod(length: .quarter, number: first + index)
        return WhatIf.Quarter(
            period: period, isToDate: period.lastDay > asOf,
            holding: holding(of: plans, through: min(period.lastDay, asOf), since: period.firstDay, terms),
            parts: sums[index].sorted { $0.key < $1.key }.map {
                WhatIf.Part(component: $0.key, amount: $0.value)
            })
    }
    return WhatIf.Scenario(
        plans: plans.map { PlanDifference.Side($0) }, isHypothetical: added != nil,
        currency: plans[0].currency, quarters: rows, total: rows.reduce(0) { $0 + $1.total }, held: held,
        hasShutGates: hasShutGates, baseline: nil, difference: nil)
}

/// On which days the partner held all of the plans at once.
private func holding(
    of plans: [IncentivePlan], through last: Day, since first: Day, _ terms: [TermsSegment]
) -> WhatIf.Holding {
    let days = (0...(last - first)).map { first + $0 }
    let count = days.count { day in
        plans.allSatisfy { plan in
            terms.contains {
                $0.plan.id == plan.id && $0.plan.version == plan.version && $0.from <= day && day <= $0.until
            }
        }
    }
    return count == days.count ? .throughout : count == 0 ? .never : .partly
}
