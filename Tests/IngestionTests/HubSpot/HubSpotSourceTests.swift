import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct HubSpotSourceTests {
    private let window = Walk.changes(lower: FakeHubSpot.moment(0), upper: FakeHubSpot.moment(100))

    private func rows(_ ids: ClosedRange<Int>, second: Int = 5) -> [FakeHubSpot.Row] {
        ids.map { .init(id: $0, second: second, properties: ["amount": "\($0).50"]) }
    }

    @Test func listsEverythingByCursorAndNeverByLink() async throws {
        var state = FakeHubSpot.State(rows: rows(1...5))
        state.rows[1].properties["amount"] = ""
        state.rows[4].archivedSecond = 9
        let fake = try FakeHubSpot(state)
        let walked = try await WalkedPages.reading(
            .full(upper: FakeHubSpot.moment(100)), of: fake.source(fields: ["amount", "id"]))
        #expect(walked.ids == ["1", "2", "3", "4"])
        #expect(walked.pages.map(\.rows.count) == [2, 2])
        #expect(walked.values("amount")["1"] == .text("1.50"))
        #expect(walked.values("amount")["2"] == .absent)
        #expect(walked.values("id")["3"] == .text("3"))
        #expect(walked.rows[0].version == "2026-03-01T10:00:05Z")
        let targets = fake.server.requests.map(\.target)
        #expect(
            targets == [
                "/crm/v3/objects/deals?limit=2&archived=false&properties=amount",
                "/crm/v3/objects/deals?limit=2&archived=false&properties=amount&after=2",
            ])
    }

    @Test func tenThousandRowsOfOneStampAreAllFound() async throws {
        let fake = try FakeHubSpot(.init(rows: rows(0...10_449)))
        let walked = try await WalkedPages.reading(window, of: fake.source(searchPageSize: 200))
        #expect(walked.ids == (0...10_449).map(String.init))
        #expect(walked.missing == 0)
        #expect(fake.searches.allSatisfy { $0["after"]?.string == "0" })
        #expect(fake.searches.count == 53)
    }

    @Test func rowsEditedDuringTheWalkAreFoundInTheNextWindow() async throws {
        let fake = try FakeHubSpot(.init(rows: rows(1...6)))
        let source = try fake.source()
        let first = try await WalkedPages.reading(window, of: source) { page in
            // Row 2 is already read, row 5 is not: both leave the window.
            if page == 1 {
                fake.change {
                    $0.rows[1].second = 150
                    $0.rows[4].second = 150
                }
            }
        }
        #expect(first.ids == ["1", "2", "3", "4", "6"])
        #expect(first.missing == 0)
        let second = try await WalkedPages.reading(
            .changes(lower: FakeHubSpot.moment(90), upper: FakeHubSpot.moment(200)), of: source)
        #expect(second.ids == ["2", "5"])
    }

    @Test func aRowTheIndexCountsButDoesNotShowIsMissing() async throws {
        var state = FakeHubSpot.State(rows: rows(1...4))
        state.hidden = [4]
        let fake = try FakeHubSpot(state)
        let walked = try await WalkedPages.reading(window, of: fake.source())
        #expect(walked.ids == ["1", "2", "3"])
        #expect(walked.missing == 1)
    }

    @Test func readingGoesOnBehindTheStoredId() async throws {
        let fake = try FakeHubSpot(.init(rows: rows(1...5)))
        let walked = try await WalkedPages.reading(
            window, of: fake.source(), after: HubSpotPosition(lastID: "3").encoded)
        #expect(walked.ids == ["4", "5"])
        #expect(walked.missing == 0)
    }

    @Test func archivedRowsOfTheWindowAndMergedOnesAreTold() async throws {
        var state = FakeHubSpot.State(rows: rows(1...5))
        state.rows[0].archivedSecond = 50
        state.rows[1].archivedSecond = 500
        state.rows[4].properties["hs_merged_object_ids"] = "77;78"
        let fake = try FakeHubSpot(state)
        let walked = try await WalkedPages.reading(
            .deletions(lower: FakeHubSpot.moment(0), upper: FakeHubSpot.moment(100)), of: fake.source())
        #expect(
            walked.rows.map { "\($0.id) \($0.state)" } == [
                "1 deleted", "77 merged(into: \"5\")", "78 merged(into: \"5\")",
            ])
        #expect(walked.missing == 0)
    }

    @Test func pagesOfNothingThatCountsArePassedAtOnce() async throws {
        var state = FakeHubSpot.State(rows: rows(1...60))
        for row in 0..<59 { state.rows[row].archivedSecond = -1000 }
        state.rows[57].archivedSecond = 10
        let fake = try FakeHubSpot(state)
        let walk = Walk.deletions(lower: FakeHubSpot.moment(0), upper: FakeHubSpot.moment(100))
        let walked = try await WalkedPages.reading(walk, of: fake.source())
        #expect(walked.ids == ["58"])
        // Thirty pages of archived rows in two calls, the first of which stores how far it came.
        #expect(walked.pages.map(\.rows.count) == [0, 1, 0])
        #expect(walked.pages[0].skipped == 42)
    }

    @Test func typesThatTellNoMergesAreNotAskedForThem() async throws {
        var state = FakeHubSpot.State(rows: rows(1...1))
        state.properties = ["amount"]
        let fake = try FakeHubSpot(state)
        let walk = Walk.deletions(lower: FakeHubSpot.moment(0), upper: FakeHubSpot.moment(100))
        let walked = try await WalkedPages.reading(walk, of: fake.source())
        #expect(walked.rows.isEmpty)
        #expect(fake.searches.isEmpty)
    }

    @Test func conditionsNarrowSearchesAndAreTestedOnLists() async throws {
        var state = FakeHubSpot.State(rows: rows(1...4))
        for (index, pipeline) in ["renewals", "RENEWALS", "sales", "renewals"].enumerated() {
            state.rows[index].properties["pipeline"] = pipeline
        }
        let fake = try FakeHubSpot(state)
        let source = try fake.source(conditions: ["pipeline": [.text("renewals")]], searchPageSize: 10)
        let upper = FakeHubSpot.moment(100)
        #expect(try await WalkedPages.reading(.full(upper: upper), of: source).ids == ["1", "4"])
        #expect(try await WalkedPages.reading(.identities(upper: upper), of: source).ids == ["1", "4"])
        let changes = try await WalkedPages.reading(window, of: source)
        // The fake compares without case, as HubSpot does; row 2 is found and left out.
        #expect(changes.ids == ["1", "4"])
        #expect(changes.missing == 0)
        #expect(
            fake.searches.first?[pointer: "/filterGroups/0/filters/1"]
                == HubSpotSearch.filter("pipeline", "EQ", value: "renewals"))
    }

    @Test func aConditionStaysOneValueWhateverItHolds() async throws {
        let fake = try FakeHubSpot(.init(rows: rows(1...2)))
        let text = "x\"}],\"operator\":\"HAS_PROPERTY\\"
        let source = try fake.source(conditions: ["pipeline": [.text(text)]])
        #expect(try await WalkedPages.reading(window, of: source).ids.isEmpty)
        #expect(fake.searches.first?[pointer: "/filterGroups/0/filters/1/value"]?.string == text)
    }

    @Test func conditionsOnPropertiesThatDoNotExistSelectNothingAndSaySo() async throws {
        let fake = try FakeHubSpot(.init(rows: rows(1...2)))
        let source = try fake.source(conditions: ["pipelien": [.text("renewals")]])
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(.full(upper: FakeHubSpot.moment(100)), of: source)
        }
        #expect(error?.kind == .unmappable)
        #expect(error?.detail.contains("did you mean 'pipeline'?") == true)
    }

    @Test func refusesWhatSearchesCannotExpress() throws {
        let fake = try FakeHubSpot(.init(rows: []))
        let five = Dictionary(uniqueKeysWithValues: (1...5).map { ("p\($0)", [FieldLiteral.null]) })
        let error = #expect(throws: SourceError.self) { try fake.source(conditions: five) }
        #expect(error?.kind == .unmappable)
        #expect(error?.detail.contains("5 conditions") == true)
        #expect(throws: SourceError.self) { try fake.source(fields: ["amount&archived=true"]) }
        #expect(throws: SourceError.self) { try fake.source(fields: ["@stage.colour"]) }
        #expect(throws: SourceError.self) { try fake.source(conditions: ["id": [.text("1")]]) }
    }

    @Test func associationsAreReadWithHolesPagesAndBothKindsOfIds() async throws {
        var state = FakeHubSpot.State(rows: rows(1...3))
        state.associations = [
            (
                207,
                """
                {"status":"COMPLETE","results":[
                 {"from":{"id":"1"},"to":[{"toObjectId":900,"associationTypes":[{"category":"USER_DEFINED","typeId":91}]},
                                          {"toObjectId":"901","associationTypes":[{"typeId":5},{"typeId":341}]}]},
                 {"from":{"id":"3"},"to":[{"toObjectId":"12000000000","associationTypes":[{"typeId":91}]}],
                  "paging":{"next":{"after":"c1"}}}],
                 "numErrors":1,"errors":[{"category":"OBJECT_NOT_FOUND","context":{"fromObjectId":["2"]}}]}
                """
            ),
            (
                200,
                """
                {"results":[{"from":{"id":"3"},"to":[{"toObjectId":"950","associationTypes":[{"typeId":91}]}]}]}
                """
            ),
        ]
        let fake = try FakeHubSpot(state)
        let source = try fake.source(
            fields: ["partner", "customer"],
            associations: [
                .init(name: "partner", object: "companies", typeID: 91),
                .init(name: "customer", object: "companies", typeID: 5),
            ], searchPageSize: 10)
        let walked = try await WalkedPages.reading(window, of: source)
        #expect(walked.values("partner")["1"] == .text("900"))
        #expect(walked.values("customer")["1"] == .text("901"))
        #expect(walked.values("partner")["2"] == .absent)
        // Two partners are for a person to settle: the row will be set aside.
        #expect(walked.values("partner")["3"] == .structure("[\"950\",\"12000000000\"]"))
        let bodies = fake.server.requests.filter { $0.target.contains("/associations/") }.map(\.text)
        #expect(
            bodies == [
                "{\"inputs\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"3\"}]}",
                "{\"inputs\":[{\"after\":\"c1\",\"id\":\"3\"}]}",
            ])
    }

    @Test func associationsThatWereNotReadAreNoMissingPartners() async throws {
        var state = FakeHubSpot.State(rows: rows(1...1))
        state.associations = [
            (207, "{\"results\":[],\"errors\":[{\"category\":\"INTERNAL_ERROR\",\"message\":\"later\"}]}")
        ]
        let fake = try FakeHubSpot(state)
        let source = try fake.source(
            fields: ["partner"], associations: [.init(name: "partner", object: "companies")])
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(window, of: source)
        }
        #expect(error?.kind == .malformed)
        #expect(error?.detail.contains("INTERNAL_ERROR: later") == true)
    }

    /// An answer that says nothing about a row says not that it has no partner.
    @Test(arguments: [
        #"{"results":[{"from":{"id":"1"},"to":[]}]}"#,
        #"{"results":[{"from":{"id":"1"},"to":[]}],"errors":[]}"#,
        #"{"results":[],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"fromObjectId":["1"]}}]}"#,
        #"{"results":[],"errors":[{"category":"OBJECT_NOT_FOUND"}]}"#,
        #"{"results":[{"from":{"id":"1"},"to":[]},{"from":{"id":"7"},"to":[]}]}"#,
    ])
    func rowsThatAnAssociationAnswerLeavesOutAreMissing(_ body: String) async throws {
        var state = FakeHubSpot.State(rows: rows(1...2))
        state.associations = [(207, body)]
        let fake = try FakeHubSpot(state)
        let source = try fake.source(
            fields: ["partner"], associations: [.init(name: "partner", object: "companies")])
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(window, of: source)
        }
        #expect(error?.kind == .malformed)
    }

    @Test(arguments: [
        #"{"results":[{"from":{"id":"1"},"to":[]},{"from":{"id":"2"},"to":[]}]}"#,
        #"{"results":[],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["1"]}},{"category":"OBJECT_NOT_FOUND"}]}"#,
        #"{"results":[],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"fromObjectId":["1","2"]}}]}"#,
    ])
    func rowsWithoutAssociationsAreToldInEachForm(_ body: String) async throws {
        var state = FakeHubSpot.State(rows: rows(1...2))
        state.associations = [(207, body)]
        let fake = try FakeHubSpot(state)
        let source = try fake.source(
            fields: ["partner"], associations: [.init(name: "partner", object: "companies")])
        let walked = try await WalkedPages.reading(window, of: source)
        #expect(walked.values("partner") == ["1": .absent, "2": .absent])
    }

    @Test func stagesSayWhatARowCameTo() async throws {
        var state = FakeHubSpot.State(rows: rows(1...4))
        for (index, stage) in ["won", "lost", "talk", "new"].enumerated() {
            state.rows[index].properties["pipeline"] = "p"
            state.rows[index].properties["dealstage"] = stage
        }
        state.pipelines = """
            {"results":[{"id":"p","stages":[
             {"id":"won","metadata":{"isClosed":"true","probability":"1.0"}},
             {"id":"lost","metadata":{"isClosed":"true","probability":"0.0"}},
             {"id":"talk","metadata":{"isClosed":"false","probability":"0.4"}}]},
             {"id":"q","stages":[{"id":"new","metadata":{"isClosed":"true","probability":"1.0"}}]}]}
            """
        let fake = try FakeHubSpot(state)
        let source = try fake.source(fields: ["@stage.isClosed", "@stage.isWon", "@stage.probability"])
        let walked = try await WalkedPages.reading(window, of: source)
        #expect(walked.values("@stage.isWon")["1"] == .bool(true))
        #expect(walked.values("@stage.isWon")["2"] == .bool(false))
        #expect(walked.values("@stage.isClosed")["2"] == .bool(true))
        #expect(walked.values("@stage.isClosed")["3"] == .bool(false))
        #expect(walked.values("@stage.probability")["3"] == .number("0.4"))
        // Stage "new" of another pipeline is not this row's.
        #expect(walked.values("@stage.isWon")["4"] == .structure("{\"unknownStage\":\"new\"}"))
        #expect(fake.pipelineReads == 1)
        _ = try await WalkedPages.reading(.full(upper: FakeHubSpot.moment(300)), of: source)
        #expect(fake.pipelineReads == 2)
    }

    @Test func aSearchThatDoesNotGoOnByIdIsRefused() async throws {
        let fake = try FakeHubSpot(.init(rows: [.init(id: 9, second: 5), .init(id: 3, second: 5)]))
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(window, of: fake.source())
        }
        #expect(error?.kind == .malformed)
    }

    @Test func propertiesThatHubSpotDoesNotKnowAreNamed() async throws {
        var state = FakeHubSpot.State(rows: rows(1...1))
        state.calculated = ["amount"]
        let fake = try FakeHubSpot(state)
        let source = try fake.source(fields: ["amount", "amuont"])
        let schema = try #require(try await source.schema(of: source.streams[0]))
        #expect(schema.fields.contains(.init(name: "amount", type: "string", isCalculated: true)))
        let checks = await source.checks()
        let failed = checks.filter { $0.result == .failure }
        #expect(failed.map(\.subject) == ["field 'amuont' of 'deals'"])
        #expect(failed.first?.detail.contains("did you mean 'amount'?") == true)
        #expect(try await source.serverTime() == Instant(iso: "2026-03-01T12:00:00Z"))
        #expect(source.streams[0].mapping.refreshHours == 24)
    }

    @Test func datedPathsAreKnown() throws {
        let dated = try #require(HubSpotPaths(prefix: "/crm/2026-03"))
        #expect(dated.search("deals") == "/crm/objects/2026-03/deals/search")
        #expect(
            dated.associations(from: "deals", to: "0-2") == "/crm/associations/2026-03/deals/0-2/batch/read")
        for prefix in ["", "/", "crm/v3", "/crm/", "/crm/../v3", "/crm/vx", "/crm/v3?x=1"] {
            #expect(HubSpotPaths(prefix: prefix) == nil, "\(prefix)")
        }
    }
}
