import Testing

@testable import Ingestion

/// What may be told of a fault anywhere: never the value.
@Suite struct MappingFaultTests {
    private func summary(_ reason: String) -> String { MappingFault(field: "F", reason: reason).summary }

    @Test func valuesAreLeftOut() {
        for (reason, told) in [
            ("is empty; a value is needed", "is empty; a value is needed"),
            ("'Ms Example' is not a number from 0 to 1", "… is not a number from 0 to 1"),
            (
                "'x' does not stand in the mapping's 'map' ('a', 'b'); add it, or '*' for every other value",
                "… does not stand in the mapping's 'map' (…, …); add it, or '*' for every other value"
            ),
            (
                "2026-01-31 lies before the start of the term, 2026-02-01",
                "… lies before the start of the term, …"
            ), ("'cut off", "…"), ("", ""),
        ] { #expect(summary(reason) == "field 'F': \(told)") }
    }

    @Test func aValueWithApostrophesIsLeftOutWhole() {
        for value in ["O'Brien' is' Ms' Example", "'", "''", "' x '", "a'"] {
            let told = summary("'\(excerpt(Array(value.utf8)[...]))' is not a date")
            #expect(told == "field 'F': … is not a date", "\(value)")
        }
    }

    @Test func whatIsQuotedOfAValueHoldsNoApostrophe() {
        #expect(excerpt(Array("O'Brien".utf8)[...]) == "O`Brien")
    }
}
