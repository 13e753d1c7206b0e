extension CoxModel {
    /// The profile-likelihood interval of one coefficient: all values that its likelihood-ratio test keeps.
    ///
    /// A bound that does not exist is infinite: with no losses under treatment, the log hazard ratio is only bounded
    /// from above. The interval takes customers as independent.
    ///
    /// - Parameters:
    ///   - index: The covariate.
    ///   - fit: This model's fit.
    ///   - confidenceLevel: Strictly between 0 and 1; with an infinite end the other one alone has half the error.
    /// - Source: Venzon & Moolgavkar (1988), Applied Statistics 37:87; for unbounded estimates Heinze & Schemper
    ///   (2001), Biometrics 57:114.
    /// - Throws: `.collinearCovariate`, `.didNotConverge`.
    public func profileInterval(
        of index: Int, in fit: CoxFit, confidenceLevel: Double
    ) throws(EstimationError) -> Interval {
        precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
        var moments = CoxMoments(self)
        let optimum = try maximum(
            from: fit.coefficients.map { $0.value ?? 0 }, ties: fit.ties, moments: &moments)
        let limit =
            optimum.logLikelihood - ChiSquared(degreesOfFreedom: 1).survivalQuantile(1 - confidenceLevel) / 2
        let center = optimum.coefficients[index]
        let information = optimum.information[index][index]
        let unit = max(1 / information.squareRoot(), 1e-8 / max(ranges[index], .leastNormalMagnitude))
        // An estimate that ran off to infinity is as far out as the search got: walk back from there in steps of
        // the covariate's range.
        let unitStep = optimum.growth[index] == 0 ? unit : 1 / ranges[index]

        /// How far the profile likelihood lies above its limit with the coefficient held at a value.
        func excess(_ value: Double) throws(EstimationError) -> Double {
            var start = optimum.coefficients
            start[index] = value
            let profile = try maximum(from: start, fixed: [index], ties: fit.ties, moments: &moments)
            return profile.logLikelihood - limit
        }
        func bound(_ direction: Double) throws(EstimationError) -> Double {
            if optimum.growth[index] == direction { return direction * .infinity }
            var (inside, step) = (center, unitStep)
            while try excess(inside + direction * step) > 0 {
                inside += direction * step
                step *= 2
                guard step * ranges[index] < 1e3 else { return direction * .infinity }
            }
            var outside = inside + direction * step
            while abs(outside - inside) > 1e-10 * max(abs(center), unitStep) {
                let middle = inside + (outside - inside) / 2
                guard middle != inside, middle != outside else { break }
                if try excess(middle) > 0 { inside = middle } else { outside = middle }
            }
            return inside + (outside - inside) / 2
        }
        return Interval(
            lower: try bound(-1), upper: try bound(1), confidenceLevel: confidenceLevel,
            validity: .fixedSample)
    }
}
