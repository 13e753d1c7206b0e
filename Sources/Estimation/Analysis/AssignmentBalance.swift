import Statistics

/// Whether partners and their rows are spread over the variants as lots would spread them.
package struct AssignmentBalance: Sendable, Hashable {
    /// Partners of each variant, control first.
    package var partners: [Int]
    /// The planned shares, adding up to 1.
    package var shares: [Double]
    /// The probability of counts no more likely than these under the shares; asymptotic for very many tables.
    package var sharesPValue: Double?
    /// Mean rows a partner, by variant.
    package var rowsPerPartner: [Double]
    /// The p-value of equal mean rows a partner for each variant against control, by Welch's t; nil where
    /// undefined.
    package var rowsPValues: [Double?]
    /// The variants' names.
    private let variants: [String]

    init(_ roster: PartnerRoster, shares: [String: Double]?) {
        variants = roster.variants
        partners = roster.members.map(\.count)
        let weights = roster.variants.map { shares?[$0] ?? 1 }
        let sum = weights.reduce(0, +)
        self.shares = weights.map { $0 / sum }
        sharesPValue = try? sampleRatioTest(observed: partners, weights: weights).bestPValue
        let rows = roster.rowsOfPartners
        let sizes = roster.members.map { $0.map { rows[$0] } }
        rowsPerPartner = sizes.map { Double($0.reduce(0, +)) / Double(max(1, $0.count)) }
        let balance = try? clusterSizeBalance(customers: sizes)
        rowsPValues = (1..<variants.count).map { balance?[$0 - 1].adjustedPValue }
    }

    /// A sample-ratio alarm is raised this rarely by chance: it questions the whole experiment.
    private static let alarmLevel = 0.001

    /// What should make the reader doubt the assignment.
    var warnings: [String] {
        var sentences: [String] = []
        if let sharesPValue, sharesPValue < AssignmentBalance.alarmLevel {
            sentences.append(
                "the numbers of partners do not fit the planned shares (\(pValueWords(sharesPValue))): find "
                    + "out who is missing, or say with --shares what was planned")
        }
        for (variant, pValue) in zip(variants.dropFirst(), rowsPValues) {
            if let pValue, pValue < 0.01 {
                sentences.append(
                    "partners of '\(variant)' and '\(variants[0])' differ in rows (\(pValueWords(pValue))): "
                        + "rows must have been fixed before the assignment")
            }
        }
        return sentences
    }

    /// Two lines of facts.
    var lines: [String] {
        let counts = zip(variants, partners).map { "\($0) \($1)" }.joined(separator: ", ")
        let isEqual = Set(shares).count == 1
        let planned =
            isEqual
            ? "equal shares" : "shares of \(shares.map { shortForm($0, digits: 3) }.joined(separator: ", "))"
        let means = zip(variants, rowsPerPartner).map { "\($0) \(shortForm($1, digits: 4))" }
            .joined(separator: ", ")
        let tests = rowsPValues.compactMap { $0.map { "\(pValueWords($0))" } }.joined(separator: ", ")
        return [
            "partners: \(counts)" + (sharesPValue.map { "; against \(planned) \(pValueWords($0))" } ?? ""),
            "rows a partner: \(means)" + (tests.isEmpty ? "" : "; \(tests)"),
        ]
    }
}
