extension ClusteredLinearModel {
    /// How alike residuals of one partner are: the analysis-of-variance estimate from the residuals of the
    /// fit.
    ///
    /// ρ̂ = (MSB − MSW)/(MSB + (n₀ − 1)·MSW) as for `intraclassCorrelation`, with the degrees of freedom that
    /// are left between and within partners: the coefficients use up Σ t't/n of those between, t = X̂'W1 a
    /// partner. Equals the correlation within arms for a model with the arm alone. Not truncated.
    ///
    /// - Returns: nil when every partner has one customer, or there are no more partners than coefficients.
    public var residualCorrelation: Double? {
        var between = 0.0
        var within = 0.0
        var usedBetween = 0.0
        var usedSize = 0.0
        for cluster in clusters.occupied where clusters.counts[cluster] > 0 {
            let count = clusters.counts[cluster]
            let sum = clusters.residualSums[cluster]
            let ones = Array(clusters.ones(cluster).suffix(order))
            between += sum * sum / count
            within += max(0, clusters.residualSquares[cluster] - sum * sum / count)
            usedBetween += dot(ones, ones) / count
            usedSize += dot(ones, ones)
        }
        let customers = Double(customerCount)
        let freeBetween = Double(clusterCount) - usedBetween
        let freeWithin = customers - Double(clusterCount) - (Double(order) - usedBetween)
        guard freeBetween > 1e-9, freeWithin > 1e-9, formula.constant != .clusterEffects else { return nil }
        return AnalysisOfVariance(
            meanSquareBetween: between / freeBetween, meanSquareWithin: within / freeWithin,
            adjustedMeanSize: (customers - usedSize) / freeBetween
        ).intraclassCorrelation
    }

    /// ρ of the working model that sets degrees of freedom.
    func correlation(of model: WorkingCovariance) -> Double {
        switch model {
        case .identity: return 0
        case .proportional: return 1
        case .exchangeable:
            let bounds = WorkingCovariance.correlationBounds
            return min(max(residualCorrelation ?? bounds.lowerBound, bounds.lowerBound), bounds.upperBound)
        }
    }
}
