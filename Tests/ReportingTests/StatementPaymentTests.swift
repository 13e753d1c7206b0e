import Foundation
import Model
import Testing

@testable import Reporting

/// What a statement says of money that moved: every entry, and nothing twice.
@Suite struct StatementPaymentTests {
    private let quarter = StatementFixture.period
    private let year = CalendarPeriod(length: .year, number: 2027)

    @Test func aLineKnownLateIsListedAndAddsUp() throws {
        var late = StatementFixture.entry("e5", .payout, 64_691)
        late.payout.contract = "C-late"
        late.payout.earnedOn = StatementFixture.day("2026-12-01")
        late.payout.payableOn = StatementFixture.day("2026-12-01")
        let content = try StatementFixture.content(
            state: .closed, lines: [], entries: [late, StatementFixture.entry("e6", .accrual, 9)])
        #expect(content.payments.map(\.lateFor) == [StatementFixture.earlier])
        #expect(content.paid.map(\.minorUnits) == [64_691] && content.payable.isEmpty)
        #expect(content.totals.map(\.paid) == [64_691] && content.totals.map(\.total) == [64_691])
        let text = Statement(content).markdown()
        #expect(text.contains("**646.91 EUR was paid with this period.**"))
        #expect(text.contains("| paid | 2026-12-01, known late: earned in 2026-Q4 | C-late | commission |"))
        #expect(text.contains("| For | Paid | Payable later |") && !text.contains("Payable now"))
        let records = csvRecords(Statement(content).csv())
        let row = Dictionary(uniqueKeysWithValues: zip(PayoutTable.columns, try #require(records.last)))
        #expect(records.count == 2 && row["contract"] == "C-late" && row["entry"] == "e5")
        #expect(
            row["entry_amount"] == "64691" && row["paid_before"] == "0" && row["entry_period"] == "2027-Q1")
    }

    @Test func entriesSumToTheHeadlineWhateverTheirKind() throws {
        let content = try StatementFixture.content(
            state: .closed,
            entries: LedgerEntry.Kind.allCases.enumerated().map { index, kind in
                StatementFixture.entry("k\(index)", kind, Int64(index + 1) * 1_000)
            })
        #expect(content.payments.map(\.entry.kind) == [.payout, .adjustment, .trueUp, .clawback])
        #expect(content.paid.map(\.minorUnits) == [14_000])
        let eur = content.totals.filter { $0.currency == StatementFixture.eur }
        #expect(eur.map(\.paid).reduce(0, +) == 14_000 && eur.allSatisfy { $0.payableNow == 0 })
        let rows = try #require(
            content.document.tables.first { $0.caption.hasPrefix("Every line that was paid") }?.rows)
        #expect(rows.map(\.[0]) == ["paid", "correction", "settlement", "taken back", "All in EUR"])
        #expect(rows.last?[4] == "140.00 EUR")
    }

    @Test func linesOfAClosedQuarterAreCalledPaid() throws {
        let text = try Statement(StatementFixture.closed()).markdown()
        #expect(text.contains("| commission | paid | 2027-02-01 | 1,200.00 EUR |"))
    }

    @Test func aYearSaysWhatIsPaidAndWhatIsNot() throws {
        let line = StatementFixture.line(.commission, .commission, 120_000)
        let next = StatementFixture.line(.commission, .commission, 30_000, contract: "C-9")
        let content = try StatementContent(
            partner: StatementFixture.partner, period: year, asOf: StatementFixture.day("2027-05-01"),
            state: .open, closedQuarters: [quarter], segments: [], lines: [line, next],
            entries: [StatementFixture.entry("e2", .payout, 120_000)])
        #expect(content.paid.map(\.minorUnits) == [120_000] && content.payable.map(\.minorUnits) == [30_000])
        #expect(content.totals.map(\.total) == [150_000])
        let text = Statement(content).markdown()
        #expect(
            text.contains("**1,200.00 EUR was paid with 2027-Q1; 300.00 EUR is payable now.**"))
        #expect(content.nextSteps.contains("300.00 EUR is paid when 2027-Q2 is closed."))
        #expect(
            content.nextSteps.first == "2027 runs until 2027-12-31; until 2027-Q2, 2027-Q3 and 2027-Q4 are "
                + "closed, amounts can change.")
    }

    @Test func aMonthNamesItsQuarter() throws {
        let month = CalendarPeriod(length: .month, number: 2027 * 12 + 1)
        func content(_ state: StatementContent.State) throws -> StatementContent {
            try StatementContent(
                partner: StatementFixture.partner, period: month, asOf: month.lastDay, state: state,
                today: month.lastDay + 1, segments: [],
                lines: [StatementFixture.line(.commission, .commission, 97_590)])
        }
        let open = try content(.open)
        #expect(open.nextSteps.contains("975.90 EUR is paid when 2027-Q1 is closed."))
        #expect(
            open.nextSteps.first
                == "2027-02 ended on 2027-02-28; until 2027-Q1 is closed, amounts can change.")
        #expect(Statement(open).markdown().contains("**975.90 EUR is payable now.**"))
        let closed = try content(.closed)
        #expect(Statement(closed).markdown().contains("**975.90 EUR was payable by 2027-02-28.**"))
        #expect(closed.nextSteps.first?.hasPrefix("2027-02 is part of 2027-Q1, which is closed") == true)
    }

    @Test func anEndedQuarterIsToldInThePast() throws {
        let content = try StatementContent(
            partner: StatementFixture.partner, period: quarter, asOf: quarter.lastDay, state: .open,
            today: quarter.lastDay + 30, segments: [], lines: [])
        #expect(
            content.nextSteps.first
                == "2027-Q1 ended on 2027-03-31 and is not closed yet; until it is, amounts can change.")
    }

    @Test func aLapsedLineShowsItsDay() throws {
        var line = StatementFixture.line(.commission, .commission, 1, .lapsed, payable: nil)
        line.lapsedOn = StatementFixture.day("2027-02-20")
        let statement = Statement(try StatementFixture.content(lines: [line]))
        #expect(statement.markdown().contains("| not paid | not paid, known on 2027-02-20 |"))
        #expect(statement.csv().contains(",2027-02-20,,,,,\r\n"))
    }

    @Test func sumsOfLinesAndEntriesTogetherFit() throws {
        #expect(throws: StatementFault.tooLarge(StatementFixture.eur)) {
            try StatementFixture.content(
                lines: [StatementFixture.line(.commission, .commission, Int64.max)],
                entries: [StatementFixture.entry("e9", .payout, -1)])
        }
    }

    @Test(arguments: [("5.00 EUR is", "5.00 EUR is"), ("5. a", "5\\. a"), ("5.", "5\\."), ("5) a", "5\\) a")])
    func onlyWhatBeginsAListIsEscaped(_ text: String, _ markdown: String) {
        #expect(MarkdownText.line(text) == markdown)
    }
}
