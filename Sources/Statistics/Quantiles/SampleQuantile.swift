/// The quantile of sorted values by linear interpolation between the order statistics around (n − 1)p.
///
/// - Source: Hyndman & Fan (1996), American Statistician 50:361, type 7; the default of R and NumPy.
/// - Returns: nil without values.
func sampleQuantile(sorted values: [Double], probability: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let position = Double(values.count - 1) * checkedProbability(probability)
    let index = Int(position)
    guard index + 1 < values.count else { return values[values.count - 1] }
    return values[index] + (position - Double(index)) * (values[index + 1] - values[index])
}
