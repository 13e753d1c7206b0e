package import Model

/// A mapping file: which objects and fields of a CRM mean what in Fairway's words.
package struct MappingDocument: Sendable, Hashable {
    package enum DiscountUnit: String, Sendable, Hashable, CaseIterable {
        /// 12.5 is twelve and a half per cent.
        case percent
        /// 0.125 is twelve and a half per cent.
        case fraction
    }

    package enum AmountPeriod: String, Sendable, Hashable, CaseIterable {
        case month, year
    }

    package struct Stream: Sendable, Hashable {
        /// The CRM's name of the object.
        package var object: String
        /// `.partner` or `.contract`.
        package var kind: FactKind
        /// A condition in the CRM's query language; `nil` takes every row.
        package var filter: String?
        /// Whether deleted rows are read, so that a deletion becomes a fact.
        package var deletions: Bool
        /// Fairway's field name → the CRM's.
        package var fields: [String: String]
        /// Roster field → the CRM's field; partners only.
        package var attributes: [String: String]
        package var discountUnit: DiscountUnit
        package var amountPeriod: AmountPeriod
        /// The currency of amounts where no field tells it.
        package var currency: Currency?

        package init(
            object: String, kind: FactKind, filter: String?, deletions: Bool, fields: [String: String],
            attributes: [String: String], discountUnit: DiscountUnit, amountPeriod: AmountPeriod,
            currency: Currency?
        ) {
            self.object = object
            self.kind = kind
            self.filter = filter
            self.deletions = deletions
            self.fields = fields
            self.attributes = attributes
            self.discountUnit = discountUnit
            self.amountPeriod = amountPeriod
            self.currency = currency
        }
    }

    package var streams: [String: Stream]

    package init(streams: [String: Stream]) { self.streams = streams }

    /// The field names a stream of `kind` may set, and those it must.
    package static func targets(of kind: FactKind) -> (allowed: [String], required: [String]) {
        switch kind {
        case .partner: (["id", "name"], ["id", "name"])
        case .contract:
            (
                [
                    "id", "partner", "customer", "renews", "signedOn", "startsOn", "endsOn", "cancelledOn",
                    "annualAmount", "currency", "discount",
                ],
                ["id", "partner", "customer", "signedOn", "startsOn", "endsOn", "annualAmount"]
            )
        case .observation: ([], [])
        }
    }
}
