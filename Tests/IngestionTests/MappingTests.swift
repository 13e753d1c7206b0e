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
        #expect(
            try map(row).body
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
        ("AnnualAmount__c", .text("1,234.5")), ("AnnualAmount__c", .number("10.001")),
        ("AnnualAmount__c", .structure("{}")), ("CurrencyIsoCode", .text("euro")),
        ("AnnualAmount__c", .number("90071992547409.93")), ("Discount__c", .number("101")),
        ("Discount__c", .number("100.00001")), ("Discount__c", .number("-1")), ("Discount__c", .text("ten")),
        ("EndDate", .text("2027-02-30")), ("EndDate", .text("2026-01-31")), ("EndDate", .structure("{}")),
        ("StartDate", .text("2026-02-01T00:00:00Z")), ("StartDate", .text("0001-01-01")),
        ("Partner__c", .absent), ("Partner__c", .text("")), ("AnnualAmount__c", .absent),
        ("CurrencyIsoCode", .absent), ("AnnualAmount__c", .number("-5")),
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
            ("1.2345E2", 12_345), ("0", 0), ("12e-1", 120),
        ] {
            var row = row
            row["AnnualAmount__c"] = .number(text)
            #expect(try contract(row).annualAmount.minorUnits == expected, "\(text)")
        }
    }

    @Test(arguments: [
        ("EUR", "123456", Int64(123_456)), ("jpy", "5000", 5000), ("KWD", "12340", 12_340),
        ("EUR", "1e2", 100),
    ])
    func minorUnitsAreTakenAsTheyAre(_ currency: String, _ text: String, _ expected: Int64) throws {
        var row = row
        row["AnnualAmount__c"] = .number(text)
        row["CurrencyIsoCode"] = .text(currency)
        let fact = try contract(row) { $0.amountUnit = .minor }
        #expect(fact.annualAmount.minorUnits == expected)
        #expect(fact.annualAmount.currency.code == currency.uppercased())
    }

    @Test func majorUnitsHaveTheCurrencysDigits() throws {
        for (currency, text, expected) in [
            ("JPY", "5000", Int64(5000)), ("KWD", "12.345", 12_345), ("EUR", "12.3", 1230),
        ] {
            var row = row
            row["AnnualAmount__c"] = .number(text)
            row["CurrencyIsoCode"] = .text(currency)
            #expect(try contract(row).annualAmount.minorUnits == expected)
        }
        for (currency, text, unit) in [("JPY", "5000.5", AmountUnit.major), ("EUR", "12.5", .minor)] {
            var row = row
            row["AnnualAmount__c"] = .number(text)
            row["CurrencyIsoCode"] = .text(currency)
            #expect(throws: MappingFault.self) { try contract(row) { $0.amountUnit = unit } }
        }
    }

    @Test func amountsAMonthCountTwelveTimes() throws {
        var row = row
        row["AnnualAmount__c"] = .number("100.25")
        #expect(try contract(row) { $0.amountPeriod = .month }.annualAmount.minorUnits == 120_300)
        row["AnnualAmount__c"] = .number("90000000000000000")
        #expect(throws: MappingFault.self) { try map(row) { $0.amountPeriod = .month } }
    }

    @Test func discountsInEitherUnit() throws {
        for (unit, text, expected) in [
            (DiscountUnit.percent, "33.33333", Int64(333_333)), (.percent, "100", 1_000_000),
            (.percent, "0", 0), (.percent, "0.00005", 0), (.percent, "0.00015", 2), (.percent, "-0", 0),
            (.fraction, "0.125", 125_000), (.fraction, "1", 1_000_000),
        ] {
            var row = row
            row["Discount__c"] = .number(text)
            #expect(
                try contract(row) { $0.discountUnit = unit }.discount.partsPerMillion == expected, "\(text)")
        }
    }

    @Test func readsNumbersAsTheyAreWritten() {
        typealias Scaled = DecimalNumber.Scaled
        let expected: [String: Scaled] = [
            "1.2E7": .exact(1_200_000_000), "12.34e-2": .between(12, roundsUp: false), "0": .exact(0),
            "-1.50": .exact(-150), "007": .exact(700), "1e0": .exact(100), "0.0e5": .exact(0),
            ".5": .exact(50),
            "1.25e1": .exact(1250), "0.005": .between(0, roundsUp: false),
            "0.015": .between(1, roundsUp: true),
            "-0.005": .between(-1, roundsUp: true), "-0.015": .between(-2, roundsUp: false),
            "1e-900": .between(0, roundsUp: false), "1e999": .tooLarge, "92233720368547758.07": .exact(.max),
            "92233720368547758.08": .tooLarge,
        ]
        for (text, scaled) in expected {
            #expect(DecimalNumber(ArraySlice(text.utf8))?.scaled(by: 2) == scaled, "\(text)")
        }
        for text in [
            "", "-", ".", "5.", "1e", "1e+-2", "NaN", "1e9999", "0x1F", "1 ", " 1", "+1", "١", "1,5",
            String(repeating: "9", count: 40),
        ] {
            #expect(DecimalNumber(ArraySlice(text.utf8)) == nil, "\(text)")
        }
    }

    @Test func writesOutExponents() {
        let expected = [
            "1.2E7": "12000000", "12.34e-2": "0.1234", "5E-3": "0.005", "0": "0", "-1.50": "-1.50",
            "007": "7", "1e0": "1", "0.0e5": "0", "1.25e1": "12.5", ".5": "0.5", "0.00": "0.00",
            "1e39": "1" + String(repeating: "0", count: 39),
        ]
        for (text, plain) in expected { #expect(plainDecimal(text) == plain, "\(text)") }
        for text in ["", "5.", "1e999", "1e-41", "1e40", "NaN"] {
            #expect(plainDecimal(text) == nil, "\(text)")
        }
    }

    @Test func aMappingNamesWhatItLacks() {
        var mapping = Self.partners
        mapping.fields = ["partnr": FieldRule("Id"), "name": FieldRule("Name")]
        #expect(
            mapping.faults == [
                "'partnr' is not a field of a partner (did you mean 'partner'?)",
                "a partner needs the field 'partner'",
            ])
        #expect(Self.partners.faults.isEmpty && Self.contracts.faults.isEmpty)
        var contracts = Self.contracts
        contracts.fields["currency"] = nil
        #expect(contracts.faults == ["amounts need a field 'currency' or a default currency"])
    }

    @Test func messagesRepeatLittleOfAValue() throws {
        var row = row
        row["StartDate"] = .text("tel. +49 170 1234567, call after lunch, ask for Ms Example")
        let error = #expect(throws: MappingFault.self) { try map(row) }
        #expect(error?.reason.contains("'tel. +49 170 1234567, call after lunch,…'") == true)
    }

    // MARK: Rules

    @Test func theFirstFieldThatIsNotEmptyCounts() throws {
        let rule = FieldRule(paths: ["Missing", "Empty", "Second", "Third"])
        #expect(
            try partner(rule, ["Empty": .text(""), "Second": .text("b"), "Third": .text("c")]) == "b")
        let error = #expect(throws: MappingFault.self) { try partner(rule, ["Empty": .absent]) }
        #expect(error?.field == "Missing' or 'Empty' or 'Second' or 'Third")
    }

    @Test func aMapGivesOurWords() throws {
        var rule = FieldRule(paths: ["T"], map: ["1": "one", "true": "yes", "x": ""])
        #expect(try partner(rule, ["T": .number("1")]) == "one")
        #expect(try partner(rule, ["T": .bool(true)]) == "yes")
        let error = #expect(throws: MappingFault.self) { try partner(rule, ["T": .text("2")]) }
        #expect(
            error?.reason.contains("'2' does not stand in the mapping's 'map' ('1', 'true', 'x')") == true)
        #expect(throws: MappingFault.self) { try partner(rule, ["T": .text("x")]) }
        rule.map["*"] = "other"
        #expect(try partner(rule, ["T": .text("2")]) == "other")
        #expect(throws: MappingFault.self) { try partner(rule, ["T": .absent]) }
    }

    @Test func aConditionEmptiesAField() throws {
        let rule = FieldRule(
            paths: ["T"], when: FieldCondition(field: "IsClosed", values: ["true"]))
        #expect(try partner(rule, ["T": .text("a"), "IsClosed": .bool(true)]) == "a")
        for closed in [FieldValue.bool(false), .absent, .text("TRUE")] {
            #expect(throws: MappingFault.self) {
                try partner(rule, ["T": .text("a"), "IsClosed": closed])
            }
        }
        #expect(throws: MappingFault.self) { try partner(rule, ["T": .text("a")]) }
    }

    @Test func casesAreTriedInOrder() throws {
        let rule = FieldRule(
            paths: [],
            cases: [
                FieldCase(FieldCondition(field: "IsWon", values: ["true"]), gives: "won"),
                FieldCase(FieldCondition(field: "Stage", values: ["5", "6"]), gives: "lost"),
            ], otherwise: "open")
        #expect(try partner(rule, ["IsWon": .bool(true), "Stage": .number("5")]) == "won")
        #expect(try partner(rule, ["IsWon": .bool(false), "Stage": .number("6")]) == "lost")
        #expect(try partner(rule, ["IsWon": .absent]) == "open")
    }

    @Test func aConstantFillsWhatTheRowLeavesEmpty() throws {
        var row = row
        row["Discount__c"] = .absent
        #expect(try contract(row) { $0.constants = ["discount": "5"] }.discount.partsPerMillion == 50_000)
    }

    // MARK: Pages

    @Test func pagesGiveFactsTombstonesAndWhatWasSetAside() throws {
        var batch = RecordBatch(fields: ["Secret", "Id", "Name", "Region"])
        batch.append([.text("s"), .text("p1"), .text("Acme"), .text("EMEA")])
        batch.append([.text("s"), .absent, .text("Lost"), .absent])
        batch.append([.absent, .text("p3"), .absent, .absent])
        batch.append([.absent, .text("p4"), .absent, .absent])
        let page = SourcePage(
            records: batch,
            rows: [
                RowIdentity(id: "n1", version: "1"), RowIdentity(id: "n2", version: "2"),
                RowIdentity(id: "n3", version: "3", state: .deleted),
                RowIdentity(id: "n4", version: "4", state: .merged(into: "n1")),
            ], next: nil)
        let (records, quarantined) = StreamMapper(mapping: Self.partners).map(page: page)
        #expect(
            records == [
                MappedRecord(
                    nativeID: "n1", nativeVersion: "1",
                    body: .partner(PartnerFact(partner: "p1", attributes: ["region": "EMEA"])),
                    name: SubjectName(kind: .partner, id: "p1", name: "Acme")),
                MappedRecord(nativeID: "n3", nativeVersion: "3", body: .deleted(.partner)),
                MappedRecord(nativeID: "n4", nativeVersion: "4", body: .deleted(.partner)),
            ])
        #expect(
            quarantined == [
                QuarantinedRow(
                    place: "n2", reason: "field 'Id': is empty; a value is needed",
                    payload: #"{"Id":null,"Name":"Lost","Region":null}"#,
                    summary: "field 'Id' does not fit the mapping")
            ])
    }

    @Test func namesOfCustomersAreKeptOnlyWhereTheMappingSaysSo() throws {
        var row = row
        row["Account.Name"] = .text("Ms Example")
        func result(keeps: Bool) throws -> SubjectName? {
            try map(row) {
                $0.fields["customerName"] = FieldRule("Account.Name")
                $0.keepsCustomerNames = keeps
            }.name
        }
        #expect(try result(keeps: true) == SubjectName(kind: .customer, id: "a1", name: "Ms Example"))
        #expect(try result(keeps: false) == nil)
        var mapping = Self.contracts
        mapping.fields["customerName"] = FieldRule("Account.Name")
        row["Id"] = .absent
        let page = SourcePage(
            records: batch(row), rows: [RowIdentity(id: "n", version: "")], next: nil)
        let payload = StreamMapper(mapping: mapping).map(page: page).quarantined.first?.payload
        #expect(payload?.contains("Ms Example") == false && payload?.contains("2027-01-31") == true)
    }

    // MARK: Tools

    static let partners = StreamMapping(
        stream: "partners", object: "Account", kind: .partner,
        fields: ["partner": FieldRule("Id"), "name": FieldRule("Name")],
        attributes: ["region": FieldRule("Region")])

    static let contracts = StreamMapping(
        stream: "contracts", object: "Contract", kind: .contract,
        fields: [
            "contract": FieldRule("Id"), "partner": FieldRule("Partner__c"),
            "customer": FieldRule("AccountId"), "signedOn": FieldRule("CustomerSignedDate"),
            "startsOn": FieldRule("StartDate"), "endsOn": FieldRule("EndDate"),
            "annualAmount": FieldRule("AnnualAmount__c"), "currency": FieldRule("CurrencyIsoCode"),
            "discount": FieldRule("Discount__c"),
        ])

    private func batch(_ row: [String: FieldValue]) -> RecordBatch {
        let fields = row.keys.sorted()
        var batch = RecordBatch(fields: fields)
        batch.append(fields.map { row[$0] ?? .absent })
        return batch
    }

    private func partner(_ rule: FieldRule, _ row: [String: FieldValue]) throws -> String? {
        var mapping = Self.partners
        mapping.fields = ["partner": rule]
        mapping.attributes = [:]
        let batch = batch(row)
        let body = try StreamMapper(mapping: mapping).bound(to: batch.fields)
            .map(batch, row: 0, nativeID: "n").body
        guard case .partner(let fact) = body else { return nil }
        return fact.partner.rawValue
    }

    private func contract(
        _ row: [String: FieldValue], _ change: (inout StreamMapping) -> Void = { _ in }
    ) throws -> ContractFact {
        let body = try map(row, change).body
        guard case .contract(let fact) = body else {
            throw MappingFault(field: "", reason: "\(body) is no contract")
        }
        return fact
    }

    @discardableResult
    private func map(
        _ row: [String: FieldValue], _ change: (inout StreamMapping) -> Void = { _ in }
    ) throws -> (body: FactBody, name: SubjectName?) {
        var mapping = Self.contracts
        change(&mapping)
        let batch = batch(row)
        return try StreamMapper(mapping: mapping).bound(to: batch.fields).map(
            batch, row: 0, nativeID: "row 1")
    }
}
