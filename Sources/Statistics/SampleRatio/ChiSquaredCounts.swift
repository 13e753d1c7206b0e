/// The p-value of Pearson's chi-squared test that counts follow the planned shares.
///
/// Count what was randomised. Customers of one partner arrive together, so a test on customers raises false
/// alarms.
///
/// - Parameters:
///   - observed: One count a variant; not negative.
///   - weights: The planned shares in any common unit, such as 1 and 1, or 0.9 and 0.1.
/// - Returns: nil when there are fewer than two variants, the lengths differ, nothing was observed, or
///   an expected count is 0.
public func chiSquaredGoodnessOfFit(observed: [Int], weights: [Double]) -> Double? {
    let total = Double(observed.reduce(0, +))
    let weight = weights.reduce(0, +)
    guard observed.count == weights.count, observed.count >= 2, total > 0, weight.isFinite,
        observed.allSatisfy({ $0 >= 0 }), weights.allSatisfy({ $0 > 0 })
    else { return nil }
    let statistic = zip(observed, weights).reduce(0.0) { sum, cell in
        let expected = total * cell.1 / weight
        let excess = Double(cell.0) - expected
        return sum + excess * excess / expected
    }
    return ChiSquared(degreesOfFreedom: Double(observed.count - 1)).survival(statistic)
}

/// The p-value of Pearson's chi-squared test that the rows of a table have one distribution over its columns.
///
/// - Parameter table: Counts, one array a row, all of one length; not negative.
/// - Returns: nil when the table has fewer than two rows or columns, is ragged, or a row or column is empty.
public func chiSquaredIndependence(table: [[Int]]) -> Double? {
    guard let columns = table.first?.count, table.count >= 2, columns >= 2,
        table.allSatisfy({ row in row.count == columns && row.allSatisfy { $0 >= 0 } })
    else { return nil }
    let rowSums = table.map { Double($0.reduce(0, +)) }
    let columnSums = (0..<columns).map { column in Double(table.reduce(0) { $0 + $1[column] }) }
    guard rowSums.allSatisfy({ $0 > 0 }), columnSums.allSatisfy({ $0 > 0 }) else { return nil }
    let total = rowSums.reduce(0, +)
    var statistic = 0.0
    for (row, rowSum) in zip(table, rowSums) {
        for (count, columnSum) in zip(row, columnSums) {
            let expected = rowSum * columnSum / total
            statistic += (Double(count) - expected) * (Double(count) - expected) / expected
        }
    }
    let degreesOfFreedom = Double((table.count - 1) * (columns - 1))
    return ChiSquared(degreesOfFreedom: degreesOfFreedom).survival(statistic)
}
