package import Model
internal import Transport

/// Tables of Dataverse, read through its OData Web API.
///
/// Tables that are tracked hand out delta links, which tell changes and deletions alike; others, and streams with a
/// selection, are read by windows of `modifiedon`. Dataverse counts to 5,000 only, so a walk is complete when its last
/// page names no next one, and the weekly listing of ids finds what is missing all the same.
package struct DataverseSource: OutcomeSource {
    package let name: Source.Name
    package let streams: [StreamPlan]
    let configuration: DataverseConfiguration
    let client: SourceClient
    let now: (@Sendable () -> Instant)?
    let tables = RunMemory<DataverseTable>()
    private let currencies = RunMemory<[String: String]>()
    private let plans: [String: DataverseStream]

    /// - Parameter now: the clock that ``checks()`` compares the server's with; `nil` leaves that check out.
    /// - Throws: `unmappable` when the mapping cannot work, `refused` when a setting cannot.
    package init(
        _ configuration: DataverseConfiguration, client: SourceClient,
        now: (@Sendable () -> Instant)? = nil
    ) throws(SourceError) {
        func refused(_ detail: String) -> SourceError {
            SourceError(.refused, source: configuration.name, detail: detail)
        }
        let version = configuration.apiVersion.utf8
        guard version.first == 118, version.count > 1,
            version.dropFirst().allSatisfy({ (48...57).contains($0) || $0 == 46 })
        else {
            throw refused("'\(configuration.apiVersion)' is not an API version such as v9.2")
        }
        guard (1...5000).contains(configuration.pageSize) else {
            throw refused("a page of \(configuration.pageSize) rows; Dataverse gives 1 to 5000")
        }
        var plans: [String: DataverseStream] = [:]
        var streams: [StreamPlan] = []
        for mapping in configuration.mapping.streams {
            let plan: DataverseStream
            do throws(ODataFault) {
                plan = try DataverseStream(mapping, usesChangeTracking: configuration.usesChangeTracking)
            } catch {
                throw SourceError(
                    .unmappable, source: configuration.name,
                    detail: "mapping of stream '\(mapping.stream)': \(error.reason)")
            }
            plans[mapping.stream] = plan
            streams.append(
                StreamPlan(
                    mapping: mapping,
                    incremental: plan.isTracked
                        ? .token : .windows(lag: configuration.lag, overlap: configuration.overlap),
                    listsIdentities: true))
        }
        name = configuration.name
        self.streams = streams
        self.configuration = configuration
        self.client = client
        self.now = now
        self.plans = plans
    }

    package func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        let plan = try plan(of: stream)
        let table = try await table(plan)
        let token = try self.token(walk, plan, table)
        let isTracked = plan.isTracked && table.definition.isTracked
        var isFollowing = false
        if case .full = walk { isFollowing = isTracked }
        if case .link? = token { isFollowing = true }
        let url: String
        if let position {
            url = try await link(DataversePosition.link(position), of: plan)
        } else {
            url = try await firstURL(walk, plan, table, token, isTracked: isTracked)
        }
        let columns = isIdentities(walk) ? idColumns(table) : plan.selected(from: table)
        let page = try await read(url, plan, table, columns: columns, isTracked: isFollowing)
        var next: Position?
        if let nextLink = page.nextLink {
            next = DataversePosition.position(try await link(nextLink, of: plan))
        }
        var result =
            isIdentities(walk)
            ? identities(page, next) : try await rows(page, plan, next, run: walk.upper)
        if next == nil {
            result.token = try await nextToken(walk, page, plan, columns, isFollowing: isFollowing)
        }
        return result
    }

    func plan(of stream: StreamPlan) throws(SourceError) -> DataverseStream {
        guard let plan = plans[stream.name] else {
            throw error(
                .unmappable, "there is no stream '\(stream.name)'; expected one of \(plans.keys.sorted())")
        }
        return plan
    }

    func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: name, detail: detail)
    }
}

// MARK: - Walks

extension DataverseSource {
    private func isIdentities(_ walk: Walk) -> Bool {
        if case .identities = walk { true } else { false }
    }

    private func idColumns(_ table: DataverseTable) -> [String] {
        [table.definition.primaryID] + (table.tellsMerges ? ["merged", DataverseTable.master] : [])
    }

    private func firstURL(
        _ walk: Walk, _ plan: DataverseStream, _ table: DataverseTable, _ token: DataverseToken?,
        isTracked: Bool
    ) async throws(SourceError) -> String {
        if case .link(let link, _)? = token { return try await self.link(link, of: plan) }
        let key = table.definition.primaryID
        var filters: [String]
        do throws(ODataFault) {
            filters = try plan.filters(table)
        } catch {
            throw self.error(.unmappable, "mapping of stream '\(plan.mapping.stream)': \(error.reason)")
        }
        var query = [("$select", plan.selected(from: table).joined(separator: ","))]
        // Without the key as tie-breaker pages repeat and skip rows of equal stamps.
        var order: String? = "modifiedon asc,\(key) asc"
        switch (walk, token) {
        case (.changes(let lower, let upper), _):
            filters.append(contentsOf: window(lower, upper))
        case (.delta(_, let upper), .since(let lower)?):
            filters.append(contentsOf: window(lower, upper))
        case (.identities, _):
            query = [("$select", idColumns(table).joined(separator: ","))]
            order = "\(key) asc"
        default:
            // A tracked first read takes neither filter nor order.
            if isTracked { order = nil }
        }
        if !filters.isEmpty { query.append(("$filter", filters.joined(separator: " and "))) }
        if let order { query.append(("$orderby", order)) }
        return try await address(table.definition.entitySet, query)
    }

    private func window(_ lower: Instant, _ upper: Instant) -> [String] {
        ["modifiedon ge \(ODataLiteral.text(lower))", "modifiedon le \(ODataLiteral.text(upper))"]
    }

    /// The token of a delta walk, if it still fits the mapping.
    private func token(
        _ walk: Walk, _ plan: DataverseStream, _ table: DataverseTable
    ) throws(SourceError) -> DataverseToken? {
        switch walk {
        case .full, .changes, .identities: return nil
        case .deletions:
            throw error(
                .unmappable,
                "stream '\(plan.mapping.stream)': Dataverse tells deletions in delta walks, not in walks of their own"
            )
        case .delta(let text, _):
            guard let token = DataverseToken(text) else {
                throw error(
                    .forgottenToken,
                    "the stored token of stream '\(plan.mapping.stream)' is not one of this connector's")
            }
            if case .link(_, let columns) = token, columns != plan.selected(from: table) {
                throw error(
                    .forgottenToken,
                    "the columns of stream '\(plan.mapping.stream)' are not those its delta link was made for"
                )
            }
            return token
        }
    }

    private func nextToken(
        _ walk: Walk, _ page: DataversePage, _ plan: DataverseStream, _ columns: [String],
        isFollowing: Bool
    ) async throws(SourceError) -> String? {
        switch walk {
        case .changes, .deletions, .identities: return nil
        case .full, .delta:
            guard plan.isTracked else { return nil }
            guard isFollowing else {
                let seconds = Double(configuration.overlap.components.seconds)
                return DataverseToken.since(walk.upper.adding(seconds: -seconds)).text
            }
            guard let deltaLink = page.deltaLink else {
                throw error(
                    .malformed,
                    "reading stream '\(plan.mapping.stream)': the last page has neither a next nor a delta link"
                )
            }
            return DataverseToken.link(try await link(deltaLink, of: plan), columns: columns).text
        }
    }

    private func identities(_ page: DataversePage, _ next: Position?) -> SourcePage {
        // A merged loser is still in its table and is no record of its own.
        let rows = (0..<page.count).map(page.identity).filter { $0.state == .live }
        return SourcePage(
            records: RecordBatch(fields: []), rows: rows, next: next, skipped: page.count - rows.count)
    }

    private func rows(
        _ page: DataversePage, _ plan: DataverseStream, _ next: Position?, run: Instant
    ) async throws(SourceError) -> SourcePage {
        var codes: [String: String] = [:]
        if plan.needsCurrency {
            codes = try await currencies.value("", of: run) {
                () async throws(SourceError) -> [String: String] in
                try await currencyCodes()
            }
        }
        var records = RecordBatch(fields: plan.fields)
        var identities: [RowIdentity] = []
        for row in 0..<page.count {
            let identity = page.identity(row)
            if identity.state == .deleted, !plan.mapping.selection.deletions { continue }
            identities.append(identity)
            guard identity.state == .live else {
                records.append(plan.fields.map { _ in .absent })
                continue
            }
            records.append(
                plan.fields.map { field in
                    guard field == DataverseStream.currencyField else { return page[row, field] }
                    // One that is not in the list stays as its id, which no amount takes: the row is set aside.
                    guard case .text(let id) = page[row, DataverseStream.currencyColumn] else {
                        return .absent
                    }
                    return .text(codes[id.lowercased()] ?? id)
                })
        }
        return SourcePage(
            records: records, rows: identities, next: next, skipped: page.count - identities.count)
    }
}

/// Where a walk goes on: the next page's address, as Dataverse gave it.
enum DataversePosition {
    static func position(_ link: String) -> Position {
        Position(JSONValue.object(["link": .string(link)]).text)
    }

    /// Empty for text that is not one of this connector's.
    static func link(_ position: Position) -> String {
        (try? JSONValue(parsing: Array(position.text.utf8), maximumDepth: 4))?["link"]?.string ?? ""
    }
}
