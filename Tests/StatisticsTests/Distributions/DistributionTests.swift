import Foundation
import Statistics
import Testing

@Suite struct DistributionTests {
    @Test func survivalQuantileUndoesSurvivalFarInTheTail() {
        for q in [1e-300, 1e-100, 1e-20, 1e-6, 0.025, 0.4] {
            #expect(isClose(Normal.survival(Normal.survivalQuantile(q)) / q, 1, within: 1e-9))
            let t = StudentT(degreesOfFreedom: 7.3)
            #expect(isClose(t.survival(t.survivalQuantile(q)) / q, 1, within: 1e-9))
            let chi = ChiSquared(degreesOfFreedom: 3)
            #expect(isClose(chi.survival(chi.survivalQuantile(q)) / q, 1, within: 1e-9))
        }
        #expect(StudentT(degreesOfFreedom: 0.5).survivalQuantile(1e-300) == .infinity)
        let nearlyCauchy = StudentT(degreesOfFreedom: 1.5)
        #expect(
            isClose(nearlyCauchy.survival(nearlyCauchy.survivalQuantile(1e-300)) / 1e-300, 1, within: 1e-9))
        let beta = Beta(alpha: 2, beta: 5)
        #expect(isClose(beta.survival(beta.survivalQuantile(1e-9)) / 1e-9, 1, within: 1e-9))
        let f = FDistribution(d1: 3, d2: 9)
        #expect(isClose(f.survival(f.survivalQuantile(1e-9)) / 1e-9, 1, within: 1e-9))
    }

    @Test func infiniteDegreesOfFreedomAreTheNormalDistribution() {
        #expect(isClose(StudentT(degreesOfFreedom: .infinity).survival(1.96), Normal.survival(1.96)))
    }

    @Test func binomialQuantileIsTheSmallestCountThatReachesTheProbability() {
        let binomial = Binomial(trials: 10, probability: 0.5)
        #expect(binomial.quantile(0.5) == 5)
        #expect(binomial.quantile(1.0 / 1024) == 0)
        #expect(binomial.quantile(1.5 / 1024) == 1)
        #expect(binomial.quantile(0) == 0)
        #expect(binomial.quantile(1) == 10)
    }

    @Test func discreteQuantilesInvertBothTails() {
        let poisson = Poisson(mean: 37.5)
        let binomial = Binomial(trials: 90, probability: 0.3)
        for k in 0..<90 {
            #expect(binomial.quantile(binomial.cdf(k)) <= k)
            #expect(binomial.survivalQuantile(binomial.survival(k)) <= k)
        }
        for k in 1..<45 {
            #expect(poisson.quantile((poisson.cdf(k - 1) + poisson.cdf(k)) / 2) == k)
        }
        for k in 30..<150 {
            #expect(poisson.survivalQuantile((poisson.survival(k - 1) + poisson.survival(k)) / 2) == k)
        }
        #expect(poisson.survivalQuantile(1e-300) > 300)
        #expect(binomial.survivalQuantile(0) == 90)
        #expect(Binomial(trials: 0, probability: 0.4).quantile(0.7) == 0)
    }

    @Test func massesAddUpToTheDistributionFunction() {
        let poisson = Poisson(mean: 4.2)
        let sum = (0...7).reduce(0) { $0 + poisson.mass($1) }
        #expect(isClose(sum, poisson.cdf(7)))
        #expect(isClose(poisson.cdf(7) + poisson.survival(7), 1))
        #expect(poisson.mass(-1) == 0)
    }

    @Test func densitiesAreSlopesOfDistributionFunctions() {
        func slope(_ distribution: some ContinuousDistribution, at x: Double) -> Double {
            (distribution.cdf(x + 1e-5) - distribution.cdf(x - 1e-5)) / 2e-5
        }
        func agrees(_ distribution: some ContinuousDistribution, at x: Double) -> Bool {
            abs(distribution.density(x) - slope(distribution, at: x)) < 1e-7
        }
        #expect(agrees(StudentT(degreesOfFreedom: 3.3), at: 0.8))
        #expect(agrees(ChiSquared(degreesOfFreedom: 5), at: 4.1))
        #expect(agrees(FDistribution(d1: 4, d2: 9), at: 1.3))
        #expect(agrees(Beta(alpha: 2.5, beta: 3), at: 0.4))
        #expect(agrees(NoncentralT(degreesOfFreedom: 7, noncentrality: 1.4), at: 2.2))
        #expect(isClose(Normal.density(0), 0.398_942_280_401_432_7))
    }

    @Test func oneDegreeOfFreedomIsAnArctangent() {
        let cauchy = StudentT(degreesOfFreedom: 1)
        #expect(isClose(cauchy.cdf(1e-8) - 0.5, 3.183_098_861_837_907e-9, within: 1e-16))
        #expect(isClose(cauchy.survival(1), 0.25))
        #expect(isClose(Beta(alpha: 0.5, beta: 0.5).survival(1e-16), 1 - 6.366_197_723_675_814e-9))
        #expect(isClose(FDistribution(d1: 1, d2: 1).survival(1), 0.5))
    }

    @Test func outsideTheSupportProbabilitiesAreCertain() {
        #expect(ChiSquared(degreesOfFreedom: 2).survival(-1) == 1)
        #expect(FDistribution(d1: 2, d2: 2).cdf(-1) == 0)
        #expect(Beta(alpha: 2, beta: 2).cdf(1.5) == 1)
        #expect(Binomial(trials: 3, probability: 0.2).mass(4) == 0)
        #expect(Binomial(trials: 3, probability: 0.2).survival(-1) == 1)
        #expect(ChiSquared(degreesOfFreedom: 2).cdf(.infinity) == 1)
        #expect(FDistribution(d1: 2, d2: 2).survival(.infinity) == 0)
        #expect(NoncentralT(degreesOfFreedom: 3, noncentrality: 1).cdf(-.infinity) == 0)
        #expect(ChiSquared(degreesOfFreedom: 2).logCDF(0) == -.infinity)
    }

    @Test func probabilitiesOutsideTheUnitIntervalStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = Normal.quantile(1.5) }
        await #expect(processExitsWith: .failure) { _ = Normal.cdf(.nan) }
        await #expect(processExitsWith: .failure) { _ = StudentT(degreesOfFreedom: 0) }
    }
}
