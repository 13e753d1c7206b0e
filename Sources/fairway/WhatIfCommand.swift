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
            are those that its pilots hold it to today; without any, name a plan with --plan. Every plan is taken as held \
            throughout; quarters in which the partner did not hold it are marked.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var span: QuarterOptions
    @Argument(help: "The partner's id in the CRM.") var partner: Partner.ID
    @Option(help: "A plan to hold against its own.") var plan: String?
    @Option(help: ArgumentHelp("The annual amount of a contract it signs.", valueName: "amount"))
    var sign: String?
    @Option(help: "The contract that it renews.") var renew: Contract.ID?
    @Option(help: "Months of that contract; 12 by default.") var months: Int?
    @Option(help: "Discount of that contract, such as 10%; none by default.") var discount: Rate?
    @Option(help: "The day it is signed; today by default.") var on: Day?
    @Option(help: "The last day that counts; today, or the day of signature if that is later.") var until:
        Day?

    func validate() throws {
        if sign == nil, renew == nil {
            let given = [("--months", months != nil), ("--discount", discount != nil), ("--on", on != nil)]
            if let (name, _) = given.first(where: \.1) {
                throw ValidationError(
                    "\(name) is of a contract; name one with --sign AMOUNT or --renew CONTRACT")
            }
        }
        if let months, !(1...600).contains(months) {
            throw ValidationError("'\(months)' months: expected 1 to 600")
        }
        if let discount, discount >= Rate(partsPerMillion: 1_000_000) {
            throw ValidationError("a discount of \(discount) is not below 100 %\(discount.percentHint)")
        }
    }

    func run() async throws {
        try await telling {
            var questions: [ContractQuestion] = []
            if sign != nil || renew != nil {
                questions.append(
                    ContractQuestion(
                        renews: renew, annualAmount: sign, months: months ?? 12,
                        discount: discount ?? Rate(partsPerMillion: 0), signedOn: on))
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
            var term = counted(contract.months, "month")
            if let starts = contract.startsOn, let ends = contract.endsOn {
                term += " from \(starts) to \(ends)"
            }
            lines.append(
                "\(kind)\(amount), \(term), discount \(contract.discount), signed on \(contract.signedOn)")
        }
        for scenario in answer.scenarios {
            lines += [""] + text(scenario, against: scenario.baseline.map { answer.scenarios[$0] })
        }
        return lines.joined(separator: "\n")
    }

    private static func names(of scenario: WhatIf.Scenario) -> String {
        scenario.plans.map { "'\($0.plan)' version \($0.version)" }.joined(separator: " and ")
    }

    private static func period(of quarter: WhatIf.Quarter) -> String {
        let held =
            switch quarter.holding {
            case .throughout: ""
            case .partly: ", partly as if held"
            case .never: ", as if held"
            }
        return "\(quarter.period)\(quarter.isToDate ? " to date" : "")\(held)"
    }

    private static func text(
        _ scenario: WhatIf.Scenario, against baseline: WhatIf.Scenario?
    ) -> [String] {
        let components = Set(scenario.quarters.flatMap { $0.parts.map(\.component) }).sorted()
        var table = AlignedTable(header: ["quarter"] + components.map(\.rawValue) + ["all"])
        table.rows = scenario.quarters.map { quarter in
            [period(of: quarter)]
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
            "\(names(of: scenario))\(scenario.isHypothetical ? ", with the contract" : ""), amounts in \(scenario.currency)"
        ]
        lines += table.lines
        if scenario.held != 0 {
            lines.append("\(plainAmount(scenario.held, scenario.currency)) of it is still held")
        }
        if scenario.hasShutGates {
            lines.append("gates of the contract are taken as not met: nobody knows yet whether they will be")
        }
        if let difference = scenario.difference, let baseline {
            let amount = Money(minorUnits: abs(difference), currency: scenario.currency)
            let other =
                baseline.plans == scenario.plans
                ? "under the same terms without the contract"
                : "under \(names(of: baseline))\(scenario.isHypothetical ? " with the same contract" : "")"
            lines.append("\(amount) \(difference < 0 ? "less" : "more") than \(other)")
        }
        return lines
    }
}
