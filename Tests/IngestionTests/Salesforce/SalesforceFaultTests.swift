import Foundation
import Model
import TestServers
import Testing

@testable import Ingestion

/// A source that misbehaves, and mappings that do not fit it.
@Suite struct SalesforceFaultTests {
    private static let rows = SalesforceWalkTests.rows
    private static let full = SalesforceWalkTests.full

    @Test(arguments: [
        "https://evil.example/services/data/v61.0/query/1", "//evil.example/services/data/", "http://x/",
        "/services/oauth2/token", "/services/data/../../x y", "@evil.example/services/data/",
        ".evil.example/services/data/", "/services/data/\\\\evil.example", "/services/data/../oauth2/token",
        "/services/data/%2e%2e/oauth2/token", "/services/data/v61.0/query/1#x",
    ])
    func followsNoLinkToAnotherPlace(_ link: String) async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.contains("?q=") else { return nil }
            return .answer(
                200,
                JSONValue.object([
                    "totalSize": .number("2"), "done": .bool(false), "nextRecordsUrl": .string(link),
                    "records": .array([
                        .object([
                            "Id": .string("1"), "SystemModstamp": .string("2026-03-01T10:00:05.000+0000"),
                        ])
                    ]),
                ]).text)
        }
        defer { crm.server.stop() }
        let asked = crm.server.requests.count
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.full) }
        #expect(error?.kind == .foreignLink && error?.isRetryable == false)
        #expect(crm.server.requests.count == asked + 2)
    }

    @Test func aPageInTheMiddleThatIsOutOfOrderIsRefused() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            if request.target.hasSuffix("/query/0-3") { state.chains[0].rows[3].second = 1 }
            return nil
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.full) }
        #expect(error?.kind == .malformed && error?.detail.contains("'003' is out of order") == true)
    }

    @Test func aQueryThatLosesRowsDoesNotAddUp() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.hasSuffix("/query/0-6") else { return nil }
            return .answer(200, #"{"totalSize":10,"done":true,"records":[]}"#)
        }
        defer { crm.server.stop() }
        let read = try await Drained(try crm.source(), Self.full)
        #expect(read.chain?.read == 6 && read.chain?.total == 10 && read.pages.last?.next == nil)
    }

    @Test func aTotalThatChangesInTheMiddleIsRefused() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            if request.target.hasSuffix("/query/0-6") { state.chains[0].rows.removeLast() }
            return nil
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.full) }
        #expect(error?.kind == .malformed && error?.detail.contains("10 rows says in the middle") == true)
    }

    @Test(arguments: ["0-3", "0-6"])
    func aLoopOfFullPagesIsNoticed(_ back: String) async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, _ in
            guard request.target.hasSuffix("0-3") || request.target.hasSuffix("0-6") else { return nil }
            let next = request.target.hasSuffix("0-3") ? back : "0-3"
            let records = (3..<6).map {
                FakeRow.named("00\($0)", 5).json(["Id", "Name", "SystemModstamp", "IsDeleted"])
            }
            return .answer(
                200,
                "{\"totalSize\":10,\"done\":false,\"nextRecordsUrl\":\"/services/data/v61.0/query/\(next)\","
                    + "\"records\":[\(records.joined(separator: ","))]}")
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure {
            _ = try await Drained(try crm.source(), Self.full, limit: 50)
        }
        #expect(error?.kind == .pageLoop)
    }

    /// A field taken away between two pages: what is described then names it, and the one that is meant.
    @Test func aVanishedFieldIsNamed() async throws {
        let crm = try FakeSalesforce(rows: Self.rows) { request, state in
            guard request.target.contains("?q="), state.describe.contains("\"Name\"") else { return nil }
            state.describe = state.describe.replacingOccurrences(of: "\"Name\"", with: "\"Names\"")
            return .fault(400, "INVALID_FIELD")
        }
        defer { crm.server.stop() }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.full) }
        #expect(error?.kind == .unmappable)
        #expect(
            error?.detail.contains("field 'Name': Account has no field 'Name' (did you mean 'Names'?)")
                == true)
    }

    /// Salesforce takes any case and answers in its own: the value would be lost without a word.
    @Test(arguments: [
        ("name", "Account has no field 'name' (did you mean 'Name'?)"),
        ("Nope__c", "Account has no field 'Nope__c', or"),
        ("Ownr.Name", "Account has no relationship 'Ownr' (did you mean 'Owner'?)"),
        ("MasterRecord.Nam", "Account has no field 'Nam' (did you mean 'Name'?)"),
        ("Owner.Name", "leads to no object that can be read"),
    ])
    func aFieldThatIsNotThereIsRefusedBeforeAnythingIsRead(_ path: String, _ reason: String) async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.fields["name"] = FieldRule(path)
        let source = try crm.source(SourceMapping(streams: [mapping]))
        let error = await salesforceFailure { _ = try await Drained(source, Self.full) }
        #expect(error?.kind == .unmappable && error?.detail.contains(reason) == true)
        #expect(crm.queries.isEmpty)
    }

    @Test func anObjectInAnotherCaseIsRefused() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target.contains("/describe") ? .answer(200, FakeSalesforce.accountDescription) : nil
        }
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.object = "account"
        let source = try crm.source(SourceMapping(streams: [mapping]))
        let error = await salesforceFailure { _ = try await Drained(source, Self.full) }
        #expect(error?.kind == .unmappable && error?.detail.contains("'Account'; write it so") == true)
    }

    @Test func anObjectWhoseChangesCannotBeFoundIsRefused() async throws {
        let crm = try FakeSalesforce(
            rows: [],
            describe:
                #"{"name":"Account","fields":[{"name":"Id","type":"id"},{"name":"Name","type":"string"},"#
                + #"{"name":"SystemModstamp","type":"datetime","filterable":false}]}"#)
        defer { crm.server.stop() }
        let error = await salesforceFailure { _ = try await Drained(try crm.source(), Self.full) }
        #expect(error?.kind == .unmappable && error?.detail.contains("changes cannot be found") == true)
    }

    @Test func aSelectionTooWideForAnAddressIsRefused() async throws {
        let names = (0..<700).map { "Quite_A_Long_Field_Name_\($0)__c" }
        let described = names.map { "{\"name\":\"\($0)\",\"type\":\"string\"}" }.joined(separator: ",")
        let crm = try FakeSalesforce(
            rows: [],
            describe: FakeSalesforce.accountDescription.replacingOccurrences(
                of: "\"fields\":[", with: "\"fields\":[\(described),"))
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.attributes = Dictionary(uniqueKeysWithValues: names.map { ($0, FieldRule($0)) })
        let source = try crm.source(SourceMapping(streams: [mapping]))
        let error = await salesforceFailure { _ = try await Drained(source, Self.full) }
        #expect(error?.kind == .unmappable)
        #expect(error?.detail.contains("a query for 705 fields") == true && crm.queries.isEmpty)
    }

    @Test func conditionsAreEncodedByTheDescribedType() async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.selection = RowSelection(
            filter: "Score__c > 3 OR Name = ')'",
            conditions: [
                "Type": [.text("Partner' OR Name != '"), .text("Reseller")], "IsPartner": [.bool(true)],
                "Since__c": [.text("2026-01-01")],
            ])
        _ = try await Drained(try crm.source(SourceMapping(streams: [mapping])), Self.full)
        #expect(
            crm.queries.first?.contains(
                #"WHERE IsPartner = true AND Since__c = 2026-01-01 AND Type IN ('Partner\' OR Name != \'', "#
                    + #"'Reseller') AND (Score__c > 3 OR Name = ')') AND IsDeleted = false AND "#) == true)
    }

    private static let changes: [@Sendable (inout StreamMapping) -> Void] = [
        { $0.object = "Account WHERE Name != ''" },
        { $0.object = "Account.Owner" }, { $0.fields["name"] = FieldRule("Name, (SELECT Id FROM Contacts)") },
        { $0.attributes["x"] = FieldRule("COUNT()") },
        { $0.fields["name"] = FieldRule(paths: ["Name"], when: FieldCondition(field: "a=b", values: ["x"])) },
        { $0.selection.conditions = ["Name = 'x' OR Name": [.text("y")]] },
        { $0.selection.conditions = ["Name": []] },
        { $0.selection.conditions = ["Score__c": [.number("1 OR 1=1")]] },
        { $0.selection.filter = "Name = 'x') OR (Name != 'x'" },
        { $0.associations = [AssociationMapping(name: "partner", object: "companies")] },
        { $0.request = RequestMapping(path: "/x") },
    ]

    @Test(arguments: changes)
    func aMappingThatCannotBeAskedForIsRefusedAtOnce(
        _ change: @Sendable (inout StreamMapping) -> Void
    ) throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        change(&mapping)
        #expect(throws: SourceError.self) { try crm.source(SourceMapping(streams: [mapping])) }
        let twice = SourceMapping(streams: [.partnersByName, .partnersByName])
        #expect(throws: SourceError.self) { try crm.source(twice) }
    }

    @Test func aPositionOfAnotherKindIsForgotten() async throws {
        let crm = try FakeSalesforce(rows: Self.rows)
        defer { crm.server.stop() }
        let source = try crm.source()
        for text in ["page 7", "{}", #"{"query":{}}"#] {
            let error = await salesforceFailure {
                _ = try await Drained(source, Self.full, from: Position(text))
            }
            #expect(error?.kind == .forgottenPosition)
        }
        let page = try await Drained(source, Self.full, limit: 1).pages[0]
        let deletions = Walk.deletions(lower: FakeRow.moment(0), upper: SalesforceWalkTests.upper)
        let error = await salesforceFailure { _ = try await Drained(source, deletions, from: page.next) }
        #expect(error?.kind == .forgottenPosition)
        let delta = await salesforceFailure {
            _ = try await Drained(source, .delta(token: "x", upper: SalesforceWalkTests.upper))
        }
        #expect(delta?.kind == .refused)
    }
}
