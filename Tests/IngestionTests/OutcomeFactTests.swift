import Model
import Testing

@testable import Ingestion

/// The kinds of facts that only CRMs and billing systems tell.
@Suite struct OutcomeFactTests {
    private let eur = Currency("EUR")

    @Test func aRenewalThatWasWon() throws {
        let body = try map(
            .renewal,
            [
                "contract": "c1", "outcome": "won", "decidedOn": "2026-05-04", "annualAmount": "1200.5",
                "currency": "EUR", "discount": "12.5", "termMonths": "24", "reason": "price",
            ])
        #expect(
            body
                == .renewal(
                    RenewalFact(
                        contract: "c1", outcome: .won, decidedOn: try day("2026-05-04"),
                        annualAmount: Money(minorUnits: 120_050, currency: try #require(eur)),
                        discount: Rate(partsPerMillion: 125_000), termMonths: 24, reason: "price")))
    }

    @Test func theDateOfAnOpenRenewalIsNoDecision() throws {
        let body = try map(.renewal, ["contract": "c1", "outcome": "open", "decidedOn": "2026-05-04"])
        #expect(body == .renewal(RenewalFact(contract: "c1", outcome: .open, decidedOn: nil)))
    }

    @Test func aChurn() throws {
        let body = try map(
            .churn,
            [
                "contract": "c1", "churn": "involuntary", "effectiveOn": "2026-05-31",
                "requestedOn": "2026-05-04",
            ])
        #expect(
            body
                == .churn(
                    ChurnFact(
                        contract: "c1", churn: .involuntary, effectiveOn: try day("2026-05-31"),
                        requestedOn: try day("2026-05-04"))))
    }

    @Test func aDiscount() throws {
        let body = try map(
            .discount, ["contract": "c1", "discount": "7", "from": "2026-05-01", "until": "2026-05-01"])
        #expect(
            body
                == .discount(
                    DiscountFact(
                        contract: "c1", discount: Rate(partsPerMillion: 70_000),
                        from: try day("2026-05-01"), until: try day("2026-05-01"))))
    }

    @Test func anOpportunity() throws {
        let body = try map(
            .opportunity,
            [
                "opportunity": "o1", "partner": "p1", "customer": "k1", "stage": "Closed Won",
                "outcome": "won", "amount": "99.99", "currency": "EUR", "openedOn": "2026-01-02",
                "closedOn": "2026-02-03",
            ])
        #expect(
            body
                == .opportunity(
                    OpportunityFact(
                        opportunity: "o1", partner: "p1", customer: "k1", stage: "Closed Won", outcome: .won,
                        amount: Money(minorUnits: 9999, currency: try #require(eur)),
                        openedOn: try day("2026-01-02"), closedOn: try day("2026-02-03"))))
    }

    @Test func aForecast() throws {
        let body = try map(.forecast, ["contract": "c1", "probability": "80", "madeOn": "2026-01-02"])
        #expect(
            body
                == .forecast(
                    ForecastFact(
                        contract: "c1", probability: Rate(partsPerMillion: 800_000), amount: nil,
                        madeOn: try day("2026-01-02"))))
    }

    @Test func anAttribution() throws {
        let body = try map(
            .attribution, ["contract": "c1", "partner": "p1", "role": "Reseller", "from": "2026-01-02"])
        #expect(
            body
                == .attribution(
                    AttributionFact(
                        contract: "c1", partner: "p1", role: "Reseller", from: try day("2026-01-02"),
                        until: nil)))
    }

    @Test(arguments: [
        (FactKind.renewal, ["contract": "c", "outcome": "wno"], "outcome", "did you mean 'won'?"),
        (.renewal, ["contract": "c"], "outcome", "is empty; expected one of open, won, lost"),
        (.renewal, ["contract": "c", "outcome": "won", "annualAmount": "1"], "currency", "such as EUR"),
        (.renewal, ["contract": "c", "outcome": "won", "termMonths": "0"], "termMonths", "from 1 to 1200"),
        (.renewal, ["contract": "c", "outcome": "won", "termMonths": "1.5"], "termMonths", "whole number"),
        (
            .churn,
            [
                "contract": "c", "churn": "voluntary", "effectiveOn": "2026-01-01",
                "reason": String(repeating: "Ms Example said ", count: 8),
            ], "reason", "is 128 bytes long; expected a code of at most 100"
        ),
        (
            .discount, ["contract": "c", "discount": "5", "from": "2026-05-02", "until": "2026-05-01"],
            "until",
            "2026-05-01 lies before the first day, 2026-05-02"
        ),
        (.discount, ["contract": "c", "from": "2026-05-02"], "discount", "is empty"),
        (
            .forecast, ["contract": "c", "probability": "101", "madeOn": "2026-01-01"], "probability",
            "0 to 100"
        ),
        (
            .attribution, ["contract": "c", "partner": "p", "from": "2026-05-02", "until": "2026-05-01"],
            "until", "before the first day"
        ),
    ])
    func whatDoesNotFitIsRefusedByName(
        _ kind: FactKind, _ row: [String: String], _ field: String, _ reason: String
    ) {
        let error = #expect(throws: MappingFault.self) { try map(kind, row) }
        #expect(error?.field == field)
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func everyTargetOfEveryKindCanBeRead() {
        let known = Set(Target.allCases.map(\.name))
        for kind in FactKind.allCases {
            for target in kind.targets { #expect(known.contains(target.name), "\(kind).\(target.name)") }
        }
        #expect(known == Set(FactKind.allCases.flatMap(\.targets).map(\.name)))
    }

    private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso)) }

    private func map(_ kind: FactKind, _ row: [String: String]) throws -> FactBody {
        let mapping = StreamMapping(
            stream: "s", object: "O", kind: kind,
            fields: Dictionary(uniqueKeysWithValues: kind.targets.map { ($0.name, FieldRule($0.name)) }))
        let fields = row.keys.sorted()
        var batch = RecordBatch(fields: fields)
        batch.append(fields.map { FieldValue.text(row[$0] ?? "") })
        return try StreamMapper(mapping: mapping).bound(to: fields).map(batch, row: 0, nativeID: "n").body
    }
}
