import Foundation
package import Statistics

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
    /// Whether its interval is the one to read beside the marked row's p-value.
    package var hasIntervalToRead = false
    /// Why there is no p-value, before it was put in the words of a table.
    var failure: EstimationError?

    /// exp of a log hazard ratio, where that is finite, and of its interval, whose ends may be 0 and
    /// infinite; nil for other scales and without either.
    package var hazardRatio: (value: Double?, lower: Double?, upper: Double?)? {
        guard scale == .logHazardRatio, value != nil || interval != nil else { return nil }
        return (value.map(exp), interval.map { exp($0.lower) }, interval.map { exp($0.upper) })
    }

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
        failure = effect.unavailable
        self.note = note
    }

    /// A row of a calculation that may fail.
    init(
        _ method: EffectMethod, _ estimand: Estimand, _ scale: EffectScale = .difference, note: String? = nil,
        _ effect: () throws(EstimationError) -> TreatmentEffect
    ) {
        do throws(EstimationError) {
            self.init(try effect(), note: note)
        } catch {
            self.init(method, estimand, scale, unavailable: error.description)
            failure = error
        }
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

extension MethodRow {
    /// Takes away everything but the estimate: one partner says nothing about chance.
    mutating func withholdInference() {
        standardError = nil
        degreesOfFreedom = nil
        pValue = nil
        interval = nil
        if unavailable == nil {
            unavailable = "an arm has a single partner, whose luck cannot be told from an effect"
        }
    }

    /// The row with a note behind those it has.
    func noting(_ note: String?) -> MethodRow {
        var row = self
        row.note = [row.note, note].compactMap(\.self).joined(separator: "; ")
        if row.note == "" { row.note = nil }
        return row
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
