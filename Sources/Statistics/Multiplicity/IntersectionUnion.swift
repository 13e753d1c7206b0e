/// The p-value that every one of several claims holds: the largest of theirs.
///
/// For guardrails, all of which must be shown to hold: each is tested at the whole alpha, nothing is split, and
/// nothing is gained by one of them being very clear. A false-discovery procedure would let one breached
/// guardrail hide among many sound ones.
///
/// - Source: Berger (1982), Technometrics 24:295.
/// - Returns: nil without claims, or when one of them could not be tested.
public func intersectionUnionPValue(_ pValues: [Double?]) -> Double? {
    let known = pValues.compactMap { $0 }
    return known.count == pValues.count ? known.map(checkedProbability).max() : nil
}
