import Incentives
import Model
import Testing

/// The audit of what the engine itself says is owed: whatever the plan, what is paid as owed is clean.
@Suite struct AuditEngineTests {
    private enum Telling: CaseIterable { case byLine, byEntry, byComponent, byPeriod, byLedgerAlone }

    private let asOf = Day(number: 21_200)  // 2028-01-17

    private func plan(_ random: inout SplitMix64) -> IncentivePlan {
        var plan = IncentivePlan.random(using: &random)
        if Bool.random(using: &random) {
            plan.limits = PayLimits(period: .quarter, cap: 150_000, floor: 2_000)
        }
        plan.paidBy = Int.random(in: 0..<4, using: &random) == 0 ? .external : .fairway
        return plan
    }

    private func entries(_ lines: [Payout]) -> [LedgerEntry] {
        lines.filter { $0.state == .payable && $0.amount != 0 }.enumerated().compactMap { number, line in
            guard let day = line.payableOn, day <= asOf else { return nil }
            return LedgerEntry(
                id: "e\(number)", kind: .payout, period: CalendarPeriod(containing: day, .quarter),
                payout: line, amount: line.amount, corrects: nil)
        }
    }

    private func payments(_ lines: [Payout], _ entries: [LedgerEntry], _ telling: Telling) -> [PaymentFact] {
        let entryOfKey = Dictionary(
            entries.map { ($0.payout.key, $0.id) }, uniquingKeysWith: { first, _ in first })
        let due = lines.filter { line in
            [.payable, .external].contains(line.state) && (line.payableOn ?? line.earnedOn) <= asOf
        }
        func payment(_ lines: [Payout], rule: PlanRule?, occasion: String?, contract: Contract.ID?)
            -> PaymentFact
        {
            let line = lines[0]
            return PaymentFact(
                payment:
                    "\(line.partner) \(line.contract?.rawValue ?? "") \(line.rule) \(line.occasion) \(line.plan)",
                partner: line.partner, contract: contract, component: line.component, rule: rule,
                occasion: occasion, entry: telling == .byEntry ? entryOfKey[line.key] : nil, rate: nil,
                paidOn: asOf,
                amount: Money(minorUnits: lines.reduce(0) { $0 + $1.amount }, currency: line.currency))
        }
        switch telling {
        case .byLedgerAlone: return []
        case .byLine, .byEntry:
            return due.filter { $0.amount != 0 }
                .map { payment([$0], rule: $0.rule, occasion: $0.occasion, contract: $0.contract) }
        case .byComponent:
            return Dictionary(grouping: due) {
                "\($0.partner)|\($0.contract?.rawValue ?? "")|\($0.component)"
            }
            .values.map { payment($0, rule: nil, occasion: nil, contract: $0[0].contract) }
        case .byPeriod:
            return Dictionary(grouping: due) {
                "\($0.partner)|\($0.component)|\(CalendarPeriod(containing: $0.earnedOn, .year))"
            }.values.map {
                payment(
                    $0, rule: nil, occasion: CalendarPeriod(containing: $0[0].earnedOn, .year).description,
                    contract: nil)
            }
        }
    }

    @Test(arguments: 0..<60) func whatIsPaidAsOwedIsClean(seed: UInt64) {
        var random = SplitMix64(9000 + seed)
        let programme = RandomProgramme(using: &random)
        let plan = plan(&random)
        let lines = programme.payouts(under: plan, asOf: asOf)
        let segment = TermsSegment(plan: plan, from: Day(number: 0), until: Day(number: 40_000))
        for telling in Telling.allCases {
            var book = programme.book
            let entries = telling == .byEntry || telling == .byLedgerAlone ? entries(lines) : []
            book.payments = payments(lines, entries, telling).enumerated().map {
                .init(sequence: 10_000 + Int64($0), $1)
            }
            let audit = leakageAudit(
                book: book, terms: Dictionary(uniqueKeysWithValues: book.partners.map { ($0.id, [segment]) }),
                owed: lines, posted: entries, asOf: asOf)
            #expect(audit.findings == [], "\(telling)")
        }
    }

    /// One payment that is a cent, or some euros, off is found with just that amount.
    @Test(arguments: 0..<40) func whatIsPaidOtherwiseIsFoundWithItsAmount(seed: UInt64) {
        var random = SplitMix64(7000 + seed)
        let programme = RandomProgramme(using: &random)
        let plan = plan(&random)
        let lines = programme.payouts(under: plan, asOf: asOf)
        let segment = TermsSegment(plan: plan, from: Day(number: 0), until: Day(number: 40_000))
        var book = programme.book
        var payments = payments(lines, [], .byLine)
        guard let index = payments.indices.randomElement(using: &random) else { return }
        let wrong: Int64 = [1, -1, 1777, -1777].randomElement(using: &random) ?? 1
        payments[index].amount.minorUnits += wrong
        book.payments = payments.enumerated().map { .init(sequence: 10_000 + Int64($0), $1) }
        let audit = leakageAudit(
            book: book, terms: Dictionary(uniqueKeysWithValues: book.partners.map { ($0.id, [segment]) }),
            owed: lines, posted: [], asOf: asOf)
        #expect(audit.findings.reduce(0) { $0 + $1.amount.minorUnits } == wrong)
        #expect(audit.findings.allSatisfy { $0.partner == payments[index].partner })
        if wrong.magnitude == 1 { #expect(audit.findings.map(\.kind) == [.roundingDrift]) }
    }
}
