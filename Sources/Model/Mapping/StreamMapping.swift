/// How the objects of a source become facts: field names live here and nowhere in code.
package struct SourceMapping: Sendable, Hashable {
    /// In the file's order, which is the order they are read in.
    package var streams: [StreamMapping]

    package init(streams: [StreamMapping]) { self.streams = streams }
}

/// How one object of a source becomes facts of one kind.
package struct StreamMapping: Sendable, Hashable {
    /// The stream's name in progress, facts and reports; never changed once it was read.
    package var stream: String
    /// The source's name of the object: "Contract", "deals", "opportunities", "subscriptions".
    package var object: String
    package var kind: FactKind
    /// Rule by target field.
    package var fields: [String: FieldRule]
    /// Rule by attribute name, for partners and contracts.
    package var attributes: [String: FieldRule]
    /// Fields that no rule names and whose names begin with this are attributes too, called by the rest of the
    /// name: for files, whose columns are known only when they are read.
    package var openAttributes: String?
    /// Fixed text by target field, for what the source does not record.
    package var constants: [String: String]
    package var discountUnit: DiscountUnit
    package var amountPeriod: AmountPeriod
    package var amountUnit: AmountUnit
    /// The currency of amounts of rows that name none.
    package var currency: Currency?
    /// IANA name of the zone in which moments of the source become days; `nil` takes the source's.
    package var timeZone: String?
    /// Whether the target "name" of customers is kept; partners' names always are, as erasable text.
    package var keepsCustomerNames: Bool
    /// Which rows are read.
    package var selection: RowSelection
    /// How often everything is read again, for fields that change without a stamp. Hours; `nil`: daily when the
    /// source says that a mapped field is calculated, else never.
    package var refreshHours: Int?
    /// Related records whose ids the fields may name (HubSpot).
    package var associations: [AssociationMapping]
    /// How to ask for the stream (generic sources).
    package var request: RequestMapping?

    package init(
        stream: String, object: String, kind: FactKind, fields: [String: FieldRule],
        attributes: [String: FieldRule] = [:], constants: [String: String] = [:],
        discountUnit: DiscountUnit = .percent, amountPeriod: AmountPeriod = .year,
        amountUnit: AmountUnit = .major, currency: Currency? = nil, timeZone: String? = nil,
        keepsCustomerNames: Bool = false, selection: RowSelection = RowSelection(), refreshHours: Int? = nil,
        associations: [AssociationMapping] = [], request: RequestMapping? = nil
    ) {
        self.stream = stream
        self.object = object
        self.kind = kind
        self.fields = fields
        self.attributes = attributes
        self.constants = constants
        self.discountUnit = discountUnit
        self.amountPeriod = amountPeriod
        self.amountUnit = amountUnit
        self.currency = currency
        self.timeZone = timeZone
        self.keepsCustomerNames = keepsCustomerNames
        self.selection = selection
        self.refreshHours = refreshHours
        self.associations = associations
        self.request = request
    }

    /// Every source field the mapping names, sorted; what is asked for and all that is kept.
    package var sourceFields: [String] {
        Set((Array(fields.values) + attributes.values).flatMap(\.sourceFields)).sorted()
    }
}

/// Which rows of an object are read.
package struct RowSelection: Sendable, Hashable {
    /// A condition in the source's own query language, written by the operator: `Type = 'Partner'`.
    package var filter: String?
    /// Field → the values it may have; all must hold. Encoded by type, whatever the source's language.
    package var conditions: [String: [FieldLiteral]]
    /// Whether rows deleted at the source are asked for and delivered as deleted.
    package var deletions: Bool

    package init(
        filter: String? = nil, conditions: [String: [FieldLiteral]] = [:], deletions: Bool = true
    ) {
        self.filter = filter
        self.conditions = conditions
        self.deletions = deletions
    }
}

/// A value in a condition, of the type it was written with.
package enum FieldLiteral: Sendable, Hashable {
    case text(String)
    /// Digits as written.
    case number(String)
    case bool(Bool)
    case null
}

/// How shares are written (discounts, rates, probabilities): 12.5 per cent as `12.5` or as `0.125`.
package enum DiscountUnit: String, Sendable, Hashable, Codable, CaseIterable {
    case percent, fraction
}

/// What a recurring amount is for.
package enum AmountPeriod: String, Sendable, Hashable, Codable, CaseIterable {
    case month, year
}

/// Whether amounts come as `1234.50` or as `123450`.
///
/// What a minor unit is follows from ISO 4217: a hundredth for EUR, the unit itself for JPY (`5000` is 5,000 yen),
/// a thousandth for KWD. Billing systems agree but for a few: Stripe counts ISK and UGX in hundredths and MGA in
/// whole units; a connector that reads those rewrites them.
package enum AmountUnit: String, Sendable, Hashable, Codable, CaseIterable {
    case major, minor
}

/// Related records of one kind: their ids become a field called `name` that the mapping's fields may use.
package struct AssociationMapping: Sendable, Hashable {
    package var name: String
    /// The other object: "companies".
    package var object: String
    /// Which relation is meant; labels are editable, the type id is not. `nil` takes any.
    package var typeID: Int?

    package init(name: String, object: String, typeID: Int? = nil) {
        self.name = name
        self.object = object
        self.typeID = typeID
    }
}
