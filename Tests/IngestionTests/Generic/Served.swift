import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

/// A generic source of one stream, "deals", against a scripted server.
struct Served {
    let server: ScriptedServer
    let source: GenericSource

    init(
        _ pagination: RequestMapping.Pagination, records: String, pageSize: Int = 2,
        handler: @escaping ScriptedServer.Handler, adjust: (inout RequestMapping) -> Void = { _ in },
        select: (inout RowSelection) -> Void = { _ in }
    ) throws {
        server = try ScriptedServer(handler)
        var request = RequestMapping(
            path: "/api/deals", query: ["limit": "{pageSize}"], records: records, pagination: pagination,
            pageSize: pageSize)
        adjust(&request)
        var mapping = StreamMapping.deals(request)
        select(&mapping.selection)
        source = try GenericSource(
            GenericConfiguration(
                name: "crm", mapping: SourceMapping(streams: [mapping])),
            client: try .scripted(server, faults: GenericFaultReader()))
    }

    func page(_ walk: Walk, _ position: Position?) async throws -> SourcePage {
        try await source.page(of: source.streams[0], in: walk, after: position)
    }

    @discardableResult
    func walk(_ walk: Walk) async throws -> Read {
        var read = Read()
        var position: Position?
        repeat {
            let page = try await page(walk, position)
            read.pages.append(page)
            position = page.next
            try #require(read.pages.count < 50)
        } while position != nil
        return read
    }

    struct Read {
        var pages: [SourcePage] = []
        var ids: [String] { pages.flatMap { $0.rows.map(\.id) } }
    }
}

extension StreamMapping {
    static func deals(_ request: RequestMapping?) -> StreamMapping {
        StreamMapping(
            stream: "deals", object: "deals", kind: .partner, fields: ["partner": FieldRule("name")],
            request: request)
    }
}

extension SourceClient {
    /// A client that may speak to the server and never waits.
    static func scripted(_ server: ScriptedServer, faults: any FaultReader) throws -> SourceClient {
        let host = HostPort(host: "127.0.0.1", port: server.port)
        return SourceClient(
            source: "crm", origin: try #require(HTTPOrigin(url: server.origin)),
            http: try HTTPClient(
                policy: TransportPolicy(allowsPlainHTTP: [host], allowsPrivateAddresses: [host])),
            authorizer: FixedAuthorizer(.bearer(Secret("key"))), faults: faults,
            environment: SourceEnvironment(
                now: { Instant(milliseconds: 0) }, sleep: { _ in }, random: { 0.5 }))
    }
}
