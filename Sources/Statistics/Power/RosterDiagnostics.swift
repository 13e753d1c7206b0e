/// How unevenly a roster's customers are spread over its partners.
public struct RosterDiagnostics: Sendable, Hashable, Codable {
    /// Partners with customers.
    public var partners: Int
    /// Customers of all of them.
    public var customers: Int
    /// Customers per partner.
    public var meanSize: Double
    /// The coefficient of variation of sizes, population standard deviation over mean.
    public var sizeVariation: Double
    /// Kish's (Σn)²/Σn² = partners/(1 + cv²): how many partners of equal size would weigh as evenly.
    public var effectivePartners: Double
    /// The largest partner's share of the customers, in 0...1.
    public var largestShare: Double
    /// The largest partner's index in the sizes given; the first of equals.
    public var largestPartner: Int

    /// Creates diagnostics from their fields.
    public init(
        partners: Int, customers: Int, meanSize: Double, sizeVariation: Double, effectivePartners: Double,
        largestShare: Double, largestPartner: Int
    ) {
        self.partners = partners
        self.customers = customers
        self.meanSize = meanSize
        self.sizeVariation = sizeVariation
        self.effectivePartners = effectivePartners
        self.largestShare = largestShare
        self.largestPartner = largestPartner
    }

    /// Describes a roster by the partners' customers due; partners without any do not count.
    ///
    /// - Throws: `.invalidPlan` when nobody has customers or a size is negative.
    public init(sizes: [Int]) throws(EstimationError) {
        guard sizes.allSatisfy({ $0 >= 0 }), let largest = sizes.max(), largest > 0,
            let index = sizes.firstIndex(of: largest)
        else {
            throw .invalidPlan(
                reason: "the roster's sizes are unusable, expected none negative and one positive")
        }
        let occupied = sizes.lazy.filter { $0 > 0 }.map(Double.init)
        let count = Double(occupied.count)
        let total = occupied.reduce(0, +)
        let mean = total / count
        let squares = occupied.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variation = (squares / count).squareRoot() / mean
        self.init(
            partners: occupied.count, customers: Int(total), meanSize: mean, sizeVariation: variation,
            effectivePartners: count / (1 + variation * variation), largestShare: Double(largest) / total,
            largestPartner: index)
    }

    /// A coefficient of variation above which the design effect no longer describes a roster.
    public static let largestReliableVariation = 1.5

    /// What a plan from these partners has to be warned of.
    public var warnings: [PlanningWarning] {
        var warnings: [PlanningWarning] = []
        if sizeVariation > Self.largestReliableVariation {
            warnings.append(.formulaUnreliable(sizeVariation: sizeVariation))
        }
        if largestShare > 0.25 {
            warnings.append(.dominantPartner(index: largestPartner, share: largestShare))
        }
        return warnings
    }
}

/// The effective number of partners behind a difference of pooled rates, G* = G/(1 + Γ).
///
/// Γ is the squared coefficient of variation, over partners of both arms, of γ = n(1 + (n − 1)ρ)/N²: what each
/// partner adds to the variance of the difference. Equals G when all are alike. A t test behaves like one on
/// about G* partners.
///
/// - Parameters:
///   - intraclassCorrelation: ρ in 0...1; 1 is the conservative choice when nothing is known.
/// - Returns: nil when an arm has no customers.
/// - Source: Carter, Schnepel & Steigerwald (2017), REStat 99:698.
public func effectiveClusterCount(
    control: [Int], treatment: [Int], intraclassCorrelation: Double = 1
) -> Double? {
    var contributions: [Double] = []
    for arm in [control, treatment] {
        let total = Double(arm.reduce(0, +))
        guard total > 0 else { return nil }
        for size in arm where size > 0 {
            let size = Double(size)
            contributions.append(size * (1 + (size - 1) * intraclassCorrelation) / (total * total))
        }
    }
    let count = Double(contributions.count)
    let mean = contributions.reduce(0, +) / count
    let squares = contributions.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) }
    return count / (1 + squares / count)
}
