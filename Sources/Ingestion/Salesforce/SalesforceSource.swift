package import Model
internal import Synchronization
package import Transport

/// Salesforce objects read through the REST query API, incrementally by SystemModstamp.
///
/// A run reads one window, up to the server's own time less a lag, and reaches back behind the previous
/// window by an overlap. Not seen: a record that stops matching the mapping's filter without being deleted, a
/// formula field that changes without its record, and records removed from the recycle bin between runs.
package struct SalesforceSource: OutcomeSource {
    package let name: Source.Name
    package let streams: [String]
    private let configuration: SalesforceConfiguration
    private let plans: [String: StreamPlan]
    private let session: SalesforceSession
    private let client: HTTPClient
    private let chains = ChainTrust()

    struct StreamPlan: Sendable {
        var mapping: StreamMapping
        var soql: SOQL
    }

    /// Throws `unmappable` when the mapping cannot work and `refused` when the address is no origin.
    package init(_ configuration: SalesforceConfiguration, client: HTTPClient) throws(SourceError) {
        name = configuration.name
        guard let login = HTTPOrigin(url: configuration.loginURL) else {
            throw SourceError(
                .refused, source: configuration.name,
                detail: "'\(configuration.loginURL)' is not an address such as https://acme.my.salesforce.com"
            )
        }
        guard !configuration.apiVersion.isEmpty,
            configuration.apiVersion.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 })
        else {
            throw SourceError(
                .refused, source: configuration.name,
                detail: "'\(configuration.apiVersion)' is not an API version such as 61.0")
        }
        plans = try StreamPlan.all(configuration)
        streams = configuration.mapping.streams.map(\.stream)
        self.configuration = configuration
        self.client = client
        session = SalesforceSession(configuration, login: login, client: client)
    }

    package func page(of stream: String, after cursor: Cursor?) async throws(SourceError) -> OutcomePage {
        guard let plan = plans[stream] else {
            throw error(.unmappable, "there is no stream '\(stream)'; expected one of \(streams)")
        }
        var state = try decode(cursor, stream: stream)
        if state.upper == nil { try await openWindow(&state) }
        if let chain = state.chain, chains.isBroken(chain.locator) {
            // What the query lost may lie anywhere in the window.
            state.chain = nil
            state.position = nil
        } else if let chain = state.chain, !chains.isOwn(chain.locator, of: stream) {
            // Another process began that query, and what it found wrong with it is not known here.
            state.chain = nil
        }
        if let chain = state.chain, let page = try await followed(chain, stream: stream) {
            return try deliver(page, plan, state)
        }
        state.chain = nil
        state.queries += 1
        return try deliver(try await queried(plan, state), plan, state)
    }

    /// Fixes the window's upper end by the server's clock. It never moves back, whatever that clock does.
    private func openWindow(_ state: inout SalesforceCursor) async throws(SourceError) {
        let response = try await get("/services/data/", while: "asking for the server's time")
        guard let now = response.serverTime.map({ Instant(milliseconds: Int64($0) * 1000) }) else {
            throw error(.malformed, "asking for the server's time: the answer has no Date header")
        }
        let lagged = now.adding(seconds: -Double(configuration.lag.components.seconds))
        state.upper = max(lagged, state.completedThrough ?? lagged)
        state.position = nil
        state.queries = 0
    }

    /// The next page of a running query; `nil` when Salesforce has forgotten the query.
    private func followed(
        _ chain: SalesforceCursor.Chain, stream: String
    ) async throws(SourceError) -> SalesforcePage? {
        let action = "reading stream '\(stream)'"
        let response = try await answer(chain.locator)
        if response.status == 200 { return try parse(response, while: action) }
        let fault = SalesforceFault(response)
        if fault.isForgottenLocator { return nil }
        throw fault.sourceError(name, while: action)
    }

    private func queried(
        _ plan: StreamPlan, _ state: SalesforceCursor
    ) async throws(SourceError) -> SalesforcePage {
        guard let upper = state.upper else {
            throw error(.malformed, "stream '\(plan.mapping.stream)' has no open window")
        }
        let soql = plan.soql.query(
            lower: state.lowerBound(overlap: configuration.overlap), position: state.position, upper: upper)
        let resource = plan.mapping.deletions ? "queryAll" : "query"
        let path = "/services/data/v\(configuration.apiVersion)/\(resource)?q=\(percentEncoded(soql))"
        let action = "reading stream '\(plan.mapping.stream)'"
        return try parse(try await get(path, while: action), while: action)
    }

    /// Maps a page and says where to go on.
    private func deliver(
        _ page: SalesforcePage, _ plan: StreamPlan, _ state: SalesforceCursor
    ) throws(SourceError) -> OutcomePage {
        var state = state
        let stream = plan.mapping.stream
        let total = state.chain?.total ?? page.totalSize
        let read = (state.chain?.read ?? 0) + page.rows.count
        let locator = state.chain?.locator
        if let last = page.rows.last { state.position = .init(stamp: last.stamp, id: last.id) }
        var completedThrough: Instant?
        if let next = page.nextRecordsUrl {
            guard next != locator, read <= total else {
                if let locator { chains.distrust(locator) }
                throw error(
                    .pageLoop, "stream '\(stream)': the pages repeat, \(read) rows read of \(total) counted")
            }
            state.chain = .init(locator: try sameOriginPath(next, stream: stream), total: total, read: read)
            chains.adopt(next, of: stream)
        } else {
            guard read == total, page.totalSize == total else {
                if let locator { chains.distrust(locator) }
                throw error(
                    .malformed, "stream '\(stream)': \(read) rows were read where Salesforce counted \(total)"
                )
            }
            completedThrough = state.upper
            state = SalesforceCursor()
            state.completedThrough = completedThrough
        }
        let (records, quarantined) = plan.map(page.rows)
        return OutcomePage(
            source: name, stream: stream, records: records, quarantined: quarantined,
            next: try encode(state), completedThrough: completedThrough)
    }

    /// A link of the source's, only if it stays where the token may go.
    private func sameOriginPath(_ link: String, stream: String) throws(SourceError) -> String {
        guard link.hasPrefix("/services/data/"), link.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 92 })
        else {
            throw error(
                .foreignLink,
                "stream '\(stream)': the next page's link is not a path below /services/data/ of the same host"
            )
        }
        return link
    }
}

// MARK: - Requests

extension SalesforceSource {
    private func get(_ path: String, while action: String) async throws(SourceError) -> HTTPResponse {
        let response = try await answer(path)
        guard response.status == 200 else {
            throw SalesforceFault(response).sourceError(name, while: action)
        }
        return response
    }

    /// The answer to one GET; an expired token is replaced and the request repeated once.
    private func answer(_ path: String) async throws(SourceError) -> HTTPResponse {
        let grant = try await session.grant()
        let response = try await send(path, grant)
        guard response.status == 401, SalesforceFault(response).isExpiredSession else { return response }
        return try await send(path, try await session.grant(replacing: grant.number))
    }

    private func send(
        _ path: String, _ grant: SalesforceSession.Grant
    ) async throws(SourceError) -> HTTPResponse {
        let request = HTTPRequest(
            .get, grant.instance.description + path,
            headers: [
                ("Accept", "application/json"),
                ("Sforce-Query-Options", "batchSize=\(configuration.pageSize)"),
            ], bearer: grant.token)
        do throws(TransportError) {
            return try await client.send(request)
        } catch {
            throw SourceError(error, source: name)
        }
    }

    private func parse(
        _ response: HTTPResponse, while action: String
    ) throws(SourceError) -> SalesforcePage {
        do throws(PageFault) {
            return try SalesforcePage(parsing: response.body)
        } catch {
            throw self.error(.malformed, "\(action): \(error.reason)")
        }
    }

    private func decode(_ cursor: Cursor?, stream: String) throws(SourceError) -> SalesforceCursor {
        guard let cursor else { return SalesforceCursor() }
        guard let state = SalesforceCursor(cursor) else {
            throw error(.unmappable, "the stored cursor of stream '\(stream)' is not one of this connector's")
        }
        return state
    }

    private func encode(_ state: SalesforceCursor) throws(SourceError) -> Cursor {
        do {
            return try state.encoded()
        } catch {
            throw self.error(.malformed, "the cursor cannot be written: \(error)")
        }
    }

    private func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: name, detail: detail)
    }
}

/// Queries whose row count did not add up: their windows are read again from the start.
private final class ChainTrust: Sendable {
    private let broken = Mutex<Set<String>>([])
    /// The next page of each stream's query, as this process was told.
    private let own = Mutex<[String: String]>([:])

    func isOwn(_ locator: String, of stream: String) -> Bool { own.withLock { $0[stream] == locator } }

    func adopt(_ locator: String, of stream: String) { own.withLock { $0[stream] = locator } }

    func isBroken(_ locator: String) -> Bool { broken.withLock { $0.contains(locator) } }

    func distrust(_ locator: String) { broken.withLock { _ = $0.insert(locator) } }
}
