import Foundation
import Model
import Storage
import Testing

@testable import Operations

@Suite struct HoldAndGateTests {
    @Test func aMassChangeIsAcceptedOnlyWhereOneIsHeldAndByName() async throws {
        let programme = try await Programme()
        let message = await refusal(of: .conflict) {
            try await programme.operations.acceptMassChange(of: ["crm"], by: ada)
        }
        #expect(message.contains("nothing of source 'crm' is held back"))
        _ = try await programme.operations.ingest(
            OutcomePage(
                source: "crm", stream: "all", records: [], quarantined: [], next: Cursor("next"),
                completedThrough: nil,
                part: RunPart(
                    startedAt: noon(start), rows: 0, duplicates: 0, isLast: false, hold: "20 of 30 records")))
        try await programme.operations.acceptMassChange(of: ["crm"], by: ada)
        let entry = try await programme.store.read { try $0.journalEntries().last }
        #expect(entry?.action == .massChangeAccepted && entry?.actor == ada)
        #expect(entry?.detail == ["all": "20 of 30 records"])
    }

    @Test func aPageThatWouldDeleteTooMuchIsNotStored() async throws {
        let programme = try await Programme()
        let gone = (0..<24).map { Sweep.Gone(id: Programme.partner($0).rawValue, version: "2") }
        await #expect(throws: MassChange.self) {
            _ = try await programme.operations.ingest(
                OutcomePage(
                    source: "crm", stream: "all", records: [], quarantined: [], next: Cursor("behind"),
                    completedThrough: nil, sweep: Sweep(gone: gone, appliesGone: true),
                    massChangeLimits: MassChangeLimits()))
        }
        #expect(try await programme.operations.standing(of: "all", in: "crm").cursor == Cursor("next"))
    }

    private func status(_ through: Instant?, kind: FactKind? = .contract) -> StreamStatus {
        StreamStatus(
            source: "crm", stream: "contracts", completedThrough: through, facts: 1, quarantined: 0,
            lastError: nil, kind: kind)
    }

    @Test func theGateOpensWhenTheWindowAndItsSettleDaysAreRead() throws {
        let plan = try plan()
        let asOf = start + 91
        let gate = DataGate(settleDays: 2)
        let settled = (asOf + 2).start(in: .gmt)
        #expect(gate.unsettled([status(settled)], asOf: asOf, of: plan).isEmpty)
        // A second short is short: sources show records later than they stamp them.
        let early = gate.unsettled([status(settled.adding(seconds: -1))], asOf: asOf, of: plan)
        #expect(
            early.count == 1 && early[0].hasPrefix("data not settled: crm/contracts: complete only up to"))
        #expect(gate.unsettled([status(nil)], asOf: asOf, of: plan).count == 1)
        #expect(gate.unsettled([status(nil, kind: .forecast)], asOf: asOf, of: plan).isEmpty)
    }

    @Test func whatIsKnownToBeMissingHalfReadOrHeldBackClosesTheGate() throws {
        let plan = try plan()
        let gate = DataGate(settleDays: 0)
        let asOf = start + 91
        func reasons(_ change: (inout StreamStatus) -> Void) -> [String] {
            var stream = status((asOf + 7).start(in: .gmt))
            change(&stream)
            return gate.unsettled([stream], asOf: asOf, of: plan)
        }
        #expect(reasons { $0.lost = 0 }.isEmpty && reasons { $0.isReadAgain = false }.isEmpty)
        #expect(
            reasons { $0.lost = 3 }.first?.contains("3 records that the source lists are missing") == true)
        #expect(reasons { $0.isReadAgain = true }.first?.contains("read again") == true)
        #expect(reasons { $0.hold = "20 of 30" }.first?.contains("somebody has looked: 20 of 30") == true)
    }

    @Test func aConfiguredStreamThatWasNeverReadClosesTheGate() throws {
        let plan = try plan()
        let asOf = start + 91
        let settled = asOf.start(in: .gmt)
        func reasons(_ configured: [ConfiguredStream]) -> [String] {
            DataGate(settleDays: 0).unsettled(
                [status(settled)], configured: configured, asOf: asOf, of: plan)
        }
        #expect(reasons([ConfiguredStream("crm", "contracts", kind: .contract)]).isEmpty)
        let missing = reasons([ConfiguredStream("crm", "churn", kind: .churn)])
        #expect(missing.count == 1 && missing[0].contains("crm/churn: configured and never read"))
        #expect(reasons([ConfiguredStream("crm", "forecasts", kind: .forecast)]).isEmpty)
        // Where the streams cannot be told, the source has to have been read at all.
        #expect(reasons([ConfiguredStream("crm", "", kind: nil)]).isEmpty)
        #expect(reasons([ConfiguredStream("billing", "", kind: nil)]).count == 1)
    }

    @Test func aLookWaitsForDataThatAReadingWillSettle() async throws {
        let programme = try await Programme()
        try await programme.operations.start(try plan())
        programme.moveClock(to: start + 90)
        try await programme.ingest()
        programme.moveClock(to: start + 91)
        let early = try await programme.operations.recordDueLook(of: "spiff", by: .daemon)
        guard case .withheld(let reasons) = early else {
            Issue.record("expected the look to wait, not \(early)")
            return
        }
        #expect(reasons.first?.contains("data not settled: crm/all") == true)
        try await programme.ingest()
        #expect(try await programme.operations.recordDueLook(of: "spiff", by: .daemon).look != nil)
    }
}
