import Incentives
import Model
import Testing

/// What a finding says can be followed with a pencil, and what it advises is right.
@Suite struct AuditSentenceTests {
    private let asOf = "2027-12-31"

    private func audit(
        _ contracts: [ContractFact], under plan: IncentivePlan, entries: [LedgerEntry] = [],
        _ payments: [PaymentFact], asOf: String? = nil
    ) throws -> LeakageAudit {
        var book = book(contracts)
        book.payments = payments.enumerated().map { .init(sequence: 5000 + Int64($0), $1) }
        let segment = TermsSegment(plan: plan, from: try day("2000-01-01"), until: try day("2100-12-31"))
        return leakageAudit(
            book: book, terms: [contracts[0].partner: [segment]],
            owed: try payouts(for: contracts, under: plan, asOf: asOf ?? self.asOf), posted: entries,
            asOf: try day(asOf ?? self.asOf))
    }

    private func payment(
        _ id: String, _ amount: Int64, on iso: String = "2026-10-05",
        _ component: PlanComponent = .commission,
        rule: PlanRule? = nil, entry: String? = nil
    ) throws -> PaymentFact {
        PaymentFact(
            payment: id, partner: "p", contract: "c", component: component, rule: rule, occasion: nil,
            entry: entry, rate: nil, paidOn: try day(iso),
            amount: Money(minorUnits: amount, currency: try currency("EUR")))
    }

    private func tenPercent() throws -> IncentivePlan {
        try incentives(
            commission: TieredCommission(
                basis: .newBookings, scheme: .marginal, period: .quarter,
                tiers: [.init(from: 0, rate: percent(10))]))
    }

    // MARK: Which of two payments is the double

    @Test(arguments: [
        // (id, day, names an entry), (…), the one to take back
        ("a", "2026-10-05", false, "b", "2026-10-05", true, "a"),
        ("b", "2026-10-05", true, "a", "2026-10-05", false, "a"),
        ("a", "2026-10-04", false, "b", "2026-10-05", true, "a"),
        ("b", "2026-10-04", false, "a", "2026-10-05", false, "a"),
        ("a", "2026-10-05", true, "b", "2026-10-05", true, "b"),
    ])
    func theDoubleIsTheOneWithoutAnEntryThenTheLater(
        _ one: String, _ firstDay: String, _ firstNames: Bool, _ other: String, _ secondDay: String,
        _ secondNames: Bool, _ double: String
    ) throws {
        let plan = try tenPercent()
        let contracts = [try contract("c", minorUnits: 1_000_000)]
        let line = try #require(try payouts(for: contracts, under: plan, asOf: asOf).first)
        let entry = LedgerEntry(
            id: "e1", kind: .payout, period: CalendarPeriod(containing: line.earnedOn, .quarter),
            payout: line, amount: line.amount, corrects: nil)
        let audit = try audit(
            contracts, under: plan, entries: [entry],
            [
                try payment(
                    one, 100_000, on: firstDay, rule: .commission, entry: firstNames ? "e1" : nil),
                try payment(
                    other, 100_000, on: secondDay, rule: .commission, entry: secondNames ? "e1" : nil),
            ])
        #expect(audit.findings.map(\.kind) == [.doubleCredit])
        #expect(audit.findings[0].sentence.hasPrefix("'\(double)' of"))
        #expect(audit.findings[0].sentence.hasSuffix("take '\(double)', 1,000.00 EUR, back."))
    }

    // MARK: Sums

    @Test func whatIsToldUnderAnotherKindIsSubtractedInWords() throws {
        let plan = try incentives(renewalBonus: RenewalBonus(rate: percent(4), cap: 300_000))
        let contracts = [try contract("c", renewal: true, minorUnits: 2_625_000)]
        let audit = try audit(contracts, under: plan, [try payment("t1", 350_000, .renewalBonus)])
        #expect(audit.findings.map(\.kind) == [.capExceeded, .rateMismatch])
        #expect(audit.findings.map(\.amount.minorUnits) == [50_000, 195_000])
        #expect(audit.findings[0].sentence.contains("500.00 EUR is above that"))
        let sentence = audit.findings[1].sentence
        #expect(sentence.contains("3,500.00 EUR was paid where the plan owes 1,050.00 EUR"))
        #expect(sentence.contains("500.00 EUR of the difference is told under cap exceeded"))
        #expect(sentence.hasSuffix("take the other 1,950.00 EUR back."))
    }

    @Test func everyLineThatMakesWhatIsOwedIsNamed() throws {
        var plan = try tenPercent()
        plan.escalator = Escalator(
            appliesTo: [.commission], perExtraYear: percent(1), cap: percent(3))
        let contracts = [try contract("c", months: 36, minorUnits: 1_000_000)]
        let audit = try audit(contracts, under: plan, [try payment("t1", 133_377)])
        let sentence = try #require(audit.findings.first).sentence
        #expect(audit.findings.map(\.kind) == [.rateMismatch])
        #expect(sentence.contains("where the plan owes 1,200.00 EUR"))
        #expect(sentence.contains("= 1,000.00 EUR; and 2 % more of 10,000.00 EUR"), "\(sentence)")
        #expect(sentence.contains("= 200.00 EUR"), "\(sentence)")
        #expect(sentence.hasSuffix("take 133.77 EUR back."))
    }

    // MARK: Terms

    @Test(arguments: [12, 36]) func aSlipOfTheDecimalPointIsNoOtherTerm(months: Int) throws {
        let contracts = [try contract("c", months: months, minorUnits: 1_000_000)]
        let audit = try audit(contracts, under: try tenPercent(), [try payment("t1", 1_000_000)])
        #expect(audit.findings.map(\.kind) == [.rateMismatch])
        #expect(
            audit.findings[0].sentence.contains("10,000.00 EUR was paid where the plan owes 1,000.00 EUR"))
    }

    @Test(arguments: [(12, LeakageKind.rateMismatch), (36, .termMismatch)])
    func threeTimesThePayIsATermOnlyForAContractOfThreeYears(months: Int, kind: LeakageKind) throws {
        let contracts = [try contract("c", months: months, minorUnits: 1_000_000)]
        let audit = try audit(contracts, under: try tenPercent(), [try payment("t1", 300_000)])
        #expect(audit.findings.map(\.kind) == [kind])
        #expect(audit.findings[0].sentence.hasSuffix("take 2,000.00 EUR back."))
    }

    @Test func contractValueOfOtherYearsIsATerm() throws {
        var plan = try tenPercent()
        plan.commissions[0].payBase = .contractValue
        let contracts = [try contract("c", months: 24, minorUnits: 1_000_000)]
        func kinds(_ amount: Int64) throws -> [LeakageKind] {
            try audit(contracts, under: plan, [try payment("t1", amount)]).findings.map(\.kind)
        }
        #expect(try kinds(300_000) == [.termMismatch])
        #expect(try kinds(2_000_000) == [.rateMismatch])
    }

    // MARK: Days and months

    @Test func theDaysThatDecideAreTold() throws {
        let plan = try incentives(renewalBonus: RenewalBonus(rate: percent(4), cap: nil, survivalDays: 180))
        let contracts = [try contract("c", signed: "2026-07-15", renewal: true, minorUnits: 1_000_000)]
        let audit = try audit(
            contracts, under: plan, [try payment("t1", 40_000, .renewalBonus)], asOf: "2026-10-28")
        #expect(audit.findings.map(\.kind) == [.gateUnmet])
        #expect(audit.findings[0].sentence.contains("105 of 180 days"))
        #expect(audit.text.contains("105 of 180 days"))
    }

    @Test func howLongAPromiseIsOverdueIsTold() throws {
        let contracts = [try contract("c", signed: "2027-09-01", minorUnits: 1_000_000)]
        let other = try payment("t1", 0, .rebate)
        let sentence = try audit(contracts, under: try tenPercent(), [other]).findings.first?.sentence ?? ""
        #expect(sentence.contains("1,000.00 EUR has been payable since 2027-09-01, for 121 days"))
    }
}
