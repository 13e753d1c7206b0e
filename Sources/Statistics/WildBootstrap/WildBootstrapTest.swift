import Foundation

/// Which residuals a restricted wild cluster bootstrap multiplies and how it studentises.
///
/// All three impose the null hypothesis.
///
/// - Source: MacKinnon, Nielsen & Webb (2023), Journal of Applied Econometrics 38:671, whose names these
///   are.
public enum WildBootstrapVariant: String, Sendable, Hashable, Codable {
    /// WCR-C: restricted residuals, CR1 standard errors; the classical form.
    case wcr11
    /// WCR-S: every partner's residuals around the restricted fit to the others, CR1 standard errors.
    case wcr31
    /// WCR-S with CV3 (jackknife) standard errors.
    case wcr33
}

/// What partners' residuals are multiplied by.
public enum WildWeights: String, Sendable, Hashable, Codable {
    /// −1 or 1.
    case rademacher
    /// ±√½, ±1 or ±√(3/2): for fewer than ten or so partners, where signs take few different values.
    ///
    /// - Source: Webb (2014), Queen's Economics Department working paper 1315.
    case webb

    /// How many different weights there are.
    var distinctWeights: Double {
        switch self {
        case .rademacher: 2
        case .webb: 6
        }
    }
}

/// How many sets of weights to look at.
public struct WildBootstrapPlan: Sendable, Hashable, Codable {
    /// The weights to draw; nil for Webb's below ten partners and Rademacher's from ten.
    public var weights: WildWeights?
    /// How many sets to draw where not all are enumerated; positive.
    public var draws: Int
    /// The largest number of partners for which all sets of signs are enumerated, unless Webb's weights are
    /// asked for; at most 24.
    public var enumerationLimit: Int

    /// Creates a plan.
    public init(weights: WildWeights? = nil, draws: Int = 9_999, enumerationLimit: Int = 12) {
        self.weights = weights
        self.draws = draws
        self.enumerationLimit = enumerationLimit
        require(fault)
    }

    /// Decodes a plan, refusing an impossible one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        weights = try container.decodeIfPresent(WildWeights.self, forKey: .weights)
        draws = try container.decode(Int.self, forKey: .draws)
        enumerationLimit = try container.decode(Int.self, forKey: .enumerationLimit)
        try decoder.refuse(fault)
    }

    private var fault: String? {
        draws > 0 && enumerationLimit <= 24 ? nil : "a plan has draws, and enumerates at most 2²⁴ sets"
    }
}

/// A restricted wild cluster bootstrap test of one combination of coefficients.
public struct WildBootstrapTest: Sendable, Hashable, Codable {
    /// Residuals and standard errors.
    public var variant: WildBootstrapVariant
    /// The multipliers used.
    public var weights: WildWeights
    /// Whether all sets of signs were looked at, so that the p-value has no Monte Carlo error.
    public var isEnumerated: Bool
    /// Sets of weights looked at.
    public var draws: Int
    /// The value the combination is tested against.
    public var nullValue: Double
    /// The estimated combination.
    public var value: Double
    /// Its standard error: CR1 with (N − 1)/(N − p), or CV3.
    public var standardError: Double
    /// (value − nullValue)/standardError.
    public var statistic: Double
    /// The share of sets with |t*| ≥ |t|, two-sided: identity and mirror included when enumerated, otherwise
    /// (1 + count)/(1 + draws).
    public var pValue: Double
    /// The share of sets with |t*| > |t|; below `pValue` by the ties.
    public var strictPValue: Double
    /// The smallest p-value the test could have had: sets of weights that are all 1 or all −1 give |t| itself, so it
    /// is not below 2 over the number of distinct sets, nor below 1/(1 + draws).
    public var smallestAttainable: Double
    /// How it was tested.
    public var method: EffectMethod {
        EffectMethod(rawValue: "wild cluster bootstrap \(variant.rawValue.uppercased())")
    }
    /// Partners behind the model, and how many of equal influence they amount to.
    public var partners: PartnerCount
    /// Partners with a leverage of 1; see `ContrastEstimate`.
    public var saturatedPartners: [Int]

    /// Creates a result from its fields.
    public init(
        variant: WildBootstrapVariant, weights: WildWeights, isEnumerated: Bool, draws: Int,
        nullValue: Double, value: Double, standardError: Double, statistic: Double, pValue: Double,
        strictPValue: Double, smallestAttainable: Double, partners: PartnerCount, saturatedPartners: [Int]
    ) {
        self.variant = variant
        self.weights = weights
        self.isEnumerated = isEnumerated
        self.draws = draws
        self.nullValue = nullValue
        self.value = value
        self.standardError = standardError
        self.statistic = statistic
        self.pValue = pValue
        self.strictPValue = strictPValue
        self.smallestAttainable = smallestAttainable
        self.partners = partners
        self.saturatedPartners = saturatedPartners
    }
}

extension ClusteredLinearModel {
    /// Tests one coefficient; see `wildBootstrap(of:nullValue:variant:plan:seed:)`.
    ///
    /// - Throws: `.unknownColumn` when the model has no such term.
    public func wildBootstrap(
        of term: String, nullValue: Double = 0, variant: WildBootstrapVariant = .wcr31,
        plan: WildBootstrapPlan = WildBootstrapPlan(), seed: UInt64
    ) throws(EstimationError) -> WildBootstrapTest {
        try wildBootstrap(
            of: try contrast(of: term), nullValue: nullValue, variant: variant, plan: plan, seed: seed)
    }

    /// Tests c'b = `nullValue` by multiplying every partner's restricted residuals with one random weight.
    ///
    /// Works on partners' sums alone: O(G·p) a set of weights for G partners and p coefficients, an eighth of
    /// that with signs, whatever the number of customers. The result depends on the seed only.
    ///
    /// A cross-check, not a decision: with few treated partners the test rejects too rarely.
    ///
    /// - Parameters:
    ///   - contrast: c, one weight for every coefficient, not all 0.
    ///   - seed: Ignored when all sets of signs are enumerated.
    /// - Throws: `.restsOnOnePartner`, `.noVariation`, `.tooFewPartners`.
    /// - Source: Cameron, Gelbach & Miller (2008), REStat 90:414; MacKinnon, Nielsen & Webb (2023), Journal
    ///   of Applied Econometrics 38:671.
    public func wildBootstrap(
        of contrast: [Double], nullValue: Double = 0, variant: WildBootstrapVariant = .wcr31,
        plan: WildBootstrapPlan = WildBootstrapPlan(), seed: UInt64
    ) throws(EstimationError) -> WildBootstrapTest {
        let world = try WildBootstrapWorld(self, contrast: contrast, nullValue: nullValue, variant: variant)
        let isEnumerated = clusterCount <= plan.enumerationLimit && plan.weights != .webb
        let weights: WildWeights =
            isEnumerated ? .rademacher : plan.weights ?? (clusterCount < 10 ? .webb : .rademacher)
        let draws = isEnumerated ? 1 << clusterCount : plan.draws
        let exceedances =
            switch weights {
            case .rademacher: SignSums(world, seed: isEnumerated ? nil : seed).exceedances(draws: draws)
            case .webb: webbExceedances(world, draws: draws, seed: seed)
            }
        let identity = isEnumerated ? 0 : 1
        let total = Double(draws + identity)
        return WildBootstrapTest(
            variant: variant, weights: weights, isEnumerated: isEnumerated, draws: draws,
            nullValue: nullValue, value: world.value, standardError: world.standardError,
            statistic: world.statistic, pValue: Double(exceedances.reached + identity) / total,
            strictPValue: Double(exceedances.passed + identity) / total,
            smallestAttainable: max(
                isEnumerated ? 0 : 1 / total, 2 / pow(weights.distinctWeights, Double(clusterCount))),
            partners: PartnerCount(
                raw: clusterCount, effective: effectivePartnerCount(for: contrast, correlation: 0)),
            saturatedPartners: world.saturatedPartners)
    }
}
