import Model
import Testing

@testable import Ingestion

/// One number is one value, however an interface writes it.
@Suite struct NumberSpellingTests {
    @Test(arguments: [
        ("1200", "1200"), ("1200.0", "1200"), ("1.2e3", "1200"), ("0.50", "0.5"), (".5", "0.5"),
        ("100", "100"),
        ("-0.0", "0"), ("0e5", "0"), ("-2.500", "-2.5"), ("120e-1", "12"), ("0.000", "0"),
    ])
    func oneSpelling(_ written: String, _ canonical: String) {
        #expect(DecimalNumber(ArraySlice(written.utf8))?.canonical == canonical)
    }

    /// REST writes 1200.0, bulk results 1200: the fact is the same, and so is what a map or a condition makes of it.
    @Test func bothInterfacesOfSalesforceGiveOneFact() throws {
        var mapping = StreamMapping(
            stream: "p", object: "Account", kind: .partner, fields: ["partner": FieldRule("Id")])
        mapping.attributes = [
            "seats": FieldRule("Seats__c"),
            "tier": FieldRule(paths: ["Tier__c"], map: ["1": "gold", "2.0": "silver"]),
        ]
        let mapper = StreamMapper(mapping: mapping, sourceTimeZone: nil)
        func facts(_ seats: FieldValue, _ tier: FieldValue) throws -> FactBody {
            var batch = RecordBatch(fields: ["Id", "Seats__c", "Tier__c"])
            batch.append([.text("a"), seats, tier])
            let page = SourcePage(
                records: batch, rows: [RowIdentity(id: "a", version: "")], next: nil)
            return try #require(mapper.map(page: page).records.first).body
        }
        let rest = try facts(.number("1200.0"), .number("1.0"))
        #expect(try facts(.number("1200"), .number("1")) == rest)
        guard case .partner(let fact) = rest else { throw NoPartner() }
        #expect(fact.attributes == ["seats": "1200", "tier": "gold"])
        guard case .partner(let other) = try facts(.text("1200.0"), .number("2")) else { throw NoPartner() }
        // A text is a text.
        #expect(other.attributes == ["seats": "1200.0", "tier": "silver"])
    }

    private struct NoPartner: Error {}
}
