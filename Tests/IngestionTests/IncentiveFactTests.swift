import Model
import Testing

@testable import Ingestion

@Suite struct IncentiveFactTests {
    @Test func importsMilestonesByWhatTheyAreAbout() throws {
        let page = try load(
            "contract,milestone,reachedOn\nc1,go-live,2027-01-31\na/b,x~y,2027-02-01\n", .milestone)
        #expect(
            page.records.map(\.body) == [
                .milestone(
                    MilestoneFact(contract: "c1", milestone: "go-live", reachedOn: try day("2027-01-31"))),
                .milestone(
                    MilestoneFact(contract: "a/b", milestone: "x~y", reachedOn: try day("2027-02-01"))),
            ])
        #expect(page.records.map(\.nativeID) == ["go-live/c1", "x~0y/a~1b"])
    }

    @Test(arguments: [
        ("60", Int64(60_000_000)), ("0.625", 625_000), ("-1.5", -1_500_000), ("0.0000010", 1),
        ("6E1", 60_000_000),
        ("-0.25", -250_000), ("1000000000", 1_000_000_000_000_000),
    ])
    func aReadingIsExact(_ text: String, _ millionths: Int64) throws {
        let page = try load("customer,measure,value,observedOn\nk1,health,\(text),2027-01-31\n", .reading)
        #expect(
            page.records.map(\.body) == [
                .reading(
                    ReadingFact(
                        customer: "k1", measure: "health", value: millionths,
                        observedOn: try day("2027-01-31")))
            ])
        #expect(page.records.map(\.nativeID) == ["health/2027-01-31/k1"])
    }

    @Test func importsPaymentsWithWhatIsToldOfThem() throws {
        let page = try load(
            """
            payment,partner,contract,component,rule,occasion,entry,rate,paidOn,amount,currency
            t1,p1,c1,renewalBonus,healthWeight,renewal,0f1e,4.5,2027-04-15,-12.34,EUR
            t2,p1,,commission,,,,,2027-04-15,1000,JPY

            """, .payment)
        #expect(page.quarantined.isEmpty)
        #expect(page.records.map(\.nativeID) == ["t1", "t2"])
        let paidOn = try day("2027-04-15")
        #expect(
            page.records.map(\.body) == [
                .payment(
                    PaymentFact(
                        payment: "t1", partner: "p1", contract: "c1", component: .renewalBonus,
                        rule: .healthWeight, occasion: "renewal", entry: "0f1e",
                        rate: Rate(partsPerMillion: 45_000), paidOn: paidOn,
                        amount: Money(minorUnits: -1234, currency: try #require(Currency("EUR"))))),
                .payment(
                    PaymentFact(
                        payment: "t2", partner: "p1", contract: nil, component: .commission, rule: nil,
                        occasion: nil, entry: nil, rate: nil, paidOn: paidOn,
                        amount: Money(minorUnits: 1000, currency: try #require(Currency("JPY"))))),
            ])
    }

    @Test(arguments: [
        (FactKind.milestone, "contract,milestone,reachedOn\nc1,go-live,\n", "field 'reachedOn': is empty"),
        (.milestone, "contract,milestone,reachedOn\nc1,,2027-01-01\n", "field 'milestone': is empty"),
        (.reading, "customer,measure,value,observedOn\nk,health,high,2027-01-01\n", "'high' is not a number"),
        (
            .reading, "customer,measure,value,observedOn\nk,health,0.1234567,2027-01-01\n",
            "more than six digits"
        ),
        (.reading, "customer,measure,value,observedOn\nk,health,1000000001,2027-01-01\n", "too large"),
        (.reading, "customer,measure,value,observedOn\nk,health,1e30,2027-01-01\n", "too large"),
        (
            .payment, "payment,partner,component,paidOn,amount,currency\nt,p,comission,2027-01-01,1,EUR\n",
            "'comission' is unknown (did you mean 'commission'?)"
        ),
        (
            .payment,
            "payment,partner,component,rule,paidOn,amount,currency\nt,p,rebate,bonus,2027-01-01,1,EUR\n",
            "field 'rule': 'bonus' is unknown"
        ),
        (
            .payment, "payment,partner,component,paidOn,amount,currency\nt,p,rebate,2027-01-01,1.005,EUR\n",
            "'1.005' is not an amount of EUR"
        ),
        (
            .payment,
            "payment,partner,component,rate,paidOn,amount,currency\nt,p,rebate,101,2027-01-01,1,EUR\n",
            "is not a rate from 0 to 100 per cent"
        ),
    ])
    func aRowThatDoesNotFitIsSetAside(_ kind: FactKind, _ text: String, _ reason: String) throws {
        let page = try load(text, kind)
        #expect(page.records.isEmpty && page.quarantined.map(\.place) == ["line 2"])
        #expect(page.quarantined.first?.reason.contains(reason) == true, "\(page.quarantined)")
    }

    @Test func aDayGivenForTheWholeFileFillsWhatRowsDoNotSay() throws {
        let text =
            "payment,partner,component,paidOn,amount,currency,note\nt1,p,rebate,,1,EUR,x\nt2,p,rebate,2027-01-02,1,EUR,x\n"
        let mapping = CSVMapping(kind: .payment, constants: ["paidOn": "2027-01-31"])
        let page = try importCSV(Array(text.utf8), stream: "s", mapping: mapping, source: "file")
        let days = page.records.compactMap {
            if case .payment(let fact) = $0.body { fact.paidOn } else { nil }
        }
        #expect(days == [try day("2027-01-31"), try day("2027-01-02")])
    }

    @Test(arguments: [
        ("c1,2026-02-01,", "field 'renews': 'c1' renews itself"),
        (
            "c0,2026-02-01,2026-01-31",
            "field 'cancelledOn': 2026-01-31 lies before the day it was signed, 2026-02-01"
        ),
        ("c0,2026-02-01,2026-02-01", nil), (",2026-02-01,", nil),
    ])
    func aContractThatCannotBeIsSetAside(_ values: String, _ reason: String?) throws {
        let page = try load(
            "contract,partner,customer,startsOn,endsOn,annualAmount,currency,renews,signedOn,cancelledOn\n"
                + "c1,p,k,2026-03-01,2027-02-28,100,EUR,\(values)\n", .contract)
        #expect(page.records.count == (reason == nil ? 1 : 0))
        #expect(page.quarantined.first?.reason.hasPrefix(reason ?? "") ?? true, "\(page.quarantined)")
    }

    @Test func attributesOfContractsAreTheColumnsCalledSo() throws {
        let header = "contract,partner,customer,signedOn,startsOn,endsOn,annualAmount,currency"
        let values = "p,k,2026-01-01,2026-01-01,2026-12-31,100,EUR"
        let without = try load("\(header),note\nc1,\(values),x\n", .contract)
        #expect(try contracts(without).map(\.attributes) == [nil], "an old file's facts stay what they are")
        let with = try load(
            "\(header),attribute.region,attribute.buyerRole,note\nc1,\(values),EMEA,cfo,x\nc2,\(values),,cio,y\n",
            .contract)
        #expect(
            try contracts(with).map(\.attributes) == [
                ["region": "EMEA", "buyerRole": "cfo"], ["buyerRole": "cio"],
            ])
    }

    @Test func otherKindsHaveNoAttributes() {
        var mapping = CSVMapping(kind: .reading)
        mapping.attributes = ["region": "region"]
        #expect(throws: SourceError.self) {
            try importCSV(
                Array("customer,measure,value,observedOn,region\n".utf8), stream: "s", mapping: mapping,
                source: "file")
        }
    }

    private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

    private func contracts(_ page: OutcomePage) throws -> [ContractFact] {
        #expect(page.quarantined.isEmpty)
        return page.records.compactMap { if case .contract(let fact) = $0.body { fact } else { nil } }
    }

    private func load(_ text: String, _ kind: FactKind) throws -> OutcomePage {
        try importCSV(Array(text.utf8), stream: "s", mapping: CSVMapping(kind: kind), source: "file")
    }
}
