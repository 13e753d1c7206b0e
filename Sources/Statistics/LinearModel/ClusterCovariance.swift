extension ClusteredLinearModel {
    /// The cluster-robust covariance matrix of the coefficients, in the order of `formula.terms`.
    ///
    /// CR0 is M·Σ X'e·e'X·M with M = (X'X)⁻¹; CR1 is G/(G − 1) times that, and CR1S (N − 1)/(N − p) times CR1
    /// with p counting absorbed partner effects. CR2 and CR3 correct each partner's score by the square root
    /// and the inverse of 1 − its leverage.
    ///
    /// The matrix is computed whether or not it deserves trust: with few partners CR0 and CR1 are far too
    /// small, and where one partner alone identifies a coefficient, all are. `estimate(of:)` refuses there.
    ///
    /// - Source: Pustejovsky & Tipton (2018), JBES 36:672.
    public func covariance(_ correction: ClusterVarianceCorrection) -> [[Double]] {
        unwhitened(whitenedCovariance(ClusterAdjustment(self, correction: correction))).nested
    }

    /// Σ v·v' of the corrected scores, with the factors of CR1 and CR1S.
    func whitenedCovariance(_ adjustment: ClusterAdjustment) -> SmallMatrix {
        var sum = SmallMatrix(rows: order, columns: order)
        adjustment.forEachContribution(self) { _, contribution in sum.addProduct(contribution, contribution) }
        return finiteSampleFactor(adjustment.correction) * sum
    }

    /// What the whole variance is multiplied by; 1 where the correction is made partner by partner.
    func finiteSampleFactor(_ correction: ClusterVarianceCorrection) -> Double {
        let clusters = Double(clusterCount)
        let customers = Double(customerCount)
        switch correction {
        case .cr0, .cr2, .cr3: return 1
        case .cr1: return clusters / (clusters - 1)
        case .cr1s:
            return clusters / (clusters - 1) * (customers - 1) / (customers - Double(parameterCount))
        }
    }
}
