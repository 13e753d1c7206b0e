import Incentives
import Model
import Testing

/// Explanations name what decided a line, and lapsed lines the day.
@Suite struct DecisiveWordsTests {
    @Test func aTierThatIsKeptSaysSo() throws {
        var commission = threeTiers(.cliff)
        commission.buffer = .init(rollingPeriods: 1, gracePeriods: 1)
        let run = try payouts(
            for: [
                try contract("c1", signed: "2026-04-01", minorUnits: 6_000_000),
                try contract("c2", signed: "2026-07-01", minorUnits: 600_000),
            ], under: try incentives(commission: commission))
        #expect(run.map(\.amount) == [720_000, 72_000])
        #expect(run[0].explanation.hasSuffix("is 60,000.00 EUR, in the tier from 50,000.00 EUR"))
        #expect(
            run[1].explanation.hasSuffix(
                "is 6,000.00 EUR, below the tier from 50,000.00 EUR reached before, "
                    + "which is kept for at most 1 period"))
    }

    @Test(arguments: [
        (true, "100 % for 105 of 180 days of 600.00 EUR earned = −350.00 EUR"),
        (false, "within 180 days: 100 % of 600.00 EUR earned = −600.00 EUR"),
    ])
    func whatIsTakenBackShowsItsShare(_ isProRata: Bool, _ words: String) throws {
        var plan = try incentives(commission: threeTiers(.marginal))
        plan.clawback = Clawback(
            appliesTo: [.commission], withinDays: 180, share: percent(100), isProRata: isProRata)
        let cancelled = "\(try day("2026-07-01") + 75)"
        let run = try payouts(
            for: [
                try contract("c1", signed: "2026-07-01", cancelled: cancelled, minorUnits: 1_125_000)
            ], under: plan)
        let taken = try #require(run.first { $0.rule == .clawback })
        #expect(taken.explanation.hasPrefix("the customer left 75 days after the contract began"))
        #expect(taken.explanation.hasSuffix(words))
    }

    @Test func aLineLapsesTheDayAfterItsGatesDeadline() throws {
        #expect(try lapsedOn(asOf: "2026-08-30") == nil)
        #expect(try lapsedOn(asOf: "2026-08-31") == "2026-08-31")
        #expect(try lapsedOn(asOf: "2026-12-31") == "2026-08-31")
    }

    @Test func aLineLapsesTheDayItsCustomerLeaves() throws {
        for asOf in ["2026-08-01", "2026-08-30", "2026-12-31"] {
            #expect(try lapsedOn(cancelled: "2026-08-01", asOf: asOf) == "2026-08-01")
        }
        #expect(try lapsedOn(cancelled: "2026-08-01", asOf: "2026-07-31") == nil)
        #expect(try lapsedOn(cancelled: "2026-10-01", asOf: "2026-12-31") == "2026-08-31")
    }

    @Test func aBonusLapsesWhenItsCustomerDoesNotStay() throws {
        let plan = try incentives(
            renewalBonus: RenewalBonus(rate: percent(5), cap: nil, survivalDays: 90))
        func line(_ asOf: String) throws -> Payout {
            try #require(
                try payouts(
                    for: [
                        try contract(
                            "c1", signed: "2026-07-01", renewal: true, cancelled: "2026-09-01",
                            minorUnits: 100_000)
                    ], under: plan, asOf: asOf
                ).first)
        }
        #expect(try line("2026-08-31").state == .held && line("2026-08-31").lapsedOn == nil)
        #expect(try line("2026-12-31").state == .lapsed && line("2026-12-31").payableOn == nil)
        #expect(try line("2026-12-31").lapsedOn == day("2026-09-01"))
        #expect(try line("2026-12-31").explanation.hasSuffix("plan asks, known on 2026-09-01"))
    }

    @Test func onlyLapsedLinesEncodeTheDay() throws {
        let held = try #require(try line(asOf: "2026-08-30"))
        let lapsed = try #require(try line(asOf: "2026-08-31"))
        let texts = try [held, lapsed].map { String(decoding: try CanonicalJSON.encode($0), as: UTF8.self) }
        #expect(texts.map { $0.contains("lapsedOn") } == [false, true])
        #expect(try CanonicalJSON.decode(Payout.self, from: CanonicalJSON.encode(lapsed)) == lapsed)
    }

    private func lapsedOn(cancelled: String? = nil, asOf: String) throws -> String? {
        let line = try #require(try line(cancelled: cancelled, asOf: asOf))
        #expect((line.state == .lapsed) == (line.lapsedOn != nil))
        return line.lapsedOn?.description
    }

    /// Its gate expires 60 days after 2026-07-01.
    private func line(cancelled: String? = nil, asOf: String) throws -> Payout? {
        var plan = try incentives(commission: threeTiers(.marginal))
        plan.commissions[0].gate = "live"
        plan.gates = [
            EvidenceGate(
                name: "live", conditions: [.milestone("go-live", byDay: 60)], needs: [], expiresAfterDays: 60)
        ]
        return try payouts(
            for: [try contract("c1", signed: "2026-07-01", cancelled: cancelled, minorUnits: 100_000)],
            under: plan, asOf: asOf
        ).first
    }
}
