import Model
import Synchronization
import Testing
import Transport

@testable import Ingestion

@Suite struct SalesforceSourceTests {
    /// Ten rows, five of them with one stamp across page borders.
    static let rows: [FakeSalesforce.Row] =
        (0..<3).map { .named("00\($0)", $0) } + (3..<8).map { .named("00\($0)", 5) }
        + (8..<10).map { .named("00\($0)", $0) }

    @Test func readsAWindowInOrderAndSaysHowFarItReached() async throws {
        let crm = try FakeSalesforce(rows: Self.rows.reversed())
        defer { crm.server.stop() }
        let (pages, summary) = try await drain(try crm.source())
        #expect(pages.map(\.records.count) == [3, 3, 3, 1])
        #expect(pages.flatMap(\.records).map(\.nativeID) == Self.rows.map(\.id))
        #expect(pages.dropLast().allSatisfy { $0.completedThrough == nil })
        // Noon less a minute.
        #expect(summary.completedThrough == Instant(iso: "2026-03-01T11:59:00Z"))
        #expect(summary.records == 10 && summary.pages == 4 && crm.queries.count == 1)
        let first = try #require(pages.first?.records.first)
        #expect(first.nativeVersion == "2026-03-01T10:00:00.000+0000")
        #expect(first.body == .partner(PartnerFact(partner: "000", name: "P 000", attributes: [:])))
    }

    @Test func asksExactlyThisQuery() async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        _ = try await drain(try crm.source())
        #expect(
            crm.queries == [
                "SELECT Id, IsDeleted, Name, SystemModstamp FROM Account WHERE (Type = 'Partner') AND "
                    + "SystemModstamp <= 2026-03-01T11:59:00Z ORDER BY SystemModstamp, Id"
            ])
        #expect(
            crm.server.requests.last?.target.hasPrefix("/services/data/v61.0/queryAll?q=SELECT%20Id") == true)
        #expect(crm.server.requests.last?.headers["sforce-query-options"] == "batchSize=2000")
        #expect(
            crm.server.requests.first?.text
                == "grant_type=client_credentials&client_id=id%261&client_secret=s3cret%2F%2B%3D")
    }

    /// Whatever page a daemon dies after, another one reads the remaining rows in the same order.
    @Test(arguments: 0..<4, [true, false])
    func resumesAfterAnyPage(_ stop: Int, _ isForgotten: Bool) async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let (pages, _) = try await drain(try crm.source())
        if isForgotten { crm.change { $0.chains = [] } }
        let (rest, summary) = try await drain(try crm.source(overlap: .zero), from: pages[stop].next)
        let expected = stop == 3 ? [] : Self.rows.map(\.id).dropFirst((stop + 1) * 3)
        #expect(rest.flatMap(\.records).map(\.nativeID) == Array(expected))
        #expect(summary.completedThrough == Instant(iso: "2026-03-01T11:59:00Z"))
    }

    @Test func theNextWindowReachesBackByTheOverlap() async throws {
        let crm = try FakeSalesforce(rows: [.named("a", 7000), .named("b", 6100)])
        defer { crm.server.stop() }
        let source = try crm.source()
        let (first, _) = try await drain(source)
        crm.change { state in
            state.date = "Sun, 01 Mar 2026 13:00:00 GMT"
            state.rows.append(.named("late", 6500))
        }
        let (second, summary) = try await drain(source, from: first.last?.next)
        // From 11:44 on: 10:00 + 6,240 s.
        #expect(second.flatMap(\.records).map(\.nativeID) == ["late", "a"])
        #expect(crm.queries.last?.contains("SystemModstamp >= 2026-03-01T11:44:00Z") == true)
        #expect(summary.completedThrough == Instant(iso: "2026-03-01T12:59:00Z"))
    }

    @Test func aServerClockThatGoesBackDoesNotMoveTheWindowBack() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let source = try crm.source()
        let (first, before) = try await drain(source)
        crm.change { $0.date = "Sun, 01 Mar 2026 09:00:00 GMT" }
        let (_, after) = try await drain(source, from: first.last?.next)
        #expect(after.completedThrough == before.completedThrough)
    }

    @Test func deliversDeletions() async throws {
        let crm = try FakeSalesforce(rows: [FakeSalesforce.Row(id: "x", second: 1, isDeleted: true)])
        defer { crm.server.stop() }
        let (pages, _) = try await drain(try crm.source())
        #expect(pages.flatMap(\.records).map(\.body) == [.deleted(.partner)])
    }

    @Test func quarantinesOnlyTheRowThatCannotBeMapped() async throws {
        let bad = FakeSalesforce.Row(id: "bad", second: 1, members: ["Name": "null"])
        let crm = try FakeSalesforce(rows: [.named("a", 0), bad, .named("c", 2)])
        defer { crm.server.stop() }
        let (pages, summary) = try await drain(try crm.source())
        #expect(pages.flatMap(\.records).map(\.nativeID) == ["a", "c"])
        let row = try #require(pages.first?.quarantined.first)
        #expect(row.place == "bad" && row.reason == "field 'Name': is empty; a value is needed")
        #expect(row.payload.contains("\"Id\":\"bad\"") && summary.quarantined == 1)
    }

    @Test func replacesAnExpiredTokenInTheMiddleOfAChain() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            if request.target.hasSuffix("-6"), state.tokens == 1 { state.expiredThrough = 1 }
            return nil
        }
        defer { crm.server.stop() }
        let (pages, summary) = try await drain(try crm.source())
        #expect(pages.flatMap(\.records).count == 10 && crm.tokens == 2 && summary.retries == 0)
    }

    @Test func manyRefusalsFetchOneToken() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let source = try crm.source()
        _ = try await source.page(of: "partners", after: nil)
        crm.change { $0.expiredThrough = 1 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { _ = try await source.page(of: "partners", after: nil) }
            }
            try await group.waitForAll()
        }
        #expect(crm.tokens == 2)
    }

    @Test func aCancelledReaderDoesNotWaitForATokenThatNeverComes() async throws {
        let (asked, signal) = AsyncStream<Void>.makeStream()
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.hasSuffix("/token") else { return nil }
            signal.yield()
            return [.hang]
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let reading = Task { await sourceFailure { _ = try await source.page(of: "partners", after: nil) } }
        for await _ in asked { break }
        reading.cancel()
        #expect(await reading.value?.kind == .cancelled)
    }

    @Test func aCancelledReaderLeavesTheTokenRequestToThoseWhoStillWait() async throws {
        let (asked, signal) = AsyncStream<Void>.makeStream()
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            guard request.target.hasSuffix("/token") else { return nil }
            signal.yield()
            return nil
        }
        defer { crm.server.stop() }
        let source = try crm.source()
        let patient = Task { try await source.page(of: "partners", after: nil) }
        for await _ in asked { break }
        let hasty = Task { try? await source.page(of: "partners", after: nil) }
        hasty.cancel()
        _ = await hasty.value
        #expect(try await patient.value.records.count == 3)
        #expect(crm.tokens == 1)
    }

    @Test func asksNoStreamItDoesNotKnow() async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        let source = try crm.source()
        #expect(source.streams == ["partners"])
        let error = await sourceFailure { _ = try await source.page(of: "deals", after: nil) }
        #expect(error?.kind == .unmappable)
        let alien = await sourceFailure { _ = try await source.page(of: "partners", after: Cursor("page 7")) }
        #expect(alien?.kind == .unmappable && crm.server.requests.isEmpty)
    }
}

/// Reads a stream to the end of its window without waiting.
func drain(
    _ source: some OutcomeSource, stream: String = "partners", from cursor: Cursor? = nil,
    backoff: Backoff = Backoff()
) async throws -> (pages: [OutcomePage], summary: PullSummary) {
    var pages: [OutcomePage] = []
    let summary = try await pull(
        source, stream: stream, from: cursor, backoff: backoff, sleep: { _ in }, random: { 0 },
        store: { pages.append($0) })
    return (pages, summary)
}

/// The source error `body` throws, if it throws one.
func sourceFailure(_ body: () async throws -> Void) async -> SourceError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? SourceError
    }
}
