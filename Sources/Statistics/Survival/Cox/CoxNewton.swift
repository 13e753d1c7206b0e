/// Where the log partial likelihood is largest.
struct CoxOptimum {
    var coefficients: [Double]
    var logLikelihood: Double
    var information: [[Double]]
    /// For coefficients without a finite optimum the direction in which the likelihood keeps growing, +1 or −1; 0
    /// for all others.
    var growth: [Double]
    /// Evaluations of the likelihood.
    var evaluations: Int

    var isBounded: Bool { growth.allSatisfy { $0 == 0 } }
}

extension CoxModel {
    /// Newton's method with step halving from `start`, over the coefficients not in `fixed`.
    ///
    /// It ends when, with the last step taken, neither the coefficients nor their errors could still change in the
    /// first seven digits: the information changes by about the step in standard errors over √losses. When the likelihood has flattened out
    /// and a step still moves the log hazard by half over a covariate's range, the optimum lies at infinity: with an
    /// arm without losses, for instance, steps never get shorter.
    ///
    /// - Throws: `.collinearCovariate`, `.didNotConverge`.
    func maximum(
        from start: [Double], fixed: Set<Int> = [], ties: CoxTies, moments: inout CoxMoments
    ) throws(EstimationError) -> CoxOptimum {
        moments.update(self, coefficients: start)
        return try maximum(
            from: CoxLikelihood(self, moments: moments, coefficients: start, ties: ties), at: start,
            fixed: fixed, ties: ties, moments: &moments)
    }

    /// The same, from a likelihood already evaluated.
    func maximum(
        from likelihood: CoxLikelihood, at start: [Double], fixed: Set<Int> = [], ties: CoxTies,
        moments: inout CoxMoments
    ) throws(EstimationError) -> CoxOptimum {
        let free = (0..<covariateCount).filter { !fixed.contains($0) }
        var coefficients = start
        var current = likelihood
        var evaluations = 1
        let negligible = 1e-14 * Double(eventCount)
        while evaluations < Self.maximumEvaluations {
            let score = free.map { current.score[$0] }
            let information = free.map { row in free.map { current.information[row][$0] } }
            let factor: CholeskyFactor
            switch CholeskyFactor.factoring(information) {
            case .factored(let found): factor = found
            case .singular(let row): throw .collinearCovariate(index: free[row])
            }
            var step = [Double](repeating: 0, count: covariateCount)
            for (index, change) in zip(free, factor.solve(score)) { step[index] = change }
            let decrement = factor.quadraticForm(score)
            let growth = zip(step, ranges).map { step, range in
                abs(step) * range > 0.5 ? (step > 0 ? 1.0 : -1) : 0
            }
            let isUnbounded = decrement < 1e-6 && growth.contains { $0 != 0 }
            if decrement < min(negligible, 1e-8) || isUnbounded {
                return CoxOptimum(
                    coefficients: zip(coefficients, step).map(+),
                    logLikelihood: current.logLikelihood + decrement / 2, information: current.information,
                    growth: isUnbounded ? growth : growth.map { _ in 0 }, evaluations: evaluations)
            }
            var scale = 1.0
            while true {
                let next = zip(coefficients, step).map { $0 + scale * $1 }
                moments.update(self, coefficients: next)
                let candidate = CoxLikelihood(self, moments: moments, coefficients: next, ties: ties)
                evaluations += 1
                let allowed = 1e-12 * abs(current.logLikelihood)
                if candidate.logLikelihood >= current.logLikelihood - allowed {
                    coefficients = next
                    current = candidate
                    break
                }
                scale /= 2
                guard evaluations < Self.maximumEvaluations else { break }
            }
        }
        throw .didNotConverge(iterations: evaluations)
    }

    private static let maximumEvaluations = 100
}
