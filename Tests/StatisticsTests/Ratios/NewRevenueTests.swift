import Testing

@testable import Statistics

/// Partners with a numerator but no denominator, such as revenue from a partner that had none before.
@Suite struct NewRevenueTests {
    private func line(_ numerator: Double, _ denominator: Double) -> ClusterTotal {
        ClusterTotal(
            count: 2, numerator: numerator, denominator: denominator, sumOfSquares: numerator * numerator)
    }

    private var control: [ClusterTotal] { [line(90, 100), line(210, 200), line(20, 0), line(95, 110)] }
    private var treatment: [ClusterTotal] { [line(130, 120), line(150, 160), line(70, 60), line(0, 0)] }

    @Test("Trap 7: a numerator without a denominator counts in the ratio, its variance and df")
    func theNumeratorCounts() throws {
        let result = try compareRatios(
            control: control, treatment: treatment, estimand: .revenueWeighted, variance: .firstOrder)
        let ratio = 415.0 / 410
        #expect(isClose(result.control.value, ratio))
        #expect(result.control.partners.raw == 3)
        let squares = [(90.0, 100.0), (210, 200), (20, 0), (95, 110)].reduce(0.0) { sum, pair in
            let residual = pair.0 - ratio * pair.1
            return sum + residual * residual
        }
        #expect(
            isClose(result.control.uncertainty?.squaredStandardError, 4.0 / 3 * squares / (410 * 410)))
        #expect(result.control.uncertainty?.degreesOfFreedom == 3)
        // Without both numerator and denominator nothing changes.
        #expect(result.treatment.uncertainty?.degreesOfFreedom == 2)
        let without = try compareRatios(
            control: control, treatment: Array(treatment.prefix(3)), estimand: .revenueWeighted,
            variance: .firstOrder)
        #expect(without == result)
    }

    @Test(arguments: [WorkingCovariance.exchangeable, .proportional, .identity])
    func theSandwichHoldsIt(_ working: WorkingCovariance) throws {
        let with = try rateDifference(control: control, treatment: treatment, workingCovariance: working)
        let squares = [(90.0, 100.0), (210, 200), (20, 0), (95, 110)].reduce(0.0) { sum, pair in
            let residual = pair.0 - 415.0 / 410 * pair.1
            return sum + residual * residual / (1 - pair.1 / 410)
        }
        let arm = try compareRatios(control: control, treatment: treatment, variance: .cr2(working)).control
        #expect(isClose(arm.uncertainty?.squaredStandardError, squares / (410 * 410)))
        let alike = try rateDifference(
            control: control.filter { $0.denominator > 0 }, treatment: treatment, workingCovariance: working)
        #expect(with.estimate?.degreesOfFreedom != alike.estimate?.degreesOfFreedom)
        #expect(with.control.clusterCount == 3)
    }

    @Test func anUnusuallyLargeOneLeavesFewDegreesOfFreedom() throws {
        let arm = [line(90, 100), line(110, 100), line(95, 100), line(104, 100), line(98, 100)]
        func degreesOfFreedom(_ extra: Double) throws -> Double? {
            try compareRatios(
                control: arm + [line(extra, 0)], treatment: arm, variance: .cr2(.proportional)
            ).control.uncertainty?.degreesOfFreedom
        }
        let small = try #require(try degreesOfFreedom(1))
        let large = try #require(try degreesOfFreedom(5_000))
        #expect(small > 3 && large < 1.2)
    }

    @Test func itIsListedAmongTheInfluential() throws {
        let listed = try leaveOnePartnerOut(control: control, treatment: treatment)
        #expect(listed.count == 7)
        let new = try #require(listed.first { $0.arm == .control && $0.cluster == 2 })
        #expect(isClose(new.shift, 20.0 / 410))
        #expect(isClose(new.difference, 350.0 / 340 - 395.0 / 410))
    }

    @Test func informativeSizeLeavesItOutOnce() throws {
        let result = try informativeSize(control: control, treatment: treatment)
        var variance = 0.0
        for totals in [control, Array(treatment.prefix(3))] {
            let without = totals.indices.map { left -> Double in
                var rest = totals
                rest.remove(at: left)
                let rates = rest.compactMap(\.rate)
                return (rest.reduce(.empty, +).rate ?? .nan) - rates.reduce(0, +) / Double(rates.count)
            }
            let mean = without.reduce(0, +) / Double(without.count)
            variance +=
                Double(without.count - 1) / Double(without.count)
                * without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        #expect(isClose(result.estimate?.standardError, variance.squareRoot(), within: 1e-9))
        #expect(result.estimate?.degreesOfFreedom == 2)
    }

    @Test func adjustedComparisonsKeepIt() throws {
        func paired(_ totals: [ClusterTotal]) -> [PairedTotal] {
            totals.enumerated().map {
                PairedTotal(outcome: $1, covariate: line(Double(40 + 7 * ($0 % 3)), 50))
            }
        }
        let cuped = try cupedComparison(
            control: paired(control), treatment: paired(treatment), estimand: .revenueWeighted)
        // The covariate is alike in all but its third value, so nearly nothing is adjusted away.
        #expect(isClose(cuped.unadjusted.control.value, 415.0 / 410))
        #expect(cuped.covariate.control.partners.raw == 4)
        func covariates(_ totals: [ClusterTotal]) -> [CovariateTotal] {
            totals.enumerated().map { CovariateTotal(total: $1, covariate: Double($0 * $0)) }
        }
        let plain = try customerAdjustedDifference(
            control: covariates(control), treatment: covariates(treatment), adjustment: .none,
            workingCovariance: .proportional)
        let expected = try rateDifference(
            control: control, treatment: treatment, workingCovariance: .proportional)
        #expect(isClose(plain.difference, expected.difference))
        #expect(isClose(plain.estimate?.standardError, expected.estimate?.standardError))
        #expect(plain.control == PartnerCount(raw: 3, effective: plain.control.effective))
        func ratios(_ totals: [ClusterTotal]) -> [RatioCovariateTotal] {
            totals.enumerated().map {
                RatioCovariateTotal(outcome: $1, before: line(Double(40 + 7 * ($0 % 3)), 50))
            }
        }
        let ratio = try ratioAncova(
            control: ratios(control), treatment: ratios(treatment), minimumPartnersPerArm: 2)
        #expect(isClose(ratio.unadjusted, expected.difference))
        #expect(ratio.estimand == .revenueWeighted)
    }

    @Test(arguments: [1e-6, 1e6])
    func theUnitOfMoneyChangesNoStatistic(_ unit: Double) throws {
        func partners(_ totals: [ClusterTotal], _ unit: Double) -> [CovariateTotal] {
            totals.enumerated().map { index, total in
                CovariateTotal(
                    total: ClusterTotal(
                        count: total.count, numerator: unit * total.numerator,
                        denominator: unit * total.denominator,
                        sumOfSquares: unit * unit * total.sumOfSquares),
                    covariate: [0.3, 0.9, 0.2, 0.5][index])
            }
        }
        for adjustment in CovariateAdjustment.allCases {
            func result(_ unit: Double) throws -> AdjustedDifference {
                try customerAdjustedDifference(
                    control: partners(control, unit), treatment: partners(treatment, unit),
                    adjustment: adjustment, minimumPartnersPerArm: 2, workingCovariance: .proportional)
            }
            let (one, other) = (try result(1), try result(unit))
            #expect(one.unavailable == other.unavailable)
            #expect(isClose(one.difference, other.difference, within: 1e-9))
            #expect(isClose(one.controlSlope, other.controlSlope, within: 1e-9))
            if let estimate = one.estimate {
                #expect(isClose(estimate.standardError, other.estimate?.standardError, within: 1e-9))
                #expect(isClose(estimate.degreesOfFreedom, other.estimate?.degreesOfFreedom, within: 1e-8))
            }
            #expect(one.estimand == .revenueWeighted)
        }
        let plain = try customerAdjustedDifference(
            control: partners(control, 1), treatment: partners(treatment, 1), adjustment: .none,
            workingCovariance: .proportional)
        #expect(plain.method == .cr2Proportional)
    }

    @Test func sumsOfMoneyBeyondTheRangeOfIntegersAreNoTrap() throws {
        let partners = control.map {
            CovariateTotal(
                total: ClusterTotal(
                    count: 2, numerator: 1e30 * $0.numerator, denominator: 1e30 * $0.denominator,
                    sumOfSquares: 1e60 * $0.sumOfSquares), covariate: 1)
        }
        let result = try customerAdjustedDifference(
            control: partners, treatment: partners, adjustment: .none, workingCovariance: .proportional)
        #expect(abs(result.difference) < 1e-12)
    }

    @Test func ratesOfMoneyAreLabelledByMoney() {
        #expect(
            RandomizationMetric(totals: control, statistic: .rateDifference).estimand == .revenueWeighted)
        #expect(
            RandomizationMetric(totals: eightPartners, statistic: .rateDifference).estimand
                == .customerAverage)
        #expect(RandomizationMetric(totals: control, statistic: .sum).estimand == .partnerAverage)
    }
}
