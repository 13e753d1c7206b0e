import Foundation
import Model
import TestServers
import Testing

@testable import Ingestion

@Suite struct SalesforceDeletionTests {
    private static let walk = Walk.deletions(lower: FakeRow.moment(30), upper: FakeRow.moment(7150))

    @Test func asksForWholeMinutesAndDeliversDeletions() async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        crm.change { $0.log = ["001D000000IRFma", "002"] }
        let read = try await Drained(try crm.source(), Self.walk)
        #expect(read.ids == ["001D000000IRFmaIAH", "002"] && read.rows.allSatisfy { $0.state == .deleted })
        #expect(read.pages[0].records.count == 2 && read.column("Name") == [.absent, .absent])
        #expect(
            crm.server.requests.last?.target
                == "/services/data/v61.0/sobjects/Account/deleted/?start=2026-03-01T10%3A00%3A00Z"
                + "&end=2026-03-01T11%3A59%3A00Z")
    }

    @Test(arguments: [
        (
            "2026-03-01T10:00:31.000+0000",
            Walk.deletions(lower: FakeRow.moment(30), upper: FakeRow.moment(7150))
        ),
        (
            "2026-01-01T00:00:00.000+0000",
            .deletions(lower: FakeRow.moment(-16 * 86_400), upper: FakeRow.moment(7150))
        ),
    ])
    func aLogThatBeginsTooLateAsksForAComparison(_ earliest: String, _ walk: Walk) async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        crm.change { $0.earliest = earliest }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), walk) }
        #expect(error?.kind == .forgottenToken)
        #expect(error?.detail.contains("every record's id has to be compared") == true)
    }

    @Test func whatSalesforceRefusesAsTooLongAgoAsksForAComparison() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target.contains("/deleted/") ? .fault(400, "INVALID_REPLICATION_DATE") : nil
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.walk) }
        #expect(error?.kind == .forgottenToken)
    }

    /// What the log does not cover yet must lie in the next window, which begins an overlap earlier.
    @Test(arguments: [("2026-03-01T11:44:10.000+0000", true), ("2026-03-01T11:44:09.000+0000", false)])
    func aLogThatLagsBehindTheOverlapIsNoSuccess(_ latest: String, _ isEnough: Bool) async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        crm.change { $0.latest = latest }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.walk) }
        #expect(error?.kind == (isEnough ? nil : .serverFault))
    }

    @Test func tooManyDeletionsAreAskedForInShorterSpans() async throws {
        let crm = try FakeSalesforce(rows: []) { request, state in
            guard request.target.contains("/deleted/") else { return nil }
            let parts =
                (request.target.removingPercentEncoding ?? "").components(separatedBy: "start=")
                .last?.components(separatedBy: "&end=") ?? []
            guard parts.count == 2, let start = Instant(iso: parts[0]), let end = Instant(iso: parts[1])
            else {
                return .fault(400, "MALFORMED_ID")
            }
            guard start.adding(seconds: 2400) >= end else { return .fault(400, "EXCEEDED_ID_LIMIT") }
            state.log = ["\(start.milliseconds / 60_000 % 1_000_000)"]
            return nil
        }
        defer { crm.server.stop() }
        let read = try await Drained(try crm.source(), Self.walk)
        // 119 minutes: halved to 59 and 29, then spans of 29 minutes.
        #expect(read.rows.count == 5 && Set(read.ids).count == 5)
        let spans = crm.server.requests.filter { $0.target.contains("/deleted/") }.suffix(2).map(\.target)
        #expect(spans.last?.hasSuffix("end=2026-03-01T11%3A59%3A00Z") == true)
        #expect(spans.first?.contains("end=2026-03-01T11%3A56%3A00Z") == true)
    }

    @Test func objectsWithoutALogHaveNoDeletions() async throws {
        let crm = try FakeSalesforce(
            rows: [],
            describe: FakeSalesforce.accountDescription.replacingOccurrences(
                of: "\"replicateable\":true", with: "\"replicateable\":false"))
        defer { crm.server.stop() }
        #expect(try await Drained(try crm.source(), Self.walk).rows.isEmpty)
        #expect(!crm.server.requests.contains { $0.target.contains("/deleted/") })
    }

    @Test(arguments: ["{}", "[]", #"{"deletedRecords":[{}],"earliestDateAvailable":"x"}"#])
    func aLogThatIsNoneIsRefused(_ body: String) async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target.contains("/deleted/") ? .answer(200, body) : nil
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.walk) }
        #expect(error?.kind == .malformed)
    }
}
