import Model

/// The paid invoice of a year of a subscription.
struct StripeInvoice: Sendable {
    /// The subscription as of the invoice.
    let subscription: SubscriptionState
    /// Which year, from 0.
    let year: Int
    let period: (start: Int64, end: Int64)

    /// A year's invoice is made when it begins, or when the subscription is entered after that.
    var created: Int64 { subscription.time }
    var id: String { StripeID.invoice.text(subscription.row.id, number: year) }
    var customer: String { StripeID.customer.text(subscription.row.customer) }

    /// The invoices of a subscription, from old to new, up to its end or `time`.
    static func all(of state: SubscriptionState) -> [StripeInvoice] {
        let end = state.endedAt ?? .max
        return state.years.enumerated().compactMap { year, period in
            let time = max(period.start, state.row.contract.createdAt)
            guard time <= state.time, period.start < end else { return nil }
            let then = SubscriptionState(row: state.row, time: time, successorAt: state.successorAt)
            return StripeInvoice(subscription: then, year: year, period: period)
        }
    }

    func object(_ version: StripeVersion) -> StripeValue {
        let amount = StripeValue.number(subscription.amount)
        let currency = StripeValue.text(subscription.row.currency.code.lowercased())
        let id = StripeValue.text(id)
        let serial = StripeID.invoice.text(subscription.row.id).suffix(8).uppercased()
        var members: [StripeValue.Member] = [
            .init(name: "id", value: id),
            .init(name: "object", value: "invoice"),
            .init(name: "amount_due", value: amount),
            .init(name: "amount_paid", value: amount),
            .init(name: "amount_remaining", value: 0),
            .init(name: "attempted", value: true),
            .init(
                name: "billing_reason", value: year == 0 ? "subscription_create" : "subscription_cycle"),
            .init(name: "collection_method", value: "charge_automatically"),
            .init(name: "created", value: .number(created)),
            .init(name: "currency", value: currency),
            .init(name: "customer", value: .text(customer)),
            .init(name: "discounts", value: []),
            .init(name: "due_date", value: nil),
            .init(name: "lines", value: lines(version)),
            .init(name: "livemode", value: false),
            .init(name: "metadata", value: [:]),
            .init(name: "number", value: .mapped("\(serial)-\(year + 1)")),
        ]
        if version.isBasil {
            members.append(.init(name: "parent", value: parent))
        } else {
            members.append(.init(name: "paid", value: true))
            members.append(.init(name: "subscription", value: .text(subscription.id)))
        }
        members += [
            .init(name: "period_end", value: .number(period.end)),
            .init(name: "period_start", value: .number(period.start)),
            .init(name: "status", value: "paid"),
            .init(
                name: "status_transitions",
                value: [
                    "finalized_at": .number(created), "marked_uncollectible_at": nil,
                    "paid_at": .number(created), "voided_at": nil,
                ]),
            .init(name: "subtotal", value: amount),
            .init(name: "total", value: amount),
        ]
        return .object(members)
    }

    private var parent: StripeValue {
        [
            "quote_details": nil,
            "subscription_details": ["metadata": [:], "subscription": .text(subscription.id)],
            "type": "subscription_details",
        ]
    }

    private func lines(_ version: StripeVersion) -> StripeValue {
        var line: [StripeValue.Member] = [
            .init(name: "id", value: .text(StripeID.line.text(subscription.row.id, number: year))),
            .init(name: "object", value: "line_item"),
            .init(name: "amount", value: .number(subscription.amount)),
            .init(name: "currency", value: .text(subscription.row.currency.code.lowercased())),
            .init(name: "period", value: ["end": .number(period.end), "start": .number(period.start)]),
            .init(name: "quantity", value: 1),
        ]
        if version.isBasil {
            line.append(
                .init(
                    name: "pricing",
                    value: [
                        "price_details": [
                            "price": .text(subscription.priceID),
                            "product": .text(StripeID.product.text(subscription.row.id)),
                        ],
                        "type": "price_details", "unit_amount_decimal": .text(String(subscription.amount)),
                    ]))
        } else {
            line.append(.init(name: "price", value: subscription.price))
            line.append(.init(name: "subscription", value: .text(subscription.id)))
            line.append(.init(name: "type", value: "subscription"))
        }
        return [
            "object": "list", "data": [.object(line)], "has_more": false, "total_count": 1,
            "url": .text("/v1/invoices/\(id)/lines"),
        ]
    }
}
