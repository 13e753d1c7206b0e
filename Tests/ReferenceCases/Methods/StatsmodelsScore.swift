import Foundation
import Statistics

extension TwoProportions {
    /// The score limits that statsmodels prints.
    ///
    /// Miettinen & Nurminen's cubic for the control proportion p₀ at a difference δ has the coefficient
    /// (n₀δ − N − 2x₀)δ + x of p₀. statsmodels 0.15 has x₀ (control's successes) in the place of n₀ (its trials),
    /// so its p₀ is not the most likely one unless δ is 0 and its limits are not Mee's; at moderate sizes they
    /// differ in the third decimal.
    ///
    /// - Source: statsmodels 0.15.0, `confint_proportions_2indep(method="score", correction=False)`; Miettinen &
    ///   Nurminen (1985), Statistics in Medicine 4:213, appendix 1.
    func statsmodelsScoreInterval(confidenceLevel: Double) -> Interval {
        let z = Normal.survivalQuantile((1 - confidenceLevel) / 2)
        // The limits are looked for around Wald's, as there.
        let wald = interval(.wald, confidenceLevel: confidenceLevel)
        let lower = min(wald.lower - 0.25 * abs(wald.lower), difference)
        let upper = max(min(wald.upper + 0.5 * abs(wald.upper), 0.99999), difference)
        return Interval(
            lower: lastPoint(in: lower...difference) { statsmodelsScoreStatistic(at: $0) > z },
            upper: lastPoint(in: difference...upper) { statsmodelsScoreStatistic(at: $0) > -z },
            confidenceLevel: confidenceLevel, validity: .fixedSample)
    }

    private func statsmodelsScoreStatistic(at delta: Double) -> Double {
        let (m, y, n) = (Double(treatment.trials), Double(control.successes), Double(control.trials))
        let successes = Double(treatment.successes) + y
        let p = delta == 0 ? successes / (m + n) : statsmodelsControl(at: delta, successes: successes)
        let q = p + delta
        return (difference - delta) / (q * (1 - q) / m + p * (1 - p) / n).squareRoot()
    }

    /// The middle root of the cubic N·p³ + L₂p² + L₁p + L₀, by the trigonometric formula.
    private func statsmodelsControl(at delta: Double, successes: Double) -> Double {
        let (m, y, n) = (Double(treatment.trials), Double(control.successes), Double(control.trials))
        let third = ((m + 2 * n) * delta - (m + n) - successes) / (3 * (m + n))
        let linear = ((y * delta - (m + n) - 2 * y) * delta + successes) / (m + n)
        let constant = y * delta * (1 - delta) / (m + n)
        let q = third * third * third - linear * third / 2 + constant / 2
        let radius = (q < 0 ? -1 : 1) * (third * third - linear / 3).squareRoot()
        let angle = (Double.pi + acos(q / (radius * radius * radius))) / 3
        return 2 * radius * cos(angle) - third
    }
}

/// The point of an interval where a condition that holds at its lower end stops holding, to 60 halvings.
private func lastPoint(in interval: ClosedRange<Double>, where holds: (Double) -> Bool) -> Double {
    var (lower, upper) = (interval.lowerBound, interval.upperBound)
    for _ in 0..<60 {
        let middle = lower + (upper - lower) / 2
        if holds(middle) { lower = middle } else { upper = middle }
    }
    return lower
}
