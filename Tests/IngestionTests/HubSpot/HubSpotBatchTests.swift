import Model
import TestServers
import Testing

@testable import Ingestion

/// What searches find is read from the primary store, and archived rows have a rhythm of their own.
@Suite struct HubSpotBatchTests {
    private let window = Walk.changes(lower: FakeHubSpot.moment(0), upper: FakeHubSpot.moment(100))

    private func rows(_ ids: ClosedRange<Int>) -> [FakeHubSpot.Row] {
        ids.map { .init(id: $0, second: 5, properties: ["amount": "\($0).50", "pipeline": "p"]) }
    }

    @Test func valuesAreTheLatestOnesWhateverTheIndexHas() async throws {
        var state = FakeHubSpot.State(rows: rows(1...3))
        state.indexed = [2: ["amount": "0.01", "pipeline": "p"]]
        // Found under its old pipeline, no row of the stream any more.
        state.rows[2].properties["pipeline"] = "q"
        state.indexed[3] = ["pipeline": "p"]
        let fake = try FakeHubSpot(state)
        let source = try fake.source(conditions: ["pipeline": [.text("p")]], searchPageSize: 10)
        let walked = try await WalkedPages.reading(window, of: source)
        #expect(walked.values("amount") == ["1": .text("1.50"), "2": .text("2.50")])
        #expect(walked.missing == 0)
    }

    @Test func aHundredRowsAreReadAtATime() async throws {
        let fake = try FakeHubSpot(.init(rows: rows(1...201)))
        let walked = try await WalkedPages.reading(window, of: fake.source(searchPageSize: 200))
        #expect(walked.ids == (1...201).map(String.init) && walked.missing == 0)
        let batches = fake.server.requests.filter { $0.target.hasSuffix("deals/batch/read") }
        #expect(batches.count == 3)
    }

    /// A hole is a row that is gone since: the walk is complete, the deletions tell of it.
    @Test func rowsThatAreGoneSinceAreHoles() async throws {
        var state = FakeHubSpot.State(rows: rows(1...3))
        state.batch = (
            207,
            """
            {"results":[{"id":"1","updatedAt":"2026-03-01T10:00:05Z","properties":{"amount":"1.50"}},
                        {"id":"99","properties":{"amount":"7"}}],
             "errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["2"]}}]}
            """
        )
        let fake = try FakeHubSpot(state)
        let walked = try await WalkedPages.reading(window, of: fake.source(searchPageSize: 10))
        // 2 was archived; 3 was merged into 99, which comes in its place and by itself.
        #expect(walked.ids == ["1"])
        #expect(walked.missing == 0)
    }

    @Test(arguments: [
        #"{"results":[{"id":"1"},{"id":"3"}]}"#,
        #"{"results":[{"id":"1"}],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["2"]}}]}"#,
        #"{"results":[{"id":"1"},{"id":"2"},{"id":"3"}],"errors":[{"category":"INTERNAL_ERROR"}]}"#,
        #"{"errors":[]}"#,
    ])
    func rowsThatABatchSaysNothingOfAreMissing(_ body: String) async throws {
        var state = FakeHubSpot.State(rows: rows(1...3))
        state.batch = (207, body)
        let fake = try FakeHubSpot(state)
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(window, of: fake.source(searchPageSize: 10))
        }
        #expect(error?.kind == .malformed)
    }

    // MARK: - The rhythm of the archived list

    @Test func archivedRowsAreListedWhenAPeriodHasPassed() async throws {
        var state = FakeHubSpot.State(rows: rows(1...2))
        state.rows[0].archivedSecond = 50
        let fake = try FakeHubSpot(state)
        let source = try fake.source(archivedEvery: .seconds(6 * 3600))
        // 10:00 to 11:00 passes no sixth hour; 10:50 to 12:20 passes noon, and reaches back to 06:00.
        let calm = Walk.deletions(lower: FakeHubSpot.moment(0), upper: FakeHubSpot.moment(3600))
        #expect(try await WalkedPages.reading(calm, of: source).ids.isEmpty)
        #expect(!fake.server.requests.contains { $0.target.contains("archived=true") })
        let noon = Walk.deletions(lower: FakeHubSpot.moment(3000), upper: FakeHubSpot.moment(8400))
        #expect(try await WalkedPages.reading(noon, of: source).ids == ["1"])
    }

    /// Whatever the length of the windows, every moment is told of by the one listing of its period, and listings are
    /// as many as periods.
    @Test(arguments: [60, 300, 3600, 4 * 3600, 20 * 3600])
    func everyMomentIsToldOf(_ length: Int) {
        let rhythm = HubSpotArchiveRhythm(period: .seconds(6 * 3600), overlap: .seconds(900))
        var upper = FakeHubSpot.moment(17)
        var told: [(lower: Instant, upper: Instant)] = []
        var windows = 0
        while upper < FakeHubSpot.moment(10 * 86_400) {
            let lower = upper.adding(seconds: -900)
            upper = upper.adding(seconds: Double(length))
            windows += 1
            if let from = rhythm.lower(lower, upper) { told.append((from, upper)) }
        }
        #expect(length < 6 * 3600 ? (40...41).contains(told.count) : told.count == windows)
        #expect(told.first.map { $0.lower <= FakeHubSpot.moment(17) } == true)
        for (before, after) in zip(told, told.dropFirst()) { #expect(after.lower <= before.upper) }
    }
}
