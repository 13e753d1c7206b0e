import ArgumentParser
import Daemon
import Model
import Operations

/// `fairway erase`: a partner's or customer's name, out of the store for good.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Take a partner's or a customer's name out of the store, for good.",
        discussion: """
            Goes: the name, and the text of set-aside rows that mention its id or name; later readings keep none of it. \
            Stays: facts, amounts, assignments, looks and the journal, which hold ids only. Not reached: backups, exports \
            and reports written before, and the source itself.
            """,
        subcommands: [ErasePartner.self, EraseCustomer.self])

    struct ErasePartner: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "partner", abstract: "Erase a partner.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The partner's id, as the source has it.") var id: String

        func run() async throws {
            try await erase(ErasableSubject(kind: .partner, id: id), config, output)
        }
    }

    struct EraseCustomer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "customer", abstract: "Erase a customer.")

        @OptionGroup var config: ConfigOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "The customer's id, as the source has it.") var id: String

        func run() async throws {
            try await erase(ErasableSubject(kind: .customer, id: id), config, output)
        }
    }
}

private func erase(
    _ subject: ErasableSubject, _ config: ConfigOptions, _ output: OutputOptions
) async throws {
    try await telling {
        guard case .erased(let summary) = try await config.perform(.erase(subject)) else { return }
        try output.print(summary) { summary.text }
    }
}

extension ErasureSummary {
    fileprivate var text: String {
        let name = names > 0 ? "its name" : "no name of it was kept"
        let gone = rows == 1 ? "the text of 1 set-aside row" : "the text of \(rows) set-aside rows"
        let again = erasedBefore.map { ["it was erased before, at \($0)"] } ?? []
        return
            ([
                "erased \(kind.rawValue) '\(id)'",
                "gone: \(name), \(gone); later readings keep none of it",
                "stays: facts, amounts, assignments, looks and the journal, under the id '\(id)'",
                "not reached: backups, exports and reports written before, and the source itself",
                "the journal calls it \(subjectHash.short)",
            ] + again).joined(separator: "\n")
    }
}
