import Incentives
import Ingestion
import Model
import Testing

/// The payment file of closed quarters, imported as the payments that were made by it.
@Suite struct PaymentFileImportTests {
    private func imported(_ file: PaymentFile, paidOn day: Day) throws -> [PaymentFact] {
        let mapping = CSVMapping(kind: .payment, constants: ["paidOn": day.description])
        let page = try importCSV(
            Array(file.csv()), stream: "payment", mapping: mapping, source: "file")
        #expect(page.quarantined.isEmpty)
        return page.records.compactMap { record in
            if case .payment(let fact) = record.body { fact } else { nil }
        }
    }

    @Test func aLineBecomesThePaymentOfItsEntry() throws {
        let entries = try ledgerEntries(
            for: [line("c,2", amount: -123_456), line(nil, amount: 500, occasion: "2027-Q1")], posted: [],
            closing: firstQuarter)
        let file = PaymentFile(period: firstQuarter, entries: entries)
        let paidOn = try day("2027-04-15")
        #expect(
            try imported(file, paidOn: paidOn)
                == file.lines.map { line in
                    let payout = line.entry.payout
                    return PaymentFact(
                        payment: line.payment, partner: line.partner, contract: payout.contract,
                        component: payout.component, rule: payout.rule, occasion: payout.occasion,
                        entry: line.entry.id, rate: nil, paidOn: paidOn, amount: line.amount)
                })
    }

    @Test(arguments: 0..<15) func whatIsPaidByTheFileIsClean(seed: UInt64) throws {
        var random = SplitMix64(31_000 + seed)
        let programme = RandomProgramme(using: &random)
        let plan = IncentivePlan.random(using: &random)
        let segment = TermsSegment(plan: plan, from: Day(number: 0), until: Day(number: 40_000))
        var (ledger, payments) = (Ledger(), [PaymentFact]())
        var quarter = CalendarPeriod(containing: Day(number: 20_454), .quarter)
        for _ in 0..<8 {
            let lines = programme.payouts(under: plan, asOf: quarter.lastDay)
            let file = PaymentFile(period: quarter, entries: try ledger.close(quarter, lines))
            payments += try imported(file, paidOn: quarter.lastDay)
            var book = programme.book
            book.payments = payments.enumerated().map { .init(sequence: 10_000 + Int64($0), $1) }
            let audit = leakageAudit(
                book: book, terms: Dictionary(uniqueKeysWithValues: book.partners.map { ($0.id, [segment]) }),
                owed: lines, posted: ledger.entries, asOf: quarter.lastDay)
            #expect(audit.findings == [], "\(quarter)")
            #expect(audit.pending == [] && audit.outside == [], "\(quarter)")
            quarter = quarter.next
        }
    }
}
