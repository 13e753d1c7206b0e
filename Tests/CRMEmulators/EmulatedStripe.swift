import Foundation
import Model

/// Stripe's subscriptions and events.
///
/// Source: docs.stripe.com/api, "Pagination", "List subscriptions", "List events".
package struct EmulatedStripe: EmulatedProtocol {
    package init() {}

    package func token(
        _ request: EmulatedRequest, _ state: inout EmulatedState, origin: String
    ) -> EmulatedAnswer? { nil }

    /// The key never changes.
    package static let key = "rk_test_emulated"

    package func isAuthorised(_ request: EmulatedRequest, _ state: EmulatedState) -> Bool {
        request.headers["authorization"] == "Bearer \(Self.key)"
    }

    package func error(_ kind: EmulatedErrorKind) -> EmulatedAnswer {
        func answer(_ status: Int, _ type: String, _ code: String) -> EmulatedAnswer {
            EmulatedAnswer(
                status, headers: [("Request-Id", "req_1")],
                "{\"error\":{\"type\":\"\(type)\",\"code\":\"\(code)\",\"message\":\"m\"}}")
        }
        switch kind {
        case .throttled: return answer(429, "invalid_request_error", "rate_limit")
        case .unavailable(let status): return answer(status, "api_error", "")
        case .unauthorised: return answer(401, "invalid_request_error", "api_key_expired")
        case .notFound: return answer(404, "invalid_request_error", "resource_missing")
        }
    }

    package func answer(
        _ request: EmulatedRequest, _ state: inout EmulatedState, bentBy fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let path = request.path
        if path == "/v1/subscriptions" { return list(request, &state, fault) }
        if path == "/v1/events" { return events(request, &state, fault) }
        if path.hasPrefix("/v1/subscriptions/"), let id = path.split(separator: "/").last {
            guard let record = state.records[String(id)], !record.isPurged else { return error(.notFound) }
            return EmulatedAnswer(json(record))
        }
        if path == "/v1/account" || path == "/v1/balance" { return EmulatedAnswer("{\"object\":\"x\"}") }
        return error(.notFound)
    }

    private func list(
        _ request: EmulatedRequest, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        // Without status=all, canceled ones are left out.
        var rows = state.shown().filter { request["status"] == "all" || $0.cancelledOn == nil }
        if let upper = request["created[lte]"].flatMap(Int64.init) {
            rows = rows.filter { $0.created <= upper }
        }
        if let lower = request["created[gte]"].flatMap(Int64.init) {
            rows = rows.filter { $0.created >= lower }
        }
        rows.sort { ($0.created, $0.id) > ($1.created, $1.id) }
        var start = 0
        if let after = request["starting_after"] {
            guard let place = rows.firstIndex(where: { $0.id == after }), fault != .forgottenLocator else {
                return EmulatedAnswer(
                    400,
                    "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"resource_missing\",\"param\":\"starting_after\",\"message\":\"No such subscription\"}}"
                )
            }
            start = place + 1
        }
        let size = min(Int(request["limit"] ?? "") ?? 10, state.pageSize)
        let slice = EmulatedSlice(rows, from: start, size: size, bentBy: fault == .foreignNext ? nil : fault)
        return page("/v1/subscriptions", slice.records.map(json), hasMore: slice.next != nil)
    }

    private func events(
        _ request: EmulatedRequest, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let lower = request["created[gte]"].flatMap(Int64.init) ?? 0
        let upper = request["created[lte]"].flatMap(Int64.init) ?? .max
        var rows = state.log.enumerated().filter { $0.element.at >= lower && $0.element.at <= upper }
            .map { (number: $0.offset, entry: $0.element) }.sorted { $0.number > $1.number }
        if let after = request["starting_after"] {
            rows = rows.filter {
                "evt_\($0.number)" < after && "evt_\($0.number)".count <= after.count
                    || "evt_\($0.number)".count < after.count
            }
        }
        let size = min(Int(request["limit"] ?? "") ?? 10, state.pageSize)
        let shown = rows.prefix(size)
        let items = shown.compactMap { row -> String? in
            guard let record = state.records[row.entry.id] else { return nil }
            let type =
                record.cancelledOn == nil ? "customer.subscription.updated" : "customer.subscription.deleted"
            return
                "{\"id\":\"evt_\(row.number)\",\"object\":\"event\",\"type\":\"\(type)\",\"created\":\(row.entry.at),\"data\":{\"object\":\(json(record))}}"
        }
        return page("/v1/events", items, hasMore: rows.count > shown.count)
    }

    private func page(_ url: String, _ items: [String], hasMore: Bool) -> EmulatedAnswer {
        EmulatedAnswer(
            headers: [("Request-Id", "req_2")],
            "{\"object\":\"list\",\"url\":\"\(url)\",\"has_more\":\(hasMore),\"data\":\(EmulatedJSON.list(items))}"
        )
    }

    private func json(_ record: EmulatedRecord) -> String {
        func seconds(_ day: Day) -> String { "\(Int64(day.number) * 86_400)" }
        let end = record.cancelledOn.map(seconds) ?? "null"
        return EmulatedJSON.object([
            ("id", EmulatedJSON.text(record.id)), ("object", "\"subscription\""),
            ("status", record.cancelledOn == nil ? "\"active\"" : "\"canceled\""),
            ("customer", EmulatedJSON.text(record.customer)), ("currency", "\"eur\""),
            ("metadata", EmulatedJSON.object([("partner_id", EmulatedJSON.text(record.partner))])),
            ("created", "\(record.created)"), ("start_date", "1738368000"), ("ended_at", end),
            ("canceled_at", end), ("cancel_at", "null"), ("cancel_at_period_end", "false"),
            ("current_period_start", "1738368000"), ("current_period_end", seconds(record.endsOn)),
            (
                "items",
                "{\"object\":\"list\",\"has_more\":false,\"data\":[{\"id\":\"si_1\",\"quantity\":1,\"current_period_start\":1738368000,\"current_period_end\":\(seconds(record.endsOn)),\"price\":{\"id\":\"price_1\",\"currency\":\"eur\",\"unit_amount\":\(record.amount),\"unit_amount_decimal\":\"\(record.amount)\",\"recurring\":{\"interval\":\"year\",\"interval_count\":1}}}]}"
            ), ("description", EmulatedJSON.text(record.note)),
        ])
    }
}
