import Foundation
import Model
import Testing

@testable import Reporting

@Suite struct StatementTests {
    @Test func everyLineCountsOnceInTheTotals() throws {
        let content = try StatementFixture.content()
        let eur = content.totals.filter { $0.currency == StatementFixture.eur }
        #expect(content.totals.map(\.lineCount).reduce(0, +) == content.lines.count)
        for total in content.totals {
            let lines = content.lines.filter {
                $0.component == total.component && $0.currency == total.currency
            }
            #expect(total.total + total.notPaid + total.spent == lines.reduce(0) { $0 + $1.amount })
            #expect(
                total.total == total.payableNow + total.payableLater + total.waiting + total.paidElsewhere)
        }
        let commission = try #require(eur.first { $0.component == .commission })
        #expect(
            (commission.payableNow, commission.payableLater, commission.total) == (140_000, 10_000, 150_000))
        #expect(eur.first { $0.component == .milestoneBonus }?.notPaid == 80_000)
    }

    @Test func linesAreSortedIntoWhatBecomesOfThem() throws {
        let content = try StatementFixture.content()
        #expect(content.payableNow.map(\.amount) == [120_000, 50_000, -30_000])
        #expect(content.payableLater.map(\.amount) == [10_000])
        #expect(
            content.waiting.map(\.reason) == [
                "'value-proven' to be met, at the latest 180 days after the contract's start",
                "the contract to have run 3 months; payable on 2027-04-01",
            ])
        #expect(content.notPaid.map(\.state) == [.lapsed, .blocked])
        #expect(content.paidElsewhere.map(\.amount) == [7_000])
        #expect(
            content.nextSteps.first
                == "2027-Q1 runs until 2027-03-31; until it is closed, amounts can change.")
        #expect(content.nextSteps.contains("1,400.00 EUR is paid when 2027-Q1 is closed."))
    }

    @Test func correctionsNameTheClosedEntry() throws {
        let content = try StatementFixture.closed()
        #expect(content.adjustments.map(\.entry.id) == ["e3"])
        #expect(content.adjustments.first?.correctedPeriod == StatementFixture.earlier)
        #expect(content.paid.map(\.minorUnits) == [165_000])
        let markdown = Statement(content).markdown()
        #expect(content.payments.map(\.paidBefore) == [120_000, 290_000])
        #expect(
            markdown.contains(
                "| correction of entry e1 of 2026-Q4 | 2027-02-01 | C-1 | commission | −50.00 EUR | "
                    + "was 2,900.00 EUR, is 2,850.00 EUR: 10 % of 12,000.00 EUR"))
        #expect(markdown.contains("1,650.00 EUR was paid with this period"))
    }

    @Test func linesOfAnotherPartnerAreRefusedWithoutNamingIt() throws {
        let foreign = StatementFixture.line(.commission, .commission, 1, partner: "rival-9")
        let fault = #expect(throws: StatementFault.self) {
            try StatementFixture.content(lines: StatementFixture.lines + [foreign])
        }
        #expect(fault.map { !"\($0)".contains("rival-9") } == true)
        var entry = StatementFixture.entry("e9", .payout, 1)
        entry.payout.partner = "rival-9"
        #expect(throws: StatementFault.self) { try StatementFixture.content(entries: [entry]) }
        #expect(throws: StatementFault.self) {
            try StatementFixture.content(
                entries: [StatementFixture.entry("e1", .payout, 1, period: StatementFixture.earlier)])
        }
    }

    @Test func earlierEntriesOfOthersLeaveNoTrace() throws {
        var rival = StatementFixture.entry("e0", .payout, 123_457, period: StatementFixture.earlier)
        rival.payout.partner = "rival-9"
        let content = try StatementContent(
            partner: StatementFixture.partner, period: StatementFixture.period, asOf: StatementFixture.asOf,
            state: .open, segments: [], lines: StatementFixture.lines, earlier: [rival])
        let statement = Statement(content)
        let json = try #require(String(data: statement.json(), encoding: .utf8))
        for text in [try statement.html(), statement.markdown(), json, statement.csv()] {
            #expect(!text.contains("rival-9") && !text.contains("1,234.57"))
        }
    }

    @Test func sumsThatDoNotFitAreRefused() throws {
        let large = StatementFixture.line(.commission, .commission, Int64.max)
        #expect(throws: StatementFault.tooLarge(StatementFixture.eur)) {
            try StatementFixture.content(
                lines: [large, StatementFixture.line(.rebate, .rebate, Int64.min)])
        }
    }

    @Test func jsonHoldsTheSameContent() throws {
        for (name, statement) in try StatementFixture.all() {
            let decoded = try CanonicalJSON.decode(StatementContent.self, from: statement.json())
            #expect(decoded == statement.content, "\(name)")
        }
    }

    @Test func csvHoldsEveryColumnOfEveryLine() throws {
        let statement = Statement(try StatementFixture.content())
        let records = csvRecords(statement.csv())
        #expect(records.first == PayoutTable.columns)
        #expect(records.count == statement.content.lines.count + 1)
        for (record, line) in zip(records.dropFirst(), statement.content.lines) {
            let row = Dictionary(uniqueKeysWithValues: zip(PayoutTable.columns, record))
            #expect(record.count == PayoutTable.columns.count)
            #expect(row["contract"] == line.contract?.rawValue ?? "")
            #expect(row["amount"] == "\(line.amount)" && row["base"] == "\(line.base)")
            #expect(row["payable_on"] == line.payableOn?.description ?? "" && row["facts"] == "3 17")
            #expect(row["explanation"] == line.explanation)
            #expect(row["rate_source"] == line.conversion?.source ?? "")
        }
    }

    @Test func everyPartnerHasAFileOfItsOwn() throws {
        let names = ["acme", "a/b", "a%2Fb", "..", "ä"].map {
            Partner(id: Partner.ID($0), name: "", attributes: [:])
        }
        let stems = try names.map { Statement(try StatementFixture.content($0, lines: [])).fileStem }
        #expect(
            stems == ["2027-Q1-acme", "2027-Q1-a%2Fb", "2027-Q1-a%252Fb", "2027-Q1-%2E%2E", "2027-Q1-%C3%A4"])
    }
}
