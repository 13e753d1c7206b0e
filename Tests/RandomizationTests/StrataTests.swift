import Model
import Randomization
import Testing

@Suite struct StrataTests {
    private func design(_ strata: String...) -> Design {
        Design(kind: .stratified, strata: strata, blockSize: 4, mechanism: nil)
    }

    @Test func fieldsStandInTheDesignsOrder() {
        let partner = RosterEntry(
            partner: "p", attributes: ["region": "emea", "tier": "gold"], activeContracts: 12)
        #expect(
            stratum(of: partner, design: design("tier", "size", "region"), sizeCuts: [3, 10])
                == "tier=gold,size=large,region=emea")
        #expect(stratum(of: partner, design: design(), sizeCuts: []) == "all")
    }

    @Test func missingAndBlankFieldsAreUnknown() {
        #expect(
            stratum(of: entry("p", region: nil), design: design("region"), sizeCuts: []) == "region=unknown")
        #expect(
            stratum(of: entry("p", region: ""), design: design("region"), sizeCuts: []) == "region=unknown")
        #expect(stratum(of: entry("p"), design: design("size"), sizeCuts: []) == "size=unknown")
    }

    @Test func partnersAtACutBelongBelowIt() {
        let classes = [3, 4, 10, 11].map {
            stratum(of: entry("p", contracts: $0), design: design("size"), sizeCuts: [3, 10])
        }
        #expect(classes == ["size=small", "size=medium", "size=medium", "size=large"])
    }

    @Test func separatorsInValuesNeverMakeTwoStrataOne() {
        let forged = entry("p", region: "emea,size=large")
        let honest = entry("q", region: "100%25")
        #expect(
            stratum(of: forged, design: design("region"), sizeCuts: []) == "region=emea%2Csize%3Dlarge")
        #expect(stratum(of: honest, design: design("region"), sizeCuts: []) == "region=100%2525")
    }

    @Test func cutsAreTerciles() {
        #expect(sizeCuts(of: (1...9).map { entry("p", contracts: $0) }) == [3, 6])
        #expect(sizeCuts(of: [8, 1, 5, 2].map { entry("p", contracts: $0) }) == [2, 5])  // ranks 2 and 3 of 4
        #expect(sizeCuts(of: [entry("p", contracts: 7)]) == [7, 7])
        #expect(sizeCuts(of: []) == [0, 0])
    }
}
