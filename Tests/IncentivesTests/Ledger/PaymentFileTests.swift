import Foundation
import Incentives
import Model
import Testing

@Suite struct PaymentFileTests {
    @Test func aLineForEachEntryThatMovesMoney() throws {
        let entries = try ledgerEntries(
            for: [
                line(amount: 123_456), line("c,2", amount: -50), line("c3", amount: 70, state: .held),
                line("c4", of: "p2", amount: 9000, currency: "JPY"),
            ], posted: [], closing: firstQuarter)
        let file = PaymentFile(period: firstQuarter, entries: entries)
        let lines = String(decoding: file.csv(), as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.count == 5 && lines[4].isEmpty)
        #expect(lines[0].hasPrefix("payment,partner,amount,currency,period,entry,kind"))
        #expect(
            lines[1]
                == "fw-\(entries[1].id),p1,-0.50,EUR,2027-Q1,\(entries[1].id),payout,commission,commission,\"c,2\",2027-Q1,,\"commission of c,2, -50\""
        )
        #expect(lines[2].contains(",p1,1234.56,EUR,") && lines[3].contains(",p2,9000,JPY,"))
        #expect(Set(file.lines.map(\.payment)).count == 3)
    }

    @Test func controlTotalsAreThoseOfTheFile() throws {
        let entries = try ledgerEntries(
            for: [
                line(amount: 100), line("c2", amount: -50),
                line("c4", of: "p2", amount: 9000, currency: "JPY"),
            ], posted: [], closing: firstQuarter)
        let file = PaymentFile(period: firstQuarter, entries: entries)
        let totals = file.controlTotals()
        #expect(totals.lines == 3 && totals.sha256 == ContentHash(of: file.csv()))
        #expect(
            totals.totals.map { "\($0.currency) \($0.count) \($0.amount)" } == ["EUR 2 0.50", "JPY 1 9000"])
        #expect(
            totals.partners.map { "\($0.partner ?? "") \($0.currency) \($0.amount)" } == [
                "p1 EUR 0.50", "p2 JPY 9000",
            ])
    }

    @Test func equalEntriesGiveEqualBytes() throws {
        let lines = try (0..<20).map { try line(Contract.ID("c\($0)"), amount: Int64($0 * 7 - 30)) }
        let one = try ledgerEntries(for: lines, posted: [], closing: firstQuarter)
        let other = try ledgerEntries(for: lines.reversed(), posted: [], closing: firstQuarter)
        #expect(
            PaymentFile(period: firstQuarter, entries: one).csv()
                == PaymentFile(period: firstQuarter, entries: other).csv())
    }

    @Test func entriesOfOtherPeriodsAreNotPaidAgain() throws {
        var ledger = Ledger()
        try ledger.close(firstQuarter, [line(amount: 100)])
        try ledger.close(firstQuarter.next, [line(amount: 130)])
        let file = PaymentFile(period: firstQuarter.next, entries: ledger.entries)
        #expect(file.lines.map(\.amount.minorUnits) == [30])
    }
}
