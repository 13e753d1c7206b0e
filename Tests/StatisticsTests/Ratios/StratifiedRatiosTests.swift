import Statistics
import Testing

@Suite struct StratifiedRatiosTests {
    private let control = StratifiedTotals(
        totals: [(4, 10), (2, 10), (9, 10), (17, 20), (8, 10)]
            .map { .init(successes: $0.0, size: $0.1) },
        stratum: [1, 1, 2, 2, 2])
    private let treatment = StratifiedTotals(
        totals: [(5, 10), (3, 10), (10, 20), (9, 10), (7, 10)]
            .map { .init(successes: $0.0, size: $0.1) },
        stratum: [1, 1, 1, 2, 2])

    @Test func agreesWithAnExampleWorkedByHand() throws {
        let result = try compareStratifiedRatios(control: control, treatment: treatment)
        // Five partners a stratum. Control weighs 5/2 and 5/3: (15 + 170/3)/(50 + 200/3) = 215/350.
        #expect(isClose(result.control.value, 215.0 / 350))
        // Treatment weighs 5/3 and 5/2: (30 + 40)/(200/3 + 50) = 210/350.
        #expect(isClose(result.treatment.value, 210.0 / 350))
        // w(y − 0.6x)·3 of treatment: −5, −15, −10 around −10, and 22.5, 7.5 around 15, over 3Σwx = 350:
        // V = (3/2·(25 + 25 + 0) + 2·(56.25 + 56.25))/350².
        let variance = (75.0 + 225) / (350 * 350)
        #expect(isClose(result.treatment.uncertainty?.squaredStandardError, variance))
        #expect(result.treatment.uncertainty?.degreesOfFreedom == 3)
        #expect(result.method == .stratifiedHajek && result.estimand == .customerAverage)
    }

    @Test func isTheRegressionOnTheArmWithTheSameWeights() throws {
        let result = try compareStratifiedRatios(control: control, treatment: treatment)
        // The normal equations of weighted least squares of y on (1, arm), one row a customer.
        var (normal, right) = ([[0.0, 0], [0, 0]], [0.0, 0])
        let shares: [Int: (control: Double, treatment: Double)] = [
            1: (5.0 / 2, 5.0 / 3), 2: (5.0 / 3, 5.0 / 2),
        ]
        for (arm, side) in [(0.0, control), (1.0, treatment)] {
            for (total, stratum) in zip(side.totals, side.stratum) {
                let share = try #require(shares[stratum])
                let weight = arm == 0 ? share.control : share.treatment
                let row = [1, arm]
                for i in 0..<2 {
                    right[i] += weight * row[i] * total.numerator
                    for j in 0..<2 { normal[i][j] += weight * row[i] * row[j] * total.denominator }
                }
            }
        }
        let determinant = normal[0][0] * normal[1][1] - normal[0][1] * normal[1][0]
        #expect(
            isClose(result.difference, (normal[0][0] * right[1] - normal[1][0] * right[0]) / determinant))
    }

    /// The influence of each partner on its arm's ratio by a numerical derivative with respect to its weight, and
    /// from those the variance of a stratified sample of partners.
    @Test func theVarianceIsThatOfTheRatiosDerivatives() throws {
        let result = try compareStratifiedRatios(control: control, treatment: treatment)
        for (arm, side, other) in [
            (result.control, control, treatment), (result.treatment, treatment, control),
        ] {
            func weight(_ stratum: Int) -> Double {
                let own = Double(side.stratum.count { $0 == stratum })
                return (own + Double(other.stratum.count { $0 == stratum })) / own
            }
            func ratio(_ extra: Int?, _ step: Double) -> Double {
                var (y, x) = (0.0, 0.0)
                for (index, total) in side.totals.enumerated() {
                    let w = weight(side.stratum[index]) * (index == extra ? 1 + step : 1)
                    y += w * total.numerator
                    x += w * total.denominator
                }
                return y / x
            }
            let step = 1e-4
            let influence = side.totals.indices.map { (ratio($0, step) - ratio($0, -step)) / (2 * step) }
            var variance = 0.0
            for stratum in Set(side.stratum) {
                let own = influence.indices.filter { side.stratum[$0] == stratum }.map { influence[$0] }
                let (m, mean) = (Double(own.count), own.reduce(0, +) / Double(own.count))
                variance += m / (m - 1) * own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            }
            #expect(isClose(arm.uncertainty?.squaredStandardError, variance, within: 1e-7))
        }
    }

    @Test func oneStratumIsTheDeltaMethod() throws {
        let stratified = try compareStratifiedRatios(
            control: StratifiedTotals(totals: control.totals, stratum: [3, 3, 3, 3, 3]),
            treatment: StratifiedTotals(totals: treatment.totals, stratum: [3, 3, 3, 3, 3]))
        let plain = try compareRatios(
            control: control.totals, treatment: treatment.totals, variance: .firstOrder)
        #expect(isClose(try stratified.estimate().value, try plain.estimate().value))
        #expect(isClose(try stratified.estimate().standardError, try plain.estimate().standardError))
        #expect(isClose(try stratified.estimate().degreesOfFreedom, try plain.estimate().degreesOfFreedom))
    }
}
