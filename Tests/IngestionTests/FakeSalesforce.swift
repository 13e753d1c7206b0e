import Foundation
import Model
import Synchronization
import Transport

@testable import Ingestion

/// A small Salesforce: hands out tokens, evaluates this connector's queries over its rows, and pages them by
/// locator. `interfere` may answer any request in its stead.
final class FakeSalesforce: Sendable {
    struct Row: Sendable {
        var id: String
        /// Seconds after 2026-03-01T10:00:00Z.
        var second: Int
        var isDeleted = false
        /// Further members, as JSON text.
        var members: [String: String] = [:]

        var stamp: Instant { Instant(milliseconds: 1_772_359_200_000 + Int64(second) * 1000) }

        var json: String {
            let text = stamp.description.dropLast() + ".000+0000"
            let more = members.sorted { $0.key < $1.key }.map { ",\"\($0.key)\":\($0.value)" }.joined()
            return "{\"attributes\":{\"type\":\"x\"},\"Id\":\"\(id)\",\"SystemModstamp\":\"\(text)\","
                + "\"IsDeleted\":\(isDeleted)\(more)}"
        }
    }

    struct State: Sendable {
        var rows: [Row]
        var date = "Sun, 01 Mar 2026 12:00:00 GMT"
        var tokens = 0
        /// Tokens are refused up to this number.
        var expiredThrough = 0
        var chains: [[Row]] = []
        var queries: [String] = []
    }

    typealias Interference = @Sendable (ScriptedServer.Request, inout State) -> [ScriptedServer.Step]?

    let server: ScriptedServer
    private let box: Box

    final class Box: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    init(rows: [Row], pageSize: Int = 3, interfere: @escaping Interference = { _, _ in nil }) throws {
        let box = Box(State(rows: rows))
        self.box = box
        server = try ScriptedServer { request in
            box.state.withLock { state in
                if let steps = interfere(request, &state) { return steps }
                return FakeSalesforce.answer(request, &state, pageSize: pageSize)
            }
        }
    }

    func change<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        box.state.withLock(body)
    }

    var queries: [String] { box.state.withLock { $0.queries } }
    var tokens: Int { box.state.withLock { $0.tokens } }

    func source(
        mapping: SourceMapping = SourceMapping(streams: [.partnersByName]), overlap: Duration = .seconds(900)
    ) throws -> SalesforceSource {
        let allowed: Set = [HostPort(host: "127.0.0.1", port: server.port)]
        let client = try HTTPClient(
            policy: TransportPolicy(allowsPlainHTTP: allowed, allowsPrivateAddresses: allowed))
        let configuration = SalesforceConfiguration(
            name: "sf", loginURL: server.origin, clientID: "id&1", clientSecret: Secret("s3cret/+="),
            mapping: mapping, overlap: overlap)
        return try SalesforceSource(configuration, client: client)
    }

    static func answer(
        _ request: ScriptedServer.Request, _ state: inout State, pageSize: Int
    ) -> [ScriptedServer.Step] {
        if request.target == "/services/oauth2/token" {
            state.tokens += 1
            let host = request.headers["host"] ?? ""
            return .answer(
                200, "{\"access_token\":\"t\(state.tokens)\",\"instance_url\":\"http://\(host)\"}")
        }
        let token = request.headers["authorization"].flatMap { Int($0.dropFirst("Bearer t".count)) } ?? 0
        guard token > state.expiredThrough else { return .fault(401, "INVALID_SESSION_ID") }
        let date = [("Date", state.date)]
        if request.target == "/services/data/" { return .answer(200, headers: date, "[]") }
        if let query = request.target.components(separatedBy: "?q=").dropFirst().first {
            let soql = query.removingPercentEncoding ?? ""
            state.queries.append(soql)
            state.chains.append(selected(soql, state.rows))
            return page(state, chain: state.chains.count - 1, from: 0, size: pageSize)
        }
        let parts = request.target.components(separatedBy: "/query/").last?.split(separator: "-") ?? []
        guard parts.count == 2, let chain = Int(parts[0]), let start = Int(parts[1]),
            state.chains.indices.contains(chain)
        else { return .fault(400, "INVALID_QUERY_LOCATOR") }
        return page(state, chain: chain, from: start, size: pageSize)
    }

    private static func page(_ state: State, chain: Int, from start: Int, size: Int) -> [ScriptedServer.Step]
    {
        let rows = state.chains[chain]
        let end = min(start + size, rows.count)
        let records = rows[start..<end].map(\.json).joined(separator: ",")
        let next =
            end < rows.count
            ? "\"done\":false,\"nextRecordsUrl\":\"/services/data/v61.0/query/\(chain)-\(end)\""
            : "\"done\":true"
        return .answer(
            200, headers: [("Date", state.date)],
            "{\"totalSize\":\(rows.count),\(next),\"records\":[\(records)]}")
    }

    /// The rows a query asks for, judged by the bounds in its text.
    private static func selected(_ soql: String, _ rows: [Row]) -> [Row] {
        func bound(_ before: String) -> String? {
            guard let range = soql.range(of: before) else { return nil }
            return String(soql[range.upperBound...].prefix { $0 != " " && $0 != ")" })
        }
        let upper = bound("SystemModstamp <= ").flatMap { Instant(iso: $0) }
        let lower = bound("SystemModstamp >= ").flatMap { Instant(iso: $0) }
        let after = bound("SystemModstamp = ").flatMap { Instant(iso: $0) }
        let id = bound("Id > ")?.trimmingCharacters(in: ["'"])
        return rows.filter { row in
            if let upper, row.stamp > upper { return false }
            if let lower, row.stamp < lower { return false }
            guard let after, let id else { return true }
            return row.stamp > after || (row.stamp == after && row.id > id)
        }.sorted { ($0.stamp, $0.id) < ($1.stamp, $1.id) }
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
        stream: "partners", object: "Account", kind: .partner, filter: "Type = 'Partner'",
        fields: ["partner": "Id", "name": "Name"])
}

extension FakeSalesforce.Row {
    static func named(_ id: String, _ second: Int) -> Self {
        Self(id: id, second: second, members: ["Name": "\"P \(id)\""])
    }
}
