import Incentives
import Model
import Testing

/// Whatever happens to a programme's lines between closes, the ledger comes to what is owed.
@Suite struct LedgerPropertyTests {
    @Test(arguments: 0..<40)
    func theLedgerComesToWhatIsOwed(_ seed: UInt64) throws {
        var random = SplitMix64(seed)
        var ledger = Ledger()
        var period = firstQuarter
        for _ in 0..<4 {
            let lines = try randomLines(&random)
            let new = try ledger.close(period, lines)
            #expect(new.allSatisfy { $0.amount != 0 })
            #expect(try ledgerEntries(for: lines, posted: ledger.entries, closing: period).isEmpty)
            try check(LedgerBalance(ledger.entries), lines, through: period.lastDay)
            period = period.next
        }
        #expect(Set(ledger.entries.map(\.id)).count == ledger.entries.count)
        try checkCorrections(ledger.entries)
    }

    @Test(arguments: 0..<20)
    func theOrderOfTheLinesDoesNotMatter(_ seed: UInt64) throws {
        var random = SplitMix64(seed)
        let first = try randomLines(&random)
        let posted = try ledgerEntries(for: first, posted: [], closing: firstQuarter)
        let second = try randomLines(&random)
        let expected = try ledgerEntries(for: second, posted: posted, closing: firstQuarter.next)
        for _ in 0..<3 {
            let shuffled = second.shuffled(using: &random)
            #expect(try ledgerEntries(for: shuffled, posted: posted, closing: firstQuarter.next) == expected)
        }
    }

    private func check(_ balance: LedgerBalance, _ lines: [Payout], through last: Day) throws {
        var earned: [Payout.Key: [Currency: Int64]] = [:]
        var payable: [Payout.Key: [Currency: Int64]] = [:]
        for line in lines where line.earnedOn <= last && (line.state == .payable || line.state == .held) {
            earned[line.key, default: [:]][line.currency, default: 0] += line.amount
            if line.state == .payable, let day = line.payableOn, day <= last {
                payable[line.key, default: [:]][line.currency, default: 0] += line.amount
            }
        }
        for (key, sums) in balance.byKey {
            for (currency, sum) in sums {
                #expect(sum.accrued == earned[key]?[currency] ?? 0)
                #expect(sum.paid == payable[key]?[currency] ?? 0)
            }
        }
        for (key, amounts) in earned {
            for (currency, amount) in amounts {
                #expect(balance.byKey[key]?[currency]?.accrued ?? 0 == amount)
            }
        }
    }

    /// Adjustments name an entry of their own key that was posted before.
    private func checkCorrections(_ entries: [LedgerEntry]) throws {
        var seen: [String: LedgerEntry] = [:]
        for entry in entries {
            if entry.kind == .adjustment {
                let corrected = try #require(entry.corrects.flatMap { seen[$0] })
                #expect(corrected.payout.key == entry.payout.key && corrected.kind.isPaid)
                #expect(corrected.period < entry.period)
            }
            seen[entry.id] = entry
        }
    }

    /// Up to 30 lines of few keys: so that closes restate, release, lapse, drop and bring back the same ones.
    private func randomLines(_ random: inout SplitMix64) throws -> [Payout] {
        var lines: [Payout] = []
        for partner in ["p1", "p2"] as [Partner.ID] {
            for number in 0..<5 {
                for rule in [PlanRule.commission, .escalator, .clawback] where Bool.random(using: &random) {
                    let state = try #require(Payout.State.allCases.randomElement(using: &random))
                    let amount = Int64.random(in: -50...200, using: &random)
                    let days = Int.random(in: 0..<400, using: &random)
                    lines.append(
                        try line(
                            number == 0 ? nil : Contract.ID("c\(number)"), of: partner, amount: amount,
                            rule: rule,
                            earned: (try day("2027-01-01") + days / 2).description,
                            payable: (try day("2027-01-01") + days).description, state: state,
                            currency: Bool.random(using: &random) ? "EUR" : "JPY"))
                }
            }
        }
        return lines
    }
}
