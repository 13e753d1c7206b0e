import Statistics
import Testing

@Suite struct KaplanMeierTests {
    @Test func matchesThePublishedLeukaemiaTable() throws {
        let curve = try kaplanMeier(mercaptopurine)
        let published = [6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448]
        for (week, survival) in published {
            let value = try #require(curve.survival(at: Double(week)))
            #expect(abs(value - survival) < 0.0005, "week \(week)")
        }
        #expect(curve.atRisk(at: 10) == 15)
        #expect(curve.points.first { $0.time == 6 }?.events == 3)
        #expect(curve.points.first { $0.time == 6 }?.censored == 1)
    }

    @Test func delayedEntryCountsOnlyThoseUnderObservation() throws {
        // The second customer enters at 2, exactly when the first is lost: at risk only afterwards.
        let sample = try SurvivalSample(
            cluster: [0, 0, 0], entry: [0, 2, 1], time: [2, 5, 6], isEvent: [true, true, false],
            clusterCount: 1)
        let curve = try kaplanMeier(sample)
        #expect(curve.points.map(\.atRisk) == [2, 2, 1])
        #expect(curve.points.map(\.survival) == [0.5, 0.25, 0.25])
    }

    @Test func theCurveSaysNothingBeyondObservation() throws {
        let curve = try kaplanMeier(SurvivalSample(times: [2, -4]))
        #expect(curve.survival(at: 1) == 1)
        #expect(curve.survival(at: 4) == 0.5)
        #expect(curve.survival(at: 4.5) == nil)
        #expect(curve.atRisk(at: 4.5) == 0)
        let extinct = try kaplanMeier(SurvivalSample(times: [2, 4]))
        #expect(extinct.survival(at: 9) == 0)
        #expect(extinct.points.last?.standardError == nil)
        #expect(extinct.points.last?.lower == nil)
    }

    @Test("Trap 16: once nobody is left the limits are undefined, not 0")
    func limitsEndWithTheCurve() throws {
        for limits in [SurvivalLimits.plain, .log, .logLog] {
            let curve = try kaplanMeier(SurvivalSample(times: [2, 4, -5, 6]), limits: limits)
            let (first, last) = (try #require(curve.points.first), try #require(curve.points.last))
            #expect(first.lower != nil && first.upper != nil)
            #expect(last.survival == 0)
            #expect(last.lower == nil && last.upper == nil && last.standardError == nil)
        }
        // Before the first loss only the log–log scale is without limits.
        let early = SurvivalSample(times: [-1, 2, 3])
        #expect(try kaplanMeier(early, limits: .plain).points[0].upper == 1)
        #expect(try kaplanMeier(early, limits: .logLog).points[0].upper == nil)
    }

    @Test("Trap 13: leaving out that customers came late makes the curve too high")
    func lateEntriesWereNotAtRiskBefore() throws {
        let table = try CustomerTable(named: "p80")
        for isTreated in [false, true] {
            let late = table.rows.filter { $0.isTreated == isTreated }
            let naive = try kaplanMeier(table.sample(isTreated: isTreated))
            let honest = try kaplanMeier(table.sample(isTreated: isTreated, hasDelayedEntry: true))
            #expect(late.contains { $0.entry > 0 })
            let difference = try #require(naive.survival(at: 40)) - #require(honest.survival(at: 40))
            #expect(difference > 0.005)
        }
    }

    @Test("Trap 11: customers that are not yet due are cut off, not lost")
    func whoIsNotYetDueIsStillThere() throws {
        // All renew at day 365 or are lost before; half were signed late and are looked at on day 200.
        let lost: [Double] = [100, 100, 150, 150, 300, 300, 320, 320]
        let kept = [Double](repeating: -365, count: 12)
        let matured = try kaplanMeier(SurvivalSample(times: lost + kept))
        let early = [100.0, 150] + [Double](repeating: -200, count: 8)
        let looked = try kaplanMeier(SurvivalSample(times: lost + kept + early))
        let atTheLook = try #require(looked.survival(at: 199))
        #expect(isClose(atTheLook, matured.survival(at: 199)))
        let asLost = try kaplanMeier(SurvivalSample(times: lost + kept + early.map(abs)))
        #expect(try #require(asLost.survival(at: 365)) < #require(looked.survival(at: 365)) - 0.15)
    }

    @Test("Trap 11: an arm signed later does not look worse for it")
    func signingLateIsNoLoss() throws {
        // Both arms lose the same customers at the same ages; half of treatment's is looked at on day 90.
        let ages: [Double] = [60, 70, 80, 85, 100, 130, 200, 250]
        func partner(_ number: Int, lookedAtOn day: Double, counting cut: Double) -> [Double] {
            let lost = ages.prefix(1 + number)
            let kept = [Double](repeating: cut * day, count: 20 - lost.filter { $0 <= day }.count)
            return lost.filter { $0 <= day } + kept
        }
        func arm(late day: Double, counting cut: Double) -> SurvivalSample {
            SurvivalSample(
                times: (0..<8).flatMap {
                    $0.isMultiple(of: 2)
                        ? partner($0, lookedAtOn: day, counting: cut)
                        : partner($0, lookedAtOn: 365, counting: -1)
                }, clusters: (0..<8).flatMap { [Int32](repeating: $0, count: 20) })
        }
        let control = arm(late: 365, counting: -1)
        let early = arm(late: 90, counting: -1)
        let honest = try clusteredLogRank(control: control, treatment: early)
        #expect(honest.pValue > 0.5)
        let fallen = try clusteredLogRank(control: control, treatment: arm(late: 90, counting: 1))
        #expect(fallen.pValue < 0.1 && fallen.statistic > 0)
        let risks = try rateDifference(
            control: riskTotals(control, horizon: 85), treatment: riskTotals(early, horizon: 85))
        #expect(abs(risks.difference) < 1e-12)
    }

    @Test func aCollapseAmongFewEarlyCustomersIsLeftOutAndSaid() throws {
        // One customer alone at first, lost at 1; twelve come at 2.
        let sample = try SurvivalSample(
            cluster: (0..<13).map { Int32($0) }, entry: [0] + [Double](repeating: 2, count: 12),
            time: [1] + (0..<12).map { Double(3 + $0) }, isEvent: (0..<13).map { $0 % 2 == 0 },
            clusterCount: 13)
        let whole = try kaplanMeier(sample, minimumAtRisk: nil)
        #expect(whole.points.last?.survival == 0 && whole.startTime == nil)
        let late = try kaplanMeier(sample)
        #expect(late.startTime == 3)
        #expect(late.survival(at: 2) == nil)
        #expect(try #require(late.survival(at: 6)) > 0.7)
        #expect(throws: EstimationError.riskSetExhausted(time: 1)) {
            try kaplanMeier(sample, minimumAtRisk: 20)
        }
    }

    @Test func quantilesOfAFlatStretchLieInItsMiddle() throws {
        let curve = try kaplanMeier(SurvivalSample(times: [1, 3, 7, 9]))
        #expect(curve.quantile(0.5).time == 5)
        #expect(curve.quantile(0.4).time == 3)
        #expect(curve.quantile(0.9).time == 9)
        let cutOff = try kaplanMeier(SurvivalSample(times: [1, 3, -7, -9]))
        #expect(cutOff.quantile(0.5).time == 6)
        #expect(cutOff.quantile(0.6).time == nil)
    }

    @Test func theNelsonAalenHazardIsClosestToMinusLogSurvivalWithFewTies() throws {
        let hazard = try nelsonAalen(mercaptopurine)
        let curve = try kaplanMeier(mercaptopurine)
        #expect(isClose(hazard.points[0].value, 3.0 / 21))
        for (left, right) in zip(hazard.points, curve.points) {
            #expect(left.value <= -logarithm(right.survival) + 1e-12)
            #expect(left.atRisk == right.atRisk)
        }
        #expect(throws: EstimationError.nobodyAtRisk) { try nelsonAalen(SurvivalSample(times: [])) }
    }

    @Test func wholeDaysFractionsAndSortedTimesAreOneCurve() throws {
        let table = try CustomerTable(named: "p30")
        let sample = table.sample(isTreated: true, hasDelayedEntry: true)
        let days = SurvivalSample(
            cluster: sample.cluster, entryDay: sample.entry.map { Int32($0) },
            day: sample.time.map { Int32($0) }, isEvent: sample.isEvent, clusterCount: sample.clusterCount)
        #expect(try kaplanMeier(days) == kaplanMeier(sample))
        let eighths = try SurvivalSample(
            cluster: sample.cluster, entry: sample.entry.map { $0 / 8 - 0.5 },
            time: sample.time.map { $0 / 8 - 0.5 }, isEvent: sample.isEvent,
            clusterCount: sample.clusterCount)
        #expect(
            try kaplanMeier(eighths).points.map(\.survival) == kaplanMeier(sample).points.map(\.survival))
        let seconds = try SurvivalSample(
            cluster: sample.cluster, entry: sample.entry.map { $0 * 86_400 },
            time: sample.time.map { $0 * 86_400 }, isEvent: sample.isEvent,
            clusterCount: sample.clusterCount)
        #expect(
            try kaplanMeier(seconds).points.map(\.survival) == kaplanMeier(sample).points.map(\.survival))
    }

    @Test func manyFractionalTimesAreSortedLikeWholeOnes() throws {
        var generator = SeededGenerator(seed: 7)
        let days = (0..<6000).map { _ in Double(1 + generator.next() % 900) - 300 }
        let isEvent = days.map { _ in generator.next() % 3 > 0 }
        func curve(_ time: [Double]) throws -> SurvivalCurve {
            try kaplanMeier(
                try SurvivalSample(
                    cluster: time.map { _ in 0 }, entry: time.map { _ in -1000 }, time: time,
                    isEvent: isEvent,
                    clusterCount: 1))
        }
        let (whole, fractional) = (try curve(days), try curve(days.map { $0 / 7 }))
        #expect(whole.points.count == Set(days).count)
        #expect(whole.points.map { $0.time / 7 } == fractional.points.map(\.time))
        #expect(whole.points.map(\.survival) == fractional.points.map(\.survival))
    }

    @Test func rowsNeverAtRiskAreLeftOut() throws {
        let sample = try SurvivalSample(
            cluster: [0, 1], entry: [3, 0], time: [3, 5], isEvent: [true, false], clusterCount: 2)
        #expect(sample.rowCount == 1)
        #expect(throws: EstimationError.nobodyAtRisk) { try kaplanMeier(SurvivalSample(times: [])) }
    }
}
