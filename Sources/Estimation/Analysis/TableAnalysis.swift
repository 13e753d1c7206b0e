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
    /// How control was found.
    package var controlChoice: ControlChoice
    /// Which column played which part.
    package var roles: TableRoles
    /// How variants were given.
    package var design: TableDesign
    /// Strata, or pairs, of the design; 0 without.
    package var stratumCount: Int
    /// Whose average the marked methods are about.
    package var estimand: TargetEstimand
    /// Coverage of intervals.
    package var confidenceLevel: Double
    /// Draws of resampling tests that do not list all possibilities.
    package var draws: Int
    /// What the draws depend on.
    package var seed: UInt64
    /// The file's name; nil when it was not said.
    package var file: String?
    /// The version of the program; nil when it was not said.
    package var engineVersion: String?
    /// How partners and rows are spread over the variants.
    package var balance: AssignmentBalance
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
    /// Rows of known partners left out because a cell was missing.
    package var leftOutRows: Int
    /// The variants' own numbers, in the order of `TableAnalysis.variants`.
    package var arms: [ArmSummary]
    /// One comparison with control for each other variant.
    package var comparisons: [MetricComparison]
    /// Tests that no variant differs from control, with three variants or more.
    package var jointTests: [JointTest]
    /// Until when restricted means and the shares kept are taken; nil for other numbers and where too few are
    /// observed.
    package var horizon: Double?
    /// What should make the reader careful about the metric, besides what its variants show.
    package var cautions: [String] = []
}

/// One variant's own number.
package struct ArmSummary: Sendable, Hashable {
    /// The variant's name.
    package var variant: String
    /// Partners with something to measure.
    package var partners: PartnerCount
    /// Partners of the variant, with or without something to measure.
    package var assignedPartners: Int
    /// Partners without a row that counts.
    package var partnersWithoutData: [String]
    /// Rows.
    package var customers: Int
    /// Rows left out because a cell was missing.
    package var leftOutRows: Int
    /// Losses; nil for other numbers.
    package var events: Int?
    /// The mean, the ratio, or the share not lost at the end of the restricted mean's horizon; nil where
    /// undefined.
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
    /// The methods, in order; at most one is marked, and at most one other has the interval to read.
    package var rows: [MethodRow]
    /// Why that method is marked, or why none is.
    package var reason: String
    /// The marked method's p-value after Holm's adjustment for the number of variants; nil for one variant.
    package var adjustedPValue: Double?
    /// The smallest p-value that replaying the assignment can give; nil when it cannot be replayed.
    package var smallestAttainable: Double?
    /// Correlation of customers of a partner; nil where undefined.
    package var intraclassCorrelation: Double?
    /// How many times larger the variance is because customers come in partners; nil where undefined.
    package var designEffect: Double?
    /// The difference without each partner in turn; nil for survival and where undefined.
    package var leaveOneOut: LeaveOneOutRange?

    /// The marked row.
    package var recommended: MethodRow? { rows.first(where: \.isRecommended) }

    /// The row whose interval is to be read; the marked one where none other is.
    package var interval: MethodRow? { rows.first(where: \.hasIntervalToRead) ?? recommended }
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
