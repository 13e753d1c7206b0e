import Foundation
import Model
import Testing
import Transport

@testable import Ingestion

/// Reads a real server that scripts/prove-tryton has started, and compares with what it wrote there.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["FAIRWAY_TRYTON_URL"] != nil))
struct TrytonTests {
    struct Expected: Decodable {
        struct Row: Decodable, Hashable {
            var id: String
            var code: String
            var name: String
            var active: Bool
        }

        var walk: String
        var lower: Instant
        var upper: Instant
        var rows: [Row]
    }

    /// As config/mappings/tryton.yaml.
    private var request: RequestMapping {
        let since = #"["OR", [["write_date", ">=", {lower}]], [["create_date", ">=", {lower}]]]"#
        return RequestMapping(
            path: "/crm/rest/model/party.party?f=code&f=name&f=active&f=create_date&f=write_date",
            query: ["s": "{pageSize}", "o": #"base64url:[["id", "ASC"]]"#],
            changesQuery: ["d": "base64url:\(since)"],
            headers: ["X-Tryton-Context": #"base64url:{"active_test": false}"#],
            modified: .init(path: "write_date", format: .calendarObject),
            pagination: .offset(parameter: "p"), pageSize: 100,
            deleted: FieldCondition(field: "active", values: ["false", "0"]), momentFormat: .calendarObject)
    }

    private func source(_ environment: [String: String]) throws -> GenericSource {
        let origin = try #require(environment["FAIRWAY_TRYTON_URL"].flatMap { HTTPOrigin(url: $0) })
        let key = try #require(environment["FAIRWAY_TRYTON_KEY"])
        let mapping = StreamMapping(
            stream: "parties", object: "party.party", kind: .partner,
            fields: ["partner": FieldRule("code"), "name": FieldRule("name")], request: request)
        let client = SourceClient(
            source: "tryton", origin: origin,
            http: try HTTPClient(
                policy: TransportPolicy(
                    allowsPlainHTTP: [origin.hostPort], allowsPrivateAddresses: [origin.hostPort])),
            authorizer: FixedAuthorizer(.bearer(Secret(key))), faults: GenericFaultReader(),
            environment: SourceEnvironment(
                now: { Instant(milliseconds: 0) }, sleep: { _ in }, random: { 0.5 }))
        return try GenericSource(
            GenericConfiguration(name: "tryton", mapping: SourceMapping(streams: [mapping])), client: client)
    }

    @Test func tryton() async throws {
        let environment = ProcessInfo.processInfo.environment
        let path = try #require(environment["FAIRWAY_TRYTON_EXPECTED"])
        let expected = try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        let source = try source(environment)
        let walk: Walk =
            switch expected.walk {
            case "full": .full(upper: expected.upper)
            case "changes": .changes(lower: expected.lower, upper: expected.upper)
            default: .identities(upper: expected.upper)
            }
        var read: [Expected.Row] = []
        var pages = 0
        var position: Position?
        repeat {
            let page = try await source.page(of: source.streams[0], in: walk, after: position)
            for (row, identity) in page.rows.enumerated() {
                let isActive = identity.state == .live
                guard case .identities = walk else {
                    read.append(try written(page.records, row, identity.id, isActive))
                    continue
                }
                let same = expected.rows.first { $0.id == identity.id }
                read.append(
                    Expected.Row(
                        id: identity.id, code: same?.code ?? "", name: same?.name ?? "", active: isActive))
            }
            position = page.next
            pages += 1
        } while position != nil
        #expect(read.count == Set(read.map(\.id)).count, "no record came twice")
        #expect(Set(read) == Set(expected.rows))
        if expected.rows.count > 200 { #expect(pages >= 3) }
        let checks = await source.checks()
        #expect(checks.allSatisfy { $0.result != .failure }, "\(checks)")
    }

    private func written(
        _ records: RecordBatch, _ row: Int, _ id: String, _ isActive: Bool
    ) throws -> Expected.Row {
        func text(_ field: String) throws -> String {
            guard case .text(let text) = records[row, try #require(records.column(field))] else { return "" }
            return text
        }
        return Expected.Row(id: id, code: try text("code"), name: try text("name"), active: isActive)
    }
}
