/// Which columns a linear model explains and by which.
public struct LinearModelFormula: Sendable, Hashable, Codable {
    /// The name of the constant among a model's terms.
    public static let intercept = "(Intercept)"

    /// The column to explain.
    public var outcome: String
    /// The columns that explain it, in order, without the constant.
    public var regressors: [String]
    /// What else the model contains.
    public var constant: Constant

    /// The constant part of a model.
    public enum Constant: String, Sendable, Hashable, Codable {
        /// None.
        case none
        /// One for everybody.
        case intercept
        /// One for every partner, absorbed by centring within partners.
        case clusterEffects
    }

    /// Creates a formula.
    public init(outcome: String, regressors: [String], constant: Constant = .intercept) {
        self.outcome = outcome
        self.regressors = regressors
        self.constant = constant
    }

    /// The names of the model's coefficients, in order.
    public var terms: [String] {
        constant == .intercept ? [LinearModelFormula.intercept] + regressors : regressors
    }
}
