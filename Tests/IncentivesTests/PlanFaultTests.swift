import Incentives
import Model
import Testing

@Suite struct PlanFaultTests {
    @Test func aSoundPlanHasNone() throws {
        let plan = try incentives(
            commission: threeTiers(.cliff), renewalBonus: RenewalBonus(rate: percent(4), cap: 1))
        #expect(faults(in: plan).isEmpty)
    }

    @Test func everyFaultNamesItsOffender() throws {
        var scale = threeTiers(.marginal)
        scale.tiers[0].from = 100
        scale.tiers[2].from = 1_000_000
        scale.tiers[1].rate = percent(101)
        scale.tiers[2].rate = percent(-1)
        let found = faults(
            in: try incentives(
                "gold", commission: scale, renewalBonus: RenewalBonus(rate: percent(120), cap: 0)))
        let place = "incentive plan 'gold'"
        #expect(
            found == [
                "\(place), commission: tier 1 begins at 1.00 EUR; expected 0.00 EUR, so that every booking "
                    + "has a rate",
                "\(place), commission: tier 3 begins at 10,000.00 EUR; expected more than the 10,000.00 EUR "
                    + "at which tier 2 begins",
                "\(place), commission: tier 2 pays 101 %; expected 0 % to 100 %",
                "\(place), commission: tier 3 pays -1 %; expected 0 % to 100 %",
                "\(place), renewal bonus: the rate is 120 %; expected 0 % to 100 %",
                "\(place), renewal bonus: the cap is 0.00 EUR; expected a positive amount, or no cap at all",
            ])
    }

    @Test func aPlanMustPayForSomething() throws {
        #expect(faults(in: try incentives()).count == 1)
        var scale = threeTiers(.marginal)
        scale.tiers = []
        #expect(
            faults(in: try incentives(commission: scale)) == [
                "incentive plan 'standard', commission: there are no tiers; expected at least one, beginning "
                    + "at 0.00 EUR"
            ])
    }
}
