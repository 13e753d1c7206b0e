import Model
import Testing

@testable import Ingestion

@Suite struct SOQLTests {
    private let upper = Instant(milliseconds: 1_772_366_340_999)

    @Test func asksForWhatFollowsTheLastRow() throws {
        let position = SalesforceCursor.Position(
            stamp: Instant(milliseconds: 1_772_359_200_000), id: "00'1\\")
        let soql = try SOQL(.partnersByName).query(lower: upper, position: position, upper: upper)
        #expect(
            soql == "SELECT Id, IsDeleted, Name, SystemModstamp FROM Account WHERE (Type = 'Partner') AND "
                + #"((SystemModstamp = 2026-03-01T10:00:00Z AND Id > '00\'1\\') "#
                + "OR SystemModstamp > 2026-03-01T10:00:00Z) AND SystemModstamp <= 2026-03-01T11:59:00Z "
                + "ORDER BY SystemModstamp, Id")
    }

    @Test(arguments: [
        "", "1Id", "_x", "Id, Name", "Id FROM Account--", "Náme", "Na'me", "a b", "x;", "x)", "x\n",
    ])
    func refusesNamesThatAreNotNames(_ name: String) {
        var mapping = StreamMapping.partnersByName
        mapping.fields["name"] = name
        #expect(throws: MappingFault.self) { try SOQL(mapping) }
        mapping = .partnersByName
        mapping.object = name
        #expect(throws: MappingFault.self) { try SOQL(mapping) }
    }

    @Test(arguments: [
        "Name = 'x", "a = 1) OR (b = 2", "(a = 1", "a = 1; b", "a = 'x\\' OR b = 1", "a = 1)", "a\n= 1",
    ])
    func refusesFiltersThatLeaveTheirParentheses(_ filter: String) {
        var mapping = StreamMapping.partnersByName
        mapping.filter = filter
        #expect(throws: MappingFault.self) { try SOQL(mapping) }
    }

    @Test(arguments: ["Name = 'a;b)('", "(a = 1 OR b = 2) AND c IN ('x','y')", "Name = 'O\\'Neil'"])
    func acceptsOrdinaryFilters(_ filter: String) throws {
        var mapping = StreamMapping.partnersByName
        mapping.filter = filter
        let query = try SOQL(mapping).query(lower: nil, position: nil, upper: upper)
        #expect(query.contains("WHERE (\(filter)) AND "))
    }

    @Test func encodesEverythingThatIsNotUnreserved() {
        #expect(percentEncoded("a-Z_0.~ +&='é") == "a-Z_0.~%20%2B%26%3D%27%C3%A9")
    }
}
