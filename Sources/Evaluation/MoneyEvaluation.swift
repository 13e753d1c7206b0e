import Incentives
import Model
import Statistics

/// Prices a treatment: revenue kept at renewal against incentives paid for it.
///
/// Per matured due contract in the pilot's currency, with x the annual amount that was due, r the annual
/// amount renewed and s the incentives paid on the renewal: revenue is the difference between arms of Σr/Σx, net the
/// difference of Σ(margin·r − s)/Σx, both times the mean x of all matured due contracts. Ratios to what was
/// due keep chance differences in contract size out of the comparison.
struct MoneyEvaluation {
    let request: LookRequest
    let cohort: Cohort
    let retention: Outcomes

    private var plan: Plan { request.pilot.plan }

    /// Amounts of one partner, in minor units.
    private struct Line {
        var count = 0
        var due = 0.0
        var renewed = 0.0
        var spend = 0.0
    }

    func summaries() -> [MoneySummary] {
        guard plan.design.kind == .stratified else { return [] }
        let payouts = payoutRun()
        let lines = partnerLines(payouts)
        return plan.treatments.map { summary(of: $0.id, lines: lines, payouts: payouts) }
    }

    // MARK: Spend

    /// What each member was paid on since its assignment, under the terms it held when each contract was signed.
    private func payoutRun() -> [[Payout]] {
        let memberOfPartner = Dictionary(
            cohort.members.enumerated().compactMap { index, member in member.bookIndex.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        var contracts: [[EarningContract]] = Array(repeating: [], count: cohort.members.count)
        for contract in cohort.book.contracts
        where contract.signedOn <= request.asOf && contract.deletedOn == nil {
            guard let partner = contract.partner, let index = memberOfPartner[partner] else { continue }
            let assignment = cohort.members[index].assignment
            guard contract.signedOn >= assignment.assignedOn else { continue }
            contracts[index].append(
                EarningContract(
                    partner: assignment.partner, contract: contract.id, signedOn: contract.signedOn,
                    isRenewal: contract.isRenewal, annualAmount: contract.annualAmount))
        }
        let promises = Dictionary(grouping: request.snapshot.promises, by: \.partner)
        let plans = Dictionary(uniqueKeysWithValues: plan.variants.map { ($0.id, $0.incentivePlan) })
        return contracts.enumerated().map { index, own in
            let held = promises[cohort.members[index].assignment.partner] ?? []
            let byVariant = Dictionary(grouping: own) { contract in
                held.first { $0.from <= contract.signedOn && contract.signedOn <= $0.until }?.variant
                    ?? Variant.control
            }
            return byVariant.sorted { $0.key < $1.key }.flatMap { variant, earned -> [Payout] in
                guard let incentivePlan = plans[variant] ?? nil else { return [] }
                return payouts(for: earned, under: incentivePlan).payouts
            }
        }
    }

    // MARK: Revenue

    private func partnerLines(_ payouts: [[Payout]]) -> [Line] {
        var lines = [Line](repeating: Line(), count: cohort.members.count)
        let successors = successorsOfDueContracts()
        for row in retention.rows {
            guard let renewed = row.numerator, let due = row.denominator else { continue }
            lines[row.member].count += 1
            lines[row.member].due += Double(due)
            lines[row.member].renewed += Double(renewed)
        }
        for (index, own) in payouts.enumerated() {
            for payout in own where successors.contains(payout.contract) {
                lines[index].spend += Double(payout.amount)
            }
        }
        return lines
    }

    /// Contracts that renewed a matured due contract: incentives on them are the price of its renewal.
    private func successorsOfDueContracts() -> Set<Contract.ID> {
        let matured = Set(retention.rows.lazy.filter { ($0.numerator ?? 0) > 0 }.compactMap(\.contract))
        return Set(
            cohort.book.contracts.lazy.filter { matured.contains($0.id) }
                .compactMap { $0.successor.map { self.cohort.book.contracts[$0].id } })
    }

    private func summary(of variant: Variant.ID, lines: [Line], payouts: [[Payout]]) -> MoneySummary {
        var summary = MoneySummary(variant: variant, currency: plan.economics.currency)
        func indices(_ arm: Variant.ID) -> [Int] {
            cohort.members.indices.filter { cohort.members[$0].assignment.variant == arm }
        }
        let (control, treatment) = (indices(Variant.control), indices(variant))
        func total(_ arm: [Int], _ value: (Int) -> Int64) -> Int64 { arm.reduce(0) { $0 + value($1) } }
        summary.renewedRevenueControl = total(control) { Int64(lines[$0].renewed) }
        summary.renewedRevenueTreatment = total(treatment) { Int64(lines[$0].renewed) }
        summary.spendControl = total(control) { payouts[$0].reduce(0) { $0 + $1.amount } }
        summary.spendTreatment = total(treatment) { payouts[$0].reduce(0) { $0 + $1.amount } }
        summary.maturedTreatment = treatment.reduce(0) { $0 + lines[$1].count }
        let matured = (control + treatment).reduce(0) { $0 + lines[$1].count }
        let due = (control + treatment).reduce(0.0) { $0 + lines[$1].due }
        guard matured > 0, due > 0 else {
            summary.unavailable = "No contract due in \(plan.economics.currency) can be counted yet."
            return summary
        }
        let meanDue = due / Double(matured)
        let margin = plan.economics.grossMargin.fraction
        func difference(_ value: (Line) -> Double) -> RateDifference? {
            func totals(_ arm: [Int]) -> [ClusterTotal] {
                arm.map {
                    ClusterTotal(
                        count: lines[$0].count, numerator: value(lines[$0]), denominator: lines[$0].due,
                        sumOfSquares: 0)
                }
            }
            return try? rateDifference(
                control: totals(control), treatment: totals(treatment), workingCovariance: .proportional)
        }
        guard let revenue = difference(\.renewed), let spend = difference(\.spend),
            let net = difference({ margin * $0.renewed - $0.spend })
        else {
            summary.unavailable = "One group has no contract due that can be counted yet."
            return summary
        }
        summary.revenuePerContract = revenue.difference * meanDue
        summary.spendPerContract = spend.difference * meanDue
        summary.netPerContract = net.difference * meanDue
        summary.netInterval = net.estimate.map { estimate in
            let interval = estimate.interval(confidenceLevel: 1 - plan.decision.alphaTwoSided)
            return Interval(
                lower: interval.lower * meanDue, upper: interval.upper * meanDue,
                confidenceLevel: interval.confidenceLevel, validity: interval.validity)
        }
        summary.breakEvenGain = margin > 0 ? spend.difference / margin : nil
        return summary
    }
}
