import ArgumentParser
import Daemon
import Evaluation
import Foundation
import Incentives
import Model
import Operations
import Reporting

/// `fairway statement PARTNER`: what a partner is paid and why.
struct StatementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: "Print a partner's statement: every line, its rule and its facts.",
        discussion: """
            A closed period is told as it was closed. An open one is computed from today's facts and may change. \
            The statement names no other partner and no group of a pilot.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, html, json, csv }

    @OptionGroup var config: ConfigOptions
    @Argument(help: "The partner's id in the CRM.") var partner: Partner.ID
    @Option(
        help: ArgumentHelp("2027-Q1, 2027-03 or 2027; the current quarter by default.", valueName: "period"))
    var period: CalendarPeriod?
    @Option(help: "text, html, json or csv; text by default.") var format: Format?
    @Flag(help: "The same as --format json.") var json = false
    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "path"))
    var out: String?

    func validate() throws { try refuse(json: json, beside: format?.rawValue) }

    func run() async throws {
        try await telling {
            let statement = try await config.openForReading().statement(of: partner, period: period)
            let data: Data =
                switch json ? .json : format ?? .text {
                case .text: Data(statement.markdown().utf8)
                case .html: Data(try statement.html().utf8)
                case .json: try statement.json()
                case .csv: Data(statement.csv().utf8)
                }
            guard let out else { return FileHandle.standardOutput.write(data) }
            try writeResult(data, to: out)
        }
    }
}

extension AuditOptions.Clock: ExpressibleByArgument {}

/// `fairway audit`: leakage.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract:
            "Compare what happened, what is owed and what was paid; name every difference and its amount.",
        discussion: """
            Bring in what was really paid with 'fairway import csv --kind payments FILE'. Kinds of defect and their \
            amounts are in docs/AUDIT.md. Exits with 1 when anything is found.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Days after which a line that nobody paid is overdue.") var patience = 45
    @Option(
        help: "What the days count from: quarterEnd, the quarter in which a line is payable, or payableDay.")
    var clock = AuditOptions.Clock.quarterEnd

    func validate() throws {
        guard (0...3650).contains(patience) else {
            throw ValidationError("'\(patience)' days of patience: expected a whole number from 0 to 3650")
        }
    }

    func run() async throws {
        try await telling {
            var options = AuditOptions()
            options.patienceDays = patience
            options.clock = clock
            let audit = try await config.openForReading().leakageAudit(options)
            try output.print(audit) { audit.text }
            if !audit.isClean { throw ExitCode(1) }
        }
    }
}

/// `fairway gaming PILOT`: who sells to the plan instead of the customer.
struct GamingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaming",
        abstract: "Look for signs that a variant's terms are gamed, against control and each partner's past.",
        discussion: """
            Tests are by partner and adjusted for their number; docs/AUDIT.md has each detector's definition. Exits \
            with 1 when a pattern is flagged.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The pilot's id.") var pilot: Pilot.ID

    func run() async throws {
        try await telling {
            let scan = try await config.openForReading().gamingScan(of: pilot)
            try output.print(scan) { scan.text }
            if scan.findings.contains(where: \.isFlagged) { throw ExitCode(1) }
        }
    }
}
