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
        /// What was earned in it, by component; co-marketing is no pay and is left out.
        package var parts: [Part]

        package var total: Int64 { parts.reduce(0) { $0 + $1.amount } }
    }

    package struct Scenario: Sendable, Hashable, Codable {
        package var plans: [PlanDifference.Side]
        /// Whether the contracts of the question are in it.
        package var isHypothetical: Bool
        package var currency: Currency
        package var quarters: [Quarter]
        package var total: Int64
        /// Of the part of `total` that waits for a gate, survival or the end of a period.
        package var held: Int64
        /// Minor units more than in the first scenario; `nil` in the first, and where the currencies differ.
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
///   - asOf: the last day that counts; nothing is known to happen after the book but the contracts of the question.
///   - quarters: complete quarters before the one of `asOf`.
package func whatIf(
    _ partner: Partner.ID, in book: Book, own: [IncentivePlan], other: IncentivePlan?,
    signing contracts: [HypotheticalContract] = [], asOf: Day, quarters: Int = 4
) throws(WhatIfError) -> WhatIf {
    let changed = try book.adding(contracts, of: partner)
    let real = EarningBook(book)
    let imagined = EarningBook(changed)
    var answer = WhatIf(partner: partner, asOf: asOf, contracts: contracts, scenarios: [])
    for plans in [own, other.map { [$0] } ?? []] where !plans.isEmpty {
        guard plans != own || answer.scenarios.isEmpty else { continue }
        for isHypothetical in contracts.isEmpty ? [false] : [false, true] {
            answer.scenarios.append(
                scenario(
                    partner, plans, in: isHypothetical ? imagined : real, asOf: asOf, quarters: quarters,
                    isHypothetical: isHypothetical))
        }
    }
    guard let first = answer.scenarios.first else { throw .noPlan(partner) }
    for index in answer.scenarios.indices.dropFirst() where answer.scenarios[index].currency == first.currency
    {
        answer.scenarios[index].difference = answer.scenarios[index].total - first.total
    }
    return answer
}

private func scenario(
    _ partner: Partner.ID, _ plans: [IncentivePlan], in book: EarningBook, asOf: Day, quarters: Int,
    isHypothetical: Bool
) -> WhatIf.Scenario {
    let running = CalendarPeriod(containing: asOf, .quarter)
    let first = running.number - quarters
    let begins = CalendarPeriod(length: .quarter, number: first).firstDay
    var sums = [[PlanComponent: Int64]](repeating: [:], count: quarters + 1)
    var held: Int64 = 0
    let accounts = plans.map {
        EarningAccount(partner: partner, segments: $0.termsHeldThroughout(book, from: begins, until: asOf))
    }
    PlanRun(accounts: accounts, book: book, asOf: asOf).forEachAccount { _, lines in
        for place in lines.indices where lines[place].isEarned {
            let quarter = CalendarPeriod(containing: lines[place].earnedOn, .quarter).number - first
            guard sums.indices.contains(quarter) else { continue }
            sums[quarter][lines[place].component, default: 0] += lines[place].amount
            if lines[place].state == .held { held += lines[place].amount }
        }
    }
    let rows = sums.indices.map { index in
        let period = CalendarPeriod(length: .quarter, number: first + index)
        return WhatIf.Quarter(
            period: period, isToDate: period.lastDay > asOf,
            parts: sums[index].sorted { $0.key < $1.key }.map {
                WhatIf.Part(component: $0.key, amount: $0.value)
            })
    }
    return WhatIf.Scenario(
        plans: plans.map { PlanDifference.Side($0) }, isHypothetical: isHypothetical,
        currency: plans[0].currency, quarters: rows, total: rows.reduce(0) { $0 + $1.total }, held: held,
        difference: nil)
}
