import Statistics
import Testing

@Suite struct RosterDiagnosticsTests {
    @Test func unevennessByHand() throws {
        // Sizes 1, 1, 2, 4: mean 2, variance 1.5, Kish 64/22.
        let roster = try RosterDiagnostics(sizes: [1, 0, 1, 2, 4])
        #expect(roster.partners == 4)
        #expect(roster.customers == 8)
        #expect(isClose(roster.sizeVariation, (1.5).squareRoot() / 2))
        #expect(isClose(roster.effectivePartners, 64.0 / 22))
        #expect(roster.largestShare == 0.5)
        #expect(roster.largestPartner == 4)
        #expect(roster.warnings == [.dominantPartner(index: 4, share: 0.5)])
    }

    @Test func equalPartnersAreAsManyAsTheyAre() throws {
        let roster = try RosterDiagnostics(sizes: [7, 7, 7])
        #expect(isClose(roster.effectivePartners, 3))
        #expect(roster.sizeVariation == 0)
        #expect(isClose(effectiveClusterCount(control: [5, 5, 5], treatment: [5, 5, 5]), 6))
    }

    @Test func effectiveClustersByHand() {
        // γ = n²/N²: 1/16, 9/16 in control, 1/4 twice under treatment; mean 9/32, Γ = Σ(γ/γ̄ − 1)²/4.
        let ratios = [1.0 / 16, 9.0 / 16, 0.25, 0.25].map { $0 / (9.0 / 32) - 1 }
        let variation = ratios.reduce(0) { $0 + $1 * $1 } / 4
        #expect(
            isClose(effectiveClusterCount(control: [1, 3], treatment: [6, 6]), 4 / (1 + variation)))
        #expect(effectiveClusterCount(control: [], treatment: [6, 6]) == nil)
    }

    @Test func oneTreatedPartnerLeavesFewEffectiveOnes() throws {
        let count = try #require(
            effectiveClusterCount(control: [Int](repeating: 30, count: 40), treatment: [30]))
        #expect(count < 2)
    }

    @Test func refusesARosterWithoutCustomers() {
        #expect(throws: EstimationError.self) { try RosterDiagnostics(sizes: [0, 0]) }
        #expect(throws: EstimationError.self) { try RosterDiagnostics(sizes: [3, -1]) }
        #expect(throws: EstimationError.self) { try RosterDiagnostics(sizes: []) }
    }

    @Test func planningCorrelationOfEqualPartnersIsTheExactInterval() throws {
        // R 4.2.2: anova(lm(y ~ partner)) has F = 8.5 on 4 and 15; (F/qf(p, 4, 15) − 1)/(F/qf + 3).
        let outcomes: [[Double]] = [
            [1, 2, 3, 4], [2, 3, 5, 6], [5, 6, 7, 8], [1, 1, 2, 2], [4, 5, 5, 8],
        ]
        let totals = outcomes.map { values in
            ClusterTotal(
                count: 4, numerator: values.reduce(0, +), denominator: 4,
                sumOfSquares: values.reduce(0) { $0 + $1 * $1 })
        }
        let correlation = try planningCorrelation(arms: [totals])
        #expect(isClose(correlation.value, 15.0 / 23))
        #expect(isClose(correlation.lower, 0.235_814_418_401_151, within: 1e-10))
        #expect(isClose(correlation.upper, 0.947_767_450_232_942, within: 1e-10))
        #expect(isClose(correlation.adjustedSize, 4))
        #expect(correlation.partners == 5)
    }

    @Test func planningCorrelationIsTheOneOfTheEstimator() throws {
        let table = try CustomerTable(named: "data/p30.csv")
        let arms = table.split(table.renewals())
        let planned = try planningCorrelation(arms: [arms.control, arms.treatment])
        let estimated = try rateDifference(control: arms.control, treatment: arms.treatment)
        #expect(isClose(planned.value, estimated.intraclassCorrelation))
        #expect(planned.lower < planned.value && planned.value < planned.upper)
        #expect(throws: EstimationError.noVariation) {
            try planningCorrelation(arms: [[ClusterTotal(successes: 1, size: 1)]])
        }
    }
}
