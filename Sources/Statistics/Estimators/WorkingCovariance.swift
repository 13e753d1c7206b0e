/// The working model of how a partner's total varies; it sets the degrees of freedom, never the variance.
///
/// The model need not be true: the variance stays robust, and the model only decides how many independent
/// partners' worth of information that variance is trusted to hold.
public enum WorkingCovariance: String, Sendable, Hashable, Codable {
    /// Customers of a partner are equally correlated: variance n(1 + (n − 1)ρ̂), where ρ̂ is the
    /// analysis-of-variance estimate within arms, at least 0.01 and at most 0.95 (Imbens & Kolesár 2016).
    case exchangeable
    /// The partner's total moves as one: variance x². For ratios of money.
    case proportional
    /// Independent customers: variance n. Too generous when partners differ in size; for comparison with
    /// software that offers nothing else.
    case identity

    /// The floor and ceiling of ρ̂ in the exchangeable model.
    static let correlationBounds = 0.01...0.95

    /// The variance of a partner's total up to a constant; 0 for a partner that takes no part.
    ///
    /// A partner without a denominator, but with a numerator y, counts as one of at least one customer, and of the
    /// denominator y/R that would be usual for it.
    ///
    /// - Parameter rate: R of the arm's partners with a denominator; only those without one need it.
    func variance(of total: ClusterTotal, correlation: Double, rate: Double = 0) -> Double {
        guard total.takesPart else { return 0 }
        let count = Double(max(1, total.count))
        switch self {
        case .exchangeable: return count * (1 + (count - 1) * correlation)
        case .proportional:
            let size = total.denominator > 0 || rate == 0 ? total.denominator : total.numerator / rate
            return size * size
        case .identity: return count
        }
    }
}
