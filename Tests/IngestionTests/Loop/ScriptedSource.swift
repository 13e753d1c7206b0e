import Model
import Synchronization

@testable import Ingestion

/// A source that answers from a list, in order, and notes what it was asked.
final class ScriptedSource: OutcomeSource {
    enum Answer: Sendable {
        case page([String], next: String?, count: SourcePage.Count = .none, token: String? = nil)
        case gone([String], next: String?)
        case fault(SourceError.Kind)

        /// The whole of a walk, counted.
        static func all(_ ids: [String], token: String? = nil) -> Answer {
            .page(ids, next: nil, count: .remaining(ids.count), token: token)
        }
    }

    let name: Source.Name = "crm"
    let plan: StreamPlan
    private let state: Mutex<State>

    struct State {
        var answers: [Answer]
        var times: [Instant]
        var schema: SourceSchema?
        var asked: [String] = []
    }

    init(_ plan: StreamPlan, times: [Instant], _ answers: [Answer] = [], schema: SourceSchema? = nil) {
        self.plan = plan
        state = Mutex(State(answers: answers, times: times, schema: schema))
    }

    var streams: [StreamPlan] { [plan] }
    var asked: [String] { state.withLock { $0.asked } }

    func answer(_ answers: [Answer], at times: [Instant], schema: SourceSchema? = nil) {
        state.withLock {
            $0.answers = answers
            $0.times = times
            $0.schema = schema ?? $0.schema
            $0.asked = []
        }
    }

    func serverTime() async throws(SourceError) -> Instant {
        state.withLock { $0.times.count > 1 ? $0.times.removeFirst() : $0.times[0] }
    }

    func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? {
        state.withLock { $0.schema }
    }

    func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        let answer = state.withLock { state -> Answer? in
            state.asked.append("\(walk.short)\(position.map { " after \($0.text)" } ?? "")")
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        switch answer {
        case nil: throw SourceError(.unreachable, source: name, detail: "the script is over")
        case .fault(let kind): throw SourceError(kind, source: name, detail: "as the script says")
        case .gone(let ids, let next):
            return rows(ids, .deleted, next: next, count: .none, token: nil)
        case .page(let ids, let next, let count, let token):
            return rows(ids, .live, next: next, count: count, token: token)
        }
    }

    private func rows(
        _ ids: [String], _ state: RowIdentity.State, next: String?, count: SourcePage.Count, token: String?
    ) -> SourcePage {
        var batch = RecordBatch(fields: ["id", "v"])
        for id in ids {
            let parts = id.split(separator: "=")
            batch.append([.text(String(parts[0])), parts.count > 1 ? .text(String(parts[1])) : .absent])
        }
        return SourcePage(
            records: batch,
            rows: ids.map {
                RowIdentity(id: String($0.split(separator: "=")[0]), version: "1", state: state)
            },
            next: next.map { Position($0) }, count: count, token: token)
    }

    func checks() async -> [SourceCheck] { [] }
}

extension Walk {
    /// "changes 60-120": seconds since `at(0)`.
    var short: String {
        func offset(_ instant: Instant) -> Int { Int(instant.seconds(since: at(0))) }
        return switch self {
        case .full(let upper): "full \(offset(upper))"
        case .changes(let lower, let upper): "changes \(offset(lower))-\(offset(upper))"
        case .delta(let token, let upper): "delta \(token) \(offset(upper))"
        case .deletions(let lower, let upper): "deletions \(offset(lower))-\(offset(upper))"
        case .identities(let upper): "identities \(offset(upper))"
        }
    }
}

/// So many seconds after 2026-07-06T12:00:00Z.
func at(_ seconds: Double) -> Instant {
    Instant(milliseconds: 1_783_339_200_000).adding(seconds: seconds)
}

let day = 86_400.0

let partnerMapping = StreamMapping(
    stream: "partners", object: "Account", kind: .partner,
    fields: ["partner": FieldRule("id")], attributes: ["v": FieldRule("v")])

/// "v" of a row becomes an attribute; a row whose value is "bad" is set aside.
let mapPartners: PageMapping = { page in
    var records: [MappedRecord] = []
    var quarantined: [QuarantinedRow] = []
    for (index, row) in page.rows.enumerated() {
        var value = ""
        if case .text(let text) = page.records[index, 1] { value = text }
        switch row.state {
        case .live where value == "bad":
            quarantined.append(
                QuarantinedRow(
                    place: row.id, reason: "field 'v': is bad", payload: page.records.payload(index),
                    summary: "field 'v' does not fit"))
        case .live:
            records.append(
                MappedRecord(
                    nativeID: row.id, nativeVersion: row.version,
                    body: .partner(PartnerFact(partner: Partner.ID(row.id), attributes: ["v": value]))))
        case .deleted, .merged:
            records.append(
                MappedRecord(nativeID: row.id, nativeVersion: row.version, body: .deleted(.partner)))
        }
    }
    return (records, quarantined)
}

/// A machine whose time is `now` and that never waits.
func environment(_ now: @escaping @Sendable () -> Instant) -> SourceEnvironment {
    SourceEnvironment(now: now, sleep: { _ in }, random: { 0.5 })
}

func windows(
    lag: Double = 60, overlap: Double = 600, walksDeletions: Bool = false, listsIdentities: Bool = false
) -> StreamPlan {
    StreamPlan(
        mapping: partnerMapping,
        incremental: .windows(lag: .seconds(lag), overlap: .seconds(overlap)), walksDeletions: walksDeletions,
        listsIdentities: listsIdentities)
}

/// Reads `source` once; machine and source agree on the time unless `now` is given.
@discardableResult
func read(
    _ source: ScriptedSource, into book: MemoryBook, now: Instant, mode: SyncRequest.Mode = .routine,
    accepts: Bool = false
) async throws -> PullSummary {
    var options = PullOptions()
    options.mode = mode
    options.acceptMassChange = accepts
    return try await pull(
        source, source.plan, into: book, map: mapPartners, environment: environment { now },
        options: options)
}

/// The kind of ``SourceError`` that `body` ends with, and its words.
func failure(_ body: () async throws -> Void) async -> (kind: SourceError.Kind?, detail: String) {
    do {
        try await body()
        return (nil, "")
    } catch let error as SourceError {
        return (error.kind, error.detail)
    } catch {
        return (nil, "\(error)")
    }
}
