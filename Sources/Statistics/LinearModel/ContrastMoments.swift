/// The first two moments of cluster-robust variances and covariances of contrasts under a working model of the errors.
///
/// Partner g's corrected score for contrast s is a linear form in the errors, and the forms of partners g and h have
/// covariance
///
///     P(s,t)gh = δgh·D(s,t)g + y(s)g'·N·y(t)h,
///
/// a diagonal plus a matrix of low rank, so that all sums over pairs of partners follow from one pass over partners:
/// the estimated covariance of contrasts s and t has mean Σ P(s,t)gg and, for normal errors, variance
/// Σ P(s,s)gh·P(t,t)gh + P(s,t)gh·P(t,s)gh.
///
/// Working model: errors of one partner have correlation ρ. With a = T'q the weights of the contrast on Z, z = Z'Z·a and
/// u = 1'Z·a, independent errors (ρ = 0) have D = a'Z'Z·a and y = z; for ρ > 0 the vector y also holds u·X̂'W1.
///
/// - Source: Satterthwaite approximation of Bell & McCaffrey (2002); Pustejovsky & Tipton (2018), JBES 36:672,
///   eq. (10)–(11) and sec. 4.3; the working model of Imbens & Kolesár (2016), REStat 98:701, sec. IV.
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
        for cluster in model.clusters.occupied {
            let forms = contrasts.map {
                ScoreForm(model, cluster, contrast: $0, adjustment: adjustment, hasCorrelation: correlation > 0)
            }
            let images = forms.map { metric * $0.vector }
            func own(_ s: Int, _ t: Int) -> Double {
                (1 - correlation) * dot(forms[s].weights, forms[t].image)
                    + correlation * forms[s].total * forms[t].total
            }
            func shared(_ s: Int, _ t: Int) -> Double { dot(forms[s].vector, images[t]) }
            for s in 0..<count {
                for t in 0..<count {
                    mean[s, t] += own(s, t) + shared(s, t)
                    variance[s, t] +=
                        own(s, s) * own(t, t) + own(s, s) * shared(t, t) + own(t, t) * shared(s, s)
                        + own(s, t) * (own(t, s) + shared(t, s) + shared(s, t))
                    crossProducts[s * count + t].addProduct(forms[s].vector, forms[t].vector)
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

/// One partner's corrected score for a contrast, as a linear form in the errors.
private struct ScoreForm {
    /// a: the weights on the columns of Z.
    let weights: [Double]
    /// z = Z'Z·a.
    let image: [Double]
    /// u = 1'Z·a, the form's value where all errors are 1.
    let total: Double
    /// y: z, and with a correlation u·X̂'W1 after it.
    let vector: [Double]

    init(
        _ model: ClusteredLinearModel, _ cluster: Int, contrast: [Double], adjustment: ClusterAdjustment,
        hasCorrelation: Bool
    ) {
        let dimension = model.dimension
        let weights = adjustment.weights(cluster, of: contrast)
        let start = cluster * dimension * dimension
        let image = (0..<dimension).map { i in
            var sum = 0.0
            for j in 0..<dimension {
                sum += model.clusters.grams[start + i * dimension + j] * weights[j]
            }
            return sum
        }
        let ones = model.clusters.ones(cluster)
        let total = dot(ones, weights)
        self.weights = weights
        self.image = image
        self.total = total
        vector = hasCorrelation ? image + ones.suffix(model.order).map { total * $0 } : image
    }
}
