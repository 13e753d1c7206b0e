/// Totals of columns over units drawn with replacement, one a draw and column.
///
/// Draw n of a seed is the same whoever computes it and in whatever order, so a range of draws may be split over
/// threads. All columns of a draw count the same units. Sums are exact before they become real numbers.
///
/// - Parameters:
///   - columns: one value a unit; all of one length, at least 1.
///   - draws: numbers of the draws; 0..<2000 is a bootstrap of 2,000.
/// - Returns: for each column, its totals in the order of draws.
package func resampledTotals(_ columns: [[Int64]], draws: Range<UInt64>, seed: UInt64) -> [[Double]] {
    let units = columns.first?.count ?? 0
    precondition(units > 0 && columns.allSatisfy { $0.count == units }, "columns are of one length")
    var totals = columns.map { _ in [Double]() }
    for index in totals.indices { totals[index].reserveCapacity(draws.count) }
    var counts = [Int64](repeating: 0, count: units)
    for draw in draws {
        var random = ResamplingGenerator(seed: seed, draw: draw)
        for unit in 0..<units { counts[unit] = 0 }
        for _ in 0..<units { counts[random.below(units)] += 1 }
        for (index, column) in columns.enumerated() {
            var sum: Int128 = 0
            for unit in 0..<units { sum += Int128(counts[unit]) * Int128(column[unit]) }
            totals[index].append(Double(sum))
        }
    }
    return totals
}

/// Quantiles of values, interpolated between order statistics (type 7).
///
/// - Returns: nil without values.
package func quantiles(of values: [Double], at probabilities: [Double]) -> [Double]? {
    let sorted = values.sorted()
    let quantiles = probabilities.compactMap { sampleQuantile(sorted: sorted, probability: $0) }
    return quantiles.count == probabilities.count ? quantiles : nil
}
