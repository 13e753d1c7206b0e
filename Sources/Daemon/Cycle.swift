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
        package var newFacts = 0
        package var repeated = 0
        package var quarantined = 0
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
    package var failures: [PilotFailure] = []
    package var looks: [RecordedLook] = []
    package var reports: [String] = []
}

/// One round: fetch, then evaluate, act and report, in that order, never two rounds at once.
actor Cycle {
    private let sources: [any OutcomeSource]
    private let operations: PilotOperations
    private let reports: ReportFiles
    private let telemetry: Telemetry
    private let logger: Logger
    private var last: Task<CycleSummary, any Error>?
    /// Looks that all sources were read for; one that waits for its data is not a reason to read them again.
    private var readFor: Set<DueLook> = []

    init(
        sources: [any OutcomeSource], operations: PilotOperations, reports: ReportFiles, telemetry: Telemetry,
        logger: Logger
    ) {
        self.sources = sources
        self.operations = operations
        self.reports = reports
        self.telemetry = telemetry
        self.logger = logger
    }

    /// Reads the named sources (all when `nil`), then brings every pilot up to date.
    func run(reading names: Set<Source.Name>? = nil) async throws -> CycleSummary {
        let previous = last
        let task = Task {
            _ = try? await previous?.value
            return try await timed { try await round(names) }
        }
        last = task
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
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

    private func round(_ names: Set<Source.Name>?) async throws -> CycleSummary {
        var summary = CycleSummary()
        // What is about to be looked at is read first, whatever the sources' own rhythm.
        let due = try await operations.dueLooks()
        let names = due.isSubset(of: readFor) ? names : nil
        readFor = due
        for source in sources where names?.contains(source.name) ?? true {
            for stream in source.streams {
                summary.readings.append(try await read(stream, of: source))
            }
        }
        let pilots = try await operations.pilots().map(\.id)
        for pilot in pilots {
            try await attempt(pilot, &summary) { _ in try await operations.keepCurrent(pilot) }
        }
        for pilot in pilots {
            try await attempt(pilot, &summary) { summary in
                guard let look = try await operations.recordDueLook(of: pilot, by: .daemon) else { return }
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
            summary.failures.append(CycleSummary.PilotFailure(pilot: pilot, reason: error.message))
            telemetry.didFail(pilot)
            logger.error("a pilot could not be brought up to date", metadata: ["reason": "\(error)"])
        }
    }

    /// A source that fails leaves its data to grow stale; the others go on.
    private func read(_ stream: String, of source: any OutcomeSource) async throws -> CycleSummary.Reading {
        var reading = CycleSummary.Reading(source: source.name, stream: stream)
        do {
            _ = try await pull(
                source, stream: stream, from: try await operations.cursor(of: stream, in: source.name),
                sleep: { try await Task.sleep(for: .seconds($0)) }, random: { Double.random(in: 0..<1) },
                store: { page in
                    let stored = try await operations.ingest(page)
                    reading.pages += 1
                    reading.newFacts += stored.newFacts
                    reading.repeated += stored.repeated
                    reading.quarantined += stored.quarantined
                })
        } catch let error as SourceError {
            if error.kind == .cancelled { throw CancellationError() }
            reading.failure = error.description
            logger.warning("a source could not be read", metadata: ["reason": "\(error)"])
            try await operations.noteFailure(of: stream, in: source.name, reason: error.description)
        }
        telemetry.didRead(reading)
        return reading
    }
}
