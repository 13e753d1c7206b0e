/// A customer of the vendor as Stripe shows it; partners are none of Stripe's.
extension AccountRow {
    var stripeCreated: Int64 {
        if case .dateTime(let milliseconds) = value(7) { milliseconds / 1000 } else { 0 }
    }

    func stripeObject(currency: String) -> StripeValue {
        var name = StripeValue.null
        if case .text(let text) = value(1) { name = .mapped(text) }
        return [
            "id": .text(id.stripe), "object": "customer", "address": nil, "balance": 0,
            "created": .number(stripeCreated), "currency": .text(currency.lowercased()),
            "default_source": nil, "delinquent": false, "description": nil, "discount": nil, "email": nil,
            "livemode": false, "metadata": ["region": .text(regionName)], "name": name, "phone": nil,
            "preferred_locales": [], "shipping": nil, "tax_exempt": "none", "test_clock": nil,
        ]
    }

    /// What is left of a deleted customer.
    var stripeRemains: StripeValue {
        ["id": .text(id.stripe), "object": "customer", "deleted": true]
    }
}
