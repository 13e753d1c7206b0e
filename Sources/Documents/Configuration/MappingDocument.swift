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
        /// The stream's name in cursors, facts and reports; never changed once it was read.
        package var stream: String
        /// The CRM's name of the object.
        package var object: String
        package var kind: FactKind
        /// A condition in the CRM's query language; `nil` takes every row.
        package var filter: String?
        /// Whether deleted rows are read, so that a deletion becomes a fact.
        package var deletions: Bool
        /// Fairway's field name → the CRM's.
        package var fields: [String: String]
        /// Attribute → the CRM's field; partners and contracts only.
        package var attributes: [String: String]
        /// Fairway's field name → fixed text, for what the CRM does not record.
        package var constants: [String: String]
        package var discountUnit: DiscountUnit
        package var amountPeriod: AmountPeriod
        /// The currency of amounts where no field tells it.
        package var currency: Currency?

        package init(
            stream: String, object: String, kind: FactKind, filter: String?, deletions: Bool,
            fields: [String: String], attributes: [String: String], constants: [String: String],
            discountUnit: DiscountUnit, amountPeriod: AmountPeriod, currency: Currency?
        ) {
            self.stream = stream
            self.object = object
            self.kind = kind
            self.filter = filter
            self.deletions = deletions
            self.fields = fields
            self.attributes = attributes
            self.constants = constants
            self.discountUnit = discountUnit
            self.amountPeriod = amountPeriod
            self.currency = currency
        }
    }

    /// In the file's order, which is the order they are read in.
    package var streams: [Stream]

    package init(streams: [Stream]) { self.streams = streams }

    /// The field names a stream of `kind` may set, and those it must set by a field or a constant.
    package static func targets(of kind: FactKind) -> (allowed: [String], required: [String]) {
        switch kind {
        case .partner: (["partner", "name"], ["partner", "name"])
        case .contract:
            (
                [
                    "contract", "partner", "customer", "renews", "signedOn", "startsOn", "endsOn",
                    "cancelledOn", "annualAmount", "currency", "discount",
                ],
                ["contract", "partner", "customer", "signedOn", "startsOn", "endsOn", "annualAmount"]
            )
        case .observation:
            (
                ["partner", "customer", "outcome", "baseline", "observedOn"],
                ["partner", "customer", "outcome", "observedOn"]
            )
        case .milestone:
            (["contract", "milestone", "reachedOn"], ["contract", "milestone", "reachedOn"])
        case .reading:
            (
                ["customer", "measure", "value", "observedOn"],
                ["customer", "measure", "value", "observedOn"]
            )
        case .payment:
            (
                [
                    "payment", "partner", "contract", "component", "rule", "occasion", "entry", "rate",
                    "paidOn", "amount", "currency",
                ],
                ["payment", "partner", "component", "paidOn", "amount"]
            )
        }
    }
}
