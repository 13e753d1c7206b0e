import Foundation
import Model
import Testing

@testable import Ingestion

@Suite struct MappingTests {
    private let row: [String: FieldValue] = [
        "Id": .text("c1"), "Partner__c": .text("p1"), "AccountId": .text("a1"),
        "CustomerSignedDate": .text("2026-01-10"), "StartDate": .text("2026-02-01"),
        "EndDate": .text("2027-01-31"), "AnnualAmount__c": .number("1.2E4"), "CurrencyIsoCode": .text("EUR"),
        "Discount__c": .number("12.5"),
    ]

    @Test func mapsAContract() throws {
        let body = try map(row)
        #expect(
            body
                == .contract(
                    ContractFact(
                        contract: "c1", partner: "p1", customer: "a1", renews: nil,
                        signedOn: try #require(Day(iso: "2026-01-10")),
                        startsOn: try #require(Day(iso: "2026-02-01")),
                        endsOn: try #require(Day(iso: "2027-01-31")), cancelledOn: nil,
                        annualAmount: Money(
                            minorUnits: 1_200_000, currency: try #require(Currency("EUR"))),
                        discount: Rate(partsPerMillion: 125_000))))
    }

    @Test(arguments: [
        ("AnnualAmount__c", FieldValue.number("1e999")), ("AnnualAmount__c", .text("NaN")),
        ("AnnualAmount__c", .number("-5")), ("AnnualAmount__c", .text("1,234.5")),
        ("AnnualAmount__c", .absent),
        ("AnnualAmount__c", .number("10.001")), ("AnnualAmount__c", .structure),
        ("CurrencyIsoCode", .text("euro")),
        ("CurrencyIsoCode", .absent), ("AnnualAmount__c", .number("90071992547409.93")),
        ("Discount__c", .number("101")), ("Discount__c", .number("-1")),
        ("Discount__c", .text("ten")), ("EndDate", .text("2027-02-30")), ("EndDate", .text("2026-01-31")),
        ("StartDate", .text("2026-02-01T00:00:00Z")), ("Partner__c", .absent), ("Partner__c", .text("")),
        ("AccountId", .text("a\u{0}b")), ("Id", .text(String(repeating: "x", count: 5000))),
    ])
    func refusesAFieldByName(_ field: String, _ value: FieldValue) throws {
        var row = row
        row[field] = value
        let error = #expect(throws: MappingFault.self) { try map(row) }
        #expect(error?.field == field)
    }

    @Test func amountsKeepTheirDigits() throws {
        for (text, expected) in [
            ("7199254740.93", Int64(719_925_474_093)), ("0.1", 10), ("1.10000", 110), ("7", 700),
            ("1.2345E2", 12_345), ("0", 0),
        ] {
            var row = row
            row["AnnualAmount__c"] = .number(text)
            let fact = try contract(row)
            #expect(fact.annualAmount.minorUnits == expected, "\(text)")
        }
    }

    @Test func amountsAMonthCountTwelveTimes() throws {
        var row = row
        row["AnnualAmount__c"] = .number("100.25")
        let fact = try contract(row, period: .month)
        #expect(fact.annualAmount.minorUnits == 120_300)
        row["AnnualAmount__c"] = .number("90000000000000000")
        #expect(throws: MappingFault.self) { try map(row, period: .month) }
    }

    @Test func discountsInEitherUnit() throws {
        for (unit, text, expected) in [
            (DiscountUnit.percent, "33.33333", Int64(333_333)), (.percent, "100", 1_000_000),
            (.percent, "0", 0),
            (.fraction, "0.125", 125_000), (.fraction, "1", 1_000_000),
        ] {
            var row = row
            row["Discount__c"] = .number(text)
            let fact = try contract(row, unit: unit)
            #expect(fact.discount.partsPerMillion == expected, "\(text)")
        }
    }

    @Test func writesOutExponents() {
        let expected = [
            "1.2E7": "12000000", "12.34e-2": "0.1234", "5E-3": "0.005", "0": "0", "-1.50": "-1.50",
            "007": "7", "1e0": "1", "0.0e5": "0", "1.25e1": "12.5", ".5": "0.5",
        ]
        for (text, plain) in expected { #expect(plainDecimal(text) == plain, "\(text)") }
        for text in ["", "-", ".", "5.", "1e", "1e+-2", "NaN", "1e999", "1e9999", "0x1F", "1 ", "+1", "١"] {
            #expect(plainDecimal(text) == nil, "\(text)")
        }
    }

    @Test func namesTheNearestFieldForASlip() {
        var mapping = StreamMapping.partnersByName.record
        mapping.fields = ["partner": "Id", "nmae": "Name"]
        #expect(
            mapping.faults == [
                "'nmae' is not a field of a partner (did you mean 'name'?)",
                "a partner needs the field 'name'",
            ])
        #expect(SourceMapping.salesforceDefault.streams.allSatisfy { $0.record.faults.isEmpty })
    }

    @Test func absentKeysTakeDefaults() throws {
        let text = #"{"stream":"s","object":"O","kind":"partner","fields":{"partner":"Id","name":"Name"}}"#
        let mapping = try JSONDecoder().decode(StreamMapping.self, from: Data(text.utf8))
        #expect(mapping.deletions && mapping.discountUnit == .percent && mapping.amountPeriod == .year)
        let again = try JSONDecoder().decode(
            SourceMapping.self, from: try JSONEncoder().encode(SourceMapping.salesforceDefault))
        #expect(again == .salesforceDefault)
    }

    private func contract(
        _ row: [String: FieldValue], unit: DiscountUnit = .percent, period: AmountPeriod = .year
    ) throws -> ContractFact {
        let body = try map(row, unit: unit, period: period)
        guard case .contract(let fact) = body else {
            throw MappingFault(field: "", reason: "\(body) is no contract")
        }
        return fact
    }

    private func map(
        _ row: [String: FieldValue], unit: DiscountUnit = .percent, period: AmountPeriod = .year
    ) throws -> FactBody {
        var mapping = SourceMapping.salesforceDefault.streams[1].record
        mapping.discountUnit = unit
        mapping.amountPeriod = period
        return try RowMapper(mapping: mapping).body(nativeID: "row 1") { row[$0] ?? .absent }
    }
}
