import ArgumentParser
import Daemon
import Evaluation
import Incentives
import Model
import Operations
import Reporting

/// `fairway plan diff PLAN OTHER`.
struct PlanDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say what changes from one plan to another, in words and in money.",
        discussion: "Without --partner the sums over all partners are shown; 'all' shows each of them.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var span: QuarterOptions
    @Argument(help: "The plan it comes from.") var plan: String
    @Argument(help: "The plan it goes to.") var other: String
    @Option(help: "A partner's id in the CRM, or 'all'.") var partner: String?

    func run() async throws {
        try await telling {
            let (old, new) = (try config.incentivePlan(plan), try config.incentivePlan(other))
            let only = partner.flatMap { $0 == "all" ? nil : Partner.ID($0) }
            let differences = try await config.openForReading().planDifferences(
                from: old, to: new, partner: only, quarters: span.quarters)
            try output.print(PlanComparison(changes: changes(from: old, to: new), differences: differences)) {
                text(from: old, to: new, differences)
            }
        }
    }

    private func text(
        from old: IncentivePlan, to new: IncentivePlan, _ differences: [PlanDifference]
    ) -> String {
        let words = changes(from: old, to: new)
        var lines = words.isEmpty ? ["the two plans pay the same"] : words.map { "- \($0)" }
        guard let first = differences.first else { return (lines + ["no partners"]).joined(separator: "\n") }
        let window = QuarterWindow(quarters: first.quarters.map(\.period))
        lines += [
            "",
            "\(header(of: window)) · \(counted(differences.count, "partner")) · amounts in \(first.currency)",
        ]
        guard partner == nil else {
            return
                (lines + differences.flatMap { ["", sentence($0)] + table($0.quarters, $0.currency).lines })
                .joined(separator: "\n")
        }
        let sums = first.quarters.indices.map { index in
            PlanDifference.Quarter(
                period: first.quarters[index].period,
                then: differences.reduce(0) { $0 + $1.quarters[index].then },
                now: differences.reduce(0) { $0 + $1.quarters[index].now })
        }
        let more = differences.count { $0.now > $0.then }
        let less = differences.count { $0.now < $0.then }
        lines += table(sums, first.currency).lines
        lines.append("\(counted(more, "partner")) would have earned more, \(less) less")
        return lines.joined(separator: "\n")
    }

    private func sentence(_ difference: PlanDifference) -> String {
        let count = difference.quarters.count
        let span = count == 1 ? "your last quarter" : "your last \(count) quarters"
        return "partner '\(difference.partner)': with \(span), "
            + "\(Money(minorUnits: difference.then, currency: difference.currency)) then, "
            + "\(Money(minorUnits: difference.now, currency: difference.currency)) now"
    }

    private func table(_ quarters: [PlanDifference.Quarter], _ currency: Currency) -> AlignedTable {
        func row(_ name: String, _ then: Int64, _ now: Int64) -> [String] {
            [name] + [then, now, now - then].map { plainAmount($0, currency) }
        }
        var table = AlignedTable(header: ["quarter", "then", "now", "difference"])
        table.rows = quarters.map { row("\($0.period)", $0.then, $0.now) }
        table.rows.append(row("all", quarters.reduce(0) { $0 + $1.then }, quarters.reduce(0) { $0 + $1.now }))
        return table
    }
}

/// `fairway plan calibrate PLAN --like OTHER --rate PATH`.
struct PlanCalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Find the rate at which a plan would have cost what another would have.",
        discussion: """
            Rates are renewalBonus.rate, recurringBonus.rate, rebate.rate, commission.tiers[1].rate (tiers count from \
            0), or commission, which scales every tier. Exits with 1 when no rate up to 100 % does.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var span: QuarterOptions
    @Argument(help: "The plan whose rate is solved for.") var plan: String
    @Option(help: "The plan whose cost is met.") var like: String
    @Option(help: ArgumentHelp("The rate's path in the plan.", valueName: "path")) var rate: String

    func run() async throws {
        try await telling {
            let calibration = try await config.openForReading().calibrate(
                config.incentivePlan(plan), like: config.incentivePlan(like), path: rate,
                quarters: span.quarters)
            try output.print(calibration) { Self.text(calibration) }
            if calibration.unreachable != nil { throw ExitCode(1) }
        }
    }

    private static func text(_ found: Calibration) -> String {
        func money(_ minorUnits: Int64) -> String {
            Money(minorUnits: minorUnits, currency: found.currency).description
        }
        var lines = [
            "\(header(of: found.window)) · \(counted(found.partners, "partner")) · \(counted(found.contracts, "contract"))"
        ]
        let name = found.path == "commission" ? "every commission rate times" : found.path
        if let unreachable = found.unreachable { lines.append(unreachable) }
        lines.append(
            "\(name) \(found.solution.rate) (\(found.solution.rate.partsPerMillion) parts per million)")
        lines.append(
            "'\(found.plan.plan)' costs \(money(found.solution.cost)), '\(found.like.plan)' \(money(found.target)); "
                + "\(money(found.difference)) apart")
        return lines.joined(separator: "\n")
    }
}
