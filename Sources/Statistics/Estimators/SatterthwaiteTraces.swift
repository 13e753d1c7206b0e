/// The two traces that give the degrees of freedom of a CR2 variance: df = (Σ tr M)² / Σ tr M², sums over
/// arms.
///
/// In one arm, M = A^½ B W Bᵀ A^½ with Aₖ = 1/(X²(1 − hₖ)), B = I − x1ᵀ/X and W = diag(w), where x are the
/// partners' denominators, X their sum, hₖ = xₖ/X and w the working variances of the partners' totals. The
/// entries of C = B W Bᵀ are
///
///     Cₖₖ = wₖ(1 − hₖ)² + hₖ²(s − wₖ),    Cₖⱼ = −hₖwⱼ − hⱼwₖ + hₖhⱼs,    s = Σw,
///
/// so both traces are sums over partners, without forming a matrix.
///
/// - Source: Satterthwaite approximation of Bell & McCaffrey (2002) as in Pustejovsky & Tipton (2018), JBES
///   36:672; working model of Imbens & Kolesár (2016), REStat 98:701.
struct SatterthwaiteTraces {
    var trace = 0.0
    var traceOfSquare = 0.0

    var degreesOfFreedom: Double { trace * trace / traceOfSquare }

    /// Adds an arm with the given denominators and working variances.
    ///
    /// - Precondition: both arrays have one length, and no leverage is 1.
    mutating func add(denominators: [Double], workingVariances: [Double]) {
        let total = denominators.reduce(0, +)
        let s = workingVariances.reduce(0, +)
        guard let largest = denominators.indices.max(by: { denominators[$0] < denominators[$1] }) else {
            return
        }

        func leverage(_ k: Int) -> Double { denominators[k] / total }
        func remainder(_ k: Int) -> Double { (total - denominators[k]) / total }
        func weight(_ k: Int) -> Double { 1 / (total * total * remainder(k)) }
        func diagonal(_ k: Int) -> Double {
            let (h, r, w) = (leverage(k), remainder(k), workingVariances[k])
            return w * r * r + h * h * (s - w)
        }

        // The largest partner's row is summed entry by entry. Everyone else has a leverage of at most one
        // half, where expanding the square of the off-diagonal entries loses no digits.
        let largestWeight = weight(largest)
        let largestDiagonal = diagonal(largest)
        trace += largestWeight * largestDiagonal
        traceOfSquare += largestWeight * largestWeight * largestDiagonal * largestDiagonal

        var hh = 0.0
        var hw = 0.0
        var ww = 0.0
        var squares = 0.0
        for k in denominators.indices where k != largest {
            let (a, h, w) = (weight(k), leverage(k), workingVariances[k])
            let c = diagonal(k)
            trace += a * c
            let inLargestRow =
                -leverage(largest) * w + h * (leverage(largest) * s - workingVariances[largest])
            traceOfSquare += 2 * largestWeight * a * inLargestRow * inLargestRow
            // Cₖₖ² belongs on the diagonal; the expansion below would put Uₖₖ² there, U = C − W.
            let u = -2 * h * w + h * h * s
            squares += a * a * (c * c - u * u)
            hh += a * h * h
            hw += a * h * w
            ww += a * w * w
        }
        traceOfSquare += squares + 2 * hh * ww + 2 * hw * hw - 4 * s * hh * hw + s * s * hh * hh
    }
}
