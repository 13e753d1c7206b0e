import Statistics

/// Randomisation tests by full enumeration.
let randomizationMethods: [String: Solver] = [
    "permutation_exact": solveCompletePermutation,
    "permutation_stratified_exact": solveStratifiedPermutation,
]

/// The cases state exact shares, so all assignments are listed wherever that is feasible.
private let options = RandomizationOptions(seed: 1, exactLimit: 3e6)

private func solveCompletePermutation(_ item: ReferenceCase) throws -> [String: JSONValue] {
    if let table = item.table {
        let units = try RandomizedUnits(table, arguments: item.arguments)
        return try completeAnswer(totals: units.totals, labels: units.labels, hasSizes: true)
    }
    let treatment = item.arguments["treatment"].elements.compactMap(\.number)
    let control = item.arguments["control"].elements.compactMap(\.number)
    guard !treatment.isEmpty, !control.isEmpty else {
        throw Unsupported("without a table the case needs the arrays 'treatment' and 'control'")
    }
    let totals = (treatment + control).map {
        ClusterTotal(count: 1, numerator: $0, denominator: 1, sumOfSquares: $0 * $0)
    }
    return try completeAnswer(
        totals: totals, labels: treatment.map { _ in 1 } + control.map { _ in 0 }, hasSizes: false)
}

private func completeAnswer(
    totals: [ClusterTotal], labels: [Int], hasSizes: Bool
) throws -> [String: JSONValue] {
    let mechanism = AssignmentMechanism.complete(labels: labels)
    var answer = try plainAnswer(totals: totals, mechanism: mechanism, statistic: .partnerAverage)
    answer["observed_difference_of_partner_means"] = answer["observed"]
    // Undefined with one unit in an arm.
    let studentized = try? test(totals, .partnerAverage, mechanism, isStudentized: true)
    answer["p_two_sided_studentised"] = .optional(studentized?.test.pValue)
    answer["observed_studentised"] = .optional(studentized?.test.statistic)
    if hasSizes {
        let weighted = try test(totals, .rateDifference, mechanism)
        answer["observed_customer_weighted_difference"] = .number(weighted.difference)
        answer["p_two_sided_customer_weighted"] = .number(weighted.test.pValue)
        let ratio = try? test(totals, .rateDifference, mechanism, isStudentized: true)
        answer["p_two_sided_customer_weighted_studentised"] = .optional(ratio?.test.pValue)
        answer["observed_customer_weighted_studentised"] = .optional(ratio?.test.statistic)
    }
    return answer
}

private func solveStratifiedPermutation(_ item: ReferenceCase) throws -> [String: JSONValue] {
    let table = try item.requireTable()
    let units = try RandomizedUnits(table, arguments: item.arguments)
    guard let column = item.arguments["strata"].string else {
        throw Unsupported("the case does not name its 'strata'")
    }
    if let statistic = item.arguments["statistic"].string,
        !statistic.filter({ !$0.isWhitespace }).hasPrefix("sum_sN_s/N*(mean_T-mean_C)")
    {
        throw Unsupported("the statistic '\(statistic)' is not offered")
    }
    let rows = try table.groups(column).index
    var strata = [Int](repeating: 0, count: units.totals.count)
    for (row, unit) in units.unitOfRow.enumerated() { strata[unit] = rows[row] }
    return try plainAnswer(
        totals: units.totals, mechanism: .stratified(labels: units.labels, strata: strata),
        statistic: .stratifiedAverage)
}

/// What every case reports of the plain difference.
private func plainAnswer(
    totals: [ClusterTotal], mechanism: AssignmentMechanism, statistic: RandomizationStatistic
) throws -> [String: JSONValue] {
    let twoSided = try test(totals, statistic, mechanism)
    return [
        "n_assignments": .number(twoSided.test.assignmentCount),
        "observed": .number(twoSided.difference),
        "p_two_sided_abs": .number(twoSided.test.pValue),
        "p_greater": .number(try test(totals, statistic, mechanism, .greater).test.pValue),
        "p_less": .number(try test(totals, statistic, mechanism, .less).test.pValue),
    ]
}

private func test(
    _ totals: [ClusterTotal], _ statistic: RandomizationStatistic, _ mechanism: AssignmentMechanism,
    _ alternative: Alternative = .twoSided, isStudentized: Bool = false
) throws -> RandomizationInference {
    var options = options
    options.alternative = alternative
    let result = try randomizationTests(
        metrics: [
            RandomizationMetric(totals: totals, statistic: statistic, isStudentized: isStudentized)
        ],
        mechanism: mechanism, options: options)[0]
    guard result.test.isExact else {
        throw Unsupported("\(result.test.assignmentCount) assignments are too many to list")
    }
    return result
}

/// The units that were randomised: totals of an outcome such as "renewed/customers", and arms.
private struct RandomizedUnits {
    let totals: [ClusterTotal]
    let labels: [Int]
    let unitOfRow: [Int]

    init(_ table: DataTable, arguments: JSONValue) throws {
        let units = try table.groups(arguments["unit"].string ?? "partner")
        unitOfRow = units.index
        let arms = try table.groups(arguments["arm"].string ?? "arm")
        guard arms.labels.count == 2 else {
            throw Unsupported("\(arms.labels.count) arms; a permutation case has two")
        }
        var labels = [Int](repeating: 0, count: units.labels.count)
        for (row, unit) in units.index.enumerated() { labels[unit] = arms.index[row] }
        self.labels = labels

        let parts = (arguments["outcome"].string ?? "renewed/customers").split(separator: "/").map(
            String.init)
        let ones = [Double](repeating: 1, count: table.rowCount)
        let isRatio = parts.count == 2 && table.names.contains(parts[1])
        guard let name = parts.first, parts.count <= 2, isRatio || parts.count == 1 || parts[1] == "customers"
        else { throw Unsupported("the outcome '\(arguments["outcome"].string ?? "")' is not understood") }
        let numerators = try table.numbers(name)
        let denominators = isRatio ? try table.numbers(parts[1]) : ones
        var totals = [ClusterTotal](repeating: .empty, count: units.labels.count)
        for row in 0..<table.rowCount {
            let line = ClusterTotal(
                count: 1, numerator: numerators[row], denominator: denominators[row],
                sumOfSquares: numerators[row] * numerators[row])
            totals[units.index[row]] = totals[units.index[row]] + line
        }
        self.totals = totals
    }
}
