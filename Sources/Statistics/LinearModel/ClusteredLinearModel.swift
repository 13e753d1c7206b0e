/// A least-squares fit to customers of partners, kept partner by partner in the coordinates where the
/// regressors are orthonormal.
///
/// With K·(X'WX)·K' = 1 the whitened regressors X̂ = XK' have X̂'WX̂ = 1. A partner's Gram matrix Ŝ = X̂'X̂
/// then holds its leverages as eigenvalues, in 0...1, and every small-sample correction of its score X̂'e is
/// a function of Ŝ: no matrix as long as a partner has customers is ever formed.
///
/// Fit with `ClusterCrossProducts.fit(_:)`; ask with `estimate(of:)`, `waldTest`, `jackknife` and the like.
///
/// - Source: Bell & McCaffrey (2002), Survey Methodology 28:169; MacKinnon, Nielsen & Webb (2023), Journal of
///   Applied Econometrics 38:671.
public struct ClusteredLinearModel: Sendable {
    /// What was fitted.
    public let formula: LinearModelFormula
    /// The coefficients, in the order of `formula.terms`.
    public let coefficients: [Double]
    /// Partners with at least one customer.
    public let clusterCount: Int
    /// Rows of the table.
    public let customerCount: Int
    /// Coefficients, absorbed ones included.
    public let parameterCount: Int

    /// Coefficients that are estimated explicitly.
    var order: Int { coefficients.count }
    /// The columns of Z = [X̂], or [X̂, WX̂] with weights.
    let dimension: Int
    /// Lower triangular, K·(X'WX)·K' = 1.
    let whitening: SmallMatrix
    /// The coefficients of X̂.
    let whitenedCoefficients: [Double]
    /// Σ over customers of the squared outcome; the scale of rounding noise.
    let outcomeSquares: Double
    /// Every partner's quantities, empty ones included.
    let clusters: ClusterMoments
    /// N in cov(residuals) = 1 + Z·N·Z' under independent errors: −1, or [[X̂'W²X̂, −1], [−1, 0]] with
    /// weights.
    let residualMetric: SmallMatrix

    /// A linear combination of coefficients in whitened coordinates: c'b = q'b̂ with q = Kc.
    func whitened(_ contrast: [Double]) -> [Double] {
        precondition(contrast.count == order, "a contrast has one weight for every coefficient")
        return whitening * contrast
    }

    /// A symmetric matrix of whitened coordinates in the original ones: K'·matrix·K.
    func unwhitened(_ matrix: SmallMatrix) -> SmallMatrix {
        whitening.transposed * matrix * whitening
    }

    /// The contrast that picks out one coefficient.
    ///
    /// - Throws: `.unknownColumn` when the model has no such term.
    public func contrast(of term: String) throws(EstimationError) -> [Double] {
        guard let index = formula.terms.firstIndex(of: term) else { throw .unknownColumn(term) }
        return formula.terms.indices.map { $0 == index ? 1 : 0 }
    }
}

/// Sums of products over the customers of each partner, in whitened coordinates.
struct ClusterMoments: Sendable {
    /// The columns of Z.
    let dimension: Int
    /// Rows a partner.
    var counts: [Double]
    /// Whether a partner has rows, or an outcome without any, as revenue of a partner that had none before.
    var isOccupied: [Bool]
    /// Z'Z, a square matrix a partner.
    var grams: [Double]
    /// Z'e of the residuals, a vector a partner.
    var scores: [Double]
    /// Z'1, a vector a partner.
    var ones: [Double]
    /// Σe a partner.
    var residualSums: [Double]
    /// Σe² a partner.
    var residualSquares: [Double]

    init(count: Int, dimension: Int) {
        self.dimension = dimension
        counts = [Double](repeating: 0, count: count)
        isOccupied = [Bool](repeating: false, count: count)
        grams = [Double](repeating: 0, count: count * dimension * dimension)
        scores = [Double](repeating: 0, count: count * dimension)
        ones = scores
        residualSums = counts
        residualSquares = counts
    }

    /// Partners that take part.
    var occupied: [Int] { isOccupied.indices.filter { isOccupied[$0] } }

    func gram(_ cluster: Int) -> SmallMatrix {
        var result = SmallMatrix(rows: dimension, columns: dimension)
        let size = dimension * dimension
        for k in 0..<size { result.elements[k] = grams[cluster * size + k] }
        return result
    }

    func score(_ cluster: Int) -> [Double] { vector(scores, cluster) }

    func ones(_ cluster: Int) -> [Double] { vector(ones, cluster) }

    private func vector(_ values: [Double], _ cluster: Int) -> [Double] {
        Array(values[(cluster * dimension)..<((cluster + 1) * dimension)])
    }
}
