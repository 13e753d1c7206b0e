import ArgumentParser
import Daemon
import Incentives
import Model
import Operations

/// `fairway liability`: what is owed under promised terms.
struct LiabilityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "liability", abstract: "Show what pilots owe today and what their promises will cost.",
        discussion: """
            What is expected is an estimate: what the promised plans paid on the same calendar days a year before.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Only this pilot.") var pilot: Pilot.ID?

    func run() async throws {
        try await telling {
            let liability = try await config.openForReading().liability(of: pilot)
            try output.print(liability) { Self.text(liability) }
        }
    }

    private static func text(_ liability: Liability) -> String {
        guard !liability.entries.isEmpty else {
            return "\(liability.asOf): no pilot has given any partner a plan"
        }
        var table = AlignedTable(
            header: [
                "pilot", "variant", "currency", "partners", "payable", "paid", "held", "running",
                "expected", "promised until", "elsewhere",
            ], wordColumns: 3)
        table.rows = liability.entries.map { entry in
            [entry.pilot.rawValue, entry.variant.rawValue, entry.currency.code, "\(entry.partners)"]
                + [entry.payable, entry.paid, entry.held, entry.running, entry.expected].map {
                    plainAmount($0, entry.currency)
                }
                + [entry.promisedUntil?.description ?? "-", plainAmount(entry.external, entry.currency)]
        }
        table.rows += liability.totals.map { total in
            ["all", "", total.currency.code, ""]
                + [total.payable, total.paid, total.held, total.running, total.expected].map {
                    plainAmount($0, total.currency)
                } + ["", plainAmount(total.external, total.currency)]
        }
        let waiting = liability.entries.flatMap { entry in
            entry.waiting.map {
                "\(entry.pilot)/\(entry.variant): \(Money(minorUnits: $0.amount, currency: entry.currency)) waits for \($0.reason)"
            }
        }
        return
            ([
                "\(liability.asOf): earned and not paid, held, running on signed contracts if customers stay, and expected (an estimate) "
                    + "until promises end"
            ]
            + table.lines + waiting).joined(separator: "\n")
    }
}
