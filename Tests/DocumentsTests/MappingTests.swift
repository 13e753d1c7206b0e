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

    private func load(_ text: String) throws -> Result<MappingDocument, Faults> {
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
        #expect(mapping.streams[0].attributes["type"] == "PartnerType__c")
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let stream = try #require(try load(Self.contracts).get().streams.first)
        #expect(stream.deletions && stream.discountUnit == .percent && stream.amountPeriod == .year)
        #expect(stream.filter == nil && stream.currency == nil && stream.attributes.isEmpty)
        #expect(stream.fields["annualAmount"] == "AnnualAmount__c")
    }

    @Test(arguments: [
        ("customer:", "custommer:", "unknown field 'custommer'; did you mean 'customer'?"),
        ("      contract: Id\n", "", "a contract needs the field 'contract'"),
        ("      currency: CurrencyIsoCode\n", "", "no currency is known for 'annualAmount'"),
        ("Partner__c", "Partner__c; DROP", "'streams[0].fields.partner' is 'Partner__c; DROP'"),
        ("kind: contract", "kind: partner", "a partner needs the field 'name'"),
        ("kind: contract", "kind: reading", "a reading needs the field 'measure'"),
        (
            "kind: contract", "kind: milestone\n    attributes: {a: B}",
            "only partners and contracts have attributes"
        ),
        ("kind: contract", "kind: contract\n    deletions: on", "expected true or false"),
        ("kind: contract", "kind: contract\n    discountUnit: percents", "did you mean 'percent'?"),
    ])
    func eachMistakeIsTold(_ old: String, _ new: String, _ message: String) throws {
        let result = try load(Self.contracts.replacingOccurrences(of: old, with: new))
        guard case .failure(let faults) = result else {
            Issue.record("'\(new)' was accepted")
            return
        }
        #expect(faults.description.contains(message), "told instead: \(faults)")
    }

    @Test func contractsHaveAttributesUnderTheNamesThatPlansUse() throws {
        let text = Self.contracts.replacingOccurrences(
            of: "kind: contract", with: "kind: contract\n    attributes: {buyerRole: Buyer_Role__c}")
        let stream = try #require(try load(text).get().streams.first)
        #expect(stream.attributes == ["buyerRole": "Buyer_Role__c"])
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
                .partner, .contract, .milestone, .reading, .payment,
            ])
    }
}
