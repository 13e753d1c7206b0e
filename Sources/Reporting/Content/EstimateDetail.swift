import Model
import Statistics

/// An effect as a statistician checks it.
struct EstimateDetail: Encodable {
    var metric: Metric.ID
    var label: String
    var variant: Variant.ID
    /// "24 / 25": control / treatment.
    var partners: String
    /// Kish's effective number of partners, control / treatment.
    var effectivePartners: String
    /// Percentage points in text, fractions in value.
    var estimate: Quantity
    var standardError: Quantity
    var degreesOfFreedom: Quantity
    var intraclassCorrelation: Quantity
    var otherEstimate: String
    /// Of this look alone, percentage points in text.
    var fixedInterval: IntervalText
    var pValue: Quantity
    var criticalValue: Quantity
    var nominalLevel: Quantity
    var randomization: String
    var logRank: String

    init(_ effect: Effect, label: String) {
        let reason = effect.unavailable.first ?? "not computed"
        metric = effect.metric.id
        self.label = label
        variant = effect.variant
        partners = Self.pair(effect) { NumberFormat.count($0.clusterCount) }
        effectivePartners = Self.pair(effect) { NumberFormat.fixed($0.effectiveClusterCount, decimals: 1) }
        estimate = .effect(effect.estimate?.value, orElse: reason)
        standardError = .points(effect.estimate?.standardError, orElse: "none")
        degreesOfFreedom = .decimal(effect.estimate?.degreesOfFreedom, decimals: 1, orElse: "none")
        intraclassCorrelation = .decimal(effect.intraclassCorrelation, decimals: 3, orElse: "none")
        otherEstimate = Self.text(effect.otherEstimate)
        fixedInterval = .points(effect.fixedInterval, orElse: "none")
        pValue = .pValue(effect.pValue, orElse: effect.estimate == nil ? "none" : reason)
        criticalValue = .decimal(effect.criticalValue, decimals: 3, orElse: "none: no new information")
        nominalLevel = .probability(effect.nominalLevel, orElse: "none")
        randomization = Self.text(effect.randomization)
        logRank = effect.logRank.map { NumberFormat.pValue($0.pValue) } ?? "none"
    }

    private static func pair(_ effect: Effect, _ text: (ArmRate) -> String) -> String {
        "\(effect.control.map(text) ?? "no data") / \(effect.treatment.map(text) ?? "no data")"
    }

    private static func text(_ estimate: Estimate?) -> String {
        guard let estimate else { return "none" }
        let value = NumberFormat.signedPoints(estimate.value)
        return
            "\(value) (SE \(NumberFormat.points(estimate.standardError)), df \(NumberFormat.fixed(estimate.degreesOfFreedom, decimals: 1)))"
    }

    private static func text(_ result: RandomizationResult?) -> String {
        guard let result else { return "none" }
        let draws = PlainWords.counted(result.draws, result.isExact ? "assignment" : "draw")
        let smallest = NumberFormat.smallProbability(result.smallestAttainable)
        return
            "\(NumberFormat.pValue(result.pValue)) from \(result.isExact ? "all " : "")\(draws), smallest possible \(smallest)"
    }
}
