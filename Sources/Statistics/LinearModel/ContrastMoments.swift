/// The first two moments of cluster-robust variances and covariances of contrasts under a working model of
/// the errors.
///
/// Partner g's corrected score for contrast s is a linear form in the errors, and the forms of partners g and
/// h have covariance
///
///     P(s,t)gh = δgh·D(s,t)g + y(s)g'·N·y(t)h,
///
/// a diagonal plus a matrix of low rank, so that all sums over pairs of partners follow from one pass over
/// partners: the estimated covariance of contrasts s and t has mean Σ P(s,t)gg and, for normal errors,
/// variance Σ P(s,s)gh·P(t,t)gh + P(s,t)gh·P(t,s)gh.
///
/// Working model: errors of one partner have correlation ρ. With a = T'q the weights of the contrast on Z, z
/// = Z'Z·a and u = 1'Z·a, independent errors (ρ = 0) have D = a'Z'Z·a and y = z; for ρ > 0 the vector y also
/// holds u·X̂'W1.
///
/// - Source: Satterthwaite approximation of Bell & McCaffrey (2002); Pustejovsky & Tipton (2018), JBES
///   36:672, eq. (10)–(11) and sec. 4.3; the working model of Imbens & Kolesár (2016), REStat 98:701.
struct ContrastMoments {
    /// Σ P(s,t)gg.
    private(set) var mean: SmallMatrix
    /// The variance of the estimated covariance of contrasts s and t.
    private(set) var variance: SmallMatrix

    /// - Parameters:
    ///   - contrasts: In whitened coordinates.
    ///   - correlation: ρ of the working model, in 0...1.
    init(
        _ model: ClusteredLinearModel, contrasts: [[Double]], adjustment: ClusterAdjustment,
        correlation: Double
    ) {
        let count = contrasts.count
        let metric = ContrastMoments.metric(model, correlation: correlation)
        mean = SmallMatrix(rows: count, columns: count)
        variance = mean
        var crossProducts = [SmallMatrix](
            repeating: SmallMatrix(rows: metric.rows, columns: metric.rows), count: count * count)
        var forms = ScoreForms(model, contrasts: contrasts, metric: metric, correlation: correlation)
        for cluster in model.clusters.occupied {
            forms.load(cluster, adjustment: adjustment)
            for s in 0..<count {
                for t in 0..<count {
                    let own = forms.own(s, t)
                    let shared = forms.shared(s, t)
                    mean[s, t] += own + shared
                    variance[s, t] +=
                        forms.own(s, s) * forms.own(t, t) + forms.own(s, s) * forms.shared(t, t)
                        + forms.own(t, t) * forms.shared(s, s) + own * (own + 2 * shared)
                    forms.addProduct(s, t, to: &crossProducts[s * count + t])
                }
            }
        }
        for s in 0..<count {
            for t in 0..<count {
                // Σ (ys'N ys)(yt'N yt) over pairs, and the same with s and t crossed.
                let forward = metric * crossProducts[s * count + t]
                let backward = metric * crossProducts[t * count + s]
                variance[s, t] += forward.traceOfProduct(backward) + backward.traceOfProduct(backward)
            }
        }
    }

    /// N of the doc comment; the rows beyond those of Z belong to u·X̂'W1.
    private static func metric(_ model: ClusteredLinearModel, correlation: Double) -> SmallMatrix {
        guard correlation > 0 else { return model.residualMetric }
        let order = model.order
        let dimension = model.dimension
        var result = SmallMatrix(rows: dimension + order, columns: dimension + order)
        result.replaceBlock(0, 0, with: (1 - correlation) * model.residualMetric)
        for cluster in model.clusters.occupied {
            let ones = Array(model.clusters.ones(cluster).suffix(order))
            for i in 0..<order {
                for j in 0..<order { result[i, j] += correlation * ones[i] * ones[j] }
            }
        }
        for k in 0..<order {
            result[k, dimension + k] = -correlation
            result[dimension + k, k] = -correlation
        }
        return result
    }
}

/// One partner's corrected scores for all contrasts, as linear forms in the errors.
private struct ScoreForms {
    private let model: ClusteredLinearModel
    private let contrasts: [[Double]]
    private let metric: SmallMatrix
    private let correlation: Double

    /// a, the weights on the columns of Z; a vector a contrast, here and below.
    private var weights: [Double]
    /// y: z = Z'Z·a, and with a correlation u·X̂'W1 after it.
    private var vectors: [Double]
    /// N·y.
    private var images: [Double]
    /// u = 1'Z·a, the form's value where all errors are 1.
    private var totals: [Double]

    init(
        _ model: ClusteredLinearModel, contrasts: [[Double]], metric: SmallMatrix, correlation: Double
    ) {
        self.model = model
        self.contrasts = contrasts
        self.metric = metric
        self.correlation = correlation
        weights = [Double](repeating: 0, count: contrasts.count * model.dimension)
        vectors = [Double](repeating: 0, count: contrasts.count * metric.rows)
        images = vectors
        totals = [Double](repeating: 0, count: contrasts.count)
    }

    mutating func load(_ cluster: Int, adjustment: ClusterAdjustment) {
        let dimension = model.dimension
        let order = model.order
        let size = metric.rows
        let ones = cluster * dimension
        for (s, contrast) in contrasts.enumerated() {
            adjustment.writeWeights(cluster, of: contrast, to: &weights, at: s * dimension)
            var total = 0.0
            for i in 0..<dimension {
                var sum = 0.0
                for j in 0..<dimension {
                    sum += model.clusters.grams[(ones + i) * dimension + j] * weights[s * dimension + j]
                }
                vectors[s * size + i] = sum
                total += model.clusters.ones[ones + i] * weights[s * dimension + i]
            }
            totals[s] = total
            if size > dimension {
                for k in 0..<order {
                    vectors[s * size + dimension + k] =
                        total * model.clusters.ones[ones + dimension - order + k]
                }
            }
            for i in 0..<size {
                var sum = 0.0
                for j in 0..<size { sum += metric.elements[i * size + j] * vectors[s * size + j] }
                images[s * size + i] = sum
            }
        }
    }

    /// D(s,t).
    func own(_ s: Int, _ t: Int) -> Double {
        var sum = 0.0
        for k in 0..<model.dimension {
            sum += weights[s * model.dimension + k] * vectors[t * metric.rows + k]
        }
        return (1 - correlation) * sum + correlation * totals[s] * totals[t]
    }

    /// y(s)'·N·y(t).
    func shared(_ s: Int, _ t: Int) -> Double {
        var sum = 0.0
        for k in 0..<metric.rows { sum += vectors[s * metric.rows + k] * images[t * metric.rows + k] }
        return sum
    }

    /// Adds y(s)·y(t)'.
    func addProduct(_ s: Int, _ t: Int, to matrix: inout SmallMatrix) {
        let size = metric.rows
        for i in 0..<size {
            for j in 0..<size {
                matrix.elements[i * size + j] += vectors[s * size + i] * vectors[t * size + j]
            }
        }
    }
}
