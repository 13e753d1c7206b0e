import Model
import Testing
import Transport

@testable import Ingestion

/// Everything a walk delivered, page by page, as the loop would have read it.
struct WalkedPages {
    var pages: [SourcePage] = []

    var rows: [RowIdentity] { pages.flatMap(\.rows) }
    var ids: [String] { rows.map(\.id) }
    var token: String? { pages.last?.token }

    /// Rows that the last page should have held by the source's own count, and did not.
    var missing: Int? {
        guard let last = pages.last, case .remaining(let count) = last.count else { return nil }
        return count - last.rows.count
    }

    /// Reads to the end, at most a thousand pages; `between` runs after each page.
    static func reading(
        _ walk: Walk, of source: some OutcomeSource, stream: Int = 0, after position: Position? = nil,
        between: (Int) -> Void = { _ in }
    ) async throws -> WalkedPages {
        var result = WalkedPages()
        var next = position
        repeat {
            let page = try await source.page(of: source.streams[stream], in: walk, after: next)
            result.pages.append(page)
            between(result.pages.count)
            next = page.next
        } while next != nil && result.pages.count < 1000
        #expect(next == nil, "the walk does not end")
        return result
    }

    /// A field's values by record id.
    func values(_ field: String) -> [String: FieldValue] {
        var result: [String: FieldValue] = [:]
        for page in pages {
            guard let column = page.records.column(field) else { continue }
            for (row, identity) in page.rows.enumerated() { result[identity.id] = page.records[row, column] }
        }
        return result
    }
}

extension SourceClient {
    /// A client of a server on this machine, signed in with a fixed token.
    static func local(
        _ source: Source.Name, port: Int, faults: any FaultReader
    ) throws -> SourceClient {
        let allowed: Set = [HostPort(host: "127.0.0.1", port: port)]
        let http = try HTTPClient(
            policy: TransportPolicy(allowsPlainHTTP: allowed, allowsPrivateAddresses: allowed))
        let environment = SourceEnvironment(
            now: { Instant(milliseconds: 1_772_366_400_000) }, sleep: { _ in }, random: { 0 })
        return SourceClient(
            source: source, origin: try #require(HTTPOrigin(url: "http://127.0.0.1:\(port)")), http: http,
            authorizer: FixedAuthorizer(.bearer(Secret("pat-1"))), faults: faults, environment: environment)
    }
}
