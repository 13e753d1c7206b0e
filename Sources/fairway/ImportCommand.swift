import ArgumentParser
import Daemon
import Documents
import Foundation
import Model
import Operations

/// `fairway import csv FILE`: records of one kind, or a whole trial.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring in facts from a file.", subcommands: [CSV.self])

    struct CSV: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "csv",
            abstract:
                "Bring in a CSV file of records of one kind, or a trial.",
            discussion: """
                Rows that cannot be read are set aside with their line and reason; the others are stored. Exits with 65 \
                when every row was set aside.
                """)

        enum Kind: String, ExpressibleByArgument, CaseIterable {
            case partners, contracts, milestones, readings, payments, renewals, churn, discounts
            case opportunities, forecasts, attributions

            var facts: FactKind {
                switch self {
                case .partners: .partner
                case .contracts: .contract
                case .milestones: .milestone
                case .readings: .reading
                case .payments: .payment
                case .renewals: .renewal
                case .churn: .churn
                case .discounts: .discount
                case .opportunities: .opportunity
                case .forecasts: .forecast
                case .attributions: .attribution
                }
            }
        }

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The file.") var file: String
        @Option(
            help: ArgumentHelp(
                "The trial this file is the data of: a pilot with 'design: external'.", valueName: "pilot"))
        var pilot: String?
        @Option(help: "What the rows are.")
        var kind: Kind?
        @Option(
            help: ArgumentHelp(
                "The day payments were made where the file does not say, such as a payment file that Fairway wrote.",
                valueName: "day"))
        var paidOn: Day?

        func validate() throws {
            guard paidOn == nil || kind == .payments else {
                throw ValidationError("--paid-on is the day payments were made; add --kind payments")
            }
            guard (pilot == nil) != (kind == nil) else {
                let kinds = Kind.allCases.map { "--kind \($0.rawValue)" }.joined(separator: ", ")
                throw ValidationError("say what the file holds: \(kinds), or --pilot PILOT for a trial")
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
                let command: Command
                if let kind {
                    command = .importFacts(
                        kind.facts, csv: csv, file: (file as NSString).lastPathComponent,
                        constants: paidOn.map { ["paidOn": $0.description] } ?? [:])
                } else {
                    command = .importTrial(try config.approvedPlan(of: pilot ?? ""), csv: csv)
                }
                guard case .imported(let summary) = try await config.perform(command) else { return }
                let note = try await note(on: summary)
                try output.print(summary) {
                    let aside = summary.quarantined.prefix(20).map { "\(file), \($0.place): \($0.reason)" }
                    return ([summary.text] + aside + note).joined(separator: "\n")
                }
                if summary.isAllSetAside { throw ExitCode(65) }
            }
        }

        /// What the file names and nothing here knows: no fault, since plan and book may come later.
        private func note(on summary: ImportSummary) async throws -> [String] {
            guard !output.json, let named = summary.evidence else { return [] }
            let running = try await config.openForReading().runningPlans()
            let directory = "\(try config.load().experiments)/plans"
            do throws(Faults) {
                return named.notes(plans: try loadIncentivePlans(in: directory) + running)
            } catch {
                let unread =
                    "note: the plans in \(directory) have faults, so the file's names were held against none; "
                    + "'fairway validate' tells them"
                return named.notes(plans: nil) + [unread]
            }
        }
    }
}

extension ImportSummary {
    /// A file of another kind, or with other columns, rather than one with a bad row.
    fileprivate var isAllSetAside: Bool { newFacts + repeated == 0 && !quarantined.isEmpty }

    fileprivate var text: String {
        let stored = "\(newFacts) new facts, \(repeated) known"
        let rows = newFacts + repeated + quarantined.count
        guard !quarantined.isEmpty else { return "\(stored); no row of \(rows) set aside" }
        return "\(stored); \(quarantined.count) of \(rows) rows set aside: see 'fairway export quarantine'"
    }
}
