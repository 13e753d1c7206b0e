import ArgumentParser
import Daemon
import Foundation
import Ingestion
import Model
import Operations

/// `fairway sync`: one round by hand.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Read sources now, then do what has become due.",
        discussion: """
            Reads what has changed; --full reads everything, --since what changed from a moment on. --dry-run shows \
            what the first page of each stream would become and stores nothing. Progress goes to standard error. \
            Exits with 69 when a source could not be read, with 65 when a pilot could not be brought up to date.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "Sources to read; all that are configured when none is named.") var sources: [String] = []
    @Option(name: .customLong("stream"), help: "Read only this stream; may be repeated.")
    var streams: [String] = []
    @Flag(help: "Read everything from the beginning; what says nothing new changes nothing.") var full = false
    @Option(help: "Also read again what changed from this moment on, ISO 8601.") var since: Instant?
    @Flag(help: "Show what the first page would become; store nothing.") var dryRun = false
    @Flag(help: "Let a mass deletion or a shrunken stream pass, once, after you have looked at the source.")
    var acceptMassChange = false

    func validate() throws {
        if full, since != nil {
            throw ValidationError("--full reads more than --since does; give one of them")
        }
        if acceptMassChange, sources.isEmpty {
            throw ValidationError(
                "name the source whose mass change may pass, for example 'fairway sync crm'")
        }
    }

    private var request: SyncRequest {
        SyncRequest(
            sources: sources.isEmpty ? nil : Set(sources.map { Source.Name($0) }),
            streams: streams.isEmpty ? nil : Set(streams),
            mode: full ? .full : since.map { .since($0) } ?? .routine, acceptMassChange: acceptMassChange,
            dryRun: dryRun)
    }

    func run() async throws {
        try await telling {
            if dryRun { return try await showPreview() }
            let progress = SyncProgressDisplay()
            let outcome = try await config.runner().perform(
                .sync(request), observer: { progress.show($0) })
            progress.end()
            guard case .cycled(let summary) = outcome else { return }
            try output.print(summary) { summary.text }
            try summary.exitOnFailure()
        }
    }

    private func showPreview() async throws {
        let shown = try await config.runner().preview(request)
        try output.print(shown) { shown.text }
        if let failure = shown.failures.first { throw ExitCode(failure.isOfMapping ? 65 : 69) }
    }
}

extension CycleSummary {
    /// 69 when a source could not be read, 65 when a pilot could not be brought up to date.
    func exitOnFailure() throws(ExitCode) {
        if readings.contains(where: { $0.failure != nil }) { throw ExitCode(69) }
        if !pilotFailures.isEmpty { throw ExitCode(65) }
    }

    /// What a round did, for people.
    var text: String {
        let readings = readings.map { reading in
            let stream = "\(reading.source)/\(reading.stream)"
            if let failure = reading.failure { return "\(stream): \(failure)" }
            return "\(stream): \(reading.newFacts) new, \(reading.repeated) known, "
                + "\(reading.quarantined) set aside\(reading.details)"
        }
        let looks = looks.map { "look \($0.look) of \($0.pilot): \($0.recommendation.rawValue)" }
        let failures = pilotFailures.map {
            "pilot '\($0.pilot)' could not be brought up to date: \($0.reason)"
        }
        let nothing = readings.isEmpty ? ["no source is configured"] : []
        return (nothing + readings + failures + looks + reports.map { "wrote \($0)" }).joined(separator: "\n")
    }
}

extension CycleSummary.Reading {
    fileprivate var details: String {
        var parts: [String] = []
        if restated > 0 { parts.append("\(restated) restated") }
        if deleted > 0 { parts.append("\(deleted) gone") }
        let repeats = retries.values.reduce(0, +)
        if repeats > 0 {
            let classes = retries.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            parts.append("\(repeats) requests repeated (\(classes.joined(separator: ", ")))")
        }
        if throttledSeconds >= 1 { parts.append("throttled for \(Int(throttledSeconds)) s") }
        return parts.isEmpty ? "" : "; " + parts.joined(separator: ", ")
    }
}

extension SyncPreview {
    fileprivate var text: String {
        let failed = failures.map { "\($0.source)/\($0.stream): \($0.reason)" }
        return (previews.map(\.text) + failed + ["nothing was stored"]).joined(separator: "\n\n")
    }
}

extension StreamPreview {
    fileprivate var text: String {
        var lines = [
            "\(source)/\(stream): \(rowsOnPage) rows on the first page\(total.map { " of \($0)" } ?? ""), "
                + "each a \(kind.rawValue)"
        ]
        for row in rows {
            lines.append("  \(row.id)")
            for value in row.values {
                let from = value.from.map { "\($0.field) '\($0.value.prefix(60))'" }
                    .joined(separator: ", ")
                lines.append(
                    "    \(value.target) = \(value.value)\(from.isEmpty ? "" : "   from \(from)")")
            }
        }
        if !quarantined.isEmpty { lines.append("  \(quarantined.count) rows would be set aside:") }
        for row in quarantined.prefix(10) { lines.append("    \(row.place): \(row.reason)") }
        if quarantined.count > 10 { lines.append("    and \(quarantined.count - 10) more") }
        return lines.joined(separator: "\n")
    }
}
