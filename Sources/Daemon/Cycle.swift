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

    package var readings: [Reading] = []
    package var looks: [RecordedLook] = []
    package var reports: [String] = []
}

/// One round: fetch, then evaluate, act and report, in that order, never two rounds at once.
actor Cycle {
    private let sources: [any OutcomeSource]
    private let operations: PilotOperations
    private let reports: ReportFiles
    private let logger: Logger
    private var last: Task<CycleSummary, any Error>?

    init(sources: [any OutcomeSource], operations: PilotOperations, reports: ReportFiles, logger: Logger) {
        self.sources = sources
        self.operations = operations
        self.reports = reports
        self.logger = logger
    }

    /// Reads the named sources (all when `nil`), then brings every pilot up to date.
    func run(reading names: Set<Source.Name>? = nil) async throws -> CycleSummary {
        let previous = last
        let task = Task {
            _ = try? await previous?.value
            return try await round(names)
        }
        last = task
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func round(_ names: Set<Source.Name>?) async throws -> CycleSummary {
        var summary = CycleSummary()
        // What is about to be looked at is read first, whatever the sources' own rhythm.
        let names = try await operations.hasDueLook() ? nil : names
        for source in sources where names?.contains(source.name) ?? true {
            for stream in source.streams {
                summary.readings.append(try await read(stream, of: source))
            }
        }
        try await operations.keepPilotsCurrent()
        summary.looks = try await operations.recordDueLooks().map {
            CycleSummary.RecordedLook(
                pilot: $0.pilot, look: $0.index, recommendation: $0.recommendation.action)
        }
        summary.reports = try await reports.write(from: operations)
        return summary
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
            reading.failure = error.description
            logger.warning("a source could not be read", metadata: ["reason": "\(error)"])
            try await operations.noteFailure(of: stream, in: source.name, reason: error.description)
        }
        return reading
    }
}
