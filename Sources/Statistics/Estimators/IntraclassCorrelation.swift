/// How alike customers of one partner are: the analysis-of-variance estimate within arms.
///
/// ρ̂ = (MSB − MSW) / (MSB + (n₀ − 1)·MSW), where MSB and MSW are the mean squares between partners of an arm
/// and between customers of a partner, and n₀ the usual adjusted mean size. The estimate is not truncated and
/// may be negative. It describes the numerator's outcomes per customer, whatever the denominator is.
///
/// - Returns: nil when every partner has at most one customer, there are no more partners than arms, or
///   outcomes do not vary.
/// - Source: Donner (1986), International Statistical Review 54:67; Imbens & Kolesár (2016), REStat 98:701.
func intraclassCorrelation(control: [ClusterTotal], treatment: [ClusterTotal]) -> Double? {
    var between = 0.0
    var within = 0.0
    var customers = 0.0
    var clusters = 0.0
    var adjustedSize = 0.0
    for arm in [control, treatment] {
        let occupied = arm.filter { $0.count > 0 && $0.denominator > 0 }
        let size = occupied.reduce(0.0) { $0 + Double($1.count) }
        guard size > 0 else { return nil }
        let mean = occupied.reduce(0.0) { $0 + $1.numerator } / size
        var squaredSizes = 0.0
        for total in occupied {
            let count = Double(total.count)
            let clusterMean = total.numerator / count
            between += count * (clusterMean - mean) * (clusterMean - mean)
            within += max(0, total.sumOfSquares - total.numerator * clusterMean)
            squaredSizes += count * count
        }
        customers += size
        clusters += Double(occupied.count)
        adjustedSize += size - squaredSizes / size
    }
    guard clusters > 2, customers > clusters else { return nil }
    let meanSquareBetween = between / (clusters - 2)
    let meanSquareWithin = within / (customers - clusters)
    adjustedSize /= clusters - 2
    let total = meanSquareBetween + (adjustedSize - 1) * meanSquareWithin
    return total > 0 ? (meanSquareBetween - meanSquareWithin) / total : nil
}
