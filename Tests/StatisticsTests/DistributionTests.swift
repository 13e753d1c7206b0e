import Foundation
import Statistics
import Testing

@Suite struct DistributionTests {
    /// One row of a distribution table, evaluated; nil for functions the library does not offer.
    private func evaluate(_ function: String, x: Double, p1: Double, p2: Double) -> Double? {
        switch function {
        case "norm_cdf": Normal.cdf(x)
        case "norm_sf": Normal.survival(x)
        case "norm_quantile": Normal.quantile(x)
        case "t_cdf": StudentT(degreesOfFreedom: p1).cdf(x)
        case "t_sf": StudentT(degreesOfFreedom: p1).survival(x)
        case "t_quantile": StudentT(degreesOfFreedom: p1).quantile(x)
        case "chi2_cdf": ChiSquared(degreesOfFreedom: p1).cdf(x)
        case "chi2_sf": ChiSquared(degreesOfFreedom: p1).survival(x)
        case "chi2_quantile": ChiSquared(degreesOfFreedom: p1).quantile(x)
        case "f_cdf": FDistribution(d1: p1, d2: p2).cdf(x)
        case "f_sf": FDistribution(d1: p1, d2: p2).survival(x)
        case "f_quantile": FDistribution(d1: p1, d2: p2).quantile(x)
        case "beta_cdf": Beta(alpha: p1, beta: p2).cdf(x)
        case "beta_sf": Beta(alpha: p1, beta: p2).survival(x)
        case "beta_quantile": Beta(alpha: p1, beta: p2).quantile(x)
        case "binom_pmf": Binomial(trials: Int(p1), probability: p2).mass(Int(x))
        case "binom_cdf": Binomial(trials: Int(p1), probability: p2).cdf(Int(x))
        case "binom_sf": Binomial(trials: Int(p1), probability: p2).survival(Int(x))
        default: nil
        }
    }

    @Test(arguments: [("norm", 47), ("t", 234), ("chi2", 194), ("f", 133), ("beta", 119), ("binom", 90)])
    func matchesFortyDigitArithmetic(_ distribution: String, rowCount: Int) throws {
        let golden = try Golden("dist_\(distribution)")
        var compared = 0
        for row in try golden.rows() {
            let function = try #require(row["fn"])
            let x = try #require(row["x"].flatMap(Double.init))
            let expected = try #require(row["expected"].flatMap(Double.init))
            guard
                let value = evaluate(
                    function, x: x, p1: row["p1"].flatMap(Double.init) ?? .nan,
                    p2: row["p2"].flatMap(Double.init) ?? .nan)
            else { continue }
            compared += 1
            // The reference's own 40 digits ran out in one far lower tail and it prints a bare 0 there.
            if distribution == "f", expected == 0, x > 0 {
                #expect(value < 1e-40, "\(row): \(value)")
                continue
            }
            #expect(golden.agrees(value, with: expected), "\(row): \(value)")
        }
        #expect(compared == rowCount)
    }

    @Test func survivalQuantileUndoesSurvivalFarInTheTail() {
        for q in [1e-300, 1e-100, 1e-20, 1e-6, 0.025, 0.4] {
            #expect(isClose(Normal.survival(Normal.survivalQuantile(q)) / q, 1, within: 1e-9))
            let t = StudentT(degreesOfFreedom: 7.3)
            #expect(isClose(t.survival(t.survivalQuantile(q)) / q, 1, within: 1e-9))
            let chi = ChiSquared(degreesOfFreedom: 3)
            #expect(isClose(chi.survival(chi.survivalQuantile(q)) / q, 1, within: 1e-9))
        }
        #expect(StudentT(degreesOfFreedom: 0.5).survivalQuantile(1e-300) == .infinity)
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

    @Test func outsideTheSupportProbabilitiesAreCertain() {
        #expect(ChiSquared(degreesOfFreedom: 2).survival(-1) == 1)
        #expect(FDistribution(d1: 2, d2: 2).cdf(-1) == 0)
        #expect(Beta(alpha: 2, beta: 2).cdf(1.5) == 1)
        #expect(Binomial(trials: 3, probability: 0.2).mass(4) == 0)
        #expect(Binomial(trials: 3, probability: 0.2).survival(-1) == 1)
    }

    @Test func probabilitiesOutsideTheUnitIntervalStopTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = Normal.quantile(1.5) }
        await #expect(processExitsWith: .failure) { _ = Normal.cdf(.nan) }
        await #expect(processExitsWith: .failure) { _ = StudentT(degreesOfFreedom: 0) }
    }
}
