import Foundation
import Model
import Synchronization
import TestServers
import Testing

@testable import Ingestion

@Suite struct SalesforceBulkTests {
    private static let rows = SalesforceWalkTests.rows
    private static let full = SalesforceWalkTests.full

    /// The same rows with the same values, whichever way they came.
    @Test func aJobDeliversWhatTheQueriesDeliver() async throws {
        var rows = Self.rows
        rows[4].members["Name"] = "\"Commas, and more\""
        rows[5].members["Name"] = "null"
        let crm = try FakeSalesforce(rows: rows)
        defer { crm.server.stop() }
        crm.change { $0.patience = 3 }
        let pages = try await Drained(try crm.source(bulkAbove: nil), Self.full)
        let job = try await Drained(try crm.source(bulkAbove: 9), Self.full)
        #expect(job.rows == pages.rows)
        for field in ["Id", "Name", "IsDeleted", "MasterRecordId", "SystemModstamp"] {
            #expect(job.column(field) == pages.column(field), "\(field)")
        }
        // Started, four chunks, discarded.
        #expect(job.pages.map(\.rows.count) == [0, 3, 3, 3, 1, 0])
        #expect(job.chain?.read == 10 && job.chain?.total == 10)
        #expect(job.pages.compactMap { if case .chain(_, true) = $0.count { 1 } else { nil } }.count == 1)
        #expect(crm.pauses.seconds.withLock { $0 } == [1, 1.5, 2.25])
        #expect(crm.change { $0.jobs.isEmpty })
        #expect(
            crm.queries.last
                == "SELECT Id, IsDeleted, MasterRecordId, Name, SystemModstamp FROM Account WHERE "
                + "(Type = 'Partner') AND IsDeleted = false AND SystemModstamp <= 2026-03-01T11:59:00Z")
    }

    @Test func fewRowsAndWindowsAreReadByQueries() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let source = try crm.source(bulkAbove: 10)
        #expect(try await Drained(source, Self.full).ids.count == 10)
        let window = Walk.changes(lower: FakeRow.moment(0), upper: SalesforceWalkTests.upper)
        #expect(try await Drained(try crm.source(bulkAbove: 0), window).ids.count == 10)
        #expect(!crm.server.requests.contains { $0.target.contains("/jobs/") })
    }

    /// Another process goes on after any page; a chunk that was read and not stored is read again.
    @Test(arguments: 0..<6)
    func resumesAfterAnyChunk(_ stop: Int) async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let read = try await Drained(try crm.source(bulkAbove: 1), Self.full, limit: stop + 1)
        let delivered = read.rows.count
        guard let next = read.pages.last?.next else {
            #expect(delivered == 10)
            return
        }
        _ = try await Drained(try crm.source(bulkAbove: 1), Self.full, from: next, limit: 1)
        guard stop < 4 else { return }
        let rest = try await Drained(try crm.source(bulkAbove: 1), Self.full, from: next)
        #expect(rest.ids == Array(Self.rows.map(\.id).dropFirst(delivered)))
        #expect(crm.server.requests.count { $0.method == "POST" } == 1)
    }

    @Test(arguments: [
        (400, #"[{"errorCode":"INVALIDENTITY","message":"Entity 'X' is not supported by the Bulk API."}]"#),
        (400, #"[{"errorCode":"API_ERROR","message":"Implementation restriction"}]"#),
        (403, #"[{"errorCode":"API_DISABLED_FOR_ORG","message":"no"}]"#),
    ])
    func anObjectThatIsNotForJobsIsReadByQueries(_ status: Int, _ body: String) async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            request.method == "POST" ? .answer(status, body) : nil
        }
        defer { crm.server.stop() }
        let read = try await Drained(try crm.source(bulkAbove: 1), Self.full)
        #expect(read.ids == Self.rows.map(\.id) && read.chain?.total == 10)
    }

    @Test func compoundFieldsAreReadByQueries() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.attributes = ["address": FieldRule("BillingAddress")]
        let source = try crm.source(SourceMapping(streams: [mapping]), bulkAbove: 1)
        #expect(try await Drained(source, Self.full).ids.count == 10)
        #expect(!crm.server.requests.contains { $0.method == "POST" })
    }

    @Test(arguments: [
        ("FeatureNotEnabled : Cannot serialize value for 'X' in CSV format", true),
        ("InternalServerError : java.lang", false),
    ])
    func aFailedJobIsSaidOrAvoided(_ message: String, _ isAvoided: Bool) async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            request.method == "GET" && request.target.contains("/jobs/")
                ? .answer(200, #"{"id":"7500","state":"Failed","errorMessage":"\#(message)"}"#) : nil
        }
        defer { crm.server.stop() }
        let found = Mutex<Drained?>(nil)
        let error = await salesforceFailure {
            let read = try await Drained(try crm.source(bulkAbove: 1), Self.full)
            found.withLock { $0 = read }
        }
        #expect((error == nil) == isAvoided)
        #expect(found.withLock { $0?.ids.count } == (isAvoided ? 10 : nil))
        if !isAvoided {
            #expect(error?.kind == .forgottenPosition)
            #expect(error?.detail.contains("gave job 7500 up: InternalServerError") == true)
        }
    }

    @Test func aJobThatIsGoneIsReadByQueriesOrFromTheStart() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let started = try await Drained(try crm.source(bulkAbove: 1), Self.full, limit: 1)
        let some = try await Drained(try crm.source(bulkAbove: 1), Self.full, limit: 2)
        crm.change { $0.jobs = [:] }
        let read = try await Drained(
            try crm.source(bulkAbove: 1), Self.full, from: started.pages.last?.next)
        #expect(read.ids == Self.rows.map(\.id))
        let error = await salesforceFailure {
            _ = try await Drained(try crm.source(bulkAbove: 1), Self.full, from: some.pages.last?.next)
        }
        #expect(error?.kind == .forgottenPosition && error?.detail.contains("no longer there") == true)
    }

    @Test func aJobThatNeverEndsIsWaitedForLater() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        crm.change { $0.patience = 1_000_000 }
        let source = try crm.source(bulkAbove: 1)
        let started = try await Drained(source, Self.full, limit: 1)
        let error = await salesforceFailure {
            _ = try await Drained(source, Self.full, from: started.pages[0].next)
        }
        #expect(error?.kind == .serverFault && error?.isRetryable == true)
        let waited = crm.pauses.seconds.withLock { $0 }
        #expect(waited.max() == 30 && (1800...1830).contains(waited.reduce(0, +)))
        crm.change { $0.patience = 0 }
        #expect(try await Drained(source, Self.full, from: started.pages[0].next).ids.count == 10)
    }

    /// A chunk that does not hold what it says, one that says nothing, and one that comes again.
    @Test(arguments: ["Sforce-NumberOfRecords: 4\r\nSforce-Locator: null\r\n", "Sforce-Locator: null\r\n"])
    func aChunkThatDoesNotAddUpIsRefused(_ headers: String) async throws {
        let body = "Id,IsDeleted,MasterRecordId,Name,SystemModstamp\n001,false,,n,2026-03-01T10:00:00.000Z\n"
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.contains("/results") else { return nil }
            return .raw(
                "HTTP/1.1 200 OK\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure {
            _ = try await Drained(try crm.source(bulkAbove: 1), Self.full)
        }
        #expect(error?.kind == .malformed)
    }

    @Test func chunksThatLoseRowsDoNotAddUp() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            if request.target.contains("locator=6") {
                state.jobs = state.jobs.mapValues { job in
                    var job = job
                    job.rows.removeLast(3)
                    return job
                }
            }
            return nil
        }
        defer { crm.server.stop() }
        let read = try await Drained(try crm.source(bulkAbove: 1), Self.full)
        #expect(read.chain?.read == 7 && read.chain?.total == 10)
    }

    /// A chunk that is longer than an answer may be is asked for with half as many rows, and so are the rest.
    @Test func chunksThatAreTooLongAreHalved() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            guard
                let rows = request.target.components(separatedBy: "maxRecords=").last.flatMap({
                    Int($0.prefix { $0 != "&" })
                })
            else { return nil }
            state.pageSize = 3
            return rows > 2500
                ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n") : nil
        }
        defer { crm.server.stop() }
        let read = try await Drained(try crm.source(bulkAbove: 1), Self.full)
        #expect(read.ids == Self.rows.map(\.id) && read.chain?.total == 10)
        let asked = crm.server.requests.filter { $0.target.contains("/results") }.map {
            $0.target.components(separatedBy: "maxRecords=")[1].prefix { $0 != "&" }
        }
        #expect(asked == ["10000", "5000", "2500", "2500", "2500", "2500"])
    }

    /// CSV that ends where the connection was closed may have been cut between two records.
    @Test func aChunkOfUnknownEndIsRefused() async throws {
        let body = "Id,IsDeleted,MasterRecordId,Name,SystemModstamp\n001,false,,n,2026-03-01T10:00:00.000Z\n"
        let crm = try FakeSalesforce(rows: [Self.rows[1]]) { request, _ in
            guard request.target.contains("/results") else { return nil }
            return .raw(
                "HTTP/1.1 200 OK\r\nSforce-NumberOfRecords: 1\r\nSforce-Locator: null\r\nConnection: close\r\n\r\n\(body)"
            )
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure {
            _ = try await Drained(try crm.source(bulkAbove: 0), Self.full)
        }
        #expect(error?.kind == .malformed)
    }
}
