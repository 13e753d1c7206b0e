import Foundation

/// How much of the one-sided error may be spent by a given share of the information.
///
/// - Source: Lan & DeMets (1983), Biometrika 70:659; Hwang, Shih & DeCani (1990), Statistics in Medicine
///   9:1439; Kim & DeMets (1987), Biometrika 74:149.
public struct SpendingFunction: Sendable, Hashable {
    /// The family.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Like O'Brien & Fleming: next to nothing early, almost everything at the end.
        case obrienFleming
        /// Like Pocock: about the same at every look.
        case pocock
        /// α(1 − e^{−γt}) / (1 − e^{−γ}), in between; negative γ spends late.
        case hwangShihDeCani
        /// α·t^ρ.
        case kimDeMets
    }

    /// The family.
    public let kind: Kind
    /// γ or ρ; nil for families without one.
    public let parameter: Double?

    private init(kind: Kind, parameter: Double?) {
        self.kind = kind
        self.parameter = parameter
    }

    /// Lan & DeMets' function of O'Brien–Fleming type, 2 − 2Φ(z_{α/2}/√t).
    public static let obrienFleming = SpendingFunction(kind: .obrienFleming, parameter: nil)

    /// Lan & DeMets' function of Pocock type, α·ln(1 + (e − 1)t).
    public static let pocock = SpendingFunction(kind: .pocock, parameter: nil)

    /// Hwang, Shih & DeCani's family.
    ///
    /// - Precondition: `gamma` is finite, at most 100 in magnitude; 0 spends in proportion to information.
    public static func hwangShihDeCani(gamma: Double) -> SpendingFunction {
        precondition(abs(gamma) <= 100, "gamma lies between -100 and 100")
        return SpendingFunction(kind: .hwangShihDeCani, parameter: gamma)
    }

    /// Kim & DeMets' power family.
    ///
    /// - Precondition: `rho` is positive and finite.
    public static func kimDeMets(rho: Double) -> SpendingFunction {
        precondition(rho > 0 && rho.isFinite, "rho is positive and finite")
        return SpendingFunction(kind: .kimDeMets, parameter: rho)
    }

    /// Error spent by information fraction `t`; 0 at t ≤ 0 and `alpha` from t = 1 on.
    ///
    /// - Parameters:
    ///   - t: The information fraction.
    ///   - alpha: The total error, one-sided: 0.025 for a two-sided test at 0.05. Between 0 and 1.
    public func cumulative(at t: Double, alpha: Double) -> Double {
        precondition(alpha > 0 && alpha < 1, "a one-sided error lies between 0 and 1")
        if t <= 0 { return 0 }
        if t >= 1 { return alpha }
        switch kind {
        case .obrienFleming:
            return 2 * Normal.survival(Normal.survivalQuantile(alpha / 2) / t.squareRoot())
        case .pocock:
            return alpha * log1p(expm1(1) * t)
        case .hwangShihDeCani:
            let gamma = parameter ?? 0
            return gamma == 0 ? alpha * t : alpha * expm1(-gamma * t) / expm1(-gamma)
        case .kimDeMets:
            return alpha * pow(t, parameter ?? 1)
        }
    }
}

extension SpendingFunction: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, parameter
    }

    /// Decodes a family and its parameter, refusing a missing or impossible one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(Kind.self, forKey: .kind)
        let parameter = try container.decodeIfPresent(Double.self, forKey: .parameter)
        let isValid =
            switch (kind, parameter) {
            case (.obrienFleming, nil), (.pocock, nil): true
            case (.hwangShihDeCani, let gamma?): abs(gamma) <= 100
            case (.kimDeMets, let rho?): rho > 0 && rho.isFinite
            default: false
            }
        guard isValid else {
            throw DecodingError.dataCorruptedError(
                forKey: .parameter, in: container,
                debugDescription: "reading spending function '\(kind.rawValue)': expected a parameter for "
                    + "'hwangShihDeCani' (-100 to 100) and 'kimDeMets' (positive), and none otherwise")
        }
        self.init(kind: kind, parameter: parameter)
    }
}
