import Model

/// A contract as the subscription it was, or is, at an instant.
///
/// Subscriptions change by time alone: they begin, their years roll, and they end without their record being
/// stamped. So everything here is worked out for `time`, which lets an event show its subscription as of then.
struct SubscriptionState: Sendable {
    let row: ContractRow
    /// Seconds since 1970.
    let time: Int64
    /// When the contract that renews this one was entered.
    let successorAt: Int64?

    private var contract: SimulatedContract { row.contract }

    static let month = 12

    // MARK: Its course

    var startsAt: Int64 { contract.startsOn.seconds(hour: 0) }
    /// When it ends if it does not end before: the nightly run after the last day of the term.
    var termEndsAt: Int64 { (contract.endsOn + 1).seconds(hour: 2) }
    /// When it ended, if it has by `time`. One that is deleted ends by that, as far as its event tells.
    var endedAt: Int64? {
        let end = contract.cancelledOn?.seconds(hour: 2) ?? termEndsAt
        let first = min(end, row.edit?.deletedAt ?? end)
        return first <= time ? first : nil
    }

    /// Whether the customer left before the end of the term.
    var isCancelled: Bool { endedAt.map { $0 < termEndsAt } ?? false }
    private var isTrial: Bool { contract.createdAt < startsAt }

    /// When its renewal was entered, if it was by `time`.
    var renewedAt: Int64? { successorAt.flatMap { $0 <= time ? $0 : nil } }

    /// Stripe's word.
    var status: String { endedAt != nil ? "canceled" : time < startsAt ? "trialing" : "active" }

    /// The other vendors' word, kept in the metadata.
    var contractStatus: SimulatedContract.Status {
        if isCancelled { return .cancelled }
        if renewedAt != nil { return .renewed }
        return endedAt == nil ? .activated : .expired
    }

    /// When it will end, if that is known: a renewal takes its place.
    var cancelAt: Int64? { endedAt == nil && renewedAt != nil ? termEndsAt : nil }
    /// When its end was asked for.
    var canceledAt: Int64? {
        guard let renewedAt, !isCancelled else { return endedAt }
        return min(renewedAt, endedAt ?? renewedAt)
    }

    /// The year that is billed at `time`, or was billed last; while it waits to start, the time until then.
    var period: (start: Int64, end: Int64) {
        if isTrial, time < startsAt { return (contract.createdAt, startsAt) }
        return years.last { $0.start <= time } ?? (startsAt, startsAt)
    }

    /// The years of the term, the last of which may be shorter.
    var years: [(start: Int64, end: Int64)] {
        let end = contract.endsOn + 1
        var found: [(start: Int64, end: Int64)] = []
        var day = contract.startsOn
        while day < end {
            let next = contract.startsOn.adding(months: (found.count + 1) * SubscriptionState.month)
            found.append((day.seconds(hour: 0), min(next, end).seconds(hour: 0)))
            day = next
        }
        return found
    }

    /// What a year costs, in minor units: as entered, as corrected later, or as edited.
    var amount: Int64 {
        if let edited = row.edit?.amount, (row.edit?.committedAt ?? .max) <= time { return edited }
        guard let corrected = contract.restatedOn, time < corrected.seconds(hour: 20) else {
            return contract.amount
        }
        return contract.enteredAmount
    }

    // MARK: As Stripe shows it

    var id: String { StripeID.subscription.text(row.id) }
    private var currency: StripeValue { .text(row.currency.code.lowercased()) }

    private var metadata: StripeValue {
        var members: [StripeValue.Member] = [
            .init(name: "partner_id", value: .mapped(row.partner.description)),
            .init(name: "status", value: .text(contractStatus.rawValue)),
            .init(name: "signed_on", value: .text("\(contract.signedOn)")),
            .init(name: "starts_on", value: .text("\(contract.startsOn)")),
            .init(name: "ends_on", value: .text("\(contract.endsOn)")),
            .init(
                name: "discount_percent",
                value: .text("\(contract.discountPerMille / 10).\(contract.discountPerMille % 10)")),
        ]
        // A key without a value is not there.
        if let renewed = contract.predecessor {
            members.append(.init(name: "renews", value: .text(StripeID.subscription.text(renewed))))
        }
        return .object(members)
    }

    func item(_ version: StripeVersion) -> StripeValue {
        var members: [StripeValue.Member] = [
            .init(name: "id", value: .text(StripeID.item.text(row.id))),
            .init(name: "object", value: "subscription_item"),
            .init(name: "billing_thresholds", value: nil),
            .init(name: "created", value: .number(contract.createdAt)),
        ]
        if version.isBasil {
            members.append(.init(name: "current_period_end", value: .number(period.end)))
            members.append(.init(name: "current_period_start", value: .number(period.start)))
        }
        members += [
            .init(name: "discounts", value: []),
            .init(name: "metadata", value: [:]),
            .init(name: "price", value: price),
            .init(name: "quantity", value: 1),
            .init(name: "subscription", value: .text(id)),
            .init(name: "tax_rates", value: []),
        ]
        return .object(members)
    }

    /// Prices do not change: another amount is another price.
    var priceID: String { StripeID.price.text(row.id, number: Int(clamping: amount.magnitude)) }

    var price: StripeValue {
        [
            "id": .text(priceID), "object": "price", "active": true,
            "billing_scheme": "per_unit", "created": .number(contract.createdAt), "currency": currency,
            "custom_unit_amount": nil, "livemode": false, "lookup_key": nil, "metadata": [:],
            "nickname": nil, "product": .text(StripeID.product.text(row.id)),
            "recurring": [
                "interval": "year", "interval_count": 1, "meter": nil, "trial_period_days": nil,
                "usage_type": "licensed",
            ],
            "tax_behavior": "unspecified", "tiers_mode": nil, "transform_quantity": nil,
            "type": "recurring", "unit_amount": .number(amount), "unit_amount_decimal": .text(String(amount)),
        ]
    }

    func object(_ version: StripeVersion) -> StripeValue {
        let trialStart = isTrial ? contract.createdAt : nil
        let latest = StripeInvoice.all(of: self).last { $0.created <= time }
        var members: [StripeValue.Member] = [
            .init(name: "id", value: .text(id)),
            .init(name: "object", value: "subscription"),
            .init(name: "application", value: nil),
            .init(name: "automatic_tax", value: ["enabled": false, "liability": nil]),
            .init(name: "billing_cycle_anchor", value: .number(startsAt)),
            .init(name: "cancel_at", value: .time(cancelAt)),
            .init(name: "cancel_at_period_end", value: false),
            .init(name: "canceled_at", value: .time(canceledAt)),
            .init(name: "cancellation_details", value: cancellation),
            .init(name: "collection_method", value: "charge_automatically"),
            .init(name: "created", value: .number(contract.createdAt)),
            .init(name: "currency", value: currency),
        ]
        if !version.isBasil {
            members.append(.init(name: "current_period_end", value: .number(period.end)))
            members.append(.init(name: "current_period_start", value: .number(period.start)))
            members.append(.init(name: "discount", value: nil))
        }
        members += [
            .init(name: "customer", value: .text(StripeID.customer.text(row.customer))),
            .init(name: "default_payment_method", value: nil),
            .init(name: "description", value: nil),
            .init(name: "discounts", value: []),
            .init(name: "ended_at", value: .time(endedAt)),
            .init(name: "items", value: items(version)),
            .init(name: "latest_invoice", value: latest.map { .text($0.id) } ?? .null),
            .init(name: "livemode", value: false),
            .init(name: "metadata", value: metadata),
            .init(name: "pause_collection", value: nil),
            .init(name: "schedule", value: nil),
            .init(name: "start_date", value: .number(startsAt)),
            .init(name: "status", value: .text(status)),
            .init(name: "test_clock", value: nil),
            .init(name: "trial_end", value: .time(isTrial ? startsAt : nil)),
            .init(name: "trial_start", value: .time(trialStart)),
        ]
        return .object(members)
    }

    private var cancellation: StripeValue {
        let isAsked = endedAt != nil && contractStatus != .renewed
        return ["comment": nil, "feedback": nil, "reason": isAsked ? "cancellation_requested" : nil]
    }

    private func items(_ version: StripeVersion) -> StripeValue {
        [
            "object": "list", "data": [item(version)], "has_more": false, "total_count": 1,
            "url": .text("/v1/subscription_items?subscription=\(id)"),
        ]
    }
}

extension SimulatedContract {
    /// What a year was said to cost when the contract was entered.
    var enteredAmount: Int64 {
        restatedOn == nil
            ? amount : listAmount - Rate(partsPerMillion: discountPerMille * 1000).of(listAmount)
    }
}
