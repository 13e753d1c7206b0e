import Foundation
import Model
import Synchronization
import TestServers
import Transport

@testable import Ingestion

/// A small Dataverse with one table, `account`: reads by filter and order with paging cookies, delta links, metadata.
final class FakeDataverse: Sendable {
    struct Row: Sendable {
        var number: Int
        /// Seconds after 2026-03-01T10:00:00Z.
        var second: Int
        /// Further members, as JSON text.
        var members: [String: String] = [:]
        /// The change it was last touched by; a delta tells rows with a later one than its token.
        var change = 1

        var id: String { FakeDataverse.id(number) }
        var stamp: String { FakeDataverse.moment(second).description }

        var json: String {
            let more = members.sorted { $0.key < $1.key }.map { ",\"\($0.key)\":\($0.value)" }.joined()
            return "{\"@odata.etag\":\"W/\\\"\(change + 700)\\\"\",\"accountid\":\"\(id)\","
                + "\"modifiedon\":\"\(stamp)\"\(more)}"
        }
    }

    struct State: Sendable {
        var rows: [Row]
        var deleted: [(number: Int, change: Int)] = []
        var change = 1
        var isTracked = true
        /// Delta tokens up to this change have expired.
        var expiredThrough = 0
        /// Rows of each page in turn; then what was asked for.
        var pageSizes: [Int] = []
        /// Sent instead of the next link.
        var foreignLink: String?
        var attributes = FakeDataverse.attributes
    }

    static let attributes = [
        ("accountid", "Uniqueidentifier"), ("name", "String"), ("modifiedon", "DateTime"),
        ("revenue", "Money"), ("statecode", "State"), ("ownerid", "Owner"), ("merged", "Boolean"),
        ("masterid", "Lookup"), ("transactioncurrencyid", "Lookup"), ("donotemail", "Boolean"),
    ]

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
            box.state.withLock { FakeDataverse.answer(request, &$0) }
        }
    }

    deinit { server.stop() }

    func change(_ body: (inout State) -> Void) { box.state.withLock { body(&$0) } }

    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    static func moment(_ second: Int) -> Instant {
        Instant(milliseconds: 1_772_359_200_000 + Int64(second) * 1000)
    }

    /// Requests for rows, decoded.
    var reads: [(target: String, prefer: String)] {
        server.requests.filter { $0.target.hasPrefix("/api/data/v9.2/accounts") }.map {
            ($0.target.removingPercentEncoding ?? "", $0.headers["prefer"] ?? "")
        }
    }

    func source(
        fields: [String] = ["name"], object: String = "account", filter: String? = nil,
        conditions: [String: [FieldLiteral]] = [:], pageSize: Int = 2
    ) throws -> DataverseSource {
        let rules = Dictionary(uniqueKeysWithValues: fields.map { ($0, FieldRule($0)) })
        let mapping = StreamMapping(
            stream: "accounts", object: object, kind: .partner, fields: rules,
            selection: RowSelection(filter: filter, conditions: conditions))
        let client = try SourceClient.local("dv", port: server.port, faults: DataverseFaultReader())
        return try DataverseSource(
            DataverseConfiguration(
                name: "dv", mapping: SourceMapping(streams: [mapping]), pageSize: pageSize), client: client)
    }

    private static func answer(_ request: ScriptedServer.Request, _ state: inout State)
        -> [ScriptedServer.Step]
    {
        let date = [("Date", "Sun, 01 Mar 2026 12:00:00 GMT")]
        let host = request.headers["host"] ?? ""
        let parts = request.target.split(separator: "?", maxSplits: 1)
        let path = String(parts.first ?? "").removingPercentEncoding?.dropFirst("/api/data/v9.2/".count) ?? ""
        var query: [String: String] = [:]
        for item in (parts.count == 2 ? parts[1] : "").split(separator: "&") {
            let halves = item.split(separator: "=", maxSplits: 1).map(String.init)
            query[halves[0]] = halves.count == 2 ? halves[1].removingPercentEncoding : ""
        }
        switch path {
        case "EntityDefinitions":
            let isFound = ["LogicalName eq 'account'", "EntitySetName eq 'accounts'"]
                .contains(query["$filter"] ?? "")
            let definition =
                "{\"LogicalName\":\"account\",\"EntitySetName\":\"accounts\","
                + "\"PrimaryIdAttribute\":\"accountid\",\"ChangeTrackingEnabled\":\(state.isTracked)}"
            return .answer(200, "{\"value\":[\(isFound ? definition : "")]}")
        case "EntityDefinitions(LogicalName='account')/Attributes":
            let items = state.attributes.map { name, type in
                "{\"LogicalName\":\"\(name)\",\"AttributeType\":\"\(type)\","
                    + "\"SourceType\":\(name == "revenue" ? "2" : "null"),\"IsLogical\":false,"
                    + "\"IsValidForRead\":true}"
            }
            return .answer(200, "{\"value\":[\(items.joined(separator: ","))]}")
        case "transactioncurrencies":
            return .answer(
                200, "{\"value\":[{\"transactioncurrencyid\":\"\(id(7))\",\"isocurrencycode\":\"EUR\"}]}")
        case "accounts":
            let prefer = request.headers["prefer"] ?? ""
            return .answer(200, headers: date, page(query, prefer, host, &state))
                .orExpired(query, state)
        default:
            return .answer(404, "{\"error\":{\"code\":\"0x80060888\",\"message\":\"no segment '\(path)'\"}}")
        }
    }

    /// One page in the order asked for; a cookie says behind which (stamp, id) the next one begins.
    private static func page(
        _ query: [String: String], _ prefer: String, _ host: String, _ state: inout State
    ) -> String {
        let isDelta = query["$deltatoken"] != nil
        let isTracking = prefer.contains("odata.track-changes") || isDelta
        let asked = prefer.split(separator: ",").compactMap { item -> Int? in
            let halves = item.split(separator: "=")
            return halves.first == "odata.maxpagesize" && halves.count == 2 ? Int(halves[1]) : nil
        }
        let size = state.pageSizes.isEmpty ? asked.first ?? 5000 : state.pageSizes.removeFirst()
        let byStamp = query["$orderby"]?.hasPrefix("modifiedon") ?? false
        func key(_ row: Row) -> String { byStamp ? row.stamp + row.id : row.id }
        let since = query["$deltatoken"].flatMap { Int($0) } ?? 0
        let rest = state.rows.filter { row in
            row.change > since && key(row) > query["$skiptoken"] ?? "" && holds(query["$filter"], row)
        }.sorted { key($0) < key($1) }
        let shown = rest.prefix(size)
        var values = shown.map(\.json)
        var members = ""
        if rest.count > size {
            let cookie = shown.last.map(key) ?? query["$skiptoken"] ?? ""
            var link = "http://\(host)/api/data/v9.2/accounts?$skiptoken=\(cookie)"
            for name in ["$orderby", "$filter", "$deltatoken", "$select"] {
                guard let value = query[name] else { continue }
                link += "&\(name)=" + WebText.encoded(value)
            }
            members = ",\"@odata.nextLink\":\"\(state.foreignLink ?? link)\""
        } else {
            if isDelta {
                values += state.deleted.filter { $0.change > since }.map {
                    "{\"@odata.context\":\"http://\(host)/api/data/v9.2/$metadata#accounts/$deletedEntity\","
                        + "\"id\":\"\(id($0.number))\",\"reason\":\"deleted\"}"
                }
            }
            if isTracking {
                let link = "http://\(host)/api/data/v9.2/accounts?$deltatoken=\(state.change)"
                members = ",\"@odata.deltaLink\":\"\(link)\""
            }
        }
        return "{\"@odata.context\":\"x\",\"value\":[\(values.joined(separator: ","))]\(members)}"
    }

    /// Bounds of modifiedon; other conditions are the tests' to read.
    private static func holds(_ filter: String?, _ row: Row) -> Bool {
        let words = filter?.split(separator: " ") ?? []
        for index in words.indices.dropLast(2) where words[index] == "modifiedon" {
            if words[index + 1] == "ge", row.stamp < words[index + 2] { return false }
            if words[index + 1] == "le", row.stamp > words[index + 2] { return false }
        }
        return true
    }
}

extension [ScriptedServer.Step] {
    fileprivate func orExpired(_ query: [String: String], _ state: FakeDataverse.State) -> Self {
        guard let token = query["$deltatoken"].flatMap({ Int($0) }), token <= state.expiredThrough else {
            return self
        }
        return .answer(
            400,
            "{\"error\":{\"code\":\"0x80044352\",\"message\":\"Version stamp associated with the client has "
                + "expired. Please perform a full sync.\"}}")
    }
}
