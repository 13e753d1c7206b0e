import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct DataverseSourceTests {
    private let upper = FakeDataverse.moment(100)

    private func rows(_ numbers: ClosedRange<Int>, second: Int = 5) -> [FakeDataverse.Row] {
        numbers.map { .init(number: $0, second: second, members: ["name": "\"n\($0)\""]) }
    }

    private func ids(_ numbers: Int...) -> [String] { numbers.map(FakeDataverse.id) }

    @Test func aTrackedLoadIsFollowedByItsChangesAndDeletions() async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...5)))
        let source = try fake.source()
        #expect(source.streams[0].incremental == .token)
        let load = try await WalkedPages.reading(.full(upper: upper), of: source)
        #expect(load.ids == ids(1, 2, 3, 4, 5))
        #expect(load.values("name")[FakeDataverse.id(3)] == .text("n3"))
        #expect(load.rows[0].version == "701")
        // The token is handed out on the last page only.
        #expect(load.pages.map { $0.token != nil } == [false, false, true])
        #expect(
            fake.reads.first?.target
                == "/api/data/v9.2/accounts?$select=_masterid_value,accountid,merged,name")
        #expect(
            fake.reads.allSatisfy { $0.prefer == "odata.maxpagesize=2,odata.track-changes" })
        fake.change {
            $0.change = 2
            $0.rows[1].change = 2
            $0.rows.remove(at: 3)
            $0.deleted.append((4, 2))
        }
        let token = try #require(load.token)
        let delta = try await WalkedPages.reading(.delta(token: token, upper: upper), of: source)
        #expect(
            delta.rows == [
                RowIdentity(id: FakeDataverse.id(2), version: "702"),
                RowIdentity(id: FakeDataverse.id(4), version: "", state: .deleted),
            ])
        let later = try #require(delta.token)
        #expect(later != token)
        #expect(
            try await WalkedPages.reading(.delta(token: later, upper: upper), of: source).rows.isEmpty)
    }

    @Test func pagesMayBeEmptyOrOfAnotherSize() async throws {
        var state = FakeDataverse.State(rows: rows(1...6))
        state.pageSizes = [2, 0, 1, 3]
        let fake = try FakeDataverse(state)
        let load = try await WalkedPages.reading(.full(upper: upper), of: fake.source())
        #expect(load.pages.map(\.rows.count) == [2, 0, 1, 3])
        #expect(load.ids == ids(1, 2, 3, 4, 5, 6))
    }

    @Test(arguments: [
        "http://127.0.0.1:1/api/data/v9.2/accounts?$skiptoken=1", "https://elsewhere.example/api/data/x",
        "/api/data/v9.2/accounts", "http://user@HOST/api/data/x", "http://HOST/oauth/steal",
        "http://HOST/api/data/../x", "http://HOST/api/data/%2E%2e/x",
    ])
    func linksThatLeadElsewhereAreNotFollowed(_ link: String) async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...5)))
        let host = "127.0.0.1:\(fake.server.port)"
        fake.change { $0.foreignLink = link.replacing("HOST", with: host) }
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(.full(upper: upper), of: fake.source())
        }
        #expect(error?.kind == .foreignLink)
        #expect(fake.reads.count == 1)
    }

    @Test func expiredAndOutdatedTokensAreForgotten() async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...2)))
        let source = try fake.source()
        let token = try #require(try await WalkedPages.reading(.full(upper: upper), of: source).token)
        fake.change { $0.expiredThrough = 1 }
        let walk = Walk.delta(token: token, upper: upper)
        let expired = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(walk, of: source)
        }
        #expect(expired?.kind == .forgottenToken)
        // A delta link goes on telling the columns it was made for; another mapping needs another one.
        fake.change { $0.expiredThrough = 0 }
        let outdated = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(walk, of: fake.source(fields: ["name", "statecode"]))
        }
        #expect(outdated?.kind == .forgottenToken)
        let foreign = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(.delta(token: "http://x/", upper: upper), of: source)
        }
        #expect(foreign?.kind == .forgottenToken)
    }

    @Test func windowsAreOrderedByStampAndKey() async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...3) + rows(4...4, second: 900)))
        let source = try fake.source(conditions: ["statecode": [.number("0"), .null]])
        #expect(source.streams[0].incremental == .windows(lag: .seconds(60), overlap: .seconds(900)))
        let lower = Instant(milliseconds: FakeDataverse.moment(0).milliseconds + 999)
        let walked = try await WalkedPages.reading(.changes(lower: lower, upper: upper), of: source)
        #expect(walked.ids == ids(1, 2, 3))
        #expect(walked.token == nil)
        #expect(
            fake.reads.first?.target
                == "/api/data/v9.2/accounts?$select=_masterid_value,accountid,merged,name"
                + "&$filter=(statecode eq 0 or statecode eq null) and modifiedon ge 2026-03-01T10:00:00Z"
                + " and modifiedon le 2026-03-01T10:01:40Z&$orderby=modifiedon asc,accountid asc")
        #expect(fake.reads.allSatisfy { $0.prefer == "odata.maxpagesize=2" })
    }

    @Test func twelveThousandRowsOfOneStampAreAllFound() async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...12_000)))
        let walked = try await WalkedPages.reading(
            .changes(lower: FakeDataverse.moment(0), upper: upper), of: fake.source(pageSize: 5000))
        #expect(walked.pages.map(\.rows.count) == [5000, 5000, 2000])
        #expect(Set(walked.ids).count == 12_000)
    }

    @Test func aRowEditedDuringTheWalkIsFoundInTheNextWindow() async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...5)))
        let source = try fake.source()
        let first = try await WalkedPages.reading(
            .changes(lower: FakeDataverse.moment(0), upper: upper), of: source
        ) { page in
            if page == 1 { fake.change { $0.rows[4].second = 150 } }
        }
        #expect(first.ids == ids(1, 2, 3, 4))
        let second = try await WalkedPages.reading(
            .changes(lower: FakeDataverse.moment(90), upper: FakeDataverse.moment(200)), of: source)
        #expect(second.ids == ids(5))
    }

    @Test func tablesWithoutTrackingAreReadByTime() async throws {
        var state = FakeDataverse.State(rows: rows(1...3))
        state.isTracked = false
        let fake = try FakeDataverse(state)
        let source = try fake.source()
        let load = try await WalkedPages.reading(.full(upper: FakeDataverse.moment(1000)), of: source)
        #expect(load.ids == ids(1, 2, 3))
        fake.change {
            $0.rows[0].second = 50
            $0.rows[1].second = 1100
        }
        // The token reaches back by the overlap, 900 s: to second 100.
        let token = try #require(load.token)
        let delta = try await WalkedPages.reading(
            .delta(token: token, upper: FakeDataverse.moment(1200)), of: source)
        #expect(delta.ids == ids(2))
        #expect(delta.token != nil && delta.token != token)
        #expect(fake.reads.allSatisfy { !$0.prefer.contains("track") })
    }

    @Test func mergedRowsNameTheirMasterAndAreNoIdentities() async throws {
        var state = FakeDataverse.State(rows: rows(1...3))
        state.rows[1].members["merged"] = "true"
        state.rows[1].members["_masterid_value"] = "\"\(FakeDataverse.id(3))\""
        let fake = try FakeDataverse(state)
        let source = try fake.source()
        let load = try await WalkedPages.reading(.full(upper: upper), of: source)
        #expect(load.rows[1].state == .merged(into: FakeDataverse.id(3)))
        let listed = try await WalkedPages.reading(.identities(upper: upper), of: source)
        #expect(listed.ids == ids(1, 3))
        #expect(
            fake.reads.last?.target.contains("$orderby=accountid asc") == true
                || fake.reads.last?.target.contains("$skiptoken") == true)
    }

    @Test func currenciesAreToldByTheirCode() async throws {
        var state = FakeDataverse.State(rows: rows(1...3))
        state.rows[0].members["_transactioncurrencyid_value"] = "\"\(FakeDataverse.id(7))\""
        state.rows[1].members["_transactioncurrencyid_value"] = "\"\(FakeDataverse.id(8))\""
        let fake = try FakeDataverse(state)
        let field = "@currency.isocurrencycode"
        let load = try await WalkedPages.reading(
            .full(upper: upper), of: fake.source(fields: [field, "revenue"]))
        #expect(load.values(field)[FakeDataverse.id(1)] == .text("EUR"))
        #expect(load.values(field)[FakeDataverse.id(2)] == .text(FakeDataverse.id(8)))
        #expect(load.values(field)[FakeDataverse.id(3)] == .absent)
        #expect(fake.server.requests.filter { $0.target.contains("transactioncurrencies") }.count == 1)
    }

    @Test func entitySetsMayBeNamedToo() async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...1)))
        let load = try await WalkedPages.reading(.full(upper: upper), of: fake.source(object: "accounts"))
        #expect(load.ids == ids(1))
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(.full(upper: upper), of: fake.source(object: "acount"))
        }
        #expect(error?.kind == .unmappable)
    }

    @Test func describesColumnsAsQueriesNameThem() async throws {
        let fake = try FakeDataverse(.init(rows: rows(1...1)))
        let source = try fake.source(fields: ["nmae", "revenue"])
        let fields = try #require(try await source.schema(of: source.streams[0])).fields
        #expect(fields.contains(.init(name: "revenue", type: "Money", isCalculated: true)))
        #expect(fields.contains(.init(name: "_ownerid_value", type: "Owner")))
        #expect(fields.contains(.init(name: "@currency.isocurrencycode", type: "currency")))
        #expect(!fields.contains { $0.name == "ownerid" })
        let failed = await source.checks().filter { $0.result == .failure }
        #expect(failed.map(\.subject) == ["field 'nmae' of 'account'"])
        #expect(failed.first?.detail.contains("did you mean 'name'?") == true)
        #expect(try await source.serverTime() == Instant(iso: "2026-03-01T12:00:00Z"))
    }

    @Test func aTableWithoutTrackingIsAWarning() async throws {
        var state = FakeDataverse.State(rows: rows(1...1))
        state.isTracked = false
        let fake = try FakeDataverse(state)
        let checks = try await fake.source().checks()
        #expect(checks.filter { $0.result == .warning }.map(\.subject) == ["change tracking of 'account'"])
    }
}
