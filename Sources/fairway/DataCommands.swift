import ArgumentParser
import Daemon
import Documents
import Foundation
import Model
import Operations
import Storage

/// `fairway sync`: one round by hand.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Read all sources now, then do what has become due.",
        discussion:
            "Exits with 69 when a source could not be read, with 65 when a pilot could not be brought up to date."
    )

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await telling {
            guard case .cycled(let summary) = try await config.perform(.sync) else { return }
            try output.print(summary) { summary.text }
            if summary.readings.contains(where: { $0.failure != nil }) { throw ExitCode(69) }
            if !summary.failures.isEmpty { throw ExitCode(65) }
        }
    }
}

extension CycleSummary {
    fileprivate var text: String {
        let readings = readings.map { reading in
            let stream = "\(reading.source)/\(reading.stream)"
            if let failure = reading.failure { return "\(stream): \(failure)" }
            return
                "\(stream): \(reading.newFacts) new, \(reading.repeated) known, \(reading.quarantined) set aside"
        }
        let looks = looks.map { "look \($0.look) of \($0.pilot): \($0.recommendation.rawValue)" }
        let failures = failures.map { "pilot '\($0.pilot)' could not be brought up to date: \($0.reason)" }
        let nothing = readings.isEmpty ? ["no source is configured"] : []
        return (nothing + readings + failures + looks + reports.map { "wrote \($0)" }).joined(separator: "\n")
    }
}

/// `fairway clock INSTANT`: moves a practice store's time.
struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Move a practice store's business clock forward, and do what becomes due.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The new time, ISO 8601.") var instant: Instant

    func run() async throws {
        try await telling {
            guard case .cycled(let summary) = try await config.perform(.advanceClock(instant)) else { return }
            try output.print(summary) { summary.text }
        }
    }
}

/// `fairway import csv FILE`: partners, contracts, or a whole trial.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring in facts from a file.", subcommands: [CSV.self])

    struct CSV: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "csv",
            abstract: "Bring in a CSV file of partners or contracts, or an imported trial.",
            discussion:
                "Rows that cannot be read are set aside with their line and reason; the others are stored.")

        enum Kind: String, ExpressibleByArgument, CaseIterable { case partners, contracts }

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The file.") var file: String
        @Option(
            help: ArgumentHelp(
                "The trial this file is the data of: a pilot with 'design: external'.", valueName: "pilot"))
        var pilot: String?
        @Option(help: "What the rows are: partners or contracts.") var kind: Kind?

        func validate() throws {
            guard (pilot == nil) != (kind == nil) else {
                throw ValidationError(
                    "say what the file holds: --kind partners, --kind contracts, or --pilot PILOT for a trial"
                )
            }
        }

        func run() async throws {
            try await telling {
                guard let data = FileManager.default.contents(atPath: file) else {
                    throw Fault(
                        file: file, line: nil, column: nil,
                        message: "the file cannot be read; check its path and who may read it",
                        isMissing: true)
                }
                guard let csv = String(validating: data, as: UTF8.self) else {
                    throw Fault(
                        file: file, line: nil, column: nil,
                        message: "the file is not UTF-8 text; nothing was stored: save it as UTF-8 and repeat"
                    )
                }
                let command: Command =
                    if let pilot {
                        .importTrial(try config.approvedPlan(of: pilot), csv: csv)
                    } else {
                        .importFacts(
                            kind == .partners ? .partner : .contract, csv: csv,
                            file: (file as NSString).lastPathComponent)
                    }
                guard case .imported(let summary) = try await config.perform(command) else { return }
                try output.print(summary) {
                    let head =
                        "\(summary.newFacts) new facts, \(summary.repeated) known, \(summary.quarantined.count) rows set aside"
                    return
                        ([head] + summary.quarantined.prefix(20).map { "\(file), \($0.place): \($0.reason)" })
                        .joined(separator: "\n")
                }
            }
        }
    }
}

/// `fairway backup FILE`: a proven copy while the store is in use.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store into a new file and prove the copy by counts and journal head.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The new file.") var file: String

    func run() async throws {
        try await telling {
            let summary = try config.openForReading().store.backUp(to: file)
            try output.print(summary) { "verified backup \(file): \(summary.text)" }
        }
    }
}

/// `fairway restore FILE`: a backup becomes the store.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a verified copy of a backup where the configuration expects the store.",
        discussion: "Refused while a store is there: move it aside first.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The backup.") var file: String

    func run() async throws {
        try await telling {
            let configuration = try config.load()
            let summary = try Store.restore(file, to: configuration.store)
            let restored = try Store.open(at: configuration.store, .readWrite)
            let (now, backup) = (Instant(Date()), (file as NSString).lastPathComponent)
            try await restored.write { transaction in
                _ = try transaction.journal(
                    .storeRestored, of: backup, at: now, by: .operatingSystemUser,
                    detail: ["head": summary.journalHead])
            }
            try output.print(summary) { "restored \(configuration.store): \(summary.text)" }
        }
    }
}

extension StoreSummary {
    fileprivate var text: String {
        "\(facts) facts, \(assignments) assignments, \(looks) looks, \(journalEntries) journal entries, head \(journalHead.prefix(12))"
    }
}
