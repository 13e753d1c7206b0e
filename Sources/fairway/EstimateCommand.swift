import ArgumentParser
import Daemon
import Documents
import Estimation
import Foundation
import Model

/// `fairway estimate`: a one-off analysis of any table of partners and customers.
struct EstimateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract:
            "Analyse a CSV file of customers whose partners were randomised, by every applicable method.",
        discussion: """
            The file has a line of column names and a line a customer. Partners were given variants; say in --outcome a \
            column of 0 and 1 or of numbers, in --numerator and --denominator a ratio of sums, in --time and --event when \
            customers were lost, or several of them. Empty cells and NA are missing: such a row takes no part in what \
            needs the cell. The arrow marks the method to read, with the reason below; ↔ marks the interval to read where \
            that is another.

            Needs no store and records nothing: for a pilot of Fairway use 'fairway look'. Exits with 65 when the file \
            has a cell, line or partner that cannot be used.
            """)

    @OptionGroup var output: OutputOptions
    @Option(help: ArgumentHelp("The file; '-' for standard input.", valueName: "path")) var csv: String
    @Option(help: "What stands between cells: comma, semicolon or tab.") var delimiter = CellDelimiter.comma
    @OptionGroup(title: "Columns") var columns: ColumnOptions
    @Option(
        help: ArgumentHelp(
            "How variants were given: complete, stratified, paired or external, that is, not to be drawn "
                + "again; stratified with --stratum and complete without by default."))
    var design: TableDesign?
    @Option(
        help: ArgumentHelp(
            "The variant compared against; 'control', or the first by name, by default.", valueName: "name"))
    var control: String?
    @Option(
        help:
            "Whose average decides: customers, or partners, each counted once. Choose before you look.")
    var estimand = TargetEstimand.customers
    @Option(
        help: ArgumentHelp(
            "The planned shares of partners, such as 'control=2,gift=1'; equal by default.",
            valueName: "name=number,…"))
    var shares: String?
    @Option(help: "The level of intervals.") var level = 0.95
    @Option(help: "Random draws of resampling tests that do not list all possibilities.") var draws = 9999
    @Option(help: "What the draws depend on; the same seed gives the same numbers.") var seed: UInt64 = 1

    func validate() throws {
        var complaints = columns.roles.complaints
        if !(level > 0 && level < 1) {
            complaints.append("--level is \(level), expected a number between 0 and 1")
        }
        if !(1...Self.mostDraws).contains(draws) {
            complaints.append("--draws is \(draws), expected 1 to \(Self.mostDraws)")
        }
        if let shares, plannedShares == nil {
            complaints.append(
                "--shares is '\(shares)', expected a number above 0 for each variant once, such as "
                    + "'control=2,gift=1'")
        }
        guard complaints.isEmpty else { throw ValidationError(complaints.joined(separator: "\n")) }
    }

    /// The sums of all draws are kept for the interval, some hundred bytes a draw.
    private static let mostDraws = 1_000_000

    func run() async throws {
        try await telling {
            let analysis = try analysis()
            try output.print(analysis) { analysis.text }
        }
    }

    /// The shares by variant; nil when they are not said, or not to be understood.
    private var plannedShares: [String: Double]? {
        var result: [String: Double] = [:]
        for part in shares?.split(separator: ",") ?? [] {
            guard let sign = part.lastIndex(of: "="), let share = Double(part[part.index(after: sign)...])
            else {
                return nil
            }
            // Which of two shares of a variant is meant, nobody knows.
            guard result.updateValue(share, forKey: String(part[..<sign])) == nil, share.isFinite, share > 0
            else {
                return nil
            }
        }
        return result.isEmpty ? nil : result
    }

    private func analysis() throws -> TableAnalysis {
        let data = try contents(ofTable: csv)
        do throws(TableFaults) {
            let reading = scanTable(data.span, columns: columns.roles.requests, delimiter: delimiter)
            var result = try analyze(
                reading, roles: columns.roles,
                options: AnalysisOptions(
                    design: design, control: control, estimand: estimand, shares: plannedShares,
                    confidenceLevel: level, draws: draws, seed: seed))
            result.file = csv
            result.engineVersion = Engine.version
            return result
        } catch {
            throw Faults(error, in: csv)
        }
    }
}

/// Which column of the file is what.
struct ColumnOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who was randomised.", valueName: "column")) var partner: String
    @Option(help: ArgumentHelp("What the partner was given.", valueName: "column")) var variant: String
    @Option(help: ArgumentHelp("What is averaged: 0 and 1, or a number.", valueName: "column")) var outcome:
        String?
    @Option(
        help: ArgumentHelp("Who was measured, to find customers of several partners.", valueName: "column"))
    var customer: String?
    @Option(help: ArgumentHelp("The stratum or pair the partner was randomised in.", valueName: "column"))
    var stratum: String?
    @Option(help: ArgumentHelp("A number fixed before randomisation, to adjust for.", valueName: "column"))
    var covariate: String?
    @Option(help: ArgumentHelp("How much a row counts in the outcome's mean.", valueName: "column"))
    var weight: String?
    @Option(
        help: ArgumentHelp("When observation of a row begins; before time 0 by default.", valueName: "column")
    )
    var entry: String?
    @Option(help: ArgumentHelp("When observation of a row ends.", valueName: "column")) var time: String?
    @Option(help: ArgumentHelp("1 when it ends with a loss, 0 when it is cut off.", valueName: "column"))
    var event: String?
    @Option(help: ArgumentHelp("The upper sum of a ratio.", valueName: "column")) var numerator: String?
    @Option(help: ArgumentHelp("The lower sum of a ratio.", valueName: "column")) var denominator: String?

    var roles: TableRoles {
        TableRoles(
            partner: partner, variant: variant, outcome: outcome, customer: customer, stratum: stratum,
            covariate: covariate, weight: weight, entry: entry, time: time, event: event,
            numerator: numerator,
            denominator: denominator)
    }
}

extension TableDesign: ExpressibleByArgument {}
extension TargetEstimand: ExpressibleByArgument {}
extension CellDelimiter: ExpressibleByArgument {}

extension Faults {
    /// A table's faults as those of a file, with the names most likely meant.
    fileprivate init(_ table: TableFaults, in file: String) {
        var faults = table.shown.map { fault in
            let meant = fault.unknownName.map { suggestion(for: $0.name, among: $0.available) } ?? ""
            return Fault(file: file, line: fault.line, column: nil, message: fault.message + meant)
        }
        faults += table.summary.map { Fault(file: file, line: nil, column: nil, message: $0) }
        self.init(faults)
    }
}
