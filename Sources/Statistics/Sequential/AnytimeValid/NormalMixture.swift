import Foundation

/// A test martingale that mixes likelihood ratios over a normal prior for the effect, centred on 0.
///
/// With z = estimate / se and r = prior variance / se²,
///
///     e = (1 + r)^(−1/2) · exp(z² r / (2(1 + r))).
///
/// Without an effect, e exceeds 1/α at any time with probability at most α: it may be looked at whenever one
/// likes. With a fixed prior variance this is the mixture sequential probability ratio test.
///
/// - Source: Robbins (1970), Annals of Mathematical Statistics 41:1397; Johari, Koomen, Pekelis & Walsh (2022),
///   Operations Research 70:1806.
public enum NormalMixture {
    /// ln e; negative when the data speak for no effect.
    ///
    /// - Parameters:
    ///   - z: The estimate in standard errors.
    ///   - varianceRatio: Prior variance of the effect / squared standard error; not negative.
    public static func logEValue(z: Double, varianceRatio: Double) -> Double {
        precondition(varianceRatio >= 0, "a ratio of variances is not negative")
        return 0.5 * (z * z * varianceRatio / (1 + varianceRatio) - log1p(varianceRatio))
    }

    /// 1/e, at most 1: the p-value of one look; over several looks their minimum is valid.
    public static func pValue(logEValue: Double) -> Double { exp(-max(0, logEValue)) }

    /// Half the width, in standard errors, of the interval of effects whose e-value stays below 1/α.
    ///
    /// - Parameters:
    ///   - varianceRatio: As in `logEValue`; positive.
    ///   - alpha: One less the interval's level; between 0 and 1.
    public static func criticalValue(varianceRatio: Double, alpha: Double) -> Double {
        precondition(varianceRatio > 0 && alpha > 0 && alpha < 1, "a prior varies, and a level is below 1")
        return ((1 + varianceRatio) / varianceRatio * (log1p(varianceRatio) - 2 * log(alpha))).squareRoot()
    }
}

/// The evidence of one look that may be read at any time.
public struct EProcessLook: Sendable, Hashable, Codable {
    /// The share of the planned information.
    public var informationFraction: Double
    /// ln e at this look.
    public var logEValue: Double
    /// min over the looks so far of 1/e, at most 1: the always-valid p-value.
    public var pValue: Double
    /// The interval of effects not rejected at this look, valid at any time; nil without information.
    public var interval: Interval?

    /// Creates a look from its fields.
    public init(informationFraction: Double, logEValue: Double, pValue: Double, interval: Interval?) {
        self.informationFraction = informationFraction
        self.logEValue = logEValue
        self.pValue = pValue
        self.interval = interval
    }
}

/// The e-process of a trial whose partners all start at once and gain information, for a display that may be
/// watched every day.
///
/// The prior variance is c over the planned information, so that at information fraction t the ratio of
/// variances is c·t. Safe at any look, and weak: it seldom rejects where a planned schedule would. The z of each
/// look is the normal quantile of its t; with few partners validity is approximate.
///
/// - Parameters:
///   - looks: In order.
///   - concentration: c; 7 is tuned to be strongest near t = 1. Positive.
///   - confidenceLevel: Of the intervals; between 0 and 1.
/// - Source: Robbins (1970); the mixture's tuning as in Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of
///   Statistics 49:1055, sec. 3.5.
public func eProcess(
    looks: [SequentialLook], concentration: Double = 7, confidenceLevel: Double = 0.95
) -> [EProcessLook] {
    precondition(concentration > 0, "a prior varies")
    precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
    var largest = -Double.infinity
    return looks.map { look in
        let ratio = concentration * look.informationFraction
        let logEValue = NormalMixture.logEValue(z: look.z, varianceRatio: ratio)
        largest = max(largest, logEValue)
        return EProcessLook(
            informationFraction: look.informationFraction, logEValue: logEValue,
            pValue: NormalMixture.pValue(logEValue: largest),
            interval: ratio > 0
                ? look.estimate.interval(
                    criticalValue: NormalMixture.criticalValue(
                        varianceRatio: ratio, alpha: 1 - confidenceLevel),
                    confidenceLevel: confidenceLevel, validity: .anytime)
                : nil)
    }
}
