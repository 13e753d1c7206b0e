import Model
import Synchronization
import Testing

@testable import Ingestion

/// Answers from a list, one a request.
private final class ScriptedSource: OutcomeSource {
    let name: Source.Name = "script"
    let streams = ["s"]
    private let answers: Mutex<[Result<OutcomePage, SourceError>]>
    private let asked = Mutex<[Cursor?]>([])

    init(_ answers: [Result<OutcomePage, SourceError>]) { self.answers = Mutex(answers) }

    var cursors: [Cursor?] { asked.withLock { $0 } }

    func page(of stream: String, after cursor: Cursor?) async throws(SourceError) -> OutcomePage {
        asked.withLock { $0.append(cursor) }
        return try answers.withLock { $0.removeFirst() }.get()
    }
}

private func page(_ next: String, rows: Int = 1, isLast: Bool = false) -> Result<OutcomePage, SourceError> {
    let record = MappedRecord(nativeID: "r", nativeVersion: "1", body: .deleted(.partner))
    return .success(
        OutcomePage(
            source: "script", stream: "s", records: Array(repeating: record, count: rows), quarantined: [],
            next: Cursor(next), completedThrough: isLast ? Instant(milliseconds: 0) : nil))
}

private func fault(_ kind: SourceError.Kind) -> Result<OutcomePage, SourceError> {
    .failure(SourceError(kind, source: "script", detail: "no"))
}

@Suite struct PullTests {
    @Test func asksForEachPageAfterStoringTheOneBefore() async throws {
        let source = ScriptedSource([page("a"), page("b"), page("b", isLast: true)])
        var stored: [Cursor] = []
        _ = try await pull(
            source, stream: "s", from: Cursor("0"), sleep: { _ in }, random: { 0 },
            store: { page in
                #expect(source.cursors.count == stored.count + 1)
                stored.append(page.next)
            })
        #expect(source.cursors == [Cursor("0"), Cursor("a"), Cursor("b")])
        #expect(stored == [Cursor("a"), Cursor("b"), Cursor("b")])
    }

    @Test func waitsLongerAfterEachFailureAndStartsOverAfterSuccess() async throws {
        let source = ScriptedSource([
            fault(.unreachable), fault(.serverFault), fault(.malformed), page("a"), fault(.unreachable),
            page("b", isLast: true),
        ])
        var waits: [Double] = []
        let summary = try await pull(
            source, stream: "s", from: nil, sleep: { waits.append($0) }, random: { 0.5 }, store: { _ in })
        #expect(waits == [0.5, 1, 2, 0.5])
        #expect(summary.retries == 4 && summary.records == 2)
    }

    @Test func givesUpAfterSixTries() async throws {
        let source = ScriptedSource(Array(repeating: fault(.unreachable), count: 7))
        let error = await sourceFailure { _ = try await drain(source, stream: "s") }
        #expect(error?.kind == .unreachable && source.cursors.count == 6)
    }

    @Test(arguments: [SourceError.Kind.unauthorized, .foreignLink, .unmappable, .refused, .cancelled])
    func doesNotRepeatWhatCannotHelp(_ kind: SourceError.Kind) async throws {
        let source = ScriptedSource([fault(kind)])
        let error = await sourceFailure { _ = try await drain(source, stream: "s") }
        #expect(error?.kind == kind && source.cursors.count == 1)
    }

    @Test func waitsAtLeastAsLongAsAskedTo() async throws {
        let source = ScriptedSource([fault(.throttled(seconds: 30)), page("a", isLast: true)])
        var waits: [Double] = []
        _ = try await pull(
            source, stream: "s", from: nil, sleep: { waits.append($0) }, random: { 0.5 }, store: { _ in })
        #expect(waits == [30])
    }

    @Test func endsTheRunWhenAskedToWaitTooLong() async throws {
        let source = ScriptedSource([fault(.throttled(seconds: 901))])
        let error = await sourceFailure { _ = try await drain(source, stream: "s") }
        #expect(error?.kind == .throttled(seconds: 901))
    }

    @Test func noticesLoopsBeforeStoringThem() async throws {
        for script in [[page("0")], [page("a"), page("b"), page("a")], [page("a"), page("a")]] {
            var stored = 0
            let error = await sourceFailure {
                _ = try await pull(
                    ScriptedSource(script), stream: "s", from: Cursor("0"), sleep: { _ in }, random: { 0 },
                    store: { _ in stored += 1 })
            }
            #expect(error?.kind == .pageLoop && stored == script.count - 1)
        }
    }

    @Test func noticesEndlessEmptyPages() async throws {
        let pages = (0..<30).map { page("c\($0)", rows: 0) }
        let error = await sourceFailure { _ = try await drain(ScriptedSource(pages), stream: "s") }
        #expect(error?.kind == .pageLoop)
    }

    @Test func aFailureToStoreEndsTheRun() async throws {
        struct DiskFull: Error {}
        let source = ScriptedSource([page("a"), page("b")])
        await #expect(throws: DiskFull.self) {
            _ = try await pull(
                source, stream: "s", from: nil, sleep: { _ in }, random: { 0 },
                store: { _ in throw DiskFull() })
        }
        #expect(source.cursors.count == 1)
    }

    @Test func backoffDoublesUpToItsCap() {
        let backoff = Backoff(base: 1, cap: 10, attempts: 8)
        let steps = (1...8).map { backoff.delay(afterFailure: $0, requested: nil, random: 1) }
        #expect(steps == [1, 2, 4, 8, 10, 10, 10, nil])
    }

    @Test func errorsSayWhatHappensNext() {
        let error = SourceError(.unauthorized, source: "sf-main", detail: "reading stream 'x': status 403")
        #expect(
            error.description == "source 'sf-main': reading stream 'x': status 403; nothing more is read "
                + "until the credentials are corrected")
    }
}
