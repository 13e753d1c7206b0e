import Statistics

/// The methods for one metric of one comparison.
///
/// Randomisation tests of all metrics look at the same draws, so the metrics are asked for first and their results
/// handed back.
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
    /// How partners were given their variants; nil when that cannot be drawn again.
    let mechanism: AssignmentMechanism?
    /// The variant's number in the roster.
    let variant: Int

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
                return refused(error)
            }
        }
    }

    /// A comparison of which nothing can be computed.
    private func refused(_ error: EstimationError) -> MetricComparison {
        MetricComparison(
            treatment: roster.variants[variant], control: roster.variants[0], rows: [],
            reason: "no method is recommended: \(error)", adjustedPValue: nil, intraclassCorrelation: nil,
            designEffect: nil, leaveOneOut: nil)
    }

    /// The marked row, its reason and the rows with the mark.
    func mark(
        _ rows: [MethodRow], _ standing: ComparisonStanding, among candidates: ComparisonStanding.Candidates
    ) -> (rows: [MethodRow], reason: String) {
        let (method, reason) = standing.recommendation(among: candidates)
        var rows = rows
        if standing.smallerArm < 2 {
            for index in rows.indices { rows[index].withholdInference() }
        }
        guard let index = rows.firstIndex(where: { $0.method == method }) else { return (rows, reason) }
        guard rows[index].pValue != nil else {
            return (rows, "no method is recommended: \(rows[index].unavailable ?? "there is no p-value")")
        }
        rows[index].isRecommended = true
        return (rows, reason)
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
        case .failure(let error): return MethodRow(method, estimand, unavailable: error.description)
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

    /// A row of a calculation that may fail.
    init(
        _ method: EffectMethod, _ estimand: Estimand, _ scale: EffectScale = .difference, note: String? = nil,
        _ effect: () throws(EstimationError) -> TreatmentEffect
    ) {
        do throws(EstimationError) {
            self.init(try effect(), note: note)
        } catch {
            self.init(method, estimand, scale, unavailable: error.description)
        }
    }
}

extension Result where Success == RandomizationInference {
    /// The smallest p-value the test could have given.
    var smallestAttainable: Double? { (try? get())?.test.smallestAttainable }
}
