package import Model

/// One customer's (or contract's) contribution to a metric, as exported and as analysed.
package struct Outcome: Sendable, Hashable {
    /// Index into the cohort's members.
    package var member: Int
    package var customer: Customer.ID
    package var contract: Contract.ID?
    package var due: Day?
    package var isMature: Bool
    /// Churn: days from the time origin at which the customer came under observation, and left it.
    package var entry: Int?
    package var time: Int?
    package var isEvent: Bool?
    /// Sum and weight in the metric's integer unit (contracts, minor units, parts per million).
    package var numerator: Int64?
    package var denominator: Int64?
    package var currency: Currency?
}

/// The outcomes of a metric in a cohort on a day, in the order of members and contracts.
package struct Outcomes: Sendable {
    package var metric: Metric
    package var rows: [Outcome]
    /// Contracts left out because their money is in another currency.
    package var otherCurrency: Int

    /// Integer units in one unit of the metric: discounts are counted in parts per million.
    package var scale: Double { metric.kind == .discountDepth ? 1_000_000 : 1 }

    package init(of metric: Metric, in cohort: Cohort, plan: Plan, asOf: Day) {
        self.metric = metric
        rows = []
        otherCurrency = 0
        switch metric.kind {
        case .renewalRate, .netRevenueRetention, .discountDepth:
            appendRenewalDecisions(cohort, plan: plan, asOf: asOf)
        case .churn: appendLifetimes(cohort, asOf: asOf)
        case .binary: appendObservations(cohort, plan: plan)
        }
    }

    /// A contract enters numerator and denominator together at due date + grace, whatever is known earlier.
    private mutating func appendRenewalDecisions(_ cohort: Cohort, plan: Plan, asOf: Day) {
        for (index, member) in cohort.members.enumerated() {
            for position in member.contracts {
                let contract = cohort.book.contracts[position]
                guard
                    Cohort.isDue(
                        contract, assignedOn: member.assignment.assignedOn, schedule: plan.schedule,
                        graceDays: metric.graceDays)
                else { continue }
                var row = Outcome(
                    member: index, customer: cohort.book.customers[contract.customer], contract: contract.id,
                    due: contract.endsOn, isMature: contract.endsOn + metric.graceDays <= asOf)
                if row.isMature {
                    decide(
                        &row, contract: contract,
                        renewal: Cohort.renewal(of: contract, in: cohort.book, graceDays: metric.graceDays),
                        plan: plan)
                }
                rows.append(row)
            }
        }
    }

    private mutating func decide(
        _ row: inout Outcome, contract: Book.ContractEntry, renewal: Book.ContractEntry?, plan: Plan
    ) {
        switch metric.kind {
        case .netRevenueRetention:
            guard let due = plan.effectAmount(contract.annualAmount),
                let renewed = renewal.map({ plan.effectAmount($0.annualAmount) }) ?? 0
            else {
                row.currency = contract.annualAmount.currency
                otherCurrency += 1
                return
            }
            row.currency = plan.economics.currency
            row.numerator = renewed
            row.denominator = due
        case .discountDepth:
            guard let renewal else { return }
            row.numerator = renewal.discount.partsPerMillion
            row.denominator = 1_000_000
        case .renewalRate, .churn, .binary:
            row.numerator = renewal == nil ? 0 : 1
            row.denominator = 1
        }
    }

    /// One row a customer. Everybody is watched up to `asOf` − grace: by then each loss has matured, so that
    /// late reports of losses (or early ones) cannot move the estimate.
    private mutating func appendLifetimes(_ cohort: Cohort, asOf: Day) {
        let cutoff = asOf - metric.graceDays
        for (index, member) in cohort.members.enumerated() {
            let assignedOn = member.assignment.assignedOn
            guard cutoff > assignedOn else { continue }
            var lifetimes: [Int: (leaves: Day, starts: Day, contract: Contract.ID)] = [:]
            for position in member.contracts {
                let contract = cohort.book.contracts[position]
                guard contract.isInForce(on: assignedOn) else { continue }
                let leaves = leavingDay(of: contract, in: cohort.book)
                let known = lifetimes[contract.customer]
                lifetimes[contract.customer] = (
                    max(leaves, known?.leaves ?? leaves),
                    min(contract.startsOn, known?.starts ?? contract.startsOn),
                    known?.contract ?? contract.id
                )
            }
            for (customer, life) in lifetimes.sorted(by: { $0.key < $1.key }) {
                let origin = metric.origin == .assignment ? assignedOn : life.starts
                let isEvent = life.leaves <= cutoff
                rows.append(
                    Outcome(
                        member: index, customer: cohort.book.customers[customer], contract: life.contract,
                        isMature: true, entry: assignedOn - origin, time: min(life.leaves, cutoff) - origin,
                        isEvent: isEvent))
            }
        }
    }

    /// The first day on which the customer has no contract of this chain: the day it cancelled, or the day
    /// after the last term that nothing renewed within the grace.
    private func leavingDay(of contract: Book.ContractEntry, in book: Book) -> Day {
        var last = contract
        var visited = 0
        while let renewal = Cohort.renewal(of: last, in: book, graceDays: metric.graceDays), visited < 1000 {
            last = renewal
            visited += 1
        }
        let lapse = last.endsOn + 1
        return min(last.cancelledOn ?? lapse, lapse)
    }

    private mutating func appendObservations(_ cohort: Cohort, plan: Plan) {
        let facts = cohort.book.observations[Source.trial(plan.pilot)] ?? []
        let byPartner = Dictionary(grouping: facts, by: \.partner)
        for (index, member) in cohort.members.enumerated() {
            for fact in byPartner[member.assignment.partner] ?? [] {
                rows.append(
                    Outcome(
                        member: index, customer: fact.customer, isMature: true,
                        numerator: fact.outcome ? 1 : 0, denominator: 1))
            }
        }
    }
}

extension Outcome {
    init(
        member: Int, customer: Customer.ID, contract: Contract.ID? = nil, due: Day? = nil, isMature: Bool,
        entry: Int? = nil, time: Int? = nil, isEvent: Bool? = nil, numerator: Int64? = nil,
        denominator: Int64? = nil
    ) {
        self.member = member
        self.customer = customer
        self.contract = contract
        self.due = due
        self.isMature = isMature
        self.entry = entry
        self.time = time
        self.isEvent = isEvent
        self.numerator = numerator
        self.denominator = denominator
        currency = nil
    }
}
