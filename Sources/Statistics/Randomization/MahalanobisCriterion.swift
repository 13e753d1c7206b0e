/// The acceptance rule of a rerandomised experiment: draw again until arms are alike in their covariates.
///
/// An assignment is accepted when M = Σₐ mₐ·(x̄ₐ − x̄)′S⁻¹(x̄ₐ − x̄) is at most the threshold, with S the
/// covariance of the covariates over all mₐ partners of all arms a. For two arms M is Morgan and Rubin's
/// distance (m₁m₀/m)·(x̄₁ − x̄₀)′S⁻¹(x̄₁ − x̄₀).
///
/// - Source: Morgan & Rubin (2012), Ann. Stat. 40:1263, eq. 1.
public struct MahalanobisCriterion: Sendable, Hashable, Codable {
    /// One row a total, in the order of the totals, of the covariates used at assignment; finite.
    public var covariates: [[Double]]
    /// The largest accepted M; positive.
    public var threshold: Double

    /// Creates a rule.
    public init(covariates: [[Double]], threshold: Double) {
        self.covariates = covariates
        self.threshold = threshold
    }
}

extension MahalanobisCriterion {
    /// M as a sum of squares: covariates of the given partners, centred and with unit covariance, by column.
    ///
    /// - Throws: `.inconsistentBlocks` for ragged or not finite covariates, or ones that determine each other.
    func standardized(over clusters: [Int]) throws(EstimationError) -> [[Double]] {
        let width = covariates.first?.count ?? 0
        guard width > 0, covariates.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) }),
            threshold > 0, clusters.count > width
        else {
            throw .inconsistentBlocks(
                reason:
                    "the acceptance rule needs a positive threshold and finite covariates, as many for every "
                    + "partner and fewer than partners")
        }
        let count = Double(clusters.count)
        let centered = (0..<width).map { column in
            let mean = clusters.reduce(0) { $0 + covariates[$1][column] } / count
            return covariates.map { $0[column] - mean }
        }
        // Gram–Schmidt over the partners is the Cholesky factor of S applied to their rows.
        var basis: [[Double]] = []
        for (number, column) in centered.enumerated() {
            let scale = clusters.reduce(0) { $0 + column[$1] * column[$1] }
            var remainder = column
            for direction in basis {
                let projection = clusters.reduce(0) { $0 + remainder[$1] * direction[$1] } / (count - 1)
                for index in remainder.indices { remainder[index] -= projection * direction[index] }
            }
            let square = clusters.reduce(0) { $0 + remainder[$1] * remainder[$1] }
            guard square > 1e-12 * scale else {
                throw .inconsistentBlocks(
                    reason:
                        "covariate \(number + 1) of the acceptance rule is constant or determined by the others"
                )
            }
            let unit = (square / (count - 1)).squareRoot()
            basis.append(remainder.map { $0 / unit })
        }
        return basis
    }

    /// Whether M is within the threshold; rounding may not reject a tie, such as the mirrored assignment.
    func accepts(_ distance: Double) -> Bool { distance <= threshold * (1 + 1e-9) }
}
