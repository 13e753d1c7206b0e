import Foundation
import Model
import TestServers
import Testing

@testable import Ingestion

@Suite struct SalesforceChecksTests {
    private static func identity(_ request: ScriptedServer.Request) -> [ScriptedServer.Step]? {
        guard request.target == "/services/data/v61.0/" else { return nil }
        return .answer(
            200, headers: [("Sforce-Limit-Info", "api-usage=3500/5000")],
            #"{"identity":"https://login.salesforce.com/id/00D0001/0050001","query":"/q"}"#)
    }

    @Test func saysWhatAnOperatorShouldKnow() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            if let steps = Self.identity(request) { return steps }
            let soql = request.target.removingPercentEncoding ?? ""
            if soql.contains("FROM ObjectPermissions WHERE SobjectType = 'Account'") {
                return .answer(200, #"{"totalSize":1,"done":true,"records":[]}"#)
            }
            if soql.contains("FROM PermissionSetAssignment WHERE AssigneeId = '0050001'") {
                return .answer(200, #"{"totalSize":0,"done":true,"records":[]}"#)
            }
            return nil
        }
        defer { crm.server.stop() }
        crm.change { $0.date = "Sun, 01 Mar 2026 11:58:00 GMT" }
        var mapping = StreamMapping.partnersByName
        mapping.attributes = ["score": FieldRule("Score__c"), "level": FieldRule("Levl__c")]
        let checks = await (try crm.source(SourceMapping(streams: [mapping]))).checks()
        let found = Dictionary(checks.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(found["connection"]?.result == .ok && found["API version"]?.result == .ok)
        #expect(found["clock"]?.result == .warning)
        #expect(found["clock"]?.detail.contains("120 s ahead of Salesforce's") == true)
        #expect(found["credentials"]?.result == .ok && found["calls"]?.result == .warning)
        #expect(found["rights on all rows of Account"]?.result == .ok)
        #expect(found["object Account of stream 'partners'"]?.result == .ok)
        #expect(found["field 'Name' of Account"]?.result == .ok)
        #expect(found["field 'Type' of Account"] == nil)
        #expect(found["field 'Score__c' of Account"]?.detail.contains("read again daily") == true)
        #expect(found["field 'Levl__c' of Account"]?.result == .failure)
    }

    @Test func aUserWhoMayNotSeeEverythingIsTold() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            if let steps = Self.identity(request) { return steps }
            let isCount = request.target.contains("COUNT")
            return isCount ? .fault(400, "INVALID_TYPE") : nil
        }
        defer { crm.server.stop() }
        let checks = await (try crm.source()).checks()
        let sight = checks.first { $0.subject == "rights on all rows of Account" }
        #expect(sight?.result == .warning && sight?.detail.contains("'View All' on Account") == true)
    }

    @Test func stopsAtTheFirstThatMakesTheOthersPointless() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target == "/services/data/v61.0/" ? .fault(403, "API_DISABLED_FOR_ORG") : nil
        }
        defer { crm.server.stop() }
        let checks = await (try crm.source()).checks()
        #expect(checks.map(\.subject) == ["connection", "API version", "clock", "credentials"])
        #expect(checks.last?.result == .failure && checks.last?.detail.contains("API_DISABLED") == true)
    }

    @Test func aVersionThatIsNotOfferedAndAClockThatIsOff() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target == "/services/data/"
                ? .answer(200, headers: [("Date", "Sun, 01 Mar 2026 12:10:00 GMT")], #"[{"version":"60.0"}]"#)
                : Self.identity(request)
        }
        defer { crm.server.stop() }
        let checks = await (try crm.source()).checks()
        #expect(checks[1].result == .failure && checks[1].detail.contains("from 60.0 to 60.0"))
        #expect(checks[2].result == .failure && checks[2].detail.contains("600 s behind"))
    }

    @Test func anUnknownObjectIsToldWithTheNearestOne() async throws {
        let crm = try FakeSalesforce(rows: []) { request, _ in
            request.target == "/services/data/v61.0/sobjects/"
                ? .answer(200, #"{"sobjects":[{"name":"Account"},{"name":"Contract"}]}"#)
                : Self.identity(request)
        }
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.object = "Acount"
        let checks = await (try crm.source(SourceMapping(streams: [mapping]))).checks()
        #expect(checks.last?.result == .failure)
        #expect(checks.last?.detail.hasSuffix("(did you mean 'Account'?)") == true)
    }

    @Test func theSchemaTellsWhatChangesWithoutAStamp() async throws {
        let crm = try FakeSalesforce(rows: [])
        defer { crm.server.stop() }
        var mapping = StreamMapping.partnersByName
        mapping.attributes = [
            "parent": FieldRule("MasterRecord.Name"), "owner": FieldRule("Owner.Name"),
        ]
        let source = try crm.source(SourceMapping(streams: [mapping]))
        let schema = try #require(try await source.schema(of: source.streams[0]))
        func field(_ name: String) -> SourceSchema.Field? { schema.fields.first { $0.name == name } }
        #expect(field("Score__c") == SourceSchema.Field(name: "Score__c", type: "double", isCalculated: true))
        #expect(field("Name") == SourceSchema.Field(name: "Name", type: "string"))
        #expect(field("MasterRecord.Name")?.isCalculated == true && field("Owner.Name") == nil)
        #expect(schema.fields == schema.fields.sorted { $0.name < $1.name })
    }
}
