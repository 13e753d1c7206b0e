/// The small-sample correction of a cluster-robust ("sandwich") variance of a difference of two pooled rates.
///
/// With eₖ = yₖ − R·xₖ and hₖ = xₖ/Σx inside each arm, the uncorrected variance is Σ eₖ² / (Σx)², added over
/// arms.
///
/// - Source: Bell & McCaffrey (2002), Survey Methodology 28:169; Pustejovsky & Tipton (2018), JBES 36:672.
public enum ClusterVarianceCorrection: String, Sendable, Hashable, Codable {
    /// None.
    case cr0
    /// Times G/(G − 1) for G partners in both arms together.
    case cr1
    /// CR1 times (N − 1)/(N − p) for N customers and p coefficients, here 2.
    case cr1s
    /// eₖ² / (1 − hₖ): unbiased when customers are independent. The one estimates use.
    case cr2
    /// eₖ² / (1 − hₖ)²: close to the jackknife that leaves one partner out.
    case cr3
}

extension ClusterVarianceCorrection {
    /// Its name in the literature.
    var name: String { rawValue.uppercased() }
}

/// The cluster-robust variance of treatment rate − control rate.
///
/// Meaningless with a single partner in an arm, where CR0 and CR1 are far too small; `rateDifference` refuses
/// there.
///
/// - Throws: `.emptyArm`, `.invalidTotal`, and for CR2 and CR3 `.fullLeverage`.
public func rateDifferenceVariance(
    control: [ClusterTotal], treatment: [ClusterTotal], correction: ClusterVarianceCorrection
) throws(EstimationError) -> Double {
    let controlRate = try ArmRate(pooling: control, arm: .control)
    let treatmentRate = try ArmRate(pooling: treatment, arm: .treatment)
    let sum =
        try armVariance(control, pooled: controlRate, arm: .control, correction: correction)
        + armVariance(treatment, pooled: treatmentRate, arm: .treatment, correction: correction)
    let clusters = Double((control + treatment).count(where: \.takesPart))
    let customers = Double(controlRate.customers + treatmentRate.customers)
    return switch correction {
    case .cr0, .cr2, .cr3: sum
    case .cr1: sum * clusters / (clusters - 1)
    case .cr1s: sum * clusters / (clusters - 1) * (customers - 1) / (customers - 2)
    }
}

/// One arm's part of the variance: Σ eₖ² / (1 − hₖ)ᵖ / (Σx)², with p = 0, 1 or 2.
func armVariance(
    _ totals: [ClusterTotal], pooled: ArmRate, arm: Arm, correction: ClusterVarianceCorrection
) throws(EstimationError) -> Double {
    var sum = 0.0
    for total in totals {
        let residual = (total.numerator - pooled.rate * total.denominator) / pooled.denominator
        // (X − x)/X keeps the digits that 1 − x/X loses when one partner is nearly the whole arm.
        let remainder = (pooled.denominator - total.denominator) / pooled.denominator
        switch correction {
        case .cr0, .cr1, .cr1s:
            sum += residual * residual
        case .cr2:
            guard remainder > 0 else { throw .fullLeverage(arm) }
            sum += residual * residual / remainder
        case .cr3:
            guard remainder > 0 else { throw .fullLeverage(arm) }
            sum += residual * residual / (remainder * remainder)
        }
    }
    return sum
}

/// Whether every residual of the arm is rounding noise, that is, all its partners have one and the same rate.
func isWithoutVariation(_ totals: [ClusterTotal], pooled: ArmRate) -> Bool {
    totals.allSatisfy { total in
        let expected = pooled.rate * total.denominator
        return abs(total.numerator - expected) <= 1e-12 * (abs(total.numerator) + abs(expected))
    }
}
