import ArgumentParser
import Daemon
import Documents
import Foundation

/// `fairway doctor`: can it work?
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether everything needed is in order; changes nothing.",
        discussion: """
            Looks at the store, the folders and each source: name resolution, TLS, credentials, rights on each mapped \
            field, clocks. Exits with 1 when something is broken.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Name what can be looked at, and stop.") var list = false
    @Option(name: .customLong("run"), help: "Look only at this; may be repeated.") var names: [String] = []
    @Flag(help: "Leave out what asks another machine.") var offline = false

    func run() async throws {
        try await telling {
            let doctor = Doctor(
                configuration: try config.load(), environment: ProcessInfo.processInfo.environment)
            if list { return try output.print(doctor.subjects) { doctor.subjects.joined(separator: "\n") } }
            let report = try await doctor.examine(Set(names), isOffline: offline)
            try output.print(report) { report.text }
            if !report.isHealthy { throw ExitCode(1) }
        }
    }
}

extension DoctorReport {
    fileprivate var text: String {
        var lines: [String] = []
        var about = ""
        for finding in findings {
            if finding.about != about {
                about = finding.about
                lines.append(about)
            }
            let mark =
                switch finding.result {
                case .ok: "ok  "
                case .warning: "warn"
                case .failure: "FAIL"
                }
            lines.append("  \(mark) \(finding.subject): \(finding.detail)")
        }
        return lines.joined(separator: "\n")
    }
}
