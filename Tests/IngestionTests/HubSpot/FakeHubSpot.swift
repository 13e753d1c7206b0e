import Foundation
import Model
import Synchronization
import TestServers
import Transport

@testable import Ingestion

/// A small HubSpot: lists, searches (with the wall at 10,000), properties, pipelines and associations.
final class FakeHubSpot: Sendable {
    struct Row: Sendable {
        var id: Int
        /// Seconds after 2026-03-01T10:00:00Z.
        var second: Int
        var properties: [String: String] = [:]
        /// When it was archived.
        var archivedSecond: Int?

        var json: JSONValue {
            var members: [String: JSONValue] = [
                "id": .string(String(id)), "archived": .bool(archivedSecond != nil),
                "updatedAt": .string(FakeHubSpot.moment(second).description),
                "properties": .object(properties.mapValues { .string($0) }),
            ]
            members["archivedAt"] = archivedSecond.map { .string(FakeHubSpot.moment($0).description) }
            return .object(members)
        }
    }

    struct State: Sendable {
        /// In order of id.
        var rows: [Row]
        var properties = ["amount", "pipeline", "dealstage", "hs_merged_object_ids"]
        var calculated: Set<String> = []
        /// Answers of the association endpoint, in order, with their status.
        var associations: [(status: Int, body: String)] = []
        /// Ids the search index does not show although it counts them.
        var hidden: Set<Int> = []
        /// Properties as the search index still has them, by id.
        var indexed: [Int: [String: String]] = [:]
        /// Answer of batch reads in place of the rows.
        var batch: (status: Int, body: String)?
        var pipelines = "{\"results\":[]}"
        var pipelineReads = 0
    }

    let server: ScriptedServer
    private let box: Box

    final class Box: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    init(_ state: State) throws {
        let box = Box(state)
        self.box = box
        server = try ScriptedServer { request in
            box.state.withLock { FakeHubSpot.answer(request, &$0) }
        }
    }

    deinit { server.stop() }

    func change(_ body: (inout State) -> Void) { box.state.withLock { body(&$0) } }
    var pipelineReads: Int { box.state.withLock { $0.pipelineReads } }

    static func moment(_ second: Int) -> Instant {
        Instant(milliseconds: 1_772_359_200_000 + Int64(second) * 1000)
    }

    /// Bodies of searches, in order.
    var searches: [JSONValue] {
        server.requests.filter { $0.target.hasSuffix("/search") }.compactMap {
            try? JSONValue(parsing: $0.body)
        }
    }

    func source(
        fields: [String] = ["amount"], conditions: [String: [FieldLiteral]] = [:],
        associations: [AssociationMapping] = [], searchPageSize: Int = 2, listPageSize: Int = 2,
        archivedEvery: Duration = .zero
    ) throws -> HubSpotSource {
        let rules = Dictionary(uniqueKeysWithValues: fields.map { ($0, FieldRule($0)) })
        let mapping = StreamMapping(
            stream: "deals", object: "deals", kind: .opportunity, fields: rules,
            selection: RowSelection(conditions: conditions), associations: associations)
        let client = try SourceClient.local("hub", port: server.port, faults: HubSpotFaultReader())
        return try HubSpotSource(
            HubSpotConfiguration(
                name: "hub", mapping: SourceMapping(streams: [mapping]), archivedEvery: archivedEvery,
                searchPageSize: searchPageSize, listPageSize: listPageSize), client: client)
    }

    private static func answer(_ request: ScriptedServer.Request, _ state: inout State)
        -> [ScriptedServer.Step]
    {
        let date = [("Date", "Sun, 01 Mar 2026 12:00:00 GMT")]
        guard request.headers["authorization"] == "Bearer pat-1" else {
            return .answer(401, "{\"status\":\"error\",\"category\":\"INVALID_AUTHENTICATION\"}")
        }
        let parts = request.target.split(separator: "?", maxSplits: 1)
        let path = String(parts.first ?? "")
        var query: [String: String] = [:]
        for item in (parts.count == 2 ? parts[1] : "").split(separator: "&") {
            let halves = item.split(separator: "=", maxSplits: 1).map(String.init)
            query[halves[0]] = halves.count == 2 ? halves[1].removingPercentEncoding : ""
        }
        switch path {
        case "/crm/v3/objects/deals": return .answer(200, headers: date, list(query, state))
        case "/crm/v3/objects/deals/search":
            return search((try? JSONValue(parsing: request.body)) ?? .null, state)
        case "/crm/v3/objects/deals/batch/read":
            if let batch = state.batch { return .answer(batch.status, batch.body) }
            return batch((try? JSONValue(parsing: request.body)) ?? .null, state)
        case "/crm/v3/properties/deals":
            let items = state.properties.map {
                "{\"name\":\"\($0)\",\"type\":\"string\",\"calculated\":\(state.calculated.contains($0))}"
            }
            return .answer(200, "{\"results\":[\(items.joined(separator: ","))]}")
        case "/crm/v3/pipelines/deals":
            state.pipelineReads += 1
            return .answer(200, state.pipelines)
        case "/crm/v4/associations/deals/companies/labels":
            return .answer(200, "{\"results\":[{\"typeId\":5},{\"typeId\":91}]}")
        case "/crm/v4/associations/deals/companies/batch/read" where !state.associations.isEmpty:
            let next = state.associations.removeFirst()
            return .answer(next.status, next.body)
        default:
            return .answer(404, "{\"status\":\"error\",\"category\":\"OBJECT_NOT_FOUND\"}")
        }
    }

    /// Follows `after`; the absolute link beside it leads elsewhere.
    private static func list(_ query: [String: String], _ state: State) -> String {
        let limit = query["limit"].flatMap { Int($0) } ?? 10
        let after = query["after"].flatMap { Int($0) } ?? -1
        let isArchived = query["archived"] == "true"
        let rest = state.rows.filter { ($0.archivedSecond != nil) == isArchived && $0.id > after }
        var members: [String: JSONValue] = ["results": .array(rest.prefix(limit).map(\.json))]
        if rest.count > limit {
            let next: [String: JSONValue] = [
                "after": .string(String(rest[limit - 1].id)),
                "link": .string("https://elsewhere.example/steal"),
            ]
            members["paging"] = .object(["next": .object(next)])
        }
        return JSONValue.object(members).text
    }

    /// Rows that are not there, or archived, are errors of a 207.
    private static func batch(_ body: JSONValue, _ state: State) -> [ScriptedServer.Step] {
        guard case .array(let inputs)? = body["inputs"], (1...100).contains(inputs.count) else {
            return .answer(400, "{\"status\":\"error\",\"category\":\"VALIDATION_ERROR\"}")
        }
        let ids = inputs.compactMap { $0["id"]?.string.flatMap { Int($0) } }
        let live = state.rows.filter { $0.archivedSecond == nil && ids.contains($0.id) }
        let missing = Set(ids).subtracting(live.map(\.id)).sorted()
        var members: [String: JSONValue] = ["results": .array(live.map(\.json))]
        if !missing.isEmpty {
            let context = JSONValue.object(["ids": .array(missing.map { .string(String($0)) })])
            members["errors"] = .array([
                .object(["category": .string("OBJECT_NOT_FOUND"), "context": context])
            ])
        }
        return .answer(missing.isEmpty ? 200 : 207, JSONValue.object(members).text)
    }

    private static func search(_ body: JSONValue, _ state: State) -> [ScriptedServer.Step] {
        guard case .array(let filters)? = body[pointer: "/filterGroups/0/filters"], filters.count <= 6,
            let limit = body["limit"]?.integer, limit <= 200,
            let after = body["after"]?.string.flatMap({ Int($0) }),
            after + limit <= 10_000
        else { return .answer(400, "{\"status\":\"error\",\"category\":\"VALIDATION_ERROR\"}") }
        let found = state.rows.filter { row in
            row.archivedSecond == nil && filters.allSatisfy { holds($0, row) }
        }
        let page = found.prefix(limit).filter { !state.hidden.contains($0.id) }.map { row in
            var row = row
            row.properties = state.indexed[row.id] ?? row.properties
            return row.json
        }
        return .answer(
            200, JSONValue.object(["total": .number(String(found.count)), "results": .array(page)]).text)
    }

    private static func holds(_ filter: JSONValue, _ row: Row) -> Bool {
        let name = filter["propertyName"]?.string ?? ""
        let value = filter["value"]?.string ?? ""
        let number = Int(value) ?? Int.max
        switch (filter["operator"]?.string, name) {
        case ("BETWEEN", "hs_lastmodifieddate"):
            let high = filter["highValue"]?.string.flatMap { Int($0) } ?? 0
            return (number...high).contains(Int(moment(row.second).milliseconds))
        case ("GT", "hs_object_id"): return row.id > number
        case ("EQ", _): return row.properties[name]?.lowercased() == value.lowercased()
        case ("HAS_PROPERTY", _): return row.properties[name] != nil
        default: return false
        }
    }
}
