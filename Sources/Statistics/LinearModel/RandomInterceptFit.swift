import Foundation

/// A linear model in which every partner has its own random level, fitted by restricted maximum likelihood.
///
/// For describing how much of the variation is between partners; its coefficients weigh partners by the
/// precision of their means, which is neither the customer average nor the partner average.
public struct RandomInterceptFit: Sendable, Hashable, Codable {
    /// What the coefficients are called.
    public var terms: [String]
    /// Generalised least squares coefficients at the estimated variances.
    public var coefficients: [Double]
    /// The variance of partners' levels; 0 when the data show none.
    public var betweenVariance: Double
    /// The variance of customers around their partner's level.
    public var residualVariance: Double

    /// Creates a result from its fields.
    public init(
        terms: [String], coefficients: [Double], betweenVariance: Double, residualVariance: Double
    ) {
        self.terms = terms
        self.coefficients = coefficients
        self.betweenVariance = betweenVariance
        self.residualVariance = residualVariance
    }

    /// The share of the variance that is between partners; nil when nothing varies.
    public var intraclassCorrelation: Double? {
        let total = betweenVariance + residualVariance
        return total > 0 ? betweenVariance / total : nil
    }
}

extension ClusterCrossProducts {
    /// Fits the model with a random intercept a partner.
    ///
    /// With θ the ratio of the variances, a partner's inverse covariance is 1 − θ/(1 + nθ)·11', so the
    /// restricted likelihood of every θ follows from the partners' sums; it is maximised over θ ≥ 0.
    ///
    /// - Precondition: The rows have no weights and the formula no partner effects.
    /// - Throws: As `fit`, and `.noVariation` when the fixed part explains everything.
    /// - Source: Patterson & Thompson (1971), Biometrika 58:545; Searle, Casella & McCulloch (1992), sec.
    ///   6.6.
    public func randomInterceptFit(
        _ formula: LinearModelFormula
    ) throws(EstimationError) -> RandomInterceptFit {
        precondition(!isWeighted && formula.constant != .clusterEffects, "random levels replace fixed ones")
        let model = try fit(formula)
        let profile = RestrictedLikelihood(model)
        guard profile.criterion(0).residualSquares > 1e-24 * model.outcomeSquares else { throw .noVariation }
        let ratio = profile.minimizer()
        let fit = profile.criterion(ratio)
        let residual = fit.residualSquares / Double(model.customerCount - model.order)
        return RandomInterceptFit(
            terms: formula.terms,
            coefficients: zip(model.coefficients, model.whitening.transposed * fit.shift).map(+),
            betweenVariance: ratio * residual, residualVariance: residual)
    }
}

/// −2·log restricted likelihood, profiled over coefficients and residual variance, around the least-squares
/// fit.
private struct RestrictedLikelihood {
    private let model: ClusteredLinearModel

    init(_ model: ClusteredLinearModel) { self.model = model }

    /// The criterion at a ratio of variances, the coefficients' whitened change from least squares, and the
    /// generalised residual sum of squares.
    func criterion(_ ratio: Double) -> (value: Double, shift: [Double], residualSquares: Double) {
        let order = model.order
        var information = SmallMatrix.identity(order)
        var score = [Double](repeating: 0, count: order)
        var squares = 0.0
        var logDeterminant = 0.0
        for cluster in model.clusters.occupied {
            let count = model.clusters.counts[cluster]
            let ones = model.clusters.ones(cluster)
            let sum = model.clusters.residualSums[cluster]
            let shrinkage = ratio / (1 + count * ratio)
            information.addProduct(ones, ones, scale: -shrinkage)
            for k in 0..<order { score[k] -= shrinkage * ones[k] * sum }
            squares += model.clusters.residualSquares[cluster] - shrinkage * sum * sum
            logDeterminant += log(1 + count * ratio)
        }
        let factor = information.choleskyInverse(tolerance: 1e-14).factor
        let standardized = factor * score
        let residualSquares = squares - dot(standardized, standardized)
        for k in 0..<order { logDeterminant -= 2 * log(factor[k, k]) }
        return (
            Double(model.customerCount - order) * log(residualSquares) + logDeterminant,
            factor.transposed * standardized, residualSquares
        )
    }

    /// The best ratio of variances: a logarithmic grid from 10⁻⁶ to 10⁶, refined by golden section, against
    /// 0.
    func minimizer() -> Double {
        let grid = (-24...24).map { Double($0) / 4 }
        let values = grid.map { criterion(pow(10, $0)).value }
        guard let best = values.indices.min(by: { values[$0] < values[$1] }) else { return 0 }
        var (lower, upper) = (grid[max(0, best - 1)], grid[min(grid.count - 1, best + 1)])
        let golden = (5.0.squareRoot() - 1) / 2
        var (left, right) = (upper - golden * (upper - lower), lower + golden * (upper - lower))
        var (leftValue, rightValue) = (criterion(pow(10, left)).value, criterion(pow(10, right)).value)
        while upper - lower > 1e-9 {
            if leftValue < rightValue {
                (upper, right, rightValue) = (right, left, leftValue)
                left = upper - golden * (upper - lower)
                leftValue = criterion(pow(10, left)).value
            } else {
                (lower, left, leftValue) = (left, right, rightValue)
                right = lower + golden * (upper - lower)
                rightValue = criterion(pow(10, right)).value
            }
        }
        let ratio = pow(10, (lower + upper) / 2)
        return criterion(ratio).value < criterion(0).value ? ratio : 0
    }
}
