import ArgumentParser
import Daemon
import Incentives
import Model
import Operations

/// `fairway what-if PARTNER`: what a partner would earn.
struct WhatIfCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "what-if",
        abstract: "Show what a partner would earn under a plan, or with another contract.",
        discussion: """
            Shows the last quarters and the running one to date, and nothing of other partners. The partner's own plans \
            are those that its pilots hold it to today.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var span: QuarterOptions
    @Argument(help: "The partner's id in the CRM.") var partner: Partner.ID
    @Option(help: "A plan to hold against its own.") var plan: String?
    @Option(help: ArgumentHelp("The annual amount of a contract it signs.", valueName: "amount"))
    var sign: String?
    @Option(help: "The contract that it renews.") var renew: Contract.ID?
    @Option(help: "Months of that contract.") var months = 12
    @Option(help: "Discount of that contract, such as 10%.") var discount = Rate(partsPerMillion: 0)
    @Option(help: "The day it is signed; today by default.") var on: Day?
    @Option(help: "The last day that counts; today, or the day of signature if that is later.") var until:
        Day?

    func validate() throws {
        guard (1...600).contains(months) else {
            throw ValidationError("'\(months)' months: expected 1 to 600")
        }
        guard discount < Rate(partsPerMillion: 1_000_000) else {
            throw ValidationError("a discount of \(discount) is not below 100 %")
        }
    }

    func run() async throws {
        try await telling {
            var questions: [ContractQuestion] = []
            if sign != nil || renew != nil {
                questions.append(
                    ContractQuestion(
                        renews: renew, annualAmount: sign, months: months, discount: discount, signedOn: on))
            }
            let answer = try await config.openForReading().whatIf(
                partner, under: try plan.map(config.incentivePlan), signing: questions, until: until,
                quarters: span.quarters)
            try output.print(answer) { Self.text(answer) }
        }
    }

    private static func text(_ answer: WhatIf) -> String {
        var lines = ["partner '\(answer.partner)' through \(answer.asOf)"]
        for contract in answer.contracts {
            let amount = contract.annualAmount.map { " for \($0) a year" } ?? ""
            let kind = contract.renews.map { "renewal of '\($0)'" } ?? "new contract"
            lines.append(
                "\(kind)\(amount), \(counted(contract.months, "month")), discount \(contract.discount), "
                    + "signed on \(contract.signedOn)")
        }
        for scenario in answer.scenarios { lines += [""] + text(scenario) }
        return lines.joined(separator: "\n")
    }

    private static func text(_ scenario: WhatIf.Scenario) -> [String] {
        let names = scenario.plans.map { "'\($0.plan)' version \($0.version)" }.joined(separator: " and ")
        let components = Set(scenario.quarters.flatMap { $0.parts.map(\.component) }).sorted()
        var table = AlignedTable(header: ["quarter"] + components.map(\.rawValue) + ["all"])
        table.rows = scenario.quarters.map { quarter in
            ["\(quarter.period)\(quarter.isToDate ? " to date" : "")"]
                + components.map { component in
                    let part = quarter.parts.first { $0.component == component }
                    return plainAmount(part?.amount ?? 0, scenario.currency)
                } + [plainAmount(quarter.total, scenario.currency)]
        }
        let sums = components.map { component in
            scenario.quarters.flatMap(\.parts).filter { $0.component == component }.reduce(0) {
                $0 + $1.amount
            }
        }
        table.rows.append(
            ["all"] + (sums + [scenario.total]).map { plainAmount($0, scenario.currency) })
        var lines = [
            "\(names)\(scenario.isHypothetical ? ", with the contract" : ""), amounts in \(scenario.currency)"
        ]
        lines += table.lines
        if scenario.held != 0 {
            lines.append("\(plainAmount(scenario.held, scenario.currency)) of it is still held")
        }
        if let difference = scenario.difference {
            let amount = Money(minorUnits: abs(difference), currency: scenario.currency)
            lines.append("\(amount) \(difference < 0 ? "less" : "more") than the first table")
        }
        return lines
    }
}
