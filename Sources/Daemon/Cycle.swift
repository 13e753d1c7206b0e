import Ingestion
import Logging
package import Model
import Operations
import Storage

/// What one round of the daemon did.
package struct CycleSummary: Sendable, Hashable, Codable {
    package struct Reading: Sendable, Hashable, Codable {
        package var source: Source.Name
        package var stream: String
        package var pages = 0
        package var rows = 0
        package var newFacts = 0
        package var repeated = 0
        /// Records that say something else than they did.
        package var restated = 0
        package var deleted = 0
        package var quarantined = 0
        /// Requests sent again, by why.
        package var retries: [String: Int] = [:]
        package var throttledSeconds = 0.0
        package var failure: String?
    }

    package struct RecordedLook: Sendable, Hashable, Codable {
        package var pilot: Pilot.ID
        package var look: Int
        package var recommendation: Recommendation.Action
    }

    /// A pilot that could not be brought up to date; the others were.
    package struct PilotFailure: Sendable, Hashable, Codable {
        package var pilot: Pilot.ID
        package var reason: String
    }

    package var readings: [Reading] = []
    package var pilotFailures: [PilotFailure] = []
    package var looks: [RecordedLook] = []
    package var reports: [String] = []
}

/// One round: fetch, then evaluate, act and report, in that order. Sources are read side by side, each once at a
/// time, and no round waits for what another one reads; pilots are brought up to date by one round at a time.
actor Cycle {
    private nonisolated let sources: [WiredSource]
    private let operations: PilotOperations
    private let reports: ReportFiles
    private let telemetry: Telemetry
    private let logger: Logger
    private let readings: SourceReadings
    private let turn = Turn()
    private var isStopped = false
    /// Looks that all sources were read for; one that waits for its data is not a reason to read them again.
    private var readFor: Set<DueLook> = []

    init(
        sources: [WiredSource], operations: PilotOperations, reports: ReportFiles, telemetry: Telemetry,
        logger: Logger
    ) {
        self.sources = sources
        self.operations = operations
        self.reports = reports
        self.telemetry = telemetry
        self.logger = logger
        readings = SourceReadings(
            StreamReader(operations: operations, telemetry: telemetry, logger: logger))
    }

    /// Reads what is asked for, then brings every pilot up to date.
    ///
    /// - Parameters:
    ///   - patience: how long sources are waited for; a slow one is read on while the others' data count.
    ///   - observer: told how the reading goes on.
    func run(
        _ request: SyncRequest = SyncRequest(), patience: Duration? = nil,
        observer: @escaping StreamReader.Observer = { _ in }
    ) async throws -> CycleSummary {
        do {
            return try await timed { try await round(request, patience, observer) }
        } catch is CancellationError where isStopped {
            throw OperationError(
                .conflict,
                "the daemon is being stopped; what was read so far is stored, the rest is read later")
        }
    }

    /// What the first page of each stream would become; nothing of it is stored.
    func preview(_ request: SyncRequest) async -> SyncPreview {
        var shown = SyncPreview()
        for wired in sources where request.includes(wired.name) {
            for plan in wired.source.streams where request.includes(stream: plan.name) {
                do throws(SourceError) {
                    shown.previews.append(
                        try await Ingestion.preview(wired.source, plan, map: wired.mapping(plan)))
                } catch {
                    shown.failures.append(
                        SyncPreview.Failure(
                            source: wired.name, stream: plan.name, reason: error.description,
                            isOfMapping: error.kind == .unmappable))
                }
            }
        }
        return shown
    }

    /// Refuses sources and streams that are not configured.
    nonisolated func refuseUnknown(_ request: SyncRequest) throws {
        let names = sources.map(\.name.rawValue)
        for source in (request.sources ?? []).sorted() where !names.contains(source.rawValue) {
            throw OperationError(
                .notFound,
                "there is no source '\(source)'\(suggestion(for: source.rawValue, among: names)); "
                    + "configured are \(names.isEmpty ? "none" : names.joined(separator: ", "))")
        }
        let streams = sources.filter { request.includes($0.name) }.flatMap(\.source.streams).map(\.name)
        for stream in (request.streams ?? []).sorted() where !streams.contains(stream) {
            throw OperationError(
                .notFound,
                "there is no stream '\(stream)'\(suggestion(for: stream, among: streams)); "
                    + "expected one of \(Set(streams).sorted().joined(separator: ", "))")
        }
    }

    /// Ends what is being read; for shutting down.
    func stop() async {
        isStopped = true
        await readings.stop()
    }

    private func timed(_ body: () async throws -> CycleSummary) async throws -> CycleSummary {
        let began = ContinuousClock.now
        do {
            let summary = try await body()
            telemetry.didRound(in: ContinuousClock.now - began, failed: false)
            return summary
        } catch {
            telemetry.didRound(in: ContinuousClock.now - began, failed: true)
            throw error
        }
    }

    private func round(
        _ request: SyncRequest, _ patience: Duration?, _ observer: @escaping StreamReader.Observer
    ) async throws -> CycleSummary {
        // What is about to be looked at is read first, whatever the sources' own rhythm.
        let due = try await operations.dueLooks()
        let readsAll = !due.isSubset(of: readFor)
        readFor = due
        let requests = sources.compactMap { source -> (source: WiredSource, request: SyncRequest)? in
            if request.includes(source.name) { return (source, request) }
            return readsAll ? (source, SyncRequest()) : nil
        }
        let read = try await readings.read(requests, patience: patience, observer: observer)
        return try await turn.take { try await bringUpToDate(read) }
    }

    private func bringUpToDate(_ readings: [CycleSummary.Reading]) async throws -> CycleSummary {
        var summary = CycleSummary()
        summary.readings = readings
        _ = try await operations.purgeErasable()
        let pilots = try await operations.pilots().map(\.id)
        for pilot in pilots {
            try await attempt(pilot, &summary) { _ in try await operations.keepCurrent(pilot) }
        }
        for pilot in pilots {
            try await attempt(pilot, &summary) { summary in
                guard let look = try await operations.recordDueLook(of: pilot, by: .daemon).look else {
                    return
                }
                let recorded = CycleSummary.RecordedLook(
                    pilot: pilot, look: look.index, recommendation: look.recommendation.action)
                summary.looks.append(recorded)
                telemetry.didRecord(recorded)
            }
        }
        summary.reports = try await reports.write(from: operations)
        return summary
    }

    /// Lets one pilot's fault be told without holding up the others; a store that cannot be written ends the
    /// round.
    private func attempt(
        _ pilot: Pilot.ID, _ summary: inout CycleSummary, _ body: (inout CycleSummary) async throws -> Void
    ) async throws {
        do {
            try await body(&summary)
        } catch let error as OperationError {
            summary.pilotFailures.append(CycleSummary.PilotFailure(pilot: pilot, reason: error.message))
            telemetry.didFail(pilot)
            logger.error("a pilot could not be brought up to date", metadata: ["reason": "\(error)"])
        }
    }
}
