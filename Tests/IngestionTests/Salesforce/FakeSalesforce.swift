import Foundation
import Model
import Synchronization
import TestServers
import Testing
import Transport

@testable import Ingestion

/// A small Salesforce: describes its object, evaluates this connector's queries over its rows, pages them by
/// locator, runs bulk jobs and keeps a log of deletions. `interfere` may answer any request in its stead.
final class FakeSalesforce: Sendable {
    typealias Interference = @Sendable (ScriptedServer.Request, inout State) -> [ScriptedServer.Step]?

    let server: ScriptedServer
    /// Seconds this side slept.
    let pauses: Pauses
    private let box: Box

    final class Box: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    final class Pauses: Sendable {
        let seconds = Mutex<[Double]>([])
    }

    init(
        rows: [FakeRow], pageSize: Int = 3, describe: String = FakeSalesforce.accountDescription,
        interfere: @escaping Interference = { _, _ in nil }
    ) throws {
        let box = Box(State(rows: rows, pageSize: pageSize, describe: describe))
        self.box = box
        pauses = Pauses()
        server = try ScriptedServer { request in
            box.state.withLock { state in
                interfere(request, &state) ?? state.answer(request)
            }
        }
    }

    func change<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        box.state.withLock(body)
    }

    var queries: [String] { box.state.withLock { $0.queries } }

    /// A new process's connector to this organisation.
    func source(
        _ mapping: SourceMapping = SourceMapping(streams: [.partnersByName]), bulkAbove: Int? = nil,
        overlap: Duration = .seconds(900)
    ) throws -> SalesforceSource {
        let allowed: Set = [HostPort(host: "127.0.0.1", port: server.port)]
        let http = try HTTPClient(
            policy: TransportPolicy(allowsPlainHTTP: allowed, allowsPrivateAddresses: allowed))
        let pauses = pauses
        let origin = try #require(HTTPOrigin(url: server.origin))
        let client = SourceClient(
            source: "sf", origin: origin, http: http, authorizer: FixedAuthorizer(.bearer(Secret("t1"))),
            faults: SalesforceFaultReader(),
            environment: SourceEnvironment(
                now: { Instant(milliseconds: 1_772_366_400_000) },
                sleep: { wait in pauses.seconds.withLock { $0.append(wait) } }, random: { 0 }))
        return try SalesforceSource(
            SalesforceConfiguration(name: "sf", mapping: mapping, overlap: overlap, bulkAbove: bulkAbove),
            client: client)
    }

    static let accountDescription = """
        {"name":"Account","replicateable":true,"fields":[
        {"name":"Id","type":"id","filterable":true},{"name":"Name","type":"string","filterable":true},
        {"name":"Type","type":"picklist","filterable":true},{"name":"Since__c","type":"date","filterable":true},
        {"name":"Score__c","type":"double","calculated":true,"filterable":true},
        {"name":"IsPartner","type":"boolean","filterable":true},
        {"name":"IsDeleted","type":"boolean","filterable":true},
        {"name":"MasterRecordId","type":"reference","filterable":true,"relationshipName":"MasterRecord",
        "referenceTo":["Account"]},
        {"name":"OwnerId","type":"reference","filterable":true,"relationshipName":"Owner",
        "referenceTo":["Group","User"]},
        {"name":"BillingAddress","type":"address","filterable":true},
        {"name":"CreatedDate","type":"datetime","filterable":true},
        {"name":"SystemModstamp","type":"datetime","filterable":true}]}
        """
}

/// A row of the fake organisation; times in seconds after 2026-03-01T10:00:00Z.
struct FakeRow: Sendable {
    var id: String
    var second: Int
    var created = -100_000
    var isDeleted = false
    var master: String?
    /// Further members, as JSON text.
    var members: [String: String] = [:]

    static func moment(_ second: Int) -> Instant {
        Instant(milliseconds: 1_772_359_200_000 + Int64(second) * 1000)
    }

    static func text(_ second: Int) -> String { "\(moment(second).description.dropLast()).000" }

    static func named(_ id: String, _ second: Int) -> Self {
        Self(id: id, second: second, members: ["Name": "\"P \(id)\""])
    }

    var all: [String: String] {
        members.merging(
            [
                "Id": "\"\(id)\"", "SystemModstamp": "\"\(FakeRow.text(second))+0000\"",
                "IsDeleted": "\(isDeleted)", "MasterRecordId": master.map { "\"\($0)\"" } ?? "null",
            ], uniquingKeysWith: { $1 })
    }

    func json(_ fields: [String]) -> String {
        let values = all
        let members = fields.map { "\"\($0)\":\(values[$0] ?? "null")" }
        return
            "{\(( ["\"attributes\":{\"type\":\"Account\",\"url\":\"/x\"}"] + members).joined(separator: ","))}"
    }

    func csv(_ fields: [String]) -> String {
        let values = all
        return fields.map { field in
            let value = values[field] ?? "null"
            if value == "null" { return "\"\"" }
            guard value.hasPrefix("\"") else { return "\"\(value)\"" }
            return value.hasSuffix("+0000\"") ? value.dropLast(6) + "Z\"" : value
        }.joined(separator: ",")
    }
}

extension FakeSalesforce {
    struct Chain: Sendable {
        var rows: [FakeRow]
        var fields: [String]
    }

    struct State: Sendable {
        var rows: [FakeRow]
        var pageSize: Int
        var describe: String
        var date = "Sun, 01 Mar 2026 12:00:00 GMT"
        var chains: [Chain] = []
        var queries: [String] = []
        var jobs: [String: Chain] = [:]
        /// How often a job is asked for before it is complete.
        var patience = 0
        /// Answer to the log of deletions: ids, and how far it reaches.
        var log: [String] = []
        var earliest = "2025-12-01T00:00:00.000+0000"
        var latest: String?

        mutating func answer(_ request: ScriptedServer.Request) -> [ScriptedServer.Step] {
            let target = request.target
            let date = [("Date", date), ("Sforce-Limit-Info", "api-usage=18/5000")]
            if target == "/services/data/" {
                return .answer(200, headers: date, #"[{"version":"60.0"},{"version":"61.0"}]"#)
            }
            if target.contains("/describe") {
                return target.contains("/Account/")
                    ? .answer(200, headers: date, describe) : .fault(404, "NOT_FOUND")
            }
            if target.contains("/deleted/") { return deletions(target) }
            if target.contains("/jobs/query") { return bulk(request) }
            if let query = target.components(separatedBy: "?q=").dropFirst().first {
                let soql = query.removingPercentEncoding ?? ""
                queries.append(soql)
                let found = selected(soql, isAll: target.contains("/queryAll?"))
                if soql.contains("COUNT()") {
                    return .answer(200, #"{"totalSize":\#(found.rows.count),"done":true,"records":[]}"#)
                }
                chains.append(found)
                return page(chains.count - 1, from: 0)
            }
            let parts = target.components(separatedBy: "/query/").last?.split(separator: "-") ?? []
            guard parts.count == 2, let chain = Int(parts[0]), let start = Int(parts[1]),
                chains.indices.contains(chain)
            else { return .fault(400, "INVALID_QUERY_LOCATOR") }
            return page(chain, from: start)
        }

        private func page(_ chain: Int, from start: Int) -> [ScriptedServer.Step] {
            let found = chains[chain]
            let end = min(start + pageSize, found.rows.count)
            let records = found.rows[start..<end].map { $0.json(found.fields) }.joined(separator: ",")
            let next =
                end < found.rows.count
                ? "\"done\":false,\"nextRecordsUrl\":\"/services/data/v61.0/query/\(chain)-\(end)\""
                : "\"done\":true"
            return .answer(
                200, headers: [("Date", date)],
                "{\"totalSize\":\(found.rows.count),\(next),\"records\":[\(records)]}")
        }

        private func deletions(_ target: String) -> [ScriptedServer.Step] {
            let records = log.map { #"{"id":"\#($0)","deletedDate":"2026-03-01T11:00:00.000+0000"}"# }
            let end = target.components(separatedBy: "&end=").last?.removingPercentEncoding ?? ""
            return .answer(
                200,
                #"{"deletedRecords":[\#(records.joined(separator: ","))],"earliestDateAvailable":"\#(earliest)","#
                    + #""latestDateCovered":"\#(latest ?? end)"}"#)
        }

        private mutating func bulk(_ request: ScriptedServer.Request) -> [ScriptedServer.Step] {
            let path = request.target.components(separatedBy: "/jobs/query").last ?? ""
            if request.method == "POST" {
                let body = try? JSONValue(parsing: request.body)
                let soql = body?["query"]?.string ?? ""
                queries.append(soql)
                let id = "750\(jobs.count)"
                jobs[id] = selected(soql, isAll: body?["operation"]?.string == "queryAll")
                return .answer(200, #"{"id":"\#(id)","state":"UploadComplete"}"#)
            }
            let parts = path.split { "/?&=".contains($0) }.map(String.init)
            guard let id = parts.first, let job = jobs[id] else { return .fault(404, "NOT_FOUND") }
            if request.method == "DELETE" {
                jobs[id] = nil
                return [.send(Array("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n".utf8))]
            }
            guard parts.count > 1 else {
                patience -= 1
                return patience >= 0
                    ? .answer(200, #"{"id":"\#(id)","state":"InProgress","numberRecordsProcessed":0}"#)
                    : .answer(
                        200,
                        #"{"id":"\#(id)","state":"JobComplete","numberRecordsProcessed":\#(job.rows.count)}"#)
            }
            let start = parts.firstIndex(of: "locator").map { Int(parts[$0 + 1]) ?? 0 } ?? 0
            let end = min(start + pageSize, job.rows.count)
            let lines =
                [job.fields.map { "\"\($0)\"" }.joined(separator: ",")]
                + job.rows[start..<end].map { $0.csv(job.fields) }
            return .answer(
                200,
                headers: [
                    ("Sforce-NumberOfRecords", "\(end - start)"),
                    ("Sforce-Locator", end < job.rows.count ? "\(end)" : "null"),
                ], lines.joined(separator: "\n") + "\n")
        }

        /// The rows a query asks for, judged by the bounds in its text.
        private func selected(_ soql: String, isAll: Bool) -> Chain {
            func bound(_ before: String) -> String? {
                guard let range = soql.range(of: before) else { return nil }
                return String(soql[range.upperBound...].prefix { $0 != " " && $0 != ")" })
            }
            func moment(_ before: String) -> Instant? { bound(before).flatMap { Instant(iso: $0) } }
            let id = bound("Id > ")?.trimmingCharacters(in: ["'"])
            let key = moment("SystemModstamp = ")
            let isByID = soql.hasSuffix("ORDER BY Id")
            let found = rows.filter { row in
                if row.isDeleted, !isAll || soql.contains("IsDeleted = false") { return false }
                let stamp = FakeRow.moment(row.second)
                let created = FakeRow.moment(row.created)
                if let upper = moment("SystemModstamp <= "), stamp > upper { return false }
                if let lower = moment("SystemModstamp >= "), stamp < lower { return false }
                if let upper = moment("CreatedDate <= "), created > upper { return false }
                if let after = moment("CreatedDate > "), created <= after { return false }
                if let key, let id { return stamp > key || (stamp == key && row.id > id) }
                if let after = moment("SystemModstamp > "), stamp <= after { return false }
                if isByID, let id { return row.id > id }
                return true
            }
            let list = soql.components(separatedBy: " FROM ")[0].dropFirst("SELECT ".count)
            return Chain(
                rows: found.sorted { isByID ? $0.id < $1.id : ($0.second, $0.id) < ($1.second, $1.id) },
                fields: list.components(separatedBy: ", "))
        }
    }
}

extension [ScriptedServer.Step] {
    static func fault(
        _ status: Int, _ code: String, headers: [(String, String)] = []
    ) -> [ScriptedServer.Step] {
        .answer(status, headers: headers, "[{\"message\":\"refused\",\"errorCode\":\"\(code)\"}]")
    }
}

extension StreamMapping {
    /// Partners named by a member "Name".
    static let partnersByName = StreamMapping(
        stream: "partners", object: "Account", kind: .partner,
        fields: ["partner": FieldRule("Id"), "name": FieldRule("Name")],
        selection: RowSelection(filter: "Type = 'Partner'"))
}

/// Pages of a walk read to its end, with what the source counts checked as the loop does.
struct Drained {
    var pages: [SourcePage] = []

    var rows: [RowIdentity] { pages.flatMap(\.rows) }
    var ids: [String] { rows.map(\.id) }

    func column(_ field: String) -> [FieldValue] {
        pages.flatMap { page in
            page.records.column(field).map { column in
                (0..<page.records.count).map { page.records[$0, column] }
            } ?? []
        }
    }

    /// Rows of the last chain, and how many the source counted in it.
    var chain: (read: Int, total: Int)? {
        var result: (read: Int, total: Int)?
        for page in pages {
            guard case .chain(let total, let starts) = page.count else { continue }
            result = ((starts ? 0 : result?.read ?? 0) + page.rows.count, total)
        }
        return result
    }

    init(
        _ source: SalesforceSource, _ walk: Walk, stream: Int = 0, from position: Position? = nil,
        limit: Int = .max
    ) async throws(SourceError) {
        var position = position
        repeat {
            let page = try await source.page(of: source.streams[stream], in: walk, after: position)
            pages.append(page)
            position = page.next
        } while position != nil && pages.count < limit
    }
}

/// The source error `body` throws, if it throws one.
func salesforceFailure(_ body: () async throws -> Void) async -> SourceError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? SourceError
    }
}
