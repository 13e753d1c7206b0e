import Foundation
import Model
import Testing

@testable import Operations
@testable import Storage

@Suite struct TermsTests {
    @Test func termsAreTheUnionOverLayers() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        try await programme.operations.start(plan("second", layer: "deals", component: .commission))
        let renewals = try await programme.assignments().filter { $0.variant == "bonus" }.map(\.partner)
        let deals = try await programme.assignments(of: "second").filter { $0.variant == "bonus" }.map(
            \.partner)
        for number in 0..<24 {
            let partner = Programme.partner(number)
            let held = try await programme.operations.terms(of: partner)
            let expected: [PlanComponent] =
                (deals.contains(partner) ? [.commission] : [])
                + (renewals.contains(partner) ? [.renewalBonus] : [])
            #expect(held.terms.entries.map(\.component) == expected)
            #expect(held.terms.entries.allSatisfy { $0.until == start + 55 })
            #expect(held.lots.map(\.pilot) == ["second", "spiff"])
        }
        #expect(!Set(renewals).isDisjoint(with: deals), "somebody holds both")
    }

    @Test func ofTwoPilotsOneAfterTheOtherOnlyTheRunningOneGivesTerms() async throws {
        let programme = try await Programme()
        let first = try plan("first", component: .commission, weeks: 8, lookEveryWeeks: 8)
        try await programme.operations.start(first)
        programme.moveClock(to: start + 56)
        try await programme.ingest()
        _ = try await programme.recordDueLooks()
        for layer in ["renewals", "deals"] as [Layer.ID] {
            let second = try plan(
                Pilot.ID("second-\(layer)"), layer: layer,
                component: layer == "deals" ? .renewalBonus : .commission, starts: start + 56,
                grace: 0)
            try await programme.operations.start(second)
        }
        for number in 0..<24 {
            let held = try await programme.operations.terms(of: Programme.partner(number))
            #expect(held.terms.entries.allSatisfy { $0.pilot != "first" })
            #expect(Set(held.terms.entries.map(\.component)).count == held.terms.entries.count)
            #expect(held.lots.map(\.isOver) == [true, false, false])
        }
    }

    @Test func aPilotThatIsOverPromisesNothing() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan(weeks: 8, lookEveryWeeks: 8))
        let treated = try #require(try await programme.assignments().first { $0.variant == "bonus" })
        programme.moveClock(to: start + 55)
        let last = try await programme.operations.terms(of: treated.partner)
        #expect(last.terms.entries.map(\.until) == [start + 55])
        programme.moveClock(to: start + 56)
        #expect(try await programme.operations.terms(of: treated.partner).terms.entries.isEmpty)
    }

    @Test func anUnknownPartnerIsNotFound() async throws {
        let programme = try await Programme()
        let message = await refusal(of: .notFound) { try await programme.operations.terms(of: "P00") }
        #expect(message.contains("'P00'") && message.contains("upper and lower case"))
    }

    @Test func anUnknownPilotIsNotFoundAndTheStartedOnesAreNamed() async throws {
        let programme = try await Programme()
        let none = await refusal(of: .notFound) { try await programme.operations.pilot("spif") }
        #expect(none.contains("'spif'") && none.contains("fairway start"))
        try await programme.operations.start(plan())
        let named = await refusal(of: .notFound) { try await programme.operations.previewLook(of: "spif") }
        #expect(named.contains("started pilots: 'spiff'"))
    }
}

@Suite struct ClockTests {
    @Test func aPracticeClockNeverGoesBack() async throws {
        let programme = try await Programme(isPractice: true)
        let operations = programme.operations
        try await operations.advanceClock(to: noon(start + 7), by: Actor("tester"))
        #expect(try await operations.now() == noon(start + 7))
        let back = await refusal(of: .invalid) {
            try await operations.advanceClock(to: noon(start + 6), by: Actor("tester"))
        }
        #expect(back.contains("never goes back"))
        #expect(try await operations.now() == noon(start + 7))
    }

    @Test func realBusinessHasNoClockToSet() async throws {
        let programme = try await Programme()
        let path = programme.store.path
        await #expect(throws: StoreError.notPractice(path: path)) {
            try await programme.operations.advanceClock(to: noon(start + 7), by: Actor("tester"))
        }
        #expect(try await programme.operations.now() == noon(start))
    }
}

@Suite struct ExportTests {
    @Test func factsAreExportedAsTheyWereStored() async throws {
        let programme = try await Programme(partners: 1)
        try await programme.ingest([
            MappedRecord(nativeID: "p00/7", nativeVersion: "2", body: .deleted(.contract))
        ])
        let table = try await programme.operations.exportFacts()
        #expect(
            table.columns == [
                "sequence", "source", "stream", "native_id", "native_version", "learned_at", "kind",
                "deleted",
                "partner", "name", "attributes", "contract", "customer", "renews", "signed_on", "starts_on",
                "ends_on", "cancelled_on", "annual_amount", "currency", "discount_ppm", "outcome", "baseline",
                "observed_on", "milestone", "reached_on", "measure", "value_millionths", "payment",
                "component",
                "rule", "occasion", "entry", "rate_ppm", "paid_on", "amount", "state", "decided_on",
                "effective_on", "requested_on", "term_months", "reason", "opportunity", "stage", "opened_on",
                "closed_on", "probability_ppm", "made_on", "role",
            ])
        #expect(table.rows.count == 10)
        #expect(table.rows.allSatisfy { $0.count == table.columns.count })
        let lines = table.csv().components(separatedBy: "\r\n")
        let laterColumns = String(repeating: ",", count: 25)
        #expect(
            lines[1]
                == #"1,crm,all,p00,1,2026-01-05T12:00:00Z,partner,false,p00,Name of p00,"{""region"":""emea""}",,,,,,,,,,,,,"#
                + laterColumns)
        #expect(
            lines[2]
                == "2,crm,all,p00/0,1,2026-01-05T12:00:00Z,contract,false,p00,,,p00/0,customer of p00/0,,"
                + "2025-01-07,2025-01-07,2026-01-06,,100000,EUR,0,,,\(laterColumns)")
        #expect(
            lines[10]
                == "10,crm,all,p00/7,2,2026-01-05T12:00:00Z,contract,true,,,,,,,,,,,,,,,,\(laterColumns)")
    }

    @Test func whatIsReportedOfContractsIsExported() async throws {
        let programme = try await Programme(partners: 0)
        let euros = Money(minorUnits: 90_000, currency: try #require(Currency("EUR")))
        let bodies: [FactBody] = [
            .renewal(
                RenewalFact(
                    contract: "c1", outcome: .won, decidedOn: start, annualAmount: euros, termMonths: 24)),
            .churn(ChurnFact(contract: "c1", churn: .voluntary, effectiveOn: start + 1, requestedOn: start)),
            .discount(DiscountFact(contract: "c1", discount: percent(7), from: start, until: nil)),
            .opportunity(
                OpportunityFact(
                    opportunity: "o1", partner: "p1", customer: "k1", stage: "Proposal", outcome: .open,
                    amount: euros, openedOn: start, closedOn: nil)),
            .forecast(ForecastFact(contract: "c1", probability: percent(60), amount: nil, madeOn: start)),
            .attribution(
                AttributionFact(contract: "c1", partner: "p1", role: "Reseller", from: nil, until: start)),
        ]
        try await programme.ingest(
            bodies.enumerated().map { MappedRecord(nativeID: "\($0)", nativeVersion: "", body: $1) })
        let table = try await programme.operations.exportFacts()
        let told = table.rows.map { row in
            zip(table.columns, row).dropFirst(8).filter { $0.1 != .missing }.map { "\($0.0) \($0.1)" }
        }
        let first = "\(start)"
        #expect(
            told.map { Set($0) } == [
                [
                    "contract text(\"c1\")", "state text(\"won\")", "decided_on text(\"\(first)\")",
                    "annual_amount integer(90000)", "currency text(\"EUR\")", "term_months integer(24)",
                ],
                [
                    "contract text(\"c1\")", "state text(\"voluntary\")",
                    "effective_on text(\"2026-01-06\")", "requested_on text(\"\(first)\")",
                ],
                [
                    "contract text(\"c1\")", "discount_ppm integer(70000)", "starts_on text(\"\(first)\")",
                ],
                [
                    "opportunity text(\"o1\")", "partner text(\"p1\")", "customer text(\"k1\")",
                    "stage text(\"Proposal\")", "state text(\"open\")", "amount integer(90000)",
                    "currency text(\"EUR\")", "opened_on text(\"\(first)\")",
                ],
                [
                    "contract text(\"c1\")", "probability_ppm integer(600000)", "made_on text(\"\(first)\")",
                ],
                [
                    "contract text(\"c1\")", "partner text(\"p1\")", "role text(\"Reseller\")",
                    "ends_on text(\"\(first)\")",
                ],
            ])
    }

    @Test func whatIncentivesRestOnIsExported() async throws {
        let programme = try await Programme(partners: 0)
        let euro = try #require(Currency("EUR"))
        let bodies: [FactBody] = [
            .milestone(MilestoneFact(contract: "c1", milestone: "go-live", reachedOn: start)),
            .reading(ReadingFact(customer: "k1", measure: "health", value: 625_000, observedOn: start)),
            .payment(
                PaymentFact(
                    payment: "t1", partner: "p1", contract: "c1", component: .rebate, rule: .clawback,
                    occasion: "2026-Q1", entry: "0f1e", rate: percent(5), paidOn: start,
                    amount: Money(minorUnits: -50, currency: euro))),
        ]
        try await programme.ingest(
            bodies.enumerated().map { MappedRecord(nativeID: "\($0)", nativeVersion: "1", body: $1) })
        let table = try await programme.operations.exportFacts()
        let told = table.rows.map { row in
            Dictionary(zip(table.columns, row).dropFirst(7), uniquingKeysWith: { first, _ in first })
                .filter { $0.value != .missing && $0.key != "deleted" }
        }
        #expect(
            told == [
                ["contract": .text("c1"), "milestone": .text("go-live"), "reached_on": .text("2026-01-05")],
                [
                    "customer": .text("k1"), "measure": .text("health"),
                    "value_millionths": .integer(625_000),
                    "observed_on": .text("2026-01-05"),
                ],
                [
                    "payment": .text("t1"), "partner": .text("p1"), "contract": .text("c1"),
                    "component": .text("rebate"), "rule": .text("clawback"), "occasion": .text("2026-Q1"),
                    "entry": .text("0f1e"), "rate_ppm": .integer(50_000), "paid_on": .text("2026-01-05"),
                    "amount": .integer(-50), "currency": .text("EUR"),
                ],
            ])
    }

    @Test func assignmentsAreExportedOneALine() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        let table = try await programme.operations.exportAssignments(of: "spiff")
        #expect(
            table.columns == ["pilot", "partner", "variant", "stratum", "block", "position", "assigned_on"])
        let assignments = try await programme.assignments()
        #expect(table.rows.count == 24)
        let first = try #require(assignments.first)
        #expect(
            table.csv().components(separatedBy: "\r\n")[1]
                == "spiff,\(first.partner),\(first.variant),all,0,0,2026-01-05")
    }

    @Test func outcomesAreTheRowsOfTheRecordedLook() async throws {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        #expect(try await programme.operations.exportOutcomes(of: nil, allLooks: true).rows.isEmpty)
        try await programme.addRenewals({ _ in 3 }, of: "spiff")
        programme.moveClock(to: start + 91)
        try await programme.ingest()
        let look = try #require(try await programme.recordDueLooks().first)
        let table = try await programme.operations.exportOutcomes(of: "spiff", allLooks: false)
        #expect(
            table.columns == [
                "pilot", "look", "partner", "variant", "stratum", "customer", "contract", "metric", "entry",
                "time",
                "event", "due", "matured", "numerator", "denominator", "currency",
            ])
        let renewed = table.rows.count { $0[13] == .integer(1) && $0[12] == .boolean(true) }
        #expect(renewed == look.arms.map(\.renewed).reduce(0, +) && renewed == 24 * 3)
        #expect(table.rows.count == look.arms.map(\.due).reduce(0, +))
    }

    @Test func textIsQuotedAndNothingElseIsAltered() {
        let table = ExportTable(
            columns: ["a", "b"],
            rows: [
                [.text("=1+1"), .text("two, \"2\"")], [.text("line\nbreak"), .missing],
                [.real(0.1), .boolean(true)],
            ])
        #expect(table.csv() == "a,b\r\n=1+1,\"two, \"\"2\"\"\"\r\n\"line\nbreak\",\r\n0.1,true\r\n")
        #expect(
            table.jsonLines()
                == #"{"a":"=1+1","b":"two, \"2\""}"# + "\n" + #"{"a":"line\u000abreak","b":null}"# + "\n"
                + #"{"a":0.1,"b":true}"# + "\n")
    }
}
