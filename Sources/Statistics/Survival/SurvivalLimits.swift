import Foundation

/// The scale on which pointwise confidence limits of a survival curve are symmetric.
///
/// With S the estimate, s² = Σ d/(r(r − d)) and z the normal quantile:
///
/// - Source: Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, §1.4; Klein &
///   Moeschberger (2003), §4.3.
public enum SurvivalLimits: String, Sendable, Hashable, Codable {
    /// S ± z·S·s, cut to 0...1.
    case plain
    /// S·exp(±z·s), cut at 1.
    case log
    /// S^exp(±z·s/|log S|); the default, because it keeps its level with few losses. Undefined where S is 1.
    case logLog

    /// The limits around an estimate; nil where it is 0, and on the log–log scale also where it is 1.
    func limits(survival: Double, logError: Double, z: Double) -> (lower: Double, upper: Double)? {
        guard survival > 0 else { return nil }
        switch self {
        case .plain:
            let halfWidth = z * survival * logError
            return (max(0, survival - halfWidth), min(1, survival + halfWidth))
        case .log:
            return (survival * exp(-z * logError), min(1, survival * exp(z * logError)))
        case .logLog:
            guard survival < 1 else { return nil }
            let spread = exp(z * logError / abs(Foundation.log(survival)))
            return (pow(survival, spread), pow(survival, 1 / spread))
        }
    }
}
