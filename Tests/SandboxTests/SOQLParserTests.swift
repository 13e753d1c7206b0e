import Model
import Testing

@testable import Sandbox

@Suite struct SOQLParserTests {
    @Test func readsAnIncrementalQuery() throws {
        let query = try SOQLParser.parse(
            "SELECT Id, SystemModstamp FROM Contract WHERE (SystemModstamp = 2026-01-05T10:00:00Z AND "
                + "Id > '800Fw0000000001AAA') OR SystemModstamp > 2026-01-05T10:00:00.000+0000 "
                + "ORDER BY SystemModstamp ASC, Id NULLS LAST LIMIT 200")
        let stamp = SOQLQuery.Literal.token(.dateTime(Instant(milliseconds: 1_767_607_200_000)))
        #expect(query.selection == .fields(["Id", "SystemModstamp"]))
        #expect(
            query.condition
                == .any([
                    .all([
                        .comparison(field: "SystemModstamp", .equal, stamp),
                        .comparison(field: "Id", .greater, .token(.string("800Fw0000000001AAA"))),
                    ]),
                    .comparison(field: "SystemModstamp", .greater, stamp),
                ]))
        #expect(query.ordering.map(\.field) == ["SystemModstamp", "Id"])
        #expect(query.ordering.map(\.nullsLast) == [nil, true])
        #expect(query.limit == 200)
    }

    @Test func readsCountListsNullsAndEscapes() throws {
        let query = try SOQLParser.parse(
            "select count() from Account where Name = 'O\\'Neill \\\\ Co' and not Tier__c in ('Gold', null) "
                + "and Type != null and IsDeleted = false")
        #expect(query.selection == .count)
        #expect(
            query.condition
                == .all([
                    .comparison(field: "Name", .equal, .token(.string("O'Neill \\ Co"))),
                    .not(.membership(field: "Tier__c", [.token(.string("Gold")), .null], isNegated: false)),
                    .comparison(field: "Type", .notEqual, .null),
                    .comparison(field: "IsDeleted", .equal, .boolean(false)),
                ]))
    }

    @Test(arguments: [
        "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
        "SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b' AND Name = 'c'",
        "SELECT FROM Account",
        "SELECT Id, FROM Account",
        "SELECT Id Account",
        "SELECT Id FROM Account WHERE",
        "SELECT Id FROM Account WHERE Name = 'a",
        "SELECT Id FROM Account WHERE Name = 'a\\q'",
        "SELECT Id FROM Account WHERE Name ! 'a'",
        "SELECT Id FROM Account WHERE Name IN ()",
        "SELECT Id FROM Account WHERE CreatedDate = 2026-13-01T00:00:00Z",
        "SELECT Id FROM Account LIMIT -1",
        "SELECT Id FROM Account OFFSET 10",
        "SELECT Id FROM Account; DELETE",
        "",
    ])
    func refuses(_ text: String) {
        let error = #expect(throws: SalesforceError.self) { try SOQLParser.parse(text) }
        #expect(error?.errorCode == "MALFORMED_QUERY")
    }

    @Test func mixesAndWithOrInParentheses() throws {
        let query = try SOQLParser.parse(
            "SELECT Id FROM Account WHERE Name = 'a' AND (Name = 'b' OR Name = 'c')")
        guard case .all(let terms) = query.condition else {
            Issue.record("expected AND at the top")
            return
        }
        #expect(terms.count == 2)
    }
}

@Suite struct QueryPlanTests {
    let vendor = SimulatedVendor(configuration: PracticeFixture.configuration(), seed: 1)

    private func code(_ text: String) -> String? {
        do {
            _ = try PracticeFixture.result(of: vendor, text)
            return nil
        } catch {
            return (error as? SalesforceError)?.errorCode
        }
    }

    @Test func refusesQuotedDateTimesAndUnknownFields() {
        #expect(
            code("SELECT Id FROM Contract WHERE SystemModstamp > '2026-01-01T00:00:00Z'") == "INVALID_FIELD")
        #expect(code("SELECT Id FROM Contract WHERE EndDate > 2026-01-01T00:00:00Z") == "INVALID_FIELD")
        #expect(code("SELECT Id, Nope__c FROM Contract") == "INVALID_FIELD")
        #expect(code("SELECT Id FROM Contract ORDER BY Nope__c") == "INVALID_FIELD")
        #expect(code("SELECT Id FROM Contract WHERE Id > 'abc'") == "INVALID_QUERY_FILTER_OPERATOR")
        #expect(code("SELECT Id FROM Contract WHERE EndDate LIKE '2026%'") == "MALFORMED_QUERY")
        #expect(code("SELECT Id, id FROM Contract") == "MALFORMED_QUERY")
    }

    @Test func countsAddUpOverAConditionAndItsNegation() throws {
        let all = try PracticeFixture.result(of: vendor, "SELECT COUNT() FROM Contract").count
        #expect(all > 150)
        for condition in [
            "EndDate >= 2026-06-01", "AnnualAmount__c > 9000.50", "Discount__c <= 10", "Renews__c = null",
            "Status IN ('activated', 'Expired')", "CurrencyIsoCode LIKE 'e_%'", "StartDate < 2026-01-01",
        ] {
            let matching = try PracticeFixture.result(
                of: vendor, "SELECT COUNT() FROM Contract WHERE \(condition)"
            ).count
            let others = try PracticeFixture.result(
                of: vendor, "SELECT COUNT() FROM Contract WHERE NOT \(condition)"
            ).count
            #expect(matching + others == all, "\(condition)")
            #expect(matching > 0, "\(condition)")
        }
    }

    @Test func ordersByAnyFieldAndPlacesNulls() throws {
        let rows = try QueryPlan(
            SOQLParser.parse("SELECT Id FROM Contract ORDER BY Renews__c DESC NULLS LAST, AnnualAmount__c"),
            schema: ContractRow.schema
        ).select(from: vendor.contractTable)
        let renews = rows.map { $0.value(3) }
        let firstNull = try #require(renews.firstIndex(of: .null))
        #expect(firstNull > 0)
        #expect(renews[firstNull...].allSatisfy { $0 == .null })
        #expect(
            zip(renews[..<firstNull], renews[1..<firstNull]).allSatisfy { ($0.order(against: $1) ?? -1) >= 0 }
        )
        let amounts = rows[firstNull...].map { $0.value(9) }
        #expect(zip(amounts, amounts.dropFirst()).allSatisfy { ($0.order(against: $1) ?? 1) <= 0 })
    }

    @Test(arguments: [
        ("abc", "a%", true), ("abc", "%c", true), ("abc", "a_c", true), ("abc", "ABC", true),
        ("abc", "%b%", true), ("abc", "b%", false), ("abc", "a_", false), ("", "%", true), ("", "_", false),
        ("aXbXc", "a%X_", true), ("aXbXcd", "a%X_", false),
    ])
    func matchesLike(text: String, pattern: String, isMatch: Bool) {
        #expect(LikePattern(pattern).matches(text) == isMatch)
    }
}

@Suite struct RecordIDTests {
    @Test func readsBackWhatItWrites() throws {
        for key: UInt64 in [0, 1, 62, 1 << 40, (1 << 59) - 1] as [UInt64] {
            let id = RecordID(.contract, key: key)
            #expect(id.description.utf8.count == 18)
            #expect(RecordID(id.description) == id)
            #expect(RecordID(String(id.description.prefix(15))) == id)
        }
    }

    /// The checksum of Salesforce's documentation: each of three letters spells which of five characters
    /// are capitals, the first character being the lowest bit.
    @Test func spellsCapitalsInTheLastThreeCharacters() throws {
        let id = RecordID(.account, key: 1).description
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")
        let characters = Array(id)
        for group in 0..<3 {
            let five = characters[(group * 5)..<(group * 5 + 5)]
            let bits = five.reversed().reduce(0) { $0 * 2 + ($1.isUppercase ? 1 : 0) }
            #expect(characters[15 + group] == alphabet[bits])
        }
        #expect(RecordID(id.prefix(17) + (id.last == "A" ? "B" : "A")) == nil)
    }

    @Test func sortsAsItsText() {
        let ids = (0..<500).map { RecordID(.contract, key: UInt64($0) &* 977) }
        #expect(
            ids.sorted().map(\.description)
                == ids.map(\.description).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(Set(ids).count == 500)
    }

    @Test func refusesOtherTexts() {
        #expect(RecordID("") == nil)
        #expect(RecordID("006Fw0000000001") == nil)
        #expect(RecordID("800Fwzzzzzzzzzz") == nil)
        #expect(RecordID("800Fw00000000-1") == nil)
    }
}
