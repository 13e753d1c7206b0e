/// Something that happened to a subscription, an invoice or a customer.
struct StripeEvent: Sendable {
    /// What the event shows: the object as of then, and as it was before when it was changed.
    enum Subject: Sendable {
        case subscription(SubscriptionState, before: SubscriptionState?)
        case invoice(StripeInvoice)
        case customer(AccountRow)
    }

    let type: String
    /// Seconds since 1970; an edit that is stamped into the past is told late.
    let created: Int64
    let subject: Subject
    /// Of an edit, its number; tells two within a second apart.
    let edit: Int

    init(_ type: String, _ created: Int64, _ subject: Subject, edit: Int = 0) {
        self.type = type
        self.created = created
        self.subject = subject
        self.edit = edit
    }

    var record: RecordID {
        switch subject {
        case .subscription(let state, _): state.row.id
        case .invoice(let invoice): invoice.subscription.row.id
        case .customer(let row): row.id
        }
    }

    /// Event ids are made of what they tell, so that a restart does not change them.
    var id: String {
        let parts = [String(created, radix: 36), String(edit, radix: 36), StripeEvent.code(of: type)]
        return StripeID.event.rawValue + String(decoding: record.utf8[3..<15], as: UTF8.self)
            + parts.joined()
    }

    private static func code(of type: String) -> String {
        String(types.firstIndex(of: type) ?? types.count, radix: 36)
    }

    /// In the order of things that happen in one second.
    static let types = [
        "customer.created", "customer.subscription.created", "invoice.created", "invoice.paid",
        "customer.updated", "customer.subscription.updated", "customer.subscription.deleted",
        "customer.deleted",
    ]

    var order: Int { StripeEvent.types.firstIndex(of: type) ?? StripeEvent.types.count }

    /// Events show their object in the account's version, whatever version they are read in.
    func object(currency: String) -> StripeValue {
        let version = StripeVersion.ofAccount
        var data: [StripeValue.Member] = []
        switch subject {
        case .invoice(let invoice): data = [.init(name: "object", value: invoice.object(version))]
        case .customer(let row):
            data = [.init(name: "object", value: row.stripeObject(currency: currency))]
        case .subscription(let state, let before):
            let object = state.object(version)
            data = [.init(name: "object", value: object)]
            if let before {
                let previous = before.object(version).members(differingFrom: object)
                data.append(.init(name: "previous_attributes", value: previous))
            }
        }
        return [
            "id": .text(id), "object": "event", "api_version": .text(version.text),
            "created": .number(created), "data": .object(data), "livemode": false, "pending_webhooks": 0,
            "request": ["id": nil, "idempotency_key": nil], "type": .text(type),
        ]
    }
}
