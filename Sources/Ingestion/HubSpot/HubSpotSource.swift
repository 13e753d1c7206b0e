package import Model
internal import Transport

/// HubSpot's CRM objects, read through lists, searches and batch reads.
///
/// First loads and nightly refreshes list everything from the primary store; between them searches find what changed,
/// by id inside frozen windows of time, which neither the wall of 10,000 results nor equal stamps disturb. Not seen
/// until the next refresh: what the search index never showed, and changes of associations and stage metadata
/// alone, which do not move a record's stamp.
package struct HubSpotSource: OutcomeSource {
    package let name: Source.Name
    package let streams: [StreamPlan]
    let configuration: HubSpotConfiguration
    let client: SourceClient
    let paths: HubSpotPaths
    let now: (@Sendable () -> Instant)?
    private let plans: [String: HubSpotStream]
    let archiveRhythm: HubSpotArchiveRhythm
    let stages = RunMemory<HubSpotStages>()
    let mergeTypes = RunMemory<Bool>()

    /// - Parameter now: the clock that ``checks()`` compares the server's with; `nil` leaves that check out.
    /// - Throws: `unmappable` when the mapping cannot work, `refused` when a setting cannot.
    package init(
        _ configuration: HubSpotConfiguration, client: SourceClient,
        now: (@Sendable () -> Instant)? = nil
    ) throws(SourceError) {
        func refused(_ detail: String) -> SourceError {
            SourceError(.refused, source: configuration.name, detail: detail)
        }
        guard let paths = HubSpotPaths(prefix: configuration.pathPrefix) else {
            throw refused(
                "'\(configuration.pathPrefix)' is not a path of the CRM's; expected /crm/v3, or /crm/2026-03")
        }
        guard (1...200).contains(configuration.searchPageSize) else {
            throw refused("a search page of \(configuration.searchPageSize) rows; HubSpot gives 1 to 200")
        }
        guard configuration.archivedEvery >= .zero else {
            throw refused("archived rows cannot be looked for every \(configuration.archivedEvery)")
        }
        guard (1...100).contains(configuration.listPageSize) else {
            throw refused("a list page of \(configuration.listPageSize) rows; HubSpot gives 1 to 100")
        }
        var plans: [String: HubSpotStream] = [:]
        var streams: [StreamPlan] = []
        for var mapping in configuration.mapping.streams {
            // Search is eventually consistent without a bound: what it missed, the next list finds.
            mapping.refreshHours = mapping.refreshHours ?? 24
            do throws(HubSpotMappingFault) {
                plans[mapping.stream] = try HubSpotStream(mapping)
            } catch {
                throw SourceError(
                    .unmappable, source: configuration.name,
                    detail: "mapping of stream '\(mapping.stream)': \(error.reason)")
            }
            streams.append(
                StreamPlan(
                    mapping: mapping,
                    incremental: .windows(lag: configuration.lag, overlap: configuration.overlap),
                    walksDeletions: mapping.selection.deletions, listsIdentities: true))
        }
        name = configuration.name
        self.streams = streams
        self.configuration = configuration
        self.client = client
        self.paths = paths
        self.now = now
        self.plans = plans
        archiveRhythm = HubSpotArchiveRhythm(
            period: configuration.archivedEvery, overlap: configuration.overlap)
    }

    package func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        let plan = try plan(of: stream)
        var place = try self.place(position, of: plan)
        var page = try await step(plan, walk, place)
        // Pages of which nothing belongs to the stream (archived long ago, of another pipeline) are passed at once, but
        // not so many that much would have to be read again after a stop.
        for _ in 0..<Self.pagesPassed {
            guard page.rows.isEmpty, let next = page.next else { break }
            let skipped = page.skipped
            let following = try self.place(next, of: plan)
            guard following != place else {
                throw error(.pageLoop, "reading stream '\(stream.name)': the pages repeat")
            }
            place = following
            page = try await step(plan, walk, place)
            page.skipped += skipped
        }
        return page
    }

    private static var pagesPassed: Int { 20 }

    /// Searched for, since lists cannot be filtered: the first page of one may hold no row of the stream.
    package func sample(
        of stream: StreamPlan, at upper: Instant
    ) async throws(SourceError) -> SourcePage {
        try await found(try plan(of: stream), Instant(milliseconds: 0), upper, HubSpotPosition())
    }

    /// One page as HubSpot sends it.
    private func step(
        _ plan: HubSpotStream, _ walk: Walk, _ place: HubSpotPosition
    ) async throws(SourceError) -> SourcePage {
        switch walk {
        case .full(let upper):
            return try await listed(plan, run: upper, place)
        case .changes(let lower, let upper):
            return try await found(plan, lower, upper, place)
        case .deletions(let lower, let upper):
            return try await deleted(plan, lower, upper, place)
        case .identities:
            return try await identities(plan, place)
        case .delta:
            throw error(.forgottenToken, "stream '\(plan.mapping.stream)': HubSpot hands out no tokens")
        }
    }

    func plan(of stream: StreamPlan) throws(SourceError) -> HubSpotStream {
        guard let plan = plans[stream.name] else {
            throw error(
                .unmappable, "there is no stream '\(stream.name)'; expected one of \(plans.keys.sorted())")
        }
        return plan
    }

    func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: name, detail: detail)
    }

    private func place(
        _ position: Position?, of plan: HubSpotStream
    ) throws(SourceError) -> HubSpotPosition {
        guard let position else { return HubSpotPosition() }
        guard let place = HubSpotPosition(position) else {
            throw error(
                .forgottenPosition,
                "the stored position of stream '\(plan.mapping.stream)' is not one of this connector's")
        }
        return place
    }
}
