import Incentives
import Model
import Statistics

/// Prices a treatment: revenue kept at renewal against incentives paid for it.
///
/// Per matured due contract in the pilot's currency, with x the annual amount that was due, r the annual
/// amount renewed and s the incentives paid on the renewal: revenue is the difference between arms of Σr/Σx, net the
/// difference of Σ(margin·r − s)/Σx, both times the mean x of all matured due contracts. Ratios to what was
/// due keep chance differences in contract size out of the comparison. Incentives for whole periods count in proportion to
/// what is paid on those renewals.
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
        let spends = memberSpends()
        let lines = partnerLines(spends)
        return plan.treatments.map { summary(of: $0.id, lines: lines, spends: spends) }
    }

    // MARK: Spend

    /// What a member was paid since its assignment.
    fileprivate struct MemberSpend {
        var spend = MoneySummary.Spend(total: 0, makeWhole: 0, contingency: 0, external: 0, partners: 1)
        /// Paid on each contract, without lines on whole periods.
        var byContract: [Contract.ID: Int64] = [:]
        /// Paid for whole periods: guarantees, multipliers, settlements, costs.
        var ofPeriods: Int64 = 0

        /// The part of it that goes with pay on some contracts: in proportion to all pay on contracts, and all of it
        /// where nothing else is paid.
        func ofPeriods(sharedBy amount: Int64) -> Double {
            let onContracts = byContract.values.reduce(0, +)
            return onContracts > 0
                ? Double(ofPeriods) * Double(amount) / Double(onContracts) : Double(ofPeriods)
        }
    }

    /// Under the terms each member held when each contract was signed, at the rates that effects are computed at.
    private func memberSpends() -> [MemberSpend] {
        let promises = Dictionary(grouping: request.snapshot.promises, by: \.partner)
        var members: [Int] = []
        var accounts: [EarningAccount] = []
        for (index, member) in cohort.members.enumerated() where member.bookIndex != nil {
            let held = promises[member.assignment.partner] ?? []
            for account in pilotAccounts(of: member.assignment, in: plan, promises: held) {
                members.append(index)
                accounts.append(account.atEffectRates())
            }
        }
        let book = EarningBook(cohort.book)
        var spends = [MemberSpend](repeating: MemberSpend(), count: cohort.members.count)
        PlanRun(accounts: accounts, book: book, asOf: request.asOf).forEachAccount { index, lines in
            for place in lines.indices { spends[members[index]].add(lines[place], in: book) }
        }
        return spends
    }

    // MARK: Revenue

    private func partnerLines(_ spends: [MemberSpend]) -> [Line] {
        var lines = [Line](repeating: Line(), count: cohort.members.count)
        let successors = successorsOfDueContracts()
        for row in retention.rows {
            guard let renewed = row.numerator, let due = row.denominator else { continue }
            lines[row.member].count += 1
            lines[row.member].due += Double(due)
            lines[row.member].renewed += Double(renewed)
        }
        for (index, spend) in spends.enumerated() {
            guard lines[index].count > 0 else { continue }
            let onRenewals = spend.byContract.reduce(Int64(0)) { sum, paid in
                successors.contains(paid.key) ? sum + paid.value : sum
            }
            lines[index].spend = Double(onRenewals) + spend.ofPeriods(sharedBy: onRenewals)
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

    private func summary(of variant: Variant.ID, lines: [Line], spends: [MemberSpend]) -> MoneySummary {
        var summary = MoneySummary(variant: variant, currency: plan.economics.currency)
        func indices(_ arm: Variant.ID) -> [Int] {
            cohort.members.indices.filter { cohort.members[$0].assignment.variant == arm }
        }
        let (control, treatment) = (indices(Variant.control), indices(variant))
        func total(_ arm: [Int], _ value: (Int) -> Int64) -> Int64 { arm.reduce(0) { $0 + value($1) } }
        summary.renewedRevenueControl = total(control) { Int64(lines[$0].renewed) }
        summary.renewedRevenueTreatment = total(treatment) { Int64(lines[$0].renewed) }
        summary.addSpend(
            control: control.map { spends[$0].spend }, treatment: treatment.map { spends[$0].spend })
        addSpendPerPartner(control, treatment, spends, to: &summary)
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
            let interval = estimate.interval(confidenceLevel: level)
            return Interval(
                lower: interval.lower * meanDue, upper: interval.upper * meanDue,
                confidenceLevel: interval.confidenceLevel, validity: interval.validity)
        }
        summary.breakEvenGain = margin > 0 ? spend.difference / margin : nil
        if spend.difference > 0 { summary.returnPerUnit = margin * revenue.difference / spend.difference }
        summary.verdict = verdict(
            net: summary.netInterval,
            showsRevenue: revenue.estimate.map { $0.interval(confidenceLevel: level).lower > 0 } ?? false,
            spend: spend.difference)
        return summary
    }

    private var level: Double { 1 - plan.decision.alphaTwoSided }

    private func verdict(net: Interval?, showsRevenue: Bool, spend: Double) -> MoneySummary.Verdict {
        guard let net else { return .undecided }
        if net.lower > 0 { return .pays }
        if net.upper < 0, showsRevenue || spend <= 0 { return .losesMoney }
        return spend > 0 && !showsRevenue ? .noEffectCosts : .undecided
    }

    /// Spend is an outcome: the difference of means a partner, by partners.
    private func addSpendPerPartner(
        _ control: [Int], _ treatment: [Int], _ spends: [MemberSpend], to summary: inout MoneySummary
    ) {
        func totals(_ arm: [Int]) -> [ClusterTotal] {
            arm.map {
                ClusterTotal(
                    count: 1, numerator: Double(spends[$0].spend.total), denominator: 1, sumOfSquares: 0)
            }
        }
        guard
            let difference = try? rateDifference(
                control: totals(control), treatment: totals(treatment), workingCovariance: .proportional)
        else { return }
        summary.spendPerPartner = difference.difference
        summary.spendPerPartnerInterval = difference.estimate?.interval(confidenceLevel: level)
    }
}

extension MoneyEvaluation.MemberSpend {
    fileprivate mutating func add(_ line: PayoutLine, in book: EarningBook) {
        guard line.isEarned || line.state == .cost else { return }
        spend.total += line.amount
        if line.rule == .makeWhole { spend.makeWhole += line.amount }
        if line.rule == .contingency { spend.contingency += line.amount }
        if line.state == .external { spend.external += line.amount }
        if let row = line.row {
            byContract[book.contracts[Int(book.rows[Int(row)].contract)].contract, default: 0] += line.amount
        } else {
            ofPeriods += line.amount
        }
    }
}

extension MoneySummary {
    fileprivate mutating func addSpend(control: [Spend], treatment: [Spend]) {
        func sum(_ arm: [Spend]) -> Spend {
            arm.reduce(Spend(total: 0, makeWhole: 0, contingency: 0, external: 0, partners: 0)) {
                sum, spend in
                Spend(
                    total: sum.total + spend.total, makeWhole: sum.makeWhole + spend.makeWhole,
                    contingency: sum.contingency + spend.contingency, external: sum.external + spend.external,
                    partners: sum.partners + spend.partners)
            }
        }
        self.control = sum(control)
        self.treatment = sum(treatment)
        spendControl = self.control?.total ?? 0
        spendTreatment = self.treatment?.total ?? 0
    }
}
