import Documents
import Foundation
import Model
import Testing

@Suite struct MappingTests {
    static let contracts = """
        streams:
          - stream: contracts
            object: Contract
            kind: contract
            fields:
              contract: Id
              partner: Partner__c
              customer: AccountId
              signedOn: CustomerSignedDate
              startsOn: StartDate
              endsOn: EndDate
              annualAmount: AnnualAmount__c
              currency: CurrencyIsoCode

        """

    private func load(_ text: String) throws -> Result<SourceMapping, Faults> {
        let directory = try TemporaryDirectory()
        let path = try directory.write(text, to: "mapping.yaml")
        do {
            return .success(try loadMapping(at: path))
        } catch {
            return .failure(error)
        }
    }

    @Test func theShippedSalesforceMappingLoads() throws {
        let mapping = try loadMapping(at: Repository.path("config/mappings/salesforce.yaml"))
        #expect(mapping.streams.map(\.kind) == [.partner, .contract])
        #expect(mapping.streams[0].attributes["type"] == FieldRule("PartnerType__c"))
        #expect(mapping.streams[0].selection.conditions == ["Type": [.text("Partner")]])
        #expect(mapping.streams.allSatisfy { $0.faults.isEmpty })
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let stream = try #require(try load(Self.contracts).get().streams.first)
        var expected = StreamMapping(stream: "contracts", object: "Contract", kind: .contract, fields: [:])
        expected.fields = stream.fields
        #expect(stream == expected)
        #expect(stream.fields["annualAmount"] == FieldRule("AnnualAmount__c"))
    }

    @Test func everyKeyIsRead() throws {
        let stream = try #require(try load(MappingMutant.sound).get().streams.first)
        #expect(
            stream
                == StreamMapping(
                    stream: "renewals", object: "deals", kind: .renewal,
                    fields: [
                        "contract": FieldRule(paths: ["hs_contract", "@odata.etag"]),
                        "outcome": FieldRule(
                            paths: [],
                            cases: [
                                FieldCase(
                                    FieldCondition(field: "stage", values: ["won", "closed"]), gives: "won")
                            ], otherwise: "open"),
                        "decidedOn": FieldRule(
                            paths: ["closedate"], when: FieldCondition(field: "stage", values: ["won"]),
                            format: .epochMilliseconds, timeZone: "UTC"),
                        "annualAmount": FieldRule(paths: ["mrr", "amount"]),
                        "reason": FieldRule(paths: ["lost"], map: ["Too dear": "price", "*": "other"]),
                    ], constants: ["termMonths": "12"], discountUnit: .fraction, amountPeriod: .month,
                    amountUnit: .minor, currency: Currency("EUR"), timeZone: "Europe/Berlin",
                    selection: RowSelection(
                        filter: "pipeline = 'renewals'",
                        conditions: [
                            "pipeline": [.text("renewals"), .text("7")], "amount": [.number("5")],
                            "archived": [.bool(false)], "owner": [.null],
                        ], deletions: false),
                    refreshHours: 24,
                    associations: [AssociationMapping(name: "partner", object: "2-345", typeID: 5)],
                    request: RequestMapping(
                        path: "/crm/deals/{page}", query: ["limit": "{pageSize}", "sort[asc]": "updated"],
                        changesQuery: ["since": "{lower}", "until": "{upper}"],
                        headers: ["Accept": "application/json"], records: "/data", id: "id",
                        modified: RequestMapping.ModifiedField(path: "updated", format: .epochSeconds),
                        pagination: .cursor(pointer: "/next", parameter: "after"), pageSize: 500,
                        deleted: FieldCondition(field: "gone", values: ["true"]), mergedInto: "merged_to",
                        momentFormat: .epochSeconds, total: "/total")))
        #expect(try load(MappingMutant.sound).get().streams[1].keepsCustomerNames)
    }

    @Test(arguments: [
        ("{kind: none}", RequestMapping.Pagination.none),
        ("{kind: nextURL, pointer: /@odata.nextLink}", .nextURL(pointer: "/@odata.nextLink")),
        (
            "{kind: locatorHeader, header: Sforce-Locator, parameter: locator, end: \"null\"}",
            .locatorHeader(header: "Sforce-Locator", parameter: "locator", end: "null")
        ),
        (
            "{kind: startingAfter, parameter: starting_after, more: /has_more}",
            .startingAfter(parameter: "starting_after", more: "/has_more")
        ),
        ("{kind: offset, parameter: p}", .offset(parameter: "p")),
        ("{kind: page, parameter: p}", .page(parameter: "p", first: 1)),
        ("{kind: page, parameter: p, first: 0}", .page(parameter: "p", first: 0)),
        ("{kind: linkHeader}", .linkHeader),
    ])
    func everyPaginationIsRead(_ text: String, _ expected: RequestMapping.Pagination) throws {
        let mapping = MappingMutant.sound.replacingOccurrences(
            of: "{kind: cursor, pointer: /next, parameter: after}", with: text)
        #expect(try load(mapping).get().streams[0].request?.pagination == expected)
        guard let results = try SchemaValidator.validate([.init(schema: "mapping", text: mapping)]) else {
            return
        }
        #expect(results == [nil])
    }

    @Test(arguments: MappingMutant.all)
    func eachMistakeIsToldWithItsLine(_ mutant: MappingMutant) throws {
        try #require(mutant.text != MappingMutant.sound, "the edit changes nothing")
        guard case .failure(let faults) = try load(mutant.text) else {
            Issue.record("'\(mutant.edit.new)' was accepted")
            return
        }
        #expect(
            faults.faults.contains { $0.line == mutant.line && $0.message.contains(mutant.message) },
            "told instead: \(faults)")
    }

    @Test func allMistakesAreToldAtOnce() throws {
        let text = MappingMutant.sound.replacingOccurrences(of: "gives: won", with: "gives: wno")
            .replacingOccurrences(of: "records: /data", with: "records: data")
            .replacingOccurrences(of: "customerName: k.name", with: "custmer: k.name")
        guard case .failure(let faults) = try load(text) else {
            Issue.record("it was accepted")
            return
        }
        #expect(faults.faults.map(\.line) == [10, 27, 39, 41])
    }

    @Test func everyMistakeThatASchemaCanSeeIsRefusedByIt() throws {
        let texts = [MappingMutant.sound, Self.contracts] + MappingMutant.all.map(\.text)
        let requests = texts.map { SchemaValidator.Request(schema: "mapping", text: $0) }
        guard let results = try SchemaValidator.validate(requests) else { return }
        #expect(results[0] == nil && results[1] == nil)
        for (mutant, result) in zip(MappingMutant.all, results.dropFirst(2)) {
            #expect(
                (result != nil) == mutant.isVisibleToSchema,
                "\(mutant.testDescription): \(result ?? "valid")")
        }
    }

    @Test func theShippedMappingsLoad() throws {
        for file in try Repository.files(in: "config/mappings", suffix: ".yaml") {
            #expect(
                try !loadMapping(at: Repository.path("config/mappings/\(file)")).streams.isEmpty, "\(file)")
        }
        let tryton = try loadMapping(at: Repository.path("config/mappings/tryton.yaml"))
        let request = try #require(tryton.streams.first?.request)
        #expect(request.path.hasSuffix("?f=code&f=name&f=active&f=create_date&f=write_date"))
        #expect(request.momentFormat == .calendarObject && request.pagination == .offset(parameter: "p"))
    }

    @Test func theBuiltInMappingIsTheShippedOne() throws {
        #expect(try ExampleMapping.salesforce == Repository.text("config/mappings/salesforce.yaml"))
    }

    @Test func theShippedMappingsAreValid() throws {
        let files = try Repository.files(in: "config/mappings", suffix: ".yaml")
        let requests = try files.map {
            SchemaValidator.Request(schema: "mapping", text: try Repository.text("config/mappings/\($0)"))
        }
        guard let results = try SchemaValidator.validate(requests) else { return }
        for (file, result) in zip(files, results) { #expect(result == nil, "\(file)") }
    }

    @Test func theSchemaKnowsTheFieldsOfEveryKind() throws {
        let data = Data(try Repository.text("config/schemas/mapping.schema.json").utf8)
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        for kind in FactKind.allCases {
            for section in ["Fields", "Constants"] {
                let properties = definitions[kind.rawValue + section]?["properties"] as? [String: Any]
                #expect(Set((properties ?? [:]).keys) == Set(kind.targets.map(\.name)), "\(kind)")
            }
        }
    }

    @Test func contractsHaveAttributesUnderTheNamesThatPlansUse() throws {
        let text = Self.contracts.replacingOccurrences(
            of: "kind: contract", with: "kind: contract\n    attributes: {buyerRole: Buyer_Role__c}")
        let stream = try #require(try load(text).get().streams.first)
        #expect(stream.attributes == ["buyerRole": FieldRule("Buyer_Role__c")])
    }

    @Test func aStreamOfPaymentsNeedsACurrency() throws {
        let text = """
            streams:
              - stream: payments
                object: Payout__c
                kind: payment
                fields: {payment: Id, partner: P__c, component: C__c, paidOn: D__c, amount: A__c}

            """
        guard case .failure(let faults) = try load(text) else {
            Issue.record("it was accepted")
            return
        }
        #expect(faults.description.contains("no currency is known for 'amount'"))
        #expect(
            try load(text.replacingOccurrences(of: "A__c}", with: "A__c}\n    currency: EUR")).get().streams
                .count == 1)
    }

    @Test func theExampleStreamsOfTheShippedMappingLoad() throws {
        let text = try Repository.text("config/mappings/salesforce.yaml")
        let examples = text.components(separatedBy: "\n").map { line in
            line.hasPrefix("#  ") ? String(line.dropFirst()) : line
        }.joined(separator: "\n")
        #expect(
            try load(examples).get().streams.map(\.kind) == [
                .partner, .contract, .renewal, .churn, .attribution, .milestone, .reading, .payment,
            ])
    }
}
