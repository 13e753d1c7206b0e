import ArgumentParser
import Daemon
import Documents
import Foundation
import Model
import Operations
import Storage

/// `fairway clock INSTANT`: moves a practice store's time.
struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Move a practice store's business clock forward, and do what becomes due.",
        discussion:
            "Exits as 'sync' does when a source could not be read or a pilot not be brought up to date.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The new time, ISO 8601.") var instant: Instant

    func run() async throws {
        try await telling {
            guard case .cycled(let summary) = try await config.perform(.advanceClock(instant)) else { return }
            try output.print(summary) { "business time is now \(instant)\n\(summary.text)" }
            try summary.exitOnFailure()
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
