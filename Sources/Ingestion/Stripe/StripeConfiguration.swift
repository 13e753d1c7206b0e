package import Model

/// A Stripe account, read with a restricted key.
package struct StripeConfiguration: Sendable {
    package var name: Source.Name
    /// `Stripe-Version` of every request, so that answers keep their shape whatever the account's default is.
    ///
    /// 2024-06-20 is the last version before those with names; it tells billing periods on subscriptions and
    /// discounts whole. Newer ones, which moved both, are understood too.
    package var version: String
    /// Streams by object: subscriptions, invoices or customers.
    package var mapping: SourceMapping
    /// How far a window of events reaches back behind the one before.
    package var overlap: Duration

    package static let defaultVersion = "2024-06-20"

    package init(
        name: Source.Name, mapping: SourceMapping, version: String = StripeConfiguration.defaultVersion,
        overlap: Duration = .seconds(600)
    ) {
        self.name = name
        self.mapping = mapping
        self.version = version
        self.overlap = overlap
    }
}

/// The objects of Stripe that can be streams.
enum StripeObject: String, CaseIterable, Sendable {
    case subscriptions, invoices, customers

    /// Every event after which an object of this kind may look different.
    var events: [String] {
        switch self {
        case .subscriptions:
            [
                "customer.subscription.created", "customer.subscription.updated",
                "customer.subscription.deleted", "customer.subscription.paused",
                "customer.subscription.resumed", "customer.subscription.pending_update_applied",
                "customer.subscription.pending_update_expired", "customer.discount.created",
                "customer.discount.updated", "customer.discount.deleted",
            ]
        case .invoices:
            [
                "invoice.created", "invoice.updated", "invoice.finalized", "invoice.finalization_failed",
                "invoice.paid", "invoice.payment_failed", "invoice.payment_succeeded",
                "invoice.marked_uncollectible", "invoice.voided", "invoice.sent", "invoice.deleted",
            ]
        case .customers:
            [
                "customer.created", "customer.updated", "customer.deleted", "customer.discount.created",
                "customer.discount.updated", "customer.discount.deleted",
            ]
        }
    }

    /// Stripe leaves cancelled subscriptions out unless they are asked for.
    var listQuery: String { self == .subscriptions ? "&status=all" : "" }

    /// `object` of an item of the list, and of an event's object.
    var itemName: String { String(rawValue.dropLast()) }

    /// Whether discounts, which come as ids otherwise, have to be asked for.
    var hasDiscounts: Bool { self != .customers }

    /// The id of the object of this kind that an event's object is or belongs to.
    func id(in object: JSONValue) -> String? {
        let isItself = object["object"]?.string == itemName
        return isItself ? object["id"]?.string : object[itemName]?.string
    }
}
