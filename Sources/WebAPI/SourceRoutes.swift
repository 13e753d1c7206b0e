import Hummingbird
import Model
import Operations
import Reporting

/// How reading of each stream goes: as JSON and as a page for people.
struct SourceRoutes: Sendable {
    let operations: PilotOperations

    func add(to router: Router<BasicRequestContext>, api: RouterGroup<BasicRequestContext>) {
        api.get("sources", use: list)
        router.get("sources", use: page)
    }

    @Sendable func list(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let status = try await operations.status()
        let streams = status.sources.map { stream in
            Sources.Stream(lagSeconds: stream.lag(at: status.now), status: stream)
        }
        return try .json(Sources(now: status.now, streams: streams, events: status.sourceEvents))
    }

    @Sendable func page(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let status = try await operations.status()
        let page = SourcesPage(
            now: status.now, streams: status.sources, events: status.sourceEvents,
            isPractice: status.isPractice)
        return .page(try page.html())
    }

    private struct Sources: Encodable {
        struct Stream: Encodable {
            /// How far what is completely read is behind.
            var lagSeconds: Double?
            var status: StreamStatus
        }

        var now: Instant
        var streams: [Stream]
        var events: [RecordedEvent]
    }
}
