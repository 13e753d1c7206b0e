import Model
import Testing

@testable import Ingestion

@Suite struct PrefetchTests {
    /// Storing waits until the next page was asked for: without reading ahead nobody would ever ask.
    @Test(.timeLimit(.minutes(1)))
    func theNextPageIsFetchedWhileOneIsStored() async throws {
        let (asked, signal) = AsyncStream<String>.makeStream()
        let source = SignallingSource(
            inner: ScriptedSource(
                windows(listsIdentities: true), times: [at(0)],
                [.page(["a=1"], next: "2"), .page(["b=1"], next: nil)]), signal: signal)
        let door = WaitingDoor(inner: MemoryBook(), asked: asked)
        _ = try await pull(
            source, source.inner.plan, into: door, map: mapPartners, environment: environment { at(0) })
        #expect(door.inner.pages.map { $0.records.map(\.nativeID) } == [["a"], ["b"]])
        #expect(door.inner.now.completedThrough == at(-60))
    }

    /// A page that was read ahead is thrown away with the one before it that could not be stored.
    @Test func aPageReadAheadIsNotStoredBeforeTheOneThatFailed() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)],
            [.page(["a=1"], next: "2"), .page(["b=1"], next: nil)])
        let book = MemoryBook { $0 == 0 ? .diesBefore : .survives }
        await #expect(throws: MemoryBook.Crash.self) { try await read(source, into: book, now: at(0)) }
        #expect(book.now.live.isEmpty && book.now.cursor == nil)
    }
}

private struct SignallingSource: OutcomeSource {
    let inner: ScriptedSource
    let signal: AsyncStream<String>.Continuation
    var name: Source.Name { inner.name }
    var streams: [StreamPlan] { inner.streams }
    func serverTime() async throws(SourceError) -> Instant { try await inner.serverTime() }
    func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? { nil }
    func checks() async -> [SourceCheck] { [] }

    func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        if let position { signal.yield(position.text) }
        return try await inner.page(of: stream, in: walk, after: position)
    }
}

private final class WaitingDoor: BookDoor {
    let inner: MemoryBook
    private let asked: AsyncStream<String>

    init(inner: MemoryBook, asked: AsyncStream<String>) {
        self.inner = inner
        self.asked = asked
    }

    func standing(of stream: String, in source: Source.Name) async throws -> StreamStanding {
        try await inner.standing(of: stream, in: source)
    }

    func store(_ page: OutcomePage) async throws -> PageReceipt {
        if page.completedThrough == nil {
            for await _ in asked { break }
        }
        return try await inner.store(page)
    }
}
