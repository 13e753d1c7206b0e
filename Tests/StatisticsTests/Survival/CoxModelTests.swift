import Statistics
import Testing

/// Both arms of Freireich et al. (1963) in one model, placebo against mercaptopurine.
func leukaemia() throws -> CoxModel {
    try CoxModel(leukaemiaRows, covariates: [leukaemiaIsPlacebo])
}

let leukaemiaRows = SurvivalSample(
    times: [placebo, mercaptopurine].flatMap { arm in zip(arm.time, arm.isEvent).map { $1 ? $0 : -$0 } })
let leukaemiaIsPlacebo = [Double](repeating: 1, count: 21) + [Double](repeating: 0, count: 21)

@Suite struct CoxModelTests {
    @Test("Trap 14: Breslow with weekly ties attenuates, Efron does not")
    func tiesMatterWhenManyAreLostTogether() throws {
        let efron = try #require(leukaemia().fit(ties: .efron).coefficients[0].value)
        let breslow = try #require(leukaemia().fit(ties: .breslow).coefficients[0].value)
        // The exact conditional estimate is 1.628.
        #expect(abs(efron - 1.572) < 0.0005)
        #expect(abs(breslow - 1.509) < 0.0005)
    }

    /// Log partial likelihood and score of one covariate from their definition.
    private func direct(
        _ sample: SurvivalSample, _ z: [Double], _ beta: Double, ties: CoxTies
    ) -> (value: Double, score: Double) {
        let (entry, time) = (sample.entry, sample.time)
        var (value, score) = (0.0, 0.0)
        for t in Set(time.indices.filter { sample.isEvent[$0] }.map { time[$0] }) {
            let atRisk = time.indices.filter { entry[$0] < t && t <= time[$0] }
            let lost = atRisk.filter { sample.isEvent[$0] && time[$0] == t }
            for (j, row) in lost.enumerated() {
                let f = ties == .efron ? Double(j) / Double(lost.count) : 0
                func sum(_ rows: [Int], _ g: (Double) -> Double) -> Double {
                    rows.reduce(0) { $0 + g(z[$1]) * exponential(beta * z[$1]) }
                }
                let weight = sum(atRisk) { _ in 1 } - f * sum(lost) { _ in 1 }
                value += beta * z[row] - logarithm(weight)
                score += z[row] - (sum(atRisk) { $0 } - f * sum(lost) { $0 }) / weight
            }
        }
        return (value, score)
    }

    @Test(arguments: [CoxTies.efron, .breslow], [false, true])
    func theFitMaximisesThePartialLikelihood(_ ties: CoxTies, _ hasDelayedEntry: Bool) throws {
        let table = try CustomerTable(named: hasDelayedEntry ? "p80" : "p30")
        let sample = table.pooledSample(hasDelayedEntry: hasDelayedEntry)
        let z = table.rows.map { $0.isTreated ? 1.0 : 0 }
        let fit = try CoxModel(sample, covariates: [z]).fit(ties: ties)
        let estimate = try #require(fit.coefficients[0].value)
        let kept = zip(table.rows, z).filter { $0.0.time > (hasDelayedEntry ? $0.0.entry : 0) }.map(\.1)
        let (value, score) = direct(sample, kept, estimate, ties: ties)
        #expect(isClose(fit.logLikelihood, value, within: 1e-10))
        #expect(abs(score) < 1e-8)
        #expect(isClose(fit.nullLogLikelihood, direct(sample, kept, 0, ties: ties).value, within: 1e-10))
    }

    @Test func splittingRowsAtAnyTimeChangesNothing() throws {
        let table = try CustomerTable(named: "p30")
        let z = table.rows.map { $0.isTreated ? 1.0 : 0 }
        let whole = try CoxModel(table.pooledSample(), covariates: [z]).fit()
        let cut = 20.0
        var (cluster, entry, time, isEvent, halves): ([Int32], [Double], [Double], [Bool], [Double]) =
            ([], [], [], [], [])
        for (row, z) in zip(table.rows, z) {
            for (start, stop) in [(0, min(cut, row.time)), (cut, row.time)] where stop > start {
                cluster.append(Int32(row.partner))
                entry.append(start)
                time.append(stop)
                isEvent.append(row.isEvent && stop == row.time)
                halves.append(z)
            }
        }
        let split = try CoxModel(
            try SurvivalSample(
                cluster: cluster, entry: entry, time: time, isEvent: isEvent,
                clusterCount: table.partnerCount),
            covariates: [halves]
        ).fit()
        let (left, right) = (whole.coefficients[0], split.coefficients[0])
        #expect(isClose(left.value, right.value, within: 1e-9))
        #expect(isClose(left.modelStandardError, right.modelStandardError, within: 1e-9))
        #expect(isClose(left.robustStandardError, right.robustStandardError, within: 1e-9))
    }

    @Test func orderShiftAndUnitsOfCovariatesDoNotMatter() throws {
        let table = try CustomerTable(named: "p30")
        let covariates = [
            table.rows.map { $0.isTreated ? 1.0 : 0 }, table.rows.map { $0.revenueBefore },
        ]
        let fit = try CoxModel(table.pooledSample(), covariates: covariates).fit()
        let order = table.rows.indices.reversed()
        let sample = try SurvivalSample(
            cluster: order.map { Int32(table.rows[$0].partner) }, entry: order.map { _ in 0 },
            time: order.map { table.rows[$0].time * 7 }, isEvent: order.map { table.rows[$0].isEvent },
            clusterCount: table.partnerCount + 2)
        let moved = try CoxModel(
            sample,
            covariates: [
                order.map { 5 - covariates[0][$0] }, order.map { covariates[1][$0] / 1000 - 3 },
            ]
        ).fit()
        #expect(isClose(fit.coefficients[0].value, moved.coefficients[0].value.map { -$0 }, within: 1e-8))
        #expect(
            isClose(fit.coefficients[1].value.map { $0 * 1000 }, moved.coefficients[1].value, within: 1e-8))
        #expect(
            isClose(
                fit.coefficients[0].robustStandardError, moved.coefficients[0].robustStandardError,
                within: 1e-8))
        #expect(isClose(fit.logLikelihood, moved.logLikelihood, within: 1e-9))
    }

    @Test func strataOnFractionalAndOnWholeTimesAreTheSame() throws {
        let table = try CustomerTable(named: "p30")
        let z = table.rows.map { $0.isTreated ? 1.0 : 0 }
        // A hundred thousand possible times a stratum are too many to count with; order alone matters.
        let strata = table.rows.map { $0.partner }
        let whole = try CoxModel(
            table.pooledSample(), covariates: [z.indices.map { z[$0] + table.rows[$0].revenueBefore }],
            stratum: strata
        ).fit()
        let spread = try SurvivalSample(
            cluster: table.rows.map { Int32($0.partner) }, entry: table.rows.map { _ in 0 },
            time: table.rows.map { $0.time + 0.25 }, isEvent: table.rows.map(\.isEvent),
            clusterCount: table.partnerCount)
        let fractional = try CoxModel(
            spread, covariates: [z.indices.map { z[$0] + table.rows[$0].revenueBefore }],
            stratum: strata.map { $0 * 40_000 }
        ).fit()
        #expect(isClose(whole.coefficients[0].value, fractional.coefficients[0].value, within: 1e-10))
        #expect(
            isClose(
                whole.coefficients[0].robustStandardError, fractional.coefficients[0].robustStandardError,
                within: 1e-10))
    }

    @Test func aWarmStartFindsTheSameFit() throws {
        let cold = try leukaemia().fit()
        let warm = try leukaemia().fit(startingAt: [1.6])
        #expect(isClose(cold.coefficients[0].value, warm.coefficients[0].value, within: 1e-9))
        #expect(isClose(cold.likelihoodRatioTest.statistic, warm.likelihoodRatioTest.statistic, within: 1e-9))
    }

    @Test func refusesWhatCannotBeEstimated() throws {
        #expect(throws: EstimationError.noEvents) {
            try CoxModel(SurvivalSample(times: [-2, -4]), covariates: [[0, 1]])
        }
        #expect(throws: EstimationError.nobodyAtRisk) {
            try CoxModel(SurvivalSample(times: []), covariates: [[]])
        }
        let z = leukaemiaIsPlacebo
        #expect(throws: EstimationError.collinearCovariate(index: 1)) {
            try CoxModel(leukaemiaRows, covariates: [z, z.map { 2 - $0 }]).fit()
        }
        #expect(throws: EstimationError.collinearCovariate(index: 0)) {
            try CoxModel(leukaemiaRows, covariates: [z.map { _ in 3 }]).fit()
        }
    }

    @Test("Trap 12: counting the time before the first payout as exposed makes it look protective")
    func immortalTimeIsNotGivenToTheExposed() throws {
        // All are lost at a constant rate; half would be paid first at time 6, if still there.
        var (start, stop, isEvent, active, ever): ([Double], [Double], [Bool], [Double], [Double]) =
            ([], [], [], [], [])
        for customer in 0..<240 {
            let time = Double(1 + customer % 12)
            let isPaid = customer / 12 % 2 == 0 && time > 6
            for (from, to, isActive) in [(0.0, isPaid ? 6 : time, 0.0), (6, time, 1)] where to > from {
                if isActive == 1, !isPaid { continue }
                start.append(from)
                stop.append(to)
                isEvent.append(to == time)
                active.append(isActive)
                ever.append(isPaid ? 1 : 0)
            }
        }
        let sample = try SurvivalSample(
            cluster: stop.indices.map { Int32($0) }, entry: start, time: stop, isEvent: isEvent,
            clusterCount: stop.count)
        let honest = try #require(CoxModel(sample, covariates: [active]).fit().coefficients[0].value)
        let naive = try #require(CoxModel(sample, covariates: [ever]).fit().coefficients[0].value)
        #expect(abs(honest) < 1e-9)
        #expect(naive < -0.5)
    }
}
