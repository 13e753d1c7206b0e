import Statistics

/// The methods for one metric of one comparison.
///
/// Randomisation tests of all metrics look at the same draws, so the metrics are asked for first and their
/// results handed back.
protocol MetricMethods {
    /// What to replay the assignment for.
    var replayedMetrics: [RandomizationMetric] { get }

    /// What all methods say.
    ///
    /// - Parameter randomization: One result for each of `replayedMetrics`; nil when the assignment cannot be
    ///   replayed.
    func result(
        _ randomization: [Result<RandomizationInference, EstimationError>]?
    ) throws(EstimationError) -> MetricComparison
}

/// A variant and control with everything their methods need.
struct Comparison {
    let roster: PartnerRoster
    let options: AnalysisOptions
    let design: TableDesign
    /// How partners were given their variants; nil when that cannot be drawn again.
    let mechanism: AssignmentMechanism?
    /// The variant's number in the roster.
    let variant: Int
    /// Whether its share of the partners differs between strata; see `Analysis.hasUnequalShares`.
    let hasUnequalShares: Bool

    var level: Double { options.confidenceLevel }

    /// What the methods of several metrics say, in their order.
    func results(_ metrics: [any MetricMethods]) -> [MetricComparison] {
        let asked = metrics.map(\.replayedMetrics)
        let replayed = randomization(asked.flatMap(\.self))
        var start = 0
        return zip(metrics, asked).map { metric, asked in
            let end = start + asked.count
            defer { start = end }
            do throws(EstimationError) {
                return try metric.result(replayed.map { Array($0[start..<end]) })
            } catch {
                return comparison(rows: [], reason: "no method is recommended: \(words(error))")
            }
        }
    }

    /// A comparison of rows without what only some metrics have.
    func comparison(rows: [MethodRow], reason: String) -> MetricComparison {
        MetricComparison(
            treatment: roster.variants[variant], control: roster.variants[0], rows: rows, reason: reason,
            adjustedPValue: nil, intraclassCorrelation: nil, designEffect: nil, leaveOneOut: nil)
    }

    /// What came of replaying the assignment for a metric.
    func replay(_ result: Result<RandomizationInference, EstimationError>?) -> Replay {
        switch result {
        case nil: .external
        case .failure(.noVariation): .nothingVaries
        case .failure(let error): .failed(words(error))
        case .success(let inference): .done(attainable: inference.test.smallestAttainable)
        }
    }

    /// Marks the rows to read, and puts failures in the words of a table.
    ///
    /// - Parameters:
    ///   - estimand: Whose average the marked row is about.
    ///   - partner: The name of a partner by the number that failures of the metric have.
    func mark(
        _ rows: [MethodRow], _ standing: ComparisonStanding, among candidates: ComparisonStanding.Candidates,
        estimand: Estimand, covariate: String? = nil, partner: ((Int) -> String)? = nil
    ) -> MetricComparison {
        var rows = rows
        for index in rows.indices {
            if let failure = rows[index].failure {
                rows[index].unavailable = words(failure, covariate: covariate, partner: partner)
            }
            if standing.smallerArm < 2 { rows[index].withholdInference() }
        }
        func place(_ method: EffectMethod?) -> Int? {
            method.flatMap { method in
                rows.firstIndex { $0.method == method && $0.estimand == estimand }
            }
        }
        let choice = standing.choice(among: candidates)
        var reason = choice.reason
        if let index = place(choice.method) {
            if rows[index].pValue == nil {
                reason = "no method is recommended: \(rows[index].unavailable ?? "there is no p-value")"
            } else {
                rows[index].isRecommended = true
                if let other = place(choice.interval), rows[other].interval != nil {
                    rows[other].hasIntervalToRead = true
                    reason += "; read the interval of '\(rows[other].method.rawValue)' (↔)"
                }
            }
        }
        var result = comparison(rows: rows, reason: reason)
        if case .done(let attainable) = standing.replay { result.smallestAttainable = attainable }
        return result
    }

    /// Replays the assignment for several metrics on the same draws.
    ///
    /// - Returns: One result a metric; nil when the assignment cannot be replayed.
    private func randomization(
        _ metrics: [RandomizationMetric]
    ) -> [Result<RandomizationInference, EstimationError>]? {
        guard let mechanism else { return nil }
        let options = RandomizationOptions(draws: options.draws, seed: options.seed, confidenceLevel: level)
        func tests(_ metrics: [RandomizationMetric]) -> Result<[RandomizationInference], EstimationError> {
            Result { () throws(EstimationError) in
                try randomizationTests(
                    metrics: metrics, mechanism: mechanism, treatment: variant, options: options)
            }
        }
        if case .success(let together) = tests(metrics) { return together.map { .success($0) } }
        // One metric that cannot be tested keeps none of the others from it.
        return metrics.map { metric in tests([metric]).map { $0[0] } }
    }

    /// A row of a randomisation test.
    func row(
        _ result: Result<RandomizationInference, EstimationError>?, estimand: Estimand,
        method: EffectMethod = .studentizedRandomization
    ) -> MethodRow {
        switch result {
        case nil:
            return MethodRow(
                method, estimand,
                unavailable: "the design is external: the assignment cannot be drawn again")
        case .failure(let error):
            return MethodRow(method, estimand) { () throws(EstimationError) in throw error }
        case .success(let inference):
            var row = MethodRow(inference.effect(confidenceLevel: level))
            let test = inference.test
            row.note =
                (test.isExact ? "exact, all \(Int(test.assignmentCount)) assignments" : "\(test.draws) draws")
                + (inference.isIntervalMonotone == false ? "; the interval covers a gap" : "")
            return row
        }
    }
}

extension Comparison {
    /// Why something cannot be computed, for whoever has a table and nothing to wait for.
    ///
    /// - Parameter partner: The name of a partner by the number in the failure; nil when numbers mean nothing
    ///   here.
    func words(
        _ error: EstimationError, covariate: String? = nil, partner: ((Int) -> String)? = nil
    ) -> String {
        func name(_ arm: Arm) -> String { "'\(roster.variants[arm == .control ? 0 : variant])'" }
        switch error {
        case .emptyArm(let arm): return "\(name(arm)) has nothing to measure"
        case .tooFewClusters(let arm, let found, let required):
            return
                "\(name(arm)) has \(counted(found, "partner")) with something to measure, at least "
                + "\(required) are needed to tell an effect from one partner's luck"
        case .noVariation:
            return
                "the partners' results differ by no more than rounding, so the uncertainty of the difference "
                + "cannot be estimated"
        case .fullLeverage(let arm):
            return "one partner is practically all of \(name(arm)), so its luck cannot be told from an effect"
        case .noEvents: return "nothing was lost in either variant, so loss rates cannot be compared"
        case .horizonNotReached(let horizon, let lastAtRisk):
            return
                "observation ends at \(shortForm(lastAtRisk, digits: 6)), before "
                + "\(shortForm(horizon, digits: 6))"
        case .nobodyAtRisk: return "nobody is observed for any time"
        case .invalidTotal(let arm, _):
            return
                "sums of \(arm.map(name) ?? "a variant") leave the range of numbers; give the columns in a coarser unit"
        case .stratumInOneArm:
            return "a stratum has partners of one variant only, which no weight can balance"
        case .notPositive(let arm):
            return "the number of \(name(arm)) is not positive, so a relative change has no meaning"
        case .constantCovariate, .dependentTerm("covariate"):
            return
                "the covariate '\(covariate ?? "")' is the same for every partner, so there is nothing to "
                + "adjust for"
        case .restsOnOnePartner(let index):
            let who = partner.map { "partner '\($0(index))'" } ?? "one of the partners"
            return
                "without \(who) this could not be estimated at all, so that partner's luck cannot be told "
                + "from an effect"
        case .tooFewPartners(let found, let required):
            return
                "\(counted(found, "partner has", "partners have")) something to measure, at least "
                + "\(required) are needed"
        case .inconsistentBlocks(let reason): return "drawing the assignment again: \(reason)"
        default: return error.description
        }
    }
}

extension MetricComparison {
    /// Takes back what was recommended.
    mutating func withholdMarks(_ reason: String) {
        for index in rows.indices {
            rows[index].isRecommended = false
            rows[index].hasIntervalToRead = false
        }
        self.reason = "no method is recommended: " + reason
    }
}
