import ArgumentParser
import Daemon
import Evaluation
import Incentives
import Model
import Operations

/// `fairway plan`: what plans would have paid, and whether they pay for what they should.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Hold incentive plans against the contracts of the past.",
        discussion: """
            A plan is named by its id in the experiments directory, by id and version as in 'growth@2', or by its file.
            Every partner is taken to have held the plan throughout; docs/PLANS.md says exactly how.
            """,
        subcommands: [
            PlanShowCommand.self, PlanLintCommand.self, PlanReplayCommand.self, PlanDiffCommand.self,
            PlanCalibrateCommand.self, PlanFlowCommand.self,
        ])
}

/// `fairway plan lint PLAN`.
struct PlanLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Say what a plan pays for, and what is wrong with it.",
        discussion: "Exits with 1 when a rule is not met. Warnings alone do not fail.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var replay: ReplayArguments
    @Argument(help: "The plan's id, 'id@version', or its file.") var plan: String
    @Option(help: "The vendor's net must be at least this share of gross margin in 9 of 10 draws.")
    var floor = Rate(partsPerMillion: 600_000)
    @Option(help: "Renewal and expansion must be at least this share of pay.")
    var minRetention = Rate(partsPerMillion: 300_000)

    func validate() throws {
        try floor.requireShare("--floor")
        try minRetention.requireShare("--min-retention")
    }

    func run() async throws {
        try await telling {
            let plan = try config.incentivePlan(plan)
            let lint = try await config.openForReading().lint(
                plan, rules: PlanLint.Rules(minimumRetentionShare: minRetention, vendorNetFloor: floor),
                replay.options)
            try output.print(lint) { Self.text(lint) }
            if !lint.passes { throw ExitCode(1) }
        }
    }

    private static func text(_ lint: PlanLint) -> String {
        var table = AlignedTable(header: ["paid for", lint.currency.code, "share"])
        table.rows = lint.shares.parts.map {
            [words($0.purpose), plainAmount($0.amount, lint.currency), percentText($0.share)]
        }
        table.rows.append(["all pay", plainAmount(lint.shares.total, lint.currency), ""])
        var lines = ["plan '\(lint.plan.plan)' version \(lint.plan.version)", header(of: lint.replay), ""]
        lines += table.lines + [""]
        lines += lint.findings.map { "\($0.passes ? "ok" : "FAILS")  \($0.rule.rawValue): \($0.sentence)" }
        lines += lint.warnings.map { "warning  \($0.sentence)" }
        return lines.joined(separator: "\n")
    }

    private static func words(_ purpose: PayShares.Purpose) -> String {
        switch purpose {
        case .newLogo: "new logos"
        case .expansion: "expansion"
        case .renewal: "renewal"
        case .other: "other"
        }
    }
}

/// `fairway plan replay PLAN…`.
struct PlanReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Show what plans would have cost and left on the last quarters.",
        discussion: """
            Plans joined by '+' are held at once: 'today+renewal-bonus' adds the second to the first. Ranges are the \
            10th and 90th percentile over 2,000 draws of as many partners with replacement.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var replay: ReplayArguments
    @Argument(help: "Plans, each an id, 'id@version', a file, or several joined by '+'.") var plans: [String]

    func run() async throws {
        try await telling {
            let variants = try plans.map {
                try $0.split(separator: "+").map { try config.incentivePlan(String($0)) }
            }
            guard variants.allSatisfy({ !$0.isEmpty }) else {
                throw ValidationError("'+' alone names no plan")
            }
            let findings = try await config.openForReading().replay(variants, replay.options)
            try output.print(findings) { Self.text(findings) }
        }
    }

    private static func text(_ findings: ReplayFindings) -> String {
        var lines = [header(of: findings)]
        for held in findings.held {
            let names = held.plans.map { "'\($0.plan)' version \($0.version)" }.joined(separator: " and ")
            lines += ["", "\(names), amounts in \(held.currency)"]
            lines += table(held).lines
            if held.contractsWithoutRate > 0 {
                lines.append(
                    "\(counted(held.contractsWithoutRate, "contract")) without an exchange rate count to nothing"
                )
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func table(_ held: ReplayFindings.Held) -> AlignedTable {
        var table = AlignedTable(header: ["", "as it was", "P10", "P50", "P90"])
        func amounts(_ name: String, _ value: Double?, _ range: ReplayFindings.Percentiles?) {
            table.rows.append(
                [name] + [value, range?.p10, range?.p50, range?.p90].map { plainAmount($0, held.currency) })
        }
        amounts("recurring revenue", Double(held.revenue), nil)
        amounts("gross margin", Double(held.margin), nil)
        amounts("pay", Double(held.pay), held.resampledPay)
        amounts("  of which held", Double(held.held), nil)
        amounts("co-marketing", Double(held.cost), nil)
        amounts("vendor's net", Double(held.net), held.resampledNet)
        table.rows.append(
            ["  of gross margin", percentText(held.netShare)]
                + [held.resampledNetShare?.p10, held.resampledNetShare?.p50, held.resampledNetShare?.p90]
                .map { percentText($0) })
        amounts("mean income of a partner", held.meanIncome, held.resampledMeanIncome)
        amounts("income over partners", nil, held.income)
        return table
    }
}

/// "2026-Q1 to 2026-Q4 · 24 partners · 192 contracts · gross margin 80 %".
func header(of findings: ReplayFindings) -> String {
    "\(header(of: findings.window)) · \(counted(findings.partners, "partner")) · "
        + "\(counted(findings.contracts, "contract")) · gross margin \(findings.grossMargin)"
}

func header(of window: QuarterWindow) -> String {
    let (first, last) = (window.quarters[0], window.quarters[window.quarters.count - 1])
    return first == last ? "\(first)" : "\(first) to \(last)"
}
