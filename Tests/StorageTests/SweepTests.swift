import Model
import Testing

@testable import Storage

/// Deletions and sweeps, in the transaction of their page.
@Suite struct SweepTests {
    private let directory: TemporaryDirectory
    private let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    private func page(
        _ ids: [String] = [], sweep: Sweep? = nil, limits: MassChangeLimits? = nil, part: RunPart? = nil,
        completedThrough: Instant? = nil, next: String = "cursor"
    ) throws -> OutcomePage {
        var page = OutcomePage(
            source: crm, stream: "contracts", records: try ids.map { try contract(Contract.ID($0)) },
            quarantined: [], next: Cursor(next), completedThrough: completedThrough)
        page.sweep = sweep
        page.massChangeLimits = limits
        page.part = part
        return page
    }

    private func status() async throws -> StreamStatus {
        try #require(try await store.read { try $0.streamStatuses() }.first)
    }

    private func deleted() async throws -> [String] {
        try await store.facts().compactMap { if case .deleted = $0.body { $0.nativeID } else { nil } }
    }

    @Test func liveRecordsAreCounted() async throws {
        try await store.store(try page(["c1", "c2", "c3"]))
        #expect(try await status().live == 3)
        try await store.store(try page(["c1"]))
        #expect(try await status().live == 3)
        var gone = try page()
        gone.records = [deletion(of: "c2")]
        try await store.store(gone)
        #expect(try await status().live == 2)
        let back = try await store.store(try page(["c2"]))
        #expect(back.restated == 1)
        #expect(try await status().live == 3)
    }

    @Test func whatIsGoneIsDeletedWithTheRunsLastPageOnly() async throws {
        try await store.store(try page(["c1", "c2", "c3"]))
        let first = Sweep(gone: [.init(id: "c1", version: "9"), .init(id: "c2", version: "9")])
        try await store.store(try page(sweep: first))
        #expect(try await deleted() == [])
        // c2 was restored; what the book never had cannot go.
        let last = Sweep(seen: ["c2"], gone: [.init(id: "never", version: "9")], appliesGone: true)
        let stored = try await store.store(try page(sweep: last))
        #expect(try await deleted() == ["c1"])
        #expect(stored.sweep?.deleted == 1 && stored.newFacts == 1)
        #expect(try await store.facts().last?.nativeVersion == "9")
    }

    @Test func aSweepOverPagesFindsWhatIsMissingAndWhatIsUnknown() async throws {
        try await store.store(try page(["c1", "c2", "c3"]))
        try await store.store(try page(sweep: Sweep(begins: true, collects: true, seen: ["c1"])))
        let end = try await store.store(
            try page(
                sweep: Sweep(
                    collects: true, seen: ["c2", "x", "c2"], compares: true, comparesUnknown: true)))
        #expect(end.sweep?.missing == 1 && end.sweep?.duplicates == 1 && end.sweep?.deleted == 0)
        let settled = try await store.store(try page(sweep: Sweep(settles: true)))
        #expect(settled.sweep?.lost == 1 && settled.sweep?.deleted == 1)
        #expect(try await deleted() == ["c3"])
        #expect(try await store.read { try $0.standing(of: "contracts", in: crm).lost } == 1)
    }

    private func lost() async throws -> Int {
        try await store.read { try $0.standing(of: "contracts", in: crm).lost }
    }

    /// One id that the source lists and the book lacks.
    private func loseOne() async throws {
        try await store.store(try page(["c1"]))
        try await store.store(
            try page(
                sweep: Sweep(
                    begins: true, collects: true, seen: ["c1", "x"], compares: true, comparesUnknown: true)))
        try await store.store(try page(sweep: Sweep(settles: true)))
        #expect(try await lost() == 1)
    }

    @Test func whatTheBookLacksIsKnownUntilItComes() async throws {
        try await loseOne()
        // Neither a reading that begins, nor one that is given up, nor a list that still has it brings it.
        try await store.store(try page(sweep: Sweep(begins: true, collects: true, seen: ["c1"])))
        #expect(try await lost() == 1)
        try await store.store(try page(sweep: Sweep(abandons: true)))
        #expect(try await lost() == 1)
        try await store.store(
            try page(
                sweep: Sweep(
                    begins: true, collects: true, seen: ["x", "c1"], compares: true, comparesUnknown: true)))
        #expect(try await lost() == 1)
        #expect(try await status().lost == 1)
        try await store.store(try page(["x"]))
        #expect(try await lost() == 0)
        #expect(try await status().lost == 0)
        // It is a record as any other then.
        try await store.store(
            try page(sweep: Sweep(begins: true, collects: true, seen: ["c1"], compares: true)))
        let settled = try await store.store(try page(sweep: Sweep(settles: true)))
        #expect(settled.sweep?.deleted == 1)
    }

    @Test func whatIsNoLongerListedOrSaidToBeGoneIsLostNoLonger() async throws {
        try await loseOne()
        try await store.store(
            try page(
                sweep: Sweep(
                    begins: true, collects: true, seen: ["c1"], compares: true, comparesUnknown: true)))
        #expect(try await lost() == 0)
        try await loseOne()
        try await store.store(try page(sweep: Sweep(gone: [.init(id: "x", version: "9")])))
        #expect(try await lost() == 1)
        try await store.store(try page(sweep: Sweep(appliesGone: true)))
        #expect(try await lost() == 0)
    }

    @Test func anUncountedWalkTellsOnlyWhatTheBookLacks() async throws {
        try await store.store(try page(["c1", "c2"]))
        try await store.store(
            try page(
                sweep: Sweep(
                    begins: true, collects: true, seen: ["c1", "x"], compares: true, comparesUnknown: true)))
        let later = try await store.store(try page(sweep: Sweep(settlesUnknown: true)))
        #expect(later.sweep?.lost == 1 && later.sweep?.deleted == 0)
        let standing = try await store.read { try $0.standing(of: "contracts", in: crm) }
        #expect(standing.missing == 1)
    }

    @Test func aStreamThatIsReadAgainSaysSo() async throws {
        var part = RunPart(startedAt: noon, rows: 1, duplicates: 0, isLast: false)
        part.isReadAgain = true
        try await store.store(try page(["c1"], part: part))
        #expect(try await status().isReadAgain == true)
        try await store.store(
            try page(part: RunPart(startedAt: noon, rows: 0, duplicates: 0, isLast: true)))
        #expect(try await status().isReadAgain == false)
    }

    @Test func whatArrivedAfterTheWalkIsNeitherMissingNorLost() async throws {
        try await store.store(try page(["c1", "c2"]))
        try await store.store(
            try page(
                sweep: Sweep(
                    begins: true, collects: true, seen: ["c1", "c3"], compares: true, comparesUnknown: true)))
        let settled = try await store.store(
            try page(["c3"], sweep: Sweep(seen: ["c2", "c3"], settles: true)))
        #expect(settled.sweep?.lost == 0 && settled.sweep?.deleted == 0)
    }

    @Test func aMassChangeLeavesNothingOfItsPage() async throws {
        let ids = (1...40).map { "c\($0)" }
        try await store.store(try page(ids))
        let gone = ids.prefix(3).map { Sweep.Gone(id: $0, version: "2") }
        await #expect(throws: MassChange(missing: 0, gone: 3, live: 41)) {
            try await store.store(
                try page(
                    ["new"], sweep: Sweep(gone: gone, appliesGone: true), limits: MassChangeLimits(),
                    next: "behind"))
        }
        #expect(try await store.facts().count == 40)
        #expect(try await store.read { try $0.cursor(of: "contracts", in: crm) } == Cursor("cursor"))
        // Two of forty are a twentieth.
        try await store.store(
            try page(
                sweep: Sweep(gone: Array(gone.prefix(2)), appliesGone: true), limits: MassChangeLimits()))
        #expect(try await status().live == 38)
    }

    @Test func aRunIsSummedOverItsPages() async throws {
        func part(_ rows: Int, isLast: Bool = false, hold: String? = nil) -> RunPart {
            var usage = SourceUsage()
            usage.retries = ["throttled": 1]
            usage.throttledSeconds = 2.5
            usage.quota = Quota(used: 18, limit: 5000)
            return RunPart(
                startedAt: noon, rows: rows, duplicates: 1, isLast: isLast, usage: usage, hold: hold)
        }
        try await store.store(try page(["c1", "c2"], part: part(2)))
        try await store.store(
            try page(["c2", "c3"], part: part(3, isLast: true), completedThrough: noon))
        let status = try await status()
        let run = try #require(status.lastRun)
        #expect(run.rows == 5 && run.pages == 2 && run.newFacts == 3 && run.repeated == 1)
        #expect(run.duplicates == 2 && run.retries == ["throttled": 2] && run.throttledSeconds == 5)
        #expect(run.endedAt == noon && status.quota == Quota(used: 18, limit: 5000))
        #expect(status.lastSuccess == noon && status.kind == .contract && status.hold == nil)
        try await store.store(try page(part: part(0, hold: "too much")))
        #expect(try await self.status().hold == "too much")
        try await store.store(try page(part: part(0, isLast: true)))
        #expect(try await self.status().hold == nil)
    }

    @Test func oldEventsMakeRoom() async throws {
        for round in 0..<6 {
            var page = try page()
            page.events = (0..<100).map { StreamEvent(.newField, "\(round * 100 + $0)") }
            try await store.store(page)
        }
        let events = try await store.read { try $0.streamEvents(limit: 1000) }
        #expect(events.count == 500 && events.first?.event.detail == "599")
        #expect(events.last?.event.detail == "100")
    }
}
