import ArgumentParser
import Daemon
import Foundation
import Model
import Operations

/// `fairway export`: what an independent recomputation needs.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print facts, assignments, outcomes, looks, deliveries, rows set aside or accruals.",
        discussion: "The columns are fixed in docs/EXPORTS.md. Looks are JSON Lines only.")

    enum What: String, ExpressibleByArgument, CaseIterable {
        case facts, assignments, outcomes, looks, deliveries, quarantine, accruals
    }

    enum Format: String, ExpressibleByArgument, CaseIterable { case jsonl, csv }

    @OptionGroup var config: ConfigOptions
    @Argument(help: "facts, assignments, outcomes, looks, deliveries, quarantine or accruals.") var what: What
    @Option(help: "Only this pilot's rows.") var pilot: Pilot.ID?
    @Option(help: "jsonl or csv; jsonl by default.") var format: Format?
    @Flag(help: "The same as --format jsonl.") var json = false
    @Option(help: "Accruals of this quarter, such as 2027-Q1; of all that are over by default.")
    var quarter: CalendarPeriod?
    @Flag(help: "Outcomes of every recorded look, not only of each pilot's last.") var allLooks = false
    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "path")) var out:
        String?

    func validate() throws {
        try refuse(json: json, beside: format?.rawValue, own: Format.jsonl.rawValue)
        if what == .looks, format == .csv {
            throw ValidationError("looks are nested; they are exported as jsonl only")
        }
        if pilot != nil, [.facts, .deliveries, .quarantine, .accruals].contains(what) {
            throw ValidationError("'\(what.rawValue)' is told for the whole store; leave --pilot out")
        }
        if let quarter, what != .accruals || quarter.length != .quarter {
            throw ValidationError("--quarter names a quarter such as 2027-Q1, of accruals only")
        }
    }

    func run() async throws {
        try await telling {
            let text = try await text(config.openForReading())
            guard let out else { return FileHandle.standardOutput.write(Data(text.utf8)) }
            try writeResult(Data(text.utf8), to: out)
        }
    }

    private func text(_ operations: PilotOperations) async throws -> String {
        let table: ExportTable
        switch what {
        case .facts: table = try await operations.exportFacts()
        case .assignments: table = try await operations.exportAssignments(of: pilot)
        case .outcomes: table = try await operations.exportOutcomes(of: pilot, allLooks: allLooks)
        case .deliveries: table = try await operations.exportDeliveries()
        case .accruals: table = try await operations.exportAccruals(quarter: quarter)
        case .quarantine: table = try await operations.exportQuarantine()
        case .looks: return try await operations.exportLooks(of: pilot)
        }
        return format == .csv ? table.csv() : table.jsonLines()
    }
}
