import Statistics

/// The rows of a table of customers, summed by partner and split by arm.
struct PartnerColumns {
    private let table: DataTable
    private let partner: [Int]
    private let partnerCount: Int
    private let isTreated: [Bool]

    /// - Throws: `Unsupported` when the table has no two arms 0 and 1, or a partner has customers in both.
    init(_ table: DataTable, partner: String = "partner", arm: String = "arm") throws {
        self.table = table
        let arms = try table.groups(arm)
        guard arms.labels == ["0", "1"] else {
            throw Unsupported("column '\(arm)' has the arms \(arms.labels), expected 0 and 1")
        }
        let groups = try table.groups(partner)
        self.partner = groups.index
        partnerCount = groups.labels.count
        var assigned = [Int?](repeating: nil, count: groups.labels.count)
        for (row, group) in groups.index.enumerated() {
            if let known = assigned[group], known != arms.index[row] {
                throw Unsupported("partner \(groups.labels[group]) has customers in both arms")
            }
            assigned[group] = arms.index[row]
        }
        isTreated = assigned.map { $0 == 1 }
    }

    /// Numbers of a column; "customers" counts rows.
    func values(_ column: String) throws -> [Double] {
        if column == "customers", !table.names.contains(column) {
            return [Double](repeating: 1, count: table.rowCount)
        }
        return try table.numbers(column)
    }

    /// Σ of one column over Σ of another, a line a partner in order.
    func totals(_ numerator: String, over denominator: String = "customers") throws -> [ClusterTotal] {
        try totals(values(numerator), over: values(denominator))
    }

    /// Σ of a column weighted by another's size over Σ of the latter: a partner's mean of a constant column.
    private func totals(_ numerator: [Double], over denominator: [Double]) -> [ClusterTotal] {
        var lines = [ClusterTotal](repeating: .empty, count: partnerCount)
        for (row, group) in partner.enumerated() {
            lines[group] =
                lines[group]
                + ClusterTotal(
                    count: 1, numerator: numerator[row], denominator: denominator[row],
                    sumOfSquares: numerator[row] * numerator[row])
        }
        return lines
    }

    /// Splits what belongs to partners by arm.
    func split<Element>(_ all: [Element]) -> (control: [Element], treatment: [Element]) {
        let pairs = zip(all, isTreated)
        return (pairs.filter { !$1 }.map(\.0), pairs.filter { $1 }.map(\.0))
    }

    /// The values of a column with their partners, by arm.
    func samples(_ column: String) throws -> (control: ClusteredSample, treatment: ClusteredSample) {
        let values = try values(column)
        func sample(treated: Bool) throws -> ClusteredSample {
            let rows = partner.indices.filter { isTreated[partner[$0]] == treated }
            let members = isTreated.indices.filter { isTreated[$0] == treated }
            let position = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, Int32($0)) })
            return try ClusteredSample(
                values: rows.map { values[$0] }, cluster: rows.compactMap { position[partner[$0]] },
                clusterCount: members.count)
        }
        return (try sample(treated: false), try sample(treated: true))
    }

    /// Successes and customers of a binary column, by arm.
    func proportions(_ column: String) throws -> TwoProportions {
        let values = try values(column)
        guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
            throw Unsupported("column '\(column)' is not binary")
        }
        func proportion(treated: Bool) -> Proportion {
            let own = partner.indices.filter { isTreated[partner[$0]] == treated }.map { values[$0] }
            return Proportion(successes: Int(own.reduce(0, +)), trials: own.count)
        }
        return TwoProportions(control: proportion(treated: false), treatment: proportion(treated: true))
    }
}

extension ReferenceCase {
    /// The table summed by the partner and arm columns that the arguments name, or by those of that name.
    func partnerColumns() throws -> PartnerColumns {
        try PartnerColumns(requireTable(), arm: arguments["arm"].string ?? "arm")
    }

    /// The confidence level, from "level" or "alpha"; 0.95 when neither is given.
    func confidenceLevel() throws -> Double {
        let level = arguments["level"].number ?? arguments["alpha"].number.map { 1 - $0 } ?? 0.95
        guard level > 0, level < 1 else { throw Unsupported("\(level) is no confidence level") }
        return level
    }

    /// The alternative, two-sided unless the arguments name another.
    func alternative() throws -> Alternative {
        switch arguments["alternative"] {
        case .null, "two-sided", "two.sided", "two_sided": .twoSided
        case "greater", "larger": .greater
        case "less", "lesser", "smaller": .less
        default: throw Unsupported("there is no alternative '\(arguments["alternative"])'")
        }
    }

    /// Throws for an argument that is none of those a method knows.
    func checkArguments(_ known: Set<String>) throws {
        guard case .object(let members) = arguments else { return }
        if let unknown = members.keys.filter({ !known.contains($0) }).min() {
            throw Unsupported("there is no argument '\(unknown)'")
        }
    }
}
