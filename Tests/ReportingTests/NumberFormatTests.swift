import Model
import Statistics
import Testing

@testable import Reporting

@Suite struct NumberFormatTests {
    @Test func roundsHalfAwayFromZeroAndGroupsThousands() {
        #expect(NumberFormat.fixed(1234.25, decimals: 1) == "1,234.3")
        #expect(NumberFormat.fixed(-1_234_567.5, decimals: 0) == "−1,234,568")
        #expect(NumberFormat.fixed(0.05, decimals: 2) == "0.05")
        #expect(NumberFormat.count(999) == "999")
        #expect(NumberFormat.count(1000) == "1,000")
    }

    @Test func neverPrintsANegativeZero() {
        #expect(NumberFormat.fixed(-0.04, decimals: 1) == "0.0")
        #expect(NumberFormat.signedPoints(-0.0004) == "0.0")
        #expect(NumberFormat.signedPoints(0.0004) == "0.0")
    }

    @Test func writesEffectsInPointsWithTheirSign() {
        #expect(NumberFormat.signedPoints(0.063) == "+6.3")
        #expect(NumberFormat.signedPoints(-0.0205) == "−2.1")
        #expect(Quantity.effect(0.063, orElse: "none").text == "+6.3 points")
    }

    @Test func writesProbabilitiesWithoutClaimingCertainty() {
        #expect(NumberFormat.pValue(0.0123) == "p = 0.012")
        #expect(NumberFormat.pValue(0.00099) == "p < 0.001")
        #expect(NumberFormat.pValue(1) == "p > 0.999")
        #expect(NumberFormat.smallProbability(0.05) == "0.050")
        #expect(NumberFormat.smallProbability(0.000312) == "0.00031")
    }

    @Test func writesMoneyInItsOwnMinorUnits() throws {
        let yen = try #require(Currency("JPY"))
        let dinar = try #require(Currency("KWD"))
        #expect(NumberFormat.money(Int64(-1_234_567), PilotFixture.euro) == "−12,345.67 EUR")
        #expect(NumberFormat.money(Int64(5), PilotFixture.euro) == "0.05 EUR")
        #expect(NumberFormat.money(Int64(1_234_567), yen) == "1,234,567 JPY")
        #expect(NumberFormat.money(Int64(1_234_567), dinar) == "1,234.567 KWD")
        #expect(NumberFormat.signedMoney(0.4, PilotFixture.euro) == "0.00 EUR")
    }

    @Test func writesConfidenceLevelsWithoutIdleZeros() {
        #expect(NumberFormat.level(0.95) == "95%")
        #expect(NumberFormat.level(0.975) == "97.5%")
    }

    @Test(arguments: [nil, Double.nan, .infinity])
    func saysTheReasonInPlaceOfANumber(value: Double?) {
        let quantity = Quantity.percent(value, orElse: "no data")
        #expect(quantity.value == nil)
        #expect(quantity.text == "no data")
    }

    @Test func missingIntervalsCarryTheirReason() {
        let unbounded = Interval(lower: -.infinity, upper: 1, confidenceLevel: 0.95, validity: .repeated)
        #expect(IntervalText.points(unbounded, orElse: "none").text == "none")
        #expect(
            IntervalText.points(LookFixture.interval(0.063, 0.042, .repeated), orElse: "").text
                == "2.1 to 10.5")
    }
}
