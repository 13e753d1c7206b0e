import ArgumentParser
import Daemon
import Foundation
import Model
import Operations
import Randomization

/// `fairway terms PARTNER`: variant and terms.
struct TermsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms", abstract: "Show which variants a partner is in and what its terms pay today.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The partner's id in the CRM.") var partner: Partner.ID

    func run() async throws {
        try await telling {
            let answer = try await config.openForReading().terms(of: partner)
            try output.print(answer) {
                var lines = ["\(answer.name ?? answer.partner.rawValue) on \(answer.asOf)"]
                for lot in answer.lots {
                    let state = lot.isOver ? ", over" : lot.isPaused ? ", new promises paused" : ""
                    lines.append(
                        "pilot \(lot.pilot): variant '\(lot.variant)' since \(lot.assignedOn)\(state)")
                }
                for entry in answer.terms.entries {
                    let promised = entry.until.map { "promised until \($0)" } ?? "not promised for any time"
                    lines.append(
                        "\(entry.component.rawValue): plan '\(entry.plan)' of pilot \(entry.pilot), \(promised)"
                    )
                }
                if answer.lots.allSatisfy(\.isOver) { lines.append("in no pilot: today's terms apply") }
                return lines.joined(separator: "\n")
            }
        }
    }
}

/// `fairway verify-assignment PILOT`: draws the lots again.
struct VerifyAssignmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-assignment",
        abstract: "Draw a pilot's lots again from seed and roster, and compare.",
        discussion:
            "Exits with 1 when they differ. A proof file lets a third party do the same without Fairway.")

    struct Result: Encodable {
        var pilot: Pilot.ID
        var assignments: Int
        var discrepancies: [String]
    }

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The pilot's id.") var pilot: Pilot.ID
    @Option(help: ArgumentHelp("Write the proof file for third parties.", valueName: "path"))
    var proof: String?

    func run() async throws {
        try await telling {
            let evidence = try await config.openForReading().assignmentProof(of: pilot)
            if let proof { try writeResult(CanonicalJSON.encodePretty(evidence), to: proof) }
            let result = Result(
                pilot: pilot, assignments: evidence.assignments.count, discrepancies: try evidence.verify())
            try output.print(result) {
                result.discrepancies.isEmpty
                    ? "verified: \(result.assignments) assignments of '\(pilot)' follow from seed and roster"
                    : result.discrepancies.joined(separator: "\n")
            }
            if !result.discrepancies.isEmpty { throw ExitCode(1) }
        }
    }
}
