import Model
import TestServers
import Testing

@testable import Ingestion

/// A preview asks for one page, shows its rows and leaves nothing at the source.
@Suite struct PreviewSourceTests {
    @Test func manySalesforceRowsAreShownWithoutAJob() async throws {
        let crm = try FakeSalesforce(rows: SalesforceWalkTests.rows)
        defer { crm.server.stop() }
        let source = try crm.source(bulkAbove: 1)
        let mapper = StreamMapper(mapping: source.streams[0].mapping, sourceTimeZone: nil)
        let shown = try await preview(source, source.streams[0], map: { mapper.map(page: $0) }, limit: 2)
        #expect(shown.rows.map(\.id) == ["000", "001"])
        #expect(shown.rowsOnPage == 3 && shown.total == 10)
        #expect(!crm.server.requests.contains { $0.target.contains("/jobs/") || $0.method == "POST" })
        #expect(crm.queries.count == 1)
    }

    /// The rows that are shown are the stream's, though the first pages of the list hold none of it.
    @Test func hubSpotRowsOfTheStreamAreShown() async throws {
        var state = FakeHubSpot.State(
            rows: (1...40).map { .init(id: $0, second: 5, properties: ["pipeline": "sales"]) })
        for row in 30..<40 { state.rows[row].properties["pipeline"] = "renewals" }
        let fake = try FakeHubSpot(state)
        let source = try fake.source(fields: ["pipeline"], conditions: ["pipeline": [.text("renewals")]])
        let page = try await source.sample(of: source.streams[0], at: FakeHubSpot.moment(100))
        #expect(page.rows.map(\.id) == ["31", "32"])
        #expect(page.count == .remaining(10))
        #expect(fake.searches.count == 1)
        #expect(!fake.server.requests.contains { $0.method == "GET" })
    }
}
