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

    /// The variance of a partner's total up to a constant; 0 for a partner without a denominator.
    func variance(of total: ClusterTotal, correlation: Double) -> Double {
        guard total.denominator > 0 else { return 0 }
        let count = Double(total.count)
        return switch self {
        case .exchangeable: count * (1 + (count - 1) * correlation)
        case .proportional: total.denominator * total.denominator
        case .identity: count
        }
    }
}
