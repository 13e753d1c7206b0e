import ArgumentParser
import Daemon
import Documents
import Foundation
import Model
import Operations
import Reporting

/// `fairway status`: where everything stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show pilots, guardrails, sources and deliveries.",
        discussion: "Exits with 1 when a guardrail of a running pilot is breached.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await telling {
            let status = try await config.openForReading().status()
            let configured = Set(try config.load().sources.keys.map { Source.Name($0) })
            try output.print(status) { status.text(configured: configured) }
            if status.hasOpenBreach { throw ExitCode(1) }
        }
    }
}

extension Status {
    fileprivate func text(configured: Set<Source.Name>) -> String {
        var lines = [
            "\(store)\(isPractice ? " (practice)" : ""), business time \(now), \(sequence) facts"
        ]
        for pilot in pilots { lines += pilot.lines }
        for stream in sources { lines += stream.lines(at: now, configured: configured) }
        lines += waiting
        if sources.contains(where: { $0.quarantined > 0 }) {
            lines.append("'fairway export quarantine' shows the rows set aside, each with its reason")
        }
        lines.append("deliveries: \(pendingDeliveries) pending, \(deadDeliveries) given up")
        return lines.joined(separator: "\n")
    }
}

extension Status.PilotStatus {
    fileprivate var lines: [String] {
        let looks = "look \(looksTaken) of \(looksPlanned)"
        let advice = recommendation?.rawValue ?? "no look yet"
        return ["pilot \(pilot): \(state.rawValue), \(looks), \(advice)"]
            + guardrails.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.rawValue)" }
    }
}

extension StreamStatus {
    /// One line on what is read, and one on each thing that stands in the way.
    fileprivate func lines(at now: Instant, configured: Set<Source.Name>) -> [String] {
        var parts = [completedThrough.map { "complete through \($0)" } ?? "never read completely"]
        if let lag = lag(at: now), !source.isImported { parts.append("\(PlainWords.duration(lag)) behind") }
        if let live { parts.append("\(live) records") }
        parts.append("\(quarantined) rows set aside")
        if let quota { parts.append("\(quota.used) of \(quota.limit) requests used") }
        var lines = ["source \(source)/\(stream): \(parts.joined(separator: ", "))"]
        if completedThrough != nil, live == 0 {
            lines.append("  complete, but there is no record: check the conditions of its mapping")
        }
        if !source.isImported, !configured.contains(source) {
            lines.append("  no longer configured: what it told stays in the book and grows old")
        }
        if let until = throttledUntil, until > now { lines.append("  throttled until \(until)") }
        if let hold {
            lines.append("  held: \(hold); if that is right: fairway sync \(source) --accept-mass-change")
        }
        if let lastError { lines.append("  \(lastError)") }
        return lines
    }
}
