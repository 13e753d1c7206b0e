package import Model
package import Transport

/// Salesforce objects, read through the REST query API and, when there are many rows, by bulk jobs.
///
/// Windows are found by the stamp of each record's last change and read in the order of (stamp, id), so that the
/// last row says where to go on whatever becomes of the query. What no stamp tells (formula fields, records that
/// leave the mapping's filter) is found by full walks and by listing ids.
package struct SalesforceSource: OutcomeSource {
    package let name: Source.Name
    package let streams: [StreamPlan]
    let configuration: SalesforceConfiguration
    let client: SourceClient
    let objects: SalesforceObjects
    let chains = SalesforceChains()

    /// Where tokens are fetched, below the login address.
    package static let tokenPath = "/services/oauth2/token"

    /// Throws `unmappable` when the mapping cannot work in any organisation, and `refused` for the other settings.
    package init(_ configuration: SalesforceConfiguration, client: SourceClient) throws(SourceError) {
        try configuration.check()
        name = configuration.name
        streams = configuration.mapping.streams.map { mapping in
            StreamPlan(
                mapping: mapping,
                incremental: .windows(lag: configuration.lag, overlap: configuration.overlap),
                walksDeletions: mapping.selection.deletions, listsIdentities: true)
        }
        self.configuration = configuration
        self.client = client
        objects = SalesforceObjects(client: client, version: configuration.apiVersion)
    }

    /// Whether tokens may be sent to the instance that the token endpoint named: Salesforce moves organisations,
    /// but only among hosts of its own.
    package static func acceptsInstance(
        _ instance: HTTPOrigin, login: HTTPOrigin, allowed: Set<HostPort> = []
    ) -> Bool {
        if instance == login { return true }
        guard instance.scheme == "https" else { return false }
        if allowed.contains(instance.hostPort) { return true }
        return instance.port == 443
            && [".salesforce.com", ".force.com"].contains { instance.host.hasSuffix($0) }
    }

    package func serverTime() async throws(SourceError) -> Instant {
        let action = "asking for the server's time"
        let response = try await get("/services/data/", action: action)
        guard let seconds = response.serverTime else {
            throw error(.malformed, "\(action): the answer has no Date header")
        }
        return Instant(milliseconds: Int64(seconds) * 1000)
    }

    package func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? {
        let object = try await objects.describe(stream.mapping.object, isFresh: true)
        var fields = object.fields.values.map { field in
            SourceSchema.Field(name: field.name, type: field.type, isCalculated: field.isCalculated)
        }
        // A field of another record changes without this record's stamp moving, as a formula does.
        for path in stream.mapping.sourceFields where path.contains(".") {
            if let field = try await objects.field(path, of: object).found {
                fields.append(SourceSchema.Field(name: path, type: field.type, isCalculated: true))
            }
        }
        return SourceSchema(fields: fields.sorted { $0.name < $1.name })
    }

    package func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        let place = try decode(position, stream: stream)
        switch walk {
        case .deletions(let lower, let upper):
            guard let place else {
                return try await deletions(of: stream, lower: lower, upper: upper, after: nil)
            }
            guard case .deletions(let place) = place else { throw foreignPosition(stream) }
            return try await deletions(of: stream, lower: lower, upper: upper, after: place)
        case .delta:
            throw error(.refused, "stream '\(stream.name)': Salesforce hands out no delta tokens")
        case .full, .changes, .identities:
            let reading = SalesforceReading(walk: walk, plan: stream, query: try await query(for: stream))
            switch place {
            case nil: return try await firstPage(reading)
            case .query(let place): return try await rows(reading, from: place)
            case .bulk(let place): return try await chunk(reading, place)
            case .deletions: throw foreignPosition(stream)
            }
        }
    }

    /// Asked for by a query, however many rows there are: a job would be made at the source and show none.
    package func sample(
        of stream: StreamPlan, at upper: Instant
    ) async throws(SourceError) -> SourcePage {
        let reading = SalesforceReading(
            walk: .full(upper: upper), plan: stream, query: try await query(for: stream))
        return try await rows(reading, from: SalesforcePosition.QueryPlace())
    }

    /// A first load of many rows is a job of its own.
    private func firstPage(_ reading: SalesforceReading) async throws(SourceError) -> SourcePage {
        if try await isWorthAJob(reading), let place = try await createJob(reading) {
            return try page(reading, next: .bulk(place))
        }
        return try await rows(reading, from: SalesforcePosition.QueryPlace())
    }

    /// How the stream is asked for, its names found in the organisation.
    func query(for stream: StreamPlan) async throws(SourceError) -> SalesforceQuery {
        let mapping = stream.mapping
        let object = try await objects.describe(mapping.object, isFresh: false)
        var types: [String: String] = [:]
        for path in Set(mapping.sourceFields).union(mapping.selection.conditions.keys).sorted() {
            let (field, reason) = try await objects.field(path, of: object)
            guard let field else {
                // It may have been made, or shown to the integration user, since.
                await objects.forget()
                throw error(.unmappable, "stream '\(stream.name)', field '\(path)': \(reason)")
            }
            types[path] = field.type
        }
        do throws(SOQL.Fault) {
            return try SalesforceQuery(mapping, object: object, types: types)
        } catch {
            throw self.error(.unmappable, "stream '\(stream.name)': \(error.reason)")
        }
    }
}

/// What is being read.
struct SalesforceReading {
    var walk: Walk
    var plan: StreamPlan
    var query: SalesforceQuery

    var stream: String { plan.name }
    var action: String { "reading stream '\(stream)'" }

    /// Names the walk's queries among those of the process.
    var chainName: String {
        switch walk {
        case .identities: "\(stream)/identities"
        case .full, .changes, .delta, .deletions: stream
        }
    }

    var lower: Instant? {
        guard case .changes(let lower, _) = walk else { return nil }
        return lower
    }
}

// MARK: - Requests and positions

extension SalesforceSource {
    /// Path below the API's version.
    func versioned(_ path: String) -> String { "/services/data/v\(configuration.apiVersion)/\(path)" }

    func get(
        _ path: String, headers: [(name: String, value: String)] = [("Accept", "application/json")],
        action: String
    ) async throws(SourceError) -> HTTPResponse {
        let instance = try await client.instance()
        return try await client.send(
            SourceRequest(.get, instance.description + path, headers: headers, action: action))
    }

    func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: name, detail: detail)
    }

    func malformed(_ action: String, _ fault: SalesforcePageFault) -> SourceError {
        error(.malformed, "\(action): \(fault.reason)")
    }

    func encode(_ position: SalesforcePosition) throws(SourceError) -> Position {
        do {
            return try position.encoded()
        } catch {
            throw self.error(.malformed, "the position cannot be written: \(error)")
        }
    }

    /// A page without rows that says where to go on.
    func page(
        _ reading: SalesforceReading, next: SalesforcePosition?
    ) throws(SourceError) -> SourcePage {
        SourcePage(
            records: RecordBatch(fields: reading.query.fields), rows: [],
            next: try next.map { (position) throws(SourceError) in try encode(position) })
    }

    private func decode(
        _ position: Position?, stream: StreamPlan
    ) throws(SourceError) -> SalesforcePosition? {
        guard let position else { return nil }
        guard let place = SalesforcePosition(position) else { throw foreignPosition(stream) }
        return place
    }

    private func foreignPosition(_ stream: StreamPlan) -> SourceError {
        error(
            .forgottenPosition,
            "the stored position of stream '\(stream.name)' is not one of this connector's for this walk")
    }
}
