import ArgumentParser
import Documents
import Model
import Operations

extension Rate: ExpressibleByArgument {
    /// A share such as 60%, "60 %" or 0.6, exact to one part in a million.
    public init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        var number = isPercent ? String(argument.dropLast()) : argument
        while number.last == " " { number.removeLast() }
        let digits = isPercent ? 4 : 6
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        let isDecimal = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        guard (1...2).contains(parts.count), isDecimal, parts[0].utf8.count <= 9 else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        let padding = String(repeating: "0", count: max(0, digits - fraction.utf8.count))
        guard fraction.utf8.count <= digits, let value = Int64(parts[0] + fraction + padding) else {
            return nil
        }
        self.init(partsPerMillion: value)
    }
}

extension Rate {
    private static let one = Rate(partsPerMillion: 1_000_000)

    /// "; for 60 % write '60%'" for somebody who wrote 60; nothing where that explains nothing.
    var percentHint: String {
        guard (2_000_000...100_000_000).contains(partsPerMillion) else { return "" }
        let meant = Rate(partsPerMillion: partsPerMillion / 100)
        return "; for \(meant) write '\(meant.description.filter { $0 != " " })'"
    }

    /// Refuses more than all of something.
    func requireShare(_ what: String) throws(ValidationError) {
        guard self > .one else { return }
        throw ValidationError("\(what) of \(self) is above 100 %\(percentHint)")
    }
}

extension Day: ExpressibleByArgument {
    /// A date such as 2027-01-31.
    public init?(argument: String) { self.init(iso: argument) }
}

/// The quarters that a plan is held against.
struct QuarterOptions: ParsableArguments {
    @Option(help: "Complete calendar quarters before today.") var quarters = 4

    func validate() throws {
        guard (1...40).contains(quarters) else {
            throw ValidationError("'\(quarters)' quarters: expected a whole number from 1 to 40")
        }
    }
}

/// How a replay is counted.
struct ReplayArguments: ParsableArguments {
    @OptionGroup var span: QuarterOptions
    @Option(help: "The vendor's gross margin on recurring revenue, such as 80%.")
    var margin = Rate(partsPerMillion: 800_000)
    @Option(help: "Of the resampling: the same seed gives the same numbers.") var seed: UInt64 = 1

    func validate() throws {
        try margin.requireShare("a gross margin")
    }

    var options: ReplayOptions {
        ReplayOptions(quarters: span.quarters, grossMargin: margin, seed: seed)
    }
}

extension ConfigOptions {
    /// A plan by file, by id, or by id and version as in 'growth@2'; by id alone it is the latest version.
    func incentivePlan(_ name: String) throws -> IncentivePlan {
        if name.contains("/") || name.hasSuffix(".yaml") { return try loadIncentivePlan(at: name) }
        let directory = "\(try load().experiments)/plans"
        let parts = name.split(separator: "@", maxSplits: 1)
        let versions = try loadPlanVersions(of: IncentivePlan.ID(String(parts.first ?? "")), in: directory)
        guard parts.count == 2 else { return versions[versions.count - 1] }
        guard let plan = versions.first(where: { String($0.version) == parts[1] }) else {
            let known = versions.map { "'\($0.id)@\($0.version)'" }.joined(separator: ", ")
            throw Fault(
                file: directory, line: nil, column: nil,
                message: "there is no version \(parts[1]) of the plan '\(parts[0])'; there is \(known)",
                isMissing: true)
        }
        return plan
    }
}
