import Hummingbird
import Model

/// What is listed and read by its id.
extension StripeRoutes {
    private static let statuses = [
        "active", "past_due", "unpaid", "canceled", "incomplete", "incomplete_expired", "trialing", "paused",
        "all", "ended",
    ]

    @Sendable func subscriptions(_ request: Request, _ context: BasicRequestContext) async throws -> Response
    {
        let known: Set = [
            "created", "status", "customer", "price", "collection_method", "current_period_end",
            "current_period_start", "test_clock", "automatic_tax",
        ]
        return try await list(request, "subscription", filters: known) { view, query in
            let status = query["status"]
            if let status, !StripeRoutes.statuses.contains(status) {
                throw StripeError.invalid(
                    "Invalid status: must be one of \(StripeRoutes.statuses.joined(separator: ", "))",
                    "status")
            }
            for name in known.subtracting(["created", "status", "customer"]) where query[name] != nil {
                throw StripeError.invalid("the practice does not filter by '\(name)'", name)
            }
            return view.subscriptions.map { state in
                let isCanceled = state.status == "canceled"
                let isWanted =
                    switch status {
                    case nil: !isCanceled
                    case "all": true
                    case "ended": isCanceled
                    case let word: state.status == word
                    }
                let isCustomers = query["customer"].map { $0 == state.row.customer.stripe } ?? true
                return Listed(
                    id: state.id,
                    isWanted: isWanted && isCustomers && query.admits(created: state.row.contract.createdAt),
                    object: state.object)
            }
        }
    }

    @Sendable func subscription(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await one(request, context, "subscription") { view, id in
            view.subscriptions.first { $0.id == id }.map { $0.object }
        }
    }

    @Sendable func items(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await list(request, "subscription item", filters: ["subscription"]) { view, query in
            guard let wanted = query["subscription"] else {
                throw StripeError.invalid(
                    "Missing required param: subscription.", "subscription", code: "parameter_missing")
            }
            guard let state = view.subscriptions.first(where: { $0.id == wanted }) else {
                throw StripeError.missing("subscription", wanted, param: "subscription")
            }
            return [Listed(id: StripeID.item.text(state.row.id), isWanted: true, object: state.item)]
        }
    }

    @Sendable func item(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await one(request, context, "subscription_item") { view, id in
            view.subscriptions.first { StripeID.item.text($0.row.id) == id }.map { $0.item }
        }
    }

    @Sendable func customers(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await list(request, "customer", filters: ["created", "email"]) { view, query in
            view.customers.map { row in
                Listed(
                    id: row.id.stripe,
                    // Nobody here has an address.
                    isWanted: query.admits(created: row.stripeCreated) && query["email"] == nil,
                    object: { _ in row.stripeObject(currency: view.currency) })
            }
        }
    }

    @Sendable func customer(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await one(request, context, "customer") { view, id in
            if let row = view.customers.first(where: { $0.id.stripe == id }) {
                return { _ in row.stripeObject(currency: view.currency) }
            }
            guard let row = view.deletedCustomers.first(where: { $0.id.stripe == id }) else { return nil }
            return { _ in row.stripeRemains }
        }
    }

    @Sendable func invoices(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await list(request, "invoice", filters: ["created", "status", "customer", "subscription"]) {
            view, query in
            if let status = query["status"],
                !["draft", "open", "paid", "uncollectible", "void"].contains(status)
            {
                throw StripeError.invalid(
                    "Invalid status: must be one of draft, open, paid, uncollectible, or void", "status")
            }
            return view.invoices.map { invoice in
                let wanted: [(String, String)] = [
                    ("status", "paid"), ("customer", invoice.customer),
                    ("subscription", invoice.subscription.id),
                ]
                let isWanted = wanted.allSatisfy { name, value in query[name].map { $0 == value } ?? true }
                return Listed(
                    id: invoice.id, isWanted: isWanted && query.admits(created: invoice.created),
                    object: invoice.object)
            }
        }
    }

    @Sendable func invoice(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await one(request, context, "invoice") { view, id in
            view.invoices.first { $0.id == id }.map { $0.object }
        }
    }

    @Sendable func events(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await list(request, "event", filters: ["created", "type", "types", "delivery_success"]) {
            view, query in
            view.events.map { event in
                Listed(
                    id: event.id,
                    isWanted: query.admits(created: event.created) && query.admits(type: event.type),
                    object: { _ in event.object(currency: view.currency) })
            }
        }
    }

    @Sendable func event(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await one(request, context, "event") { view, id in
            guard let event = view.events.first(where: { $0.id == id }) else { return nil }
            return { _ in event.object(currency: view.currency) }
        }
    }

    @Sendable func account(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        try await admitted(request, isPage: false) { _, _ in
            let currency = await org.currency.code.lowercased()
            return [
                "id": "acct_1FwPractice000000", "object": "account", "charges_enabled": true,
                "country": "DE", "default_currency": .text(currency), "details_submitted": true,
                "email": "practice@example.net", "payouts_enabled": true,
                "settings": ["dashboard": ["display_name": "Practice", "timezone": "Etc/UTC"]],
                "type": "standard",
            ]
        }
    }
}
