package import Model
import Statistics

/// What a pilot file that does not say otherwise means. Nothing here depends on anything but the file.
package enum PilotDefaults {
    package static let layer: Layer.ID = "main"
    package static let strata = ["size"]
    /// Blocks hold twice the sum of the variants' weights.
    package static let blocksOfWeights = 2
    package static let holdout = Rate(partsPerMillion: 0)
    package static let weight = 1
    package static let estimand = Metric.Estimand.customerAverage
    package static let graceDays = 30
    package static let origin = Metric.Origin.assignment
    package static let severity = Guardrail.Severity.pause
    package static let lookEveryWeeks = 1
    package static let enrolmentDays = 28
    package static let promiseDays = 91
    package static let timeZone = "UTC"
    package static let grossMargin = Rate(partsPerMillion: 800_000)
    package static var currency: Currency {
        guard let euro = Currency("EUR") else { preconditionFailure("EUR is three capitals") }
        return euro
    }
    package static let decision = DecisionRule(
        alphaTwoSided: 0.05, guardrailAlphaOneSided: 0.05, spending: .obrienFleming,
        guardrailSpending: .pocock, worthwhileGain: 0, maxStalenessDays: 3)

    /// Enrolment lasts four weeks, and never beyond the last day of the pilot.
    package static func enrolUntil(starts: Day, weeks: Int) -> Day {
        starts + min(enrolmentDays, weeks * 7 - 1)
    }

    /// Half of the pilot's days in whole weeks, so that looks before the last can judge the risk; never beyond
    /// what the last look has seen one grace period through, and at least one week.
    package static func horizonDays(weeks: Int, graceDays: Int) -> Int {
        max(7, min(weeks / 2, (weeks * 7 - graceDays) / 7) * 7)
    }
}
