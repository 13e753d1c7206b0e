package import Model

/// How the objects of a source become facts: field names live here and nowhere in code.
package struct SourceMapping: Sendable, Hashable, Codable {
    package var streams: [StreamMapping]

    package init(streams: [StreamMapping]) { self.streams = streams }
}

/// How one object of a source becomes facts of one kind.
package struct StreamMapping: Sendable, Hashable {
    /// The stream's name in cursors, facts and reports.
    package var stream: String
    /// The source's name of the object.
    package var object: String
    package var kind: FactKind
    /// A condition in the source's query language, written by the operator: `Type = 'Partner'`.
    package var filter: String?
    /// Source field by target field: `"endsOn": "EndDate"`; a dotted path follows a relationship.
    package var fields: [String: String]
    /// Source field by attribute name, for partners and contracts.
    package var attributes: [String: String]
    /// Fixed text by target field, for what the source does not record.
    package var constants: [String: String]
    package var discountUnit: DiscountUnit
    package var amountPeriod: AmountPeriod
    /// The currency of amounts of rows that name none.
    package var currency: Currency?
    /// Whether rows deleted at the source are asked for and delivered as deleted.
    package var deletions: Bool

    package init(
        stream: String, object: String, kind: FactKind, filter: String? = nil, fields: [String: String],
        attributes: [String: String] = [:], constants: [String: String] = [:],
        discountUnit: DiscountUnit = .percent, amountPeriod: AmountPeriod = .year, currency: Currency? = nil,
        deletions: Bool = true
    ) {
        self.stream = stream
        self.object = object
        self.kind = kind
        self.filter = filter
        self.fields = fields
        self.attributes = attributes
        self.constants = constants
        self.discountUnit = discountUnit
        self.amountPeriod = amountPeriod
        self.currency = currency
        self.deletions = deletions
    }

    var record: RecordMapping {
        RecordMapping(
            kind: kind, fields: fields, attributes: attributes, constants: constants,
            discountUnit: discountUnit, amountPeriod: amountPeriod, currency: currency)
    }
}

/// How a discount is written: 12.5 per cent as `12.5` or as `0.125`.
package enum DiscountUnit: String, Sendable, Hashable, Codable, CaseIterable {
    case percent, fraction
}

/// What a recurring amount is for.
package enum AmountPeriod: String, Sendable, Hashable, Codable, CaseIterable {
    case month, year
}

extension StreamMapping: Codable {
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case stream, object, kind, filter, fields, attributes, constants, discountUnit, amountPeriod, currency
        case deletions
    }

    /// Absent keys take the initialiser's defaults.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            stream: try values.decode(String.self, forKey: .stream),
            object: try values.decode(String.self, forKey: .object),
            kind: try values.decode(FactKind.self, forKey: .kind),
            filter: try values.decodeIfPresent(String.self, forKey: .filter),
            fields: try values.decode([String: String].self, forKey: .fields),
            attributes: try values.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:],
            constants: try values.decodeIfPresent([String: String].self, forKey: .constants) ?? [:],
            discountUnit: try values.decodeIfPresent(DiscountUnit.self, forKey: .discountUnit) ?? .percent,
            amountPeriod: try values.decodeIfPresent(AmountPeriod.self, forKey: .amountPeriod) ?? .year,
            currency: try values.decodeIfPresent(Currency.self, forKey: .currency),
            deletions: try values.decodeIfPresent(Bool.self, forKey: .deletions) ?? true)
    }
}

extension SourceMapping {
    /// Partner accounts and contracts of a Salesforce organisation with the usual custom fields.
    package static let salesforceDefault = SourceMapping(streams: [
        StreamMapping(
            stream: "partners", object: "Account", kind: .partner, filter: "Type = 'Partner'",
            fields: ["partner": "Id", "name": "Name"],
            attributes: ["region": "Region__c", "tier": "Tier__c", "type": "PartnerType__c"]),
        StreamMapping(
            stream: "contracts", object: "Contract", kind: .contract,
            fields: [
                "contract": "Id", "partner": "Partner__c", "customer": "AccountId", "renews": "Renews__c",
                "signedOn": "CustomerSignedDate", "startsOn": "StartDate", "endsOn": "EndDate",
                "cancelledOn": "CancelledDate__c", "annualAmount": "AnnualAmount__c",
                "currency": "CurrencyIsoCode", "discount": "Discount__c",
            ]),
    ])
}
