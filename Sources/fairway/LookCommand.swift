import ArgumentParser
import Daemon
import Foundation
import Model
import Operations
import Reporting

/// `fairway look`: what the evidence says; `fairway look record` writes it down.
struct LookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "look",
        abstract: "Show what the evidence says about a pilot, or record a look that is due.",
        discussion: "Showing records nothing and spends no alpha.",
        subcommands: [Preview.self, Record.self], defaultSubcommand: Preview.self)

    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show what the next look would conclude; records nothing.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The pilot's id.") var pilot: Pilot.ID

        func run() async throws {
            try await telling {
                let operations = try config.openForReading()
                let look = try await operations.previewLook(of: pilot)
                let report = WeeklyReport(
                    pilot: try await operations.pilot(pilot), look: look,
                    previous: try await operations.recordedLooks(of: pilot).filter { $0.index < look.index })
                try output.print(look) { report.markdown() }
            }
        }
    }

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "record",
            abstract: "Record the look that is due, with everything that follows from it.",
            discussion: "Exits with 69 when the last look is due and its data are out of date.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The pilot's id.") var pilot: Pilot.ID

        func run() async throws {
            try await telling {
                guard case .looked(let recording) = try await config.perform(.recordLook(pilot)) else {
                    return
                }
                try output.print(recording.look) { text(recording) }
                if case .withheld = recording { throw ExitCode(69) }
            }
        }

        private func text(_ recording: LookRecording) -> String {
            switch recording {
            case .recorded(let look):
                (["look \(look.index): \(look.recommendation.action.rawValue)"] + look.recommendation.reasons
                    + look.recommendation.blockers).joined(separator: "\n")
            case .notDue(let next):
                "no look of '\(pilot)' is due\(next.map { "; the next one is on \($0)" } ?? " any more"); "
                    + "'fairway look \(pilot)' shows the evidence so far"
            case .withheld(let reasons):
                "the last look of '\(pilot)' is due and waits for its data: \(reasons.joined(separator: "; "));\n"
                    + "bring the sources up to date with 'fairway sync', then repeat"
            }
        }
    }
}

/// `fairway report`: a recorded look's weekly report.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print or write a recorded look's weekly report.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case md, html, json }

    @OptionGroup var config: ConfigOptions
    @Argument(help: "The pilot's id.") var pilot: Pilot.ID
    @Option(help: ArgumentHelp("The ISO week, such as 2026-W05; the latest by default.", valueName: "week"))
    var week: ISOWeek?
    @Option(help: "md, html or json.") var format: Format = .md
    @Flag(help: "The same as --format json.") var json = false
    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "path"))
    var out: String?

    func run() async throws {
        try await telling {
            let report = try await config.openForReading().report(of: pilot, week: week)
            let data =
                switch json ? .json : format {
                case .md: Data(report.markdown().utf8)
                case .html: Data(try report.html().utf8)
                case .json: try report.json()
                }
            guard let out else { return FileHandle.standardOutput.write(data) }
            try writeResult(data, to: out)
        }
    }
}
