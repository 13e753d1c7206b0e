import Foundation
import Model
import Storage
import Testing

@testable import Operations

@Suite struct HoldAndGateTests {
    @Test func aMassChangeIsAcceptedOnlyWhereOneIsHeldAndByName() async throws {
        let programme = try await Programme()
        let message = await refusal(of: .conflict) {
            try await programme.operations.acceptMassChange(of: "crm", by: ada)
        }
        #expect(message.contains("nothing of source 'crm' is held back"))
        _ = try await programme.operations.ingest(
            OutcomePage(
                source: "crm", stream: "all", records: [], quarantined: [], next: Cursor("next"),
                completedThrough: nil,
                part: RunPart(
                    startedAt: noon(start), rows: 0, duplicates: 0, isLast: false, hold: "20 of 30 records")))
        try await programme.operations.acceptMassChange(of: "crm", by: ada)
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
        // A window ends a little behind the moment it is read at.
        #expect(gate.unsettled([status(settled.adding(seconds: -120))], asOf: asOf, of: plan).isEmpty)
        let early = gate.unsettled([status(settled.adding(seconds: -7200))], asOf: asOf, of: plan)
        #expect(
            early.count == 1 && early[0].hasPrefix("data not settled: crm/contracts: complete only up to"))
        #expect(gate.unsettled([status(nil)], asOf: asOf, of: plan).count == 1)
        #expect(gate.unsettled([status(nil, kind: .forecast)], asOf: asOf, of: plan).isEmpty)
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
