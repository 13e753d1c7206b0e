/// One partner's totals of an outcome and of a covariate measured before assignment.
///
/// A covariate measured after assignment may itself be an effect of the treatment, such as the depth of a
/// discount; adjusting for it removes part of the very effect that is looked for.
public struct PairedTotal: Sendable, Hashable, Codable {
    /// The metric under trial.
    public var outcome: ClusterTotal
    /// The same, or another, metric over a period that ended before assignment. Without a denominator the
    /// partner counts as average.
    public var covariate: ClusterTotal

    /// Creates a pair.
    public init(outcome: ClusterTotal, covariate: ClusterTotal) {
        self.outcome = outcome
        self.covariate = covariate
    }
}
