import Foundation
import Model
import TestServers
import Testing

@testable import Ingestion

@Suite struct SalesforceWalkTests {
    /// Ten rows, five of them with one stamp across page borders.
    static let rows: [FakeRow] =
        (0..<3).map { .named("00\($0)", $0) } + (3..<8).map { .named("00\($0)", 5) }
        + (8..<10).map { .named("00\($0)", $0) }
    static let upper = FakeRow.moment(7140)
    static let full = Walk.full(upper: upper)

    @Test func readsEverythingOnceInOrderAndCounts() async throws {
        let crm = try FakeSalesforce(rows: Self.rows.reversed())
        defer { crm.server.stop() }
        let source = try crm.source()
        let read = try await Drained(source, Self.full)
        #expect(read.pages.map(\.rows.count) == [3, 3, 3, 1] && read.ids == Self.rows.map(\.id))
        #expect(read.chain?.read == 10 && read.chain?.total == 10)
        #expect(read.pages.map(\.count).first == .chain(total: 10, starts: true))
        #expect(read.pages.map(\.count).last == .chain(total: 10, starts: false))
        #expect(read.column("Name").first == .text("P 000"))
        #expect(read.rows.first?.version == "2026-03-01T10:00:00.000+0000")
        #expect(try await source.serverTime() == FakeRow.moment(7200))
    }

    @Test func asksExactlyTheseQueries() async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        let source = try crm.source()
        let lower = FakeRow.moment(3600)
        for walk in [Self.full, .changes(lower: lower, upper: Self.upper), .identities(upper: Self.upper)] {
            _ = try await Drained(source, walk)
        }
        let selected = "SELECT Id, IsDeleted, MasterRecordId, Name, SystemModstamp FROM Account"
        #expect(
            crm.queries == [
                "\(selected) WHERE (Type = 'Partner') AND IsDeleted = false AND "
                    + "SystemModstamp <= 2026-03-01T11:59:00Z ORDER BY SystemModstamp, Id",
                "\(selected) WHERE (Type = 'Partner') AND SystemModstamp >= 2026-03-01T11:00:00Z AND "
                    + "SystemModstamp <= 2026-03-01T11:59:00Z ORDER BY SystemModstamp, Id",
                "SELECT Id FROM Account WHERE (Type = 'Partner') AND IsDeleted = false AND "
                    + "CreatedDate <= 2026-03-01T11:59:00Z ORDER BY Id",
            ])
        let last = try #require(crm.server.requests.last)
        #expect(last.target.hasPrefix("/services/data/v61.0/queryAll?q=SELECT%20Id"))
        #expect(last.headers["sforce-query-options"] == "batchSize=2000")
    }

    @Test func streamsThatWantNoDeletionsDoNotAskForThem() async throws {
        let crm = try FakeSalesforce(rows: [FakeRow(id: "x", second: 1, isDeleted: true), .named("y", 2)])
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.selection.deletions = false
        let source = try crm.source(SourceMapping(streams: [mapping]))
        let read = try await Drained(source, .changes(lower: FakeRow.moment(0), upper: Self.upper))
        #expect(read.ids == ["y"] && !source.streams[0].walksDeletions)
        #expect(crm.server.requests.last?.target.contains("/query?q=") == true)
        #expect(crm.queries.last?.contains("IsDeleted") == false)
    }

    /// After whatever page it is asked again, by this process or another, whether Salesforce knows the query or not:
    /// the remaining rows, in the same order, and a count that holds.
    @Test(arguments: 0..<3, [(false, false), (false, true), (true, false), (true, true)])
    func resumesAfterAnyPage(_ stop: Int, _ change: (isForgotten: Bool, isOther: Bool)) async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let source = try crm.source()
        let first = try await Drained(source, Self.full, limit: stop + 1)
        if change.isForgotten { crm.change { $0.chains = [] } }
        let next = try #require(first.pages.last?.next)
        let rest = try await Drained(change.isOther ? try crm.source() : source, Self.full, from: next)
        #expect(rest.ids == Array(Self.rows.map(\.id).dropFirst((stop + 1) * 3)))
        let isNew = change.isForgotten || change.isOther
        #expect(rest.pages.first?.count == .chain(total: isNew ? 10 - (stop + 1) * 3 : 10, starts: isNew))
        let chain = try #require(rest.chain)
        #expect(chain.total == chain.read + (isNew ? 0 : (stop + 1) * 3))
        #expect(crm.queries.count == (isNew ? 2 : 1))
        if isNew {
            let key = Self.rows[(stop + 1) * 3 - 1]
            let stamp = FakeRow.moment(key.second).description
            #expect(
                crm.queries.last?.contains(
                    "((SystemModstamp = \(stamp) AND Id > '\(key.id)') OR SystemModstamp > \(stamp))")
                    == true)
        }
    }

    /// A process that dies after each page and another that goes on: each row once, in order, whoever read it.
    @Test func aProcessForEachPageReadsEveryRowOnce() async throws {
        let crm = try FakeSalesforce(rows: Self.rows, pageSize: 2)
        defer { crm.server.stop() }
        var ids: [String] = []
        var position: Position?
        repeat {
            let page = try await crm.source().page(
                of: try crm.source().streams[0], in: Self.full, after: position)
            ids += page.rows.map(\.id)
            position = page.next
        } while position != nil
        #expect(ids == Self.rows.map(\.id))
    }

    @Test func deliversDeletionsAndMergesOfAWindow() async throws {
        let crm = try FakeSalesforce(rows: [
            FakeRow(id: "gone", second: 10, isDeleted: true),
            FakeRow(id: "loser", second: 11, isDeleted: true, master: "winner"), .named("winner", 12),
        ])
        defer { crm.server.stop() }
        let source = try crm.source()
        let read = try await Drained(source, .changes(lower: FakeRow.moment(5), upper: Self.upper))
        #expect(read.rows.map(\.state) == [.deleted, .merged(into: "winner"), .live])
        let all = try await Drained(source, Self.full)
        #expect(all.ids == ["winner"])
    }

    @Test func listsTheIdsOfWhatWasThereWhateverChangedSince() async throws {
        var edited = FakeRow.named("b", 7190)
        edited.created = -5
        var new = FakeRow.named("d", 7190)
        new.created = 7190
        let crm = try FakeSalesforce(
            rows: [
                .named("c", 1), edited, .named("a", 3), new, FakeRow(id: "e", second: 2, isDeleted: true),
            ],
            pageSize: 2)
        defer { crm.server.stop() }
        let source = try crm.source()
        let walk = Walk.identities(upper: Self.upper)
        let read = try await Drained(source, walk)
        #expect(read.ids == ["a", "b", "c"] && read.pages[0].records.fields == ["Id"])
        let rest = try await Drained(try crm.source(), walk, from: read.pages[0].next)
        #expect(rest.ids == ["c"] && crm.queries.last?.contains("Id > 'b' ORDER BY Id") == true)
        #expect(rest.chain?.total == 1)
    }

    @Test func rowsChangedWhileTheyAreReadAreLeftToTheNextWindow() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let first = try await Drained(try crm.source(), Self.full, limit: 2)
        crm.change { $0.rows[9].second = 7195 }
        let rest = try await Drained(try crm.source(), Self.full, from: first.pages.last?.next)
        #expect(first.ids + rest.ids == (0..<9).map { "00\($0)" } && rest.chain?.total == 3)
        let window = Walk.changes(lower: FakeRow.moment(7140 - 900), upper: FakeRow.moment(7200))
        #expect(try await Drained(try crm.source(), window).ids == ["009"])
    }

    /// Salesforce gives up on queries over more than 4,000 seconds: the walk takes slices, none of them empty pages.
    @Test(arguments: [Self.full, .changes(lower: FakeRow.moment(-1_000_000), upper: upper)])
    func aQueryThatTakesTooLongIsAskedInSlices(_ walk: Walk) async throws {
        let rows = Self.rows + [.named("0100", -900_000), .named("0101", -899_999)]
        let crm = try FakeSalesforce(rows: rows) { request, _ in
            guard
                let soql = request.target.components(separatedBy: "?q=").dropFirst().first?
                    .removingPercentEncoding
            else { return nil }
            func moment(_ before: String) -> Instant? {
                soql.range(of: before).flatMap { Instant(iso: soql[$0.upperBound...].prefix { $0 != " " }) }
            }
            let start =
                moment("SystemModstamp > ") ?? moment("SystemModstamp >= ")
                ?? FakeRow.moment(-2_000_000_000)
            let end = moment("SystemModstamp <= ") ?? start
            // Long ago there is nothing, which is found at once.
            guard end > FakeRow.moment(-950_000), start.adding(seconds: 4000) < end else { return nil }
            return .fault(400, "QUERY_TIMEOUT")
        }
        defer { crm.server.stop() }
        let read = try await Drained(try crm.source(), walk)
        #expect(Set(read.ids) == Set(rows.map(\.id)) && read.ids.count == rows.count)
        #expect(read.pages.dropLast().allSatisfy { !$0.rows.isEmpty })
    }

    @Test func aQueryThatNeverEndsSaysSo() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            request.target.contains("?q=") ? .fault(400, "QUERY_TIMEOUT") : nil
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.full) }
        #expect(error?.kind == .tooLarge && error?.detail.contains("indexed field") == true)
    }

    @Test func aSliceThatLostARowIsNoticed() async throws {
        let lower = FakeRow.moment(-100)
        let crm = try FakeSalesforce(rows: Self.rows + [.named("0200", 7000)]) { request, state in
            if request.target.contains("?q="), state.queries.isEmpty {
                state.queries.append("")
                return .fault(400, "QUERY_TIMEOUT")
            }
            guard request.target.hasSuffix("/query/0-6") else { return nil }
            return .answer(200, #"{"totalSize":10,"done":true,"records":[]}"#)
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure {
            _ = try await Drained(try crm.source(), .changes(lower: lower, upper: Self.upper))
        }
        #expect(error?.kind == .incomplete)
        #expect(error?.detail.contains("6 rows were read where Salesforce counted 10") == true)
    }
}
