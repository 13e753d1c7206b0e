package import Statistics

/// What a table says about the effect of its variants: every applicable method side by side.
package struct TableAnalysis: Sendable, Hashable {
    /// Rows of the file.
    package var rowCount: Int
    /// Rows without a partner or a variant, left out of everything.
    package var unassignedRows: Int
    /// Missing cells, by column.
    package var missingCells: [String: Int]
    /// Partners with a row.
    package var partnerCount: Int
    /// The variants' names, control first.
    package var variants: [String]
    /// How variants were given.
    package var design: TableDesign
    /// Strata, or pairs, of the design; 0 without.
    package var stratumCount: Int
    /// Coverage of intervals.
    package var confidenceLevel: Double
    /// Draws of resampling tests that do not list all possibilities.
    package var draws: Int
    /// What the draws depend on.
    package var seed: UInt64
    /// One entry for each thing that is compared.
    package var metrics: [MetricAnalysis]
    /// What should make the reader careful, in sentences.
    package var warnings: [String]
}

/// One thing compared between variants.
package struct MetricAnalysis: Sendable, Hashable {
    /// What kind of number it is.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The share of rows whose outcome is 1.
        case share
        /// The mean of a number a row.
        case mean
        /// A mean in which rows have weights.
        case weightedMean
        /// A ratio of two sums.
        case ratio
        /// Time until a loss.
        case survival
    }

    /// What kind of number it is.
    package var kind: Kind
    /// The columns it comes from.
    package var columns: [String]
    /// Rows it was computed from.
    package var rowCount: Int
    /// Rows of known partners left out because a cell was missing, or because they were never at risk.
    package var leftOutRows: Int
    /// The variants' own numbers, in the order of `TableAnalysis.variants`.
    package var arms: [ArmSummary]
    /// One comparison with control for each other variant.
    package var comparisons: [MetricComparison]
    /// Tests that no variant differs from control, with three variants or more.
    package var jointTests: [JointTest]
}

/// One variant's own number.
package struct ArmSummary: Sendable, Hashable {
    /// The variant's name.
    package var variant: String
    /// Partners with something to measure.
    package var partners: PartnerCount
    /// Rows.
    package var customers: Int
    /// The mean, the ratio, or the share not lost at the end of the restricted mean's horizon; nil where undefined.
    package var value: Double?
    /// The largest partner's share of the denominator.
    package var largestShare: Double?
    /// That partner's name.
    package var largestPartner: String?
}

/// A variant against control in one metric.
package struct MetricComparison: Sendable, Hashable {
    /// The variant.
    package var treatment: String
    /// What it is compared with.
    package var control: String
    /// The methods, in order; at most one is marked.
    package var rows: [MethodRow]
    /// Why that method is marked, or why none is.
    package var reason: String
    /// The marked method's p-value after Holm's adjustment for the number of variants; nil for one variant.
    package var adjustedPValue: Double?
    /// Correlation of customers of a partner; nil where undefined.
    package var intraclassCorrelation: Double?
    /// How many times larger the variance is because customers come in partners; nil where undefined.
    package var designEffect: Double?
    /// The difference without each partner in turn; nil for survival and where undefined.
    package var leaveOneOut: LeaveOneOutRange?

    /// The marked row.
    package var recommended: MethodRow? { rows.first(where: \.isRecommended) }
}

/// The span of a difference over leaving each partner out in turn.
package struct LeaveOneOutRange: Sendable, Hashable {
    /// The smallest difference.
    package var lower: Double
    /// The largest.
    package var upper: Double
    /// Without whom the difference changes most.
    package var mostInfluential: String
    /// The difference without that partner.
    package var withoutMostInfluential: Double
}

/// What one method says.
package struct MethodRow: Sendable, Hashable {
    /// The method.
    package var method: EffectMethod
    /// Whose average it is.
    package var estimand: Estimand
    /// The unit of the estimate and the interval.
    package var scale: EffectScale
    /// The estimate; nil where there is none.
    package var value: Double?
    /// Its standard error.
    package var standardError: Double?
    /// Degrees of freedom of its t reference.
    package var degreesOfFreedom: Double?
    /// The p-value of no effect, two-sided.
    package var pValue: Double?
    /// The interval; an end without a bound is infinite.
    package var interval: Interval?
    /// Why there is no p-value.
    package var unavailable: String?
    /// What the reader should know about the row.
    package var note: String?
    /// Whether this is the one to read.
    package var isRecommended = false

    /// A row of an effect.
    init(_ effect: TreatmentEffect, note: String? = nil) {
        method = effect.method
        estimand = effect.estimand
        scale = effect.scale
        value = effect.value
        standardError = effect.standardError
        degreesOfFreedom = effect.degreesOfFreedom
        pValue = effect.pValue
        interval = effect.interval
        unavailable = effect.unavailable?.description
        self.note = note
    }

    /// A row that cannot be computed.
    init(
        _ method: EffectMethod, _ estimand: Estimand, _ scale: EffectScale = .difference, unavailable: String
    ) {
        self.method = method
        self.estimand = estimand
        self.scale = scale
        self.unavailable = unavailable
    }
}

/// A test of all variants at once.
package struct JointTest: Sendable, Hashable {
    /// The test's name.
    package var method: String
    /// The statistic; nil where it is infinite or undefined.
    package var statistic: Double?
    /// Degrees of freedom, numerator first; nil for a randomisation test.
    package var degreesOfFreedom: [Double]?
    /// The p-value; nil exactly when `unavailable` says why.
    package var pValue: Double?
    /// Why there is none.
    package var unavailable: String?
}
