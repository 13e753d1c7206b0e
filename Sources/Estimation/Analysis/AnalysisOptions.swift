/// How the partners of a table were given their variants.
package enum TableDesign: String, Sendable, Hashable, Codable, CaseIterable {
    /// The numbers of partners were fixed and their order random.
    case complete
    /// The same within every stratum.
    case stratified
    /// In pairs: one of either variant, by a coin.
    case paired
    /// In a way that cannot be drawn again, so that no randomisation test is possible.
    case external
}

/// Whose average a test is about; to be chosen before anybody has seen outcomes.
package enum TargetEstimand: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every customer counts once, or in ratios every unit of the denominator: large partners count more.
    case customers
    /// Every partner counts once.
    case partners
}

/// How a table is analysed.
package struct AnalysisOptions: Sendable, Hashable {
    /// How variants were given; nil for stratified with a stratum and complete without.
    package var design: TableDesign?
    /// The variant compared against; nil for the one called "control", or else the first in the order of
    /// names.
    package var control: String?
    /// Whose average the marked method is about.
    package var estimand: TargetEstimand
    /// The planned share of partners of each variant, in any common unit; nil for equal shares.
    package var shares: [String: Double]?
    /// Coverage of intervals; strictly between 0 and 1.
    package var confidenceLevel: Double
    /// Random draws of randomisation tests and bootstraps; positive.
    package var draws: Int
    /// What the draws depend on.
    package var seed: UInt64

    /// Creates options.
    package init(
        design: TableDesign? = nil, control: String? = nil, estimand: TargetEstimand = .customers,
        shares: [String: Double]? = nil, confidenceLevel: Double = 0.95, draws: Int = 9999, seed: UInt64 = 1
    ) {
        precondition(confidenceLevel > 0 && confidenceLevel < 1, "a confidence level lies between 0 and 1")
        precondition(draws > 0, "a resampling test needs at least one draw")
        self.design = design
        self.control = control
        self.estimand = estimand
        self.shares = shares
        self.confidenceLevel = confidenceLevel
        self.draws = draws
        self.seed = seed
    }

    /// 1 − confidence level.
    var alpha: Double { 1 - confidenceLevel }
}
