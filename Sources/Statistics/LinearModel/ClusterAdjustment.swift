/// The operators T that turn every partner's score Z'e into its corrected contribution v = T·Z'e to a sandwich
/// variance; T' turns a contrast q into the weights Z·T'q the contribution gives to the residuals.
///
/// Without weights T is (1 − Ŝ)⁻ᵖ with p = 0 for CR0 and CR1, ½ for CR2 and 1 for CR3, Ŝ being the partner's whitened
/// Gram matrix. With weights, CR2 makes A = B^(−½) with B = 1 + Z·N·Z' the covariance of the partner's residuals under
/// independent errors of equal variance.
///
/// Where a leverage is 1 the corrections are not defined and the generalised inverse drops the direction.
///
/// - Source: Pustejovsky & Tipton (2018), JBES 36:672, sec. 2 and eq. (5), with the identity as working model.
struct ClusterAdjustment {
    /// A leverage above 1 minus this counts as 1.
    static let saturation = 1e-10

    let correction: ClusterVarianceCorrection
    /// Rows: the coefficients; columns: those of Z. One matrix a partner.
    private(set) var operators: [Double]
    /// Partners with a leverage of 1, and the contrasts it leaves undefined: an orthonormal basis, a row each.
    private(set) var saturated: [(cluster: Int, directions: [[Double]])] = []

    private let order: Int
    private let dimension: Int

    init(_ model: ClusteredLinearModel, correction: ClusterVarianceCorrection) {
        self.correction = correction
        order = model.order
        dimension = model.dimension
        operators = [Double](repeating: 0, count: model.clusters.counts.count * order * dimension)
        let isWeighted = dimension > order
        let selector = dimension - order
        for cluster in model.clusters.occupied {
            var transform = SmallMatrix(rows: order, columns: dimension)
            switch correction {
            case .cr0, .cr1, .cr1s:
                for k in 0..<order { transform[k, selector + k] = 1 }
            case .cr2 where isWeighted:
                transform = weightedRoot(model, cluster)
            case .cr2, .cr3:
                let exponent = correction == .cr2 ? -0.5 : -1
                let leverage = model.leverageMatrix(cluster)
                transform.replaceBlock(
                    0, selector, with: remainderPower(leverage, exponent, cluster: cluster))
            }
            let start = cluster * order * dimension
            for k in transform.elements.indices { operators[start + k] = transform.elements[k] }
        }
    }

    /// (1 − leverage)^exponent, noting leverages of 1.
    private mutating func remainderPower(
        _ leverage: SmallMatrix, _ exponent: Double, cluster: Int
    ) -> SmallMatrix {
        guard let (values, vectors) = leverage.eigen() else {
            preconditionFailure("sums of a fitted model are finite")
        }
        var result = SmallMatrix(rows: order, columns: order)
        var directions: [[Double]] = []
        for (k, value) in values.enumerated() {
            let vector = vectors.row(k)
            let remainder = 1 - value
            if remainder > ClusterAdjustment.saturation {
                let root = exponent == -0.5 ? 1 / remainder.squareRoot() : 1 / remainder
                result.addProduct(vector, vector, scale: root)
            } else {
                directions.append(vector)
            }
        }
        if !directions.isEmpty { saturated.append((cluster, directions)) }
        return result
    }

    /// E'·G^½·B^(−½)·G^(+½), G = Z'Z and E selecting WX̂, all within the span of Z.
    private mutating func weightedRoot(_ model: ClusteredLinearModel, _ cluster: Int) -> SmallMatrix {
        _ = remainderPower(model.leverageMatrix(cluster), -1, cluster: cluster)
        let gram = model.clusters.gram(cluster)
        let largest = (0..<dimension).reduce(0) { max($0, gram[$1, $1]) }
        let negligible = 1e-12 * largest * Double(dimension)
        let root = gram.spectralFunction { $0 > negligible ? $0.squareRoot() : 0 }
        let inverse = gram.spectralFunction { $0 > negligible ? 1 / $0.squareRoot() : 0 }
        guard let root, let inverse else { preconditionFailure("sums of a fitted model are finite") }
        var covariance = root * model.residualMetric * root
        for k in 0..<dimension { covariance[k, k] += 1 }
        let inverseRoot = covariance.spectralFunction {
            $0 > ClusterAdjustment.saturation ? 1 / $0.squareRoot() : 0
        }
        guard let inverseRoot else { preconditionFailure("sums of a fitted model are finite") }
        let product = root * inverseRoot * inverse
        var selected = SmallMatrix(rows: order, columns: dimension)
        for k in 0..<order {
            for j in 0..<dimension { selected[k, j] = product[dimension - order + k, j] }
        }
        return selected
    }

    /// v = T·score.
    func contribution(_ cluster: Int, of score: [Double]) -> [Double] {
        let start = cluster * order * dimension
        return (0..<order).map { i in
            var sum = 0.0
            for j in 0..<dimension { sum += operators[start + i * dimension + j] * score[j] }
            return sum
        }
    }

    /// T'·q.
    func weights(_ cluster: Int, of contrast: [Double]) -> [Double] {
        let start = cluster * order * dimension
        return (0..<dimension).map { j in
            var sum = 0.0
            for i in 0..<order { sum += operators[start + i * dimension + j] * contrast[i] }
            return sum
        }
    }

    /// The partners without each of whom the contrast could not be estimated.
    func soleSupports(of contrast: [Double]) -> [Int] {
        let length = dot(contrast, contrast)
        return saturated.filter { _, directions in
            directions.reduce(0) { sum, direction in
                let part = dot(direction, contrast)
                return sum + part * part
            } > 1e-8 * length
        }.map(\.cluster)
    }
}

/// Σ xᵢ·yᵢ.
func dot(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<x.count { sum += x[i] * y[i] }
    return sum
}

extension ClusteredLinearModel {
    /// X̂'WX̂ of one partner, whose eigenvalues are the partner's leverages.
    func leverageMatrix(_ cluster: Int) -> SmallMatrix {
        clusters.gram(cluster).block(0, dimension - order, count: order)
    }
}
