/// How p-values of one family are adjusted for there being several.
public enum PValueAdjustment: String, Sendable, Hashable, Codable, CaseIterable {
    /// m·p. Any dependence; for simultaneous confidence intervals at level 1 − α/m.
    case bonferroni
    /// Step-down Bonferroni; never less powerful. Any dependence. The default for success metrics.
    case holm
    /// Step-up with Holm's factors. Independence or positive dependence only.
    case hochberg
    /// Closed Simes test; at least as powerful as Hochberg's. Independence or positive dependence only.
    case hommel
    /// Controls the expected share of false rejections, under independence or positive dependence: for
    /// exploring many segments or pilots, never for a set of guardrails, which must all hold.
    case benjaminiHochberg
    /// The same share under any dependence.
    case benjaminiYekutieli
}

/// Adjusted p-values, in the order given: each the smallest level at which its hypothesis is rejected.
///
/// - Parameter pValues: In 0...1.
/// - Source: Holm (1979), Scand. J. Statist. 6:65; Hochberg (1988), Biometrika 75:800; Hommel (1988), Biometrika
///   75:383; Benjamini & Hochberg (1995), JRSS B 57:289; Benjamini & Yekutieli (2001), Ann. Statist. 29:1165;
///   adjusted p-values: Wright (1992), Biometrics 48:1005.
public func adjustedPValues(_ pValues: [Double], method: PValueAdjustment) -> [Double] {
    let count = Double(pValues.count)
    // Ascending; equal p-values in the order given.
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    let sorted = order.map { checkedProbability(pValues[$0]) }

    /// max over all smaller p-values.
    func stepDown(_ factor: (Int) -> Double) -> [Double] {
        var largest = 0.0
        return sorted.indices.map { rank in
            largest = max(largest, min(1, factor(rank) * sorted[rank]))
            return largest
        }
    }
    /// min over all larger p-values.
    func stepUp(_ factor: (Int) -> Double) -> [Double] {
        var smallest = 1.0
        return sorted.indices.reversed().map { rank in
            smallest = min(smallest, factor(rank) * sorted[rank])
            return smallest
        }.reversed()
    }

    let adjusted: [Double]
    switch method {
    case .bonferroni: adjusted = sorted.map { min(1, count * $0) }
    case .holm: adjusted = stepDown { count - Double($0) }
    case .hochberg: adjusted = stepUp { count - Double($0) }
    case .hommel: adjusted = hommel(sorted)
    case .benjaminiHochberg: adjusted = stepUp { count / Double($0 + 1) }
    case .benjaminiYekutieli:
        let harmonic = sorted.indices.reduce(0) { $0 + 1 / Double($1 + 1) }
        adjusted = stepUp { harmonic * (count / Double($0 + 1)) }
    }
    var result = [Double](repeating: 1, count: pValues.count)
    for (rank, index) in order.enumerated() { result[index] = adjusted[rank] }
    return result
}

/// Adjusted p-values of a family in which some tests gave none.
///
/// A test without a p-value stays in the family, so that its absence does not make the others easier to pass; it
/// is not rejected and has no adjusted p-value.
public func adjustedPValues(_ pValues: [Double?], method: PValueAdjustment) -> [Double?] {
    zip(pValues, adjustedPValues(pValues.map { $0 ?? 1 }, method: method)).map { $0 == nil ? nil : $1 }
}

/// The indices of the hypotheses rejected at a level of the whole family, in ascending order.
///
/// - Parameter alpha: Family-wise error, or false discovery rate, for example 0.05.
public func rejections(_ pValues: [Double], method: PValueAdjustment, alpha: Double) -> [Int] {
    let adjusted: [Double] = adjustedPValues(pValues, method: method)
    return adjusted.indices.filter { adjusted[$0] <= alpha }
}

/// Hommel's adjusted p-values of ascending p-values.
///
/// - Source: Wright (1992), Biometrics 48:1005, appendix.
private func hommel(_ sorted: [Double]) -> [Double] {
    let count = sorted.count
    guard count > 1 else { return sorted }
    func simes(_ values: ArraySlice<Double>, of size: Int) -> Double {
        zip(values, 1...).reduce(1) { min($0, Double(size) * $1.0 / Double($1.1)) }
    }
    // m = count: Simes' p-value of all hypotheses bounds every one.
    var adjusted = [Double](repeating: simes(sorted[...], of: count), count: count)
    for size in stride(from: count - 1, through: 2, by: -1) {
        // The largest size − 1 p-values join each of the smaller ones in a set of this size.
        let split = count - size + 1
        let common = zip(sorted[split...], 2...).reduce(Double.infinity) {
            min($0, Double(size) * $1.0 / Double($1.1))
        }
        for index in 0..<split {
            adjusted[index] = max(adjusted[index], min(Double(size) * sorted[index], common))
        }
        for index in split..<count { adjusted[index] = max(adjusted[index], adjusted[split - 1]) }
    }
    return zip(adjusted, sorted).map { min(1, max($0, $1)) }
}
