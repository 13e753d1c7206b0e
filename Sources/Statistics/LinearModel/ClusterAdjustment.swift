/// The operators T that turn every partner's score Z'e into its corrected contribution v = T·Z'e to a
/// sandwich variance; T' turns a contrast q into the weights Z·T'q the contribution gives to the residuals.
///
/// Without weights T is (1 − Ŝ)⁻ᵖ with p = 0 for CR0 and CR1, ½ for CR2 and 1 for CR3, Ŝ being the partner's
/// whitened Gram matrix. With weights, CR2 makes A = B^(−½) with B = 1 + Z·N·Z' the covariance of the
/// partner's residuals under independent errors of equal variance.
///
/// Where a leverage is 1 the corrections are not defined and the generalised inverse drops the direction.
///
/// - Source: Pustejovsky & Tipton (2018), JBES 36:672, with the identity as working model.
struct ClusterAdjustment {
    /// A leverage above 1 minus this counts as 1.
    static let saturation = 1e-10

    let correction: ClusterVarianceCorrection
    /// Rows: the coefficients; columns: those of Z. One matrix a partner.
    private(set) var operators: [Double]
    /// Partners with a leverage of 1, and the contrasts it leaves undefined: an orthonormal basis, a row
    /// each.
    private(set) var saturated: [(cluster: Int, directions: [[Double]])] = []

    private let order: Int
    private let dimension: Int

    init(_ model: ClusteredLinearModel, correction: ClusterVarianceCorrection) {
        self.correction = correction
        order = model.order
        dimension = model.dimension
        operators = [Double](repeating: 0, count: model.clusters.counts.count * order * dimension)
        switch correction {
        case .cr0, .cr1, .cr1s:
            for cluster in model.clusters.occupied {
                for k in 0..<order { operators[position(cluster, k, dimension - order + k)] = 1 }
            }
        case .cr2 where dimension == order: fillRemainderPowers(model) { 1 / $0.squareRoot() }
        case .cr3: fillRemainderPowers(model) { 1 / $0 }
        case .cr2:
            // The inverse only serves to find leverages of 1.
            fillRemainderPowers(model) { 1 / $0 }
            for cluster in model.clusters.occupied {
                let root = weightedRoot(model, cluster)
                for i in 0..<order {
                    for j in 0..<dimension { operators[position(cluster, i, j)] = root[i, j] }
                }
            }
        }
    }

    private func position(_ cluster: Int, _ row: Int, _ column: Int) -> Int {
        (cluster * order + row) * dimension + column
    }

    /// Σ f(1 − λ)·v·v' over the eigenpairs of every partner's leverage matrix, noting leverages of 1.
    private mutating func fillRemainderPowers(
        _ model: ClusteredLinearModel, _ function: (Double) -> Double
    ) {
        let offset = dimension - order
        var leverage = [Double](repeating: 0, count: order * order)
        var eigen = SymmetricEigen(order: order)
        for cluster in model.clusters.occupied {
            var (trace, squares) = (0.0, 0.0)
            for i in 0..<order {
                for j in 0..<order {
                    let entry = model.leverage(cluster, i, j)
                    leverage[i * order + j] = entry
                    squares += entry * entry
                }
                trace += leverage[i * order + i]
            }
            // Rows that are all alike have one leverage above 0, the trace: Σλ² = (Σλ)².
            if trace * trace - squares <= 1e-14 * squares, 1 - trace > ClusterAdjustment.saturation {
                let scale = trace > 0 ? (function(1 - trace) - 1) / trace : 0
                for i in 0..<order {
                    for j in 0..<order {
                        operators[position(cluster, i, offset + j)] =
                            scale * leverage[i * order + j] + (i == j ? 1 : 0)
                    }
                }
                continue
            }
            eigen.decompose(leverage)
            var directions: [[Double]] = []
            for k in 0..<order {
                let remainder = 1 - eigen.values[k]
                guard remainder > ClusterAdjustment.saturation else {
                    directions.append(eigen.vector(k))
                    continue
                }
                let weight = function(remainder)
                for i in 0..<order {
                    let scaled = weight * eigen.vectors[k * order + i]
                    for j in 0..<order {
                        operators[position(cluster, i, offset + j)] += scaled * eigen.vectors[k * order + j]
                    }
                }
            }
            if !directions.isEmpty { saturated.append((cluster, directions)) }
        }
    }

    /// E'·G^½·B^(−½)·G^(+½), G = Z'Z and E selecting WX̂, all within the span of Z.
    private func weightedRoot(_ model: ClusteredLinearModel, _ cluster: Int) -> SmallMatrix {
        let gram = model.clusters.gram(cluster)
        let largest = (0..<dimension).reduce(0) { max($0, gram[$1, $1]) }
        let negligible = 1e-12 * largest * Double(dimension)
        let root = gram.spectralFunction { $0 > negligible ? $0.squareRoot() : 0 }
        let inverse = gram.spectralFunction { $0 > negligible ? 1 / $0.squareRoot() : 0 }
        var covariance = root * model.residualMetric * root
        for k in 0..<dimension { covariance[k, k] += 1 }
        let inverseRoot = covariance.spectralFunction {
            $0 > ClusterAdjustment.saturation ? 1 / $0.squareRoot() : 0
        }
        let product = root * inverseRoot * inverse
        var selected = SmallMatrix(rows: order, columns: dimension)
        for k in 0..<order {
            for j in 0..<dimension { selected[k, j] = product[dimension - order + k, j] }
        }
        return selected
    }

    /// v = T·score of every partner in turn, without allocating.
    func forEachContribution(_ model: ClusteredLinearModel, _ body: (Int, [Double]) -> Void) {
        var contribution = [Double](repeating: 0, count: order)
        for cluster in model.clusters.occupied {
            for i in 0..<order {
                var sum = 0.0
                for j in 0..<dimension {
                    sum += operators[position(cluster, i, j)] * model.clusters.scores[cluster * dimension + j]
                }
                contribution[i] = sum
            }
            body(cluster, contribution)
        }
    }

    /// T'·q.
    func weights(_ cluster: Int, of contrast: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: dimension)
        writeWeights(cluster, of: contrast, to: &result, at: 0)
        return result
    }

    /// Writes T'·q into a buffer.
    func writeWeights(_ cluster: Int, of contrast: [Double], to buffer: inout [Double], at start: Int) {
        for j in 0..<dimension {
            var sum = 0.0
            for i in 0..<order { sum += operators[position(cluster, i, j)] * contrast[i] }
            buffer[start + j] = sum
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

    /// An entry of a partner's leverage matrix.
    func leverage(_ cluster: Int, _ row: Int, _ column: Int) -> Double {
        clusters.grams[(cluster * dimension + row) * dimension + dimension - order + column]
    }

    /// q'·X̂'WX̂·q of one partner.
    func leverage(_ cluster: Int, of direction: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<order {
            for j in 0..<order { sum += direction[i] * leverage(cluster, i, j) * direction[j] }
        }
        return sum
    }
}
