import Foundation
import Statistics

/// Kaplan–Meier curves of both arms and the log-rank test, from the columns of each arm.
func curvesWork(_ columns: InputColumns) throws -> Work {
    let partners = try Partners(columns)
    let days = try columns.durations()
    let events = try columns.integers("event", storedAs: Int8.self, as: Int8.self).map { $0 == 1 }
    let arms = [Int32(0), 1].map { arm in
        let rows = days.indices.filter { partners.armOfCustomer[$0] == arm }
        return (
            cluster: rows.map { partners.ofCustomer[$0] }, day: rows.map { days[$0] },
            isEvent: rows.map { events[$0] }
        )
    }
    return {
        let samples = arms.map {
            SurvivalSample(
                cluster: $0.cluster, day: $0.day, isEvent: $0.isEvent, clusterCount: partners.count)
        }
        let kept = try samples.map { try kaplanMeier($0).survival(at: 180) ?? .nan }
        let test = try logRank(control: samples[0], treatment: samples[1])
        return ["km_control": kept[0], "km_treatment": kept[1], "log_rank": test.chiSquared]
    }
}

/// A Cox regression on arm, stratum and the logarithm of the earlier value, Efron's ties, clustered by partner.
func coxWork(_ columns: InputColumns) throws -> Work {
    let partners = try Partners(columns)
    let days = try columns.durations()
    let events = try columns.integers("event", storedAs: Int8.self, as: Int8.self).map { $0 == 1 }
    let covariates = [
        partners.armOfCustomer.map(Double.init),
        try columns.integers("stratum", storedAs: Int8.self, as: Int8.self).map(Double.init),
        try columns.numbers("pre_period_value").map { log($0) },
    ]
    return {
        let sample = SurvivalSample(
            cluster: partners.ofCustomer, day: days, isEvent: events, clusterCount: partners.count)
        let fit = try CoxModel(sample, covariates: covariates).fit()
        guard let value = fit.coefficients[0].value, let error = fit.coefficients[0].robustStandardError
        else { throw BenchmarkFault("the Cox regression has no coefficient") }
        return ["cox": value, "cox_se": error]
    }
}
