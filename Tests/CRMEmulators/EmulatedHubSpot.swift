import Foundation
import Model

/// HubSpot's CRM v3 with one object, `contracts`.
///
/// Source: developers.hubspot.com, "CRM API: search", "objects", "properties", and its published OpenAPI files.
package struct EmulatedHubSpot: EmulatedProtocol {
    package init() {}

    package func token(
        _ request: EmulatedRequest, _ state: inout EmulatedState, origin: String
    ) -> EmulatedAnswer? {
        guard request.path == "/oauth/v1/token" else { return nil }
        state.tokenSerial += 1
        state.validToken = "hub-token-\(state.tokenSerial)"
        return EmulatedAnswer(
            "{\"token_type\":\"bearer\",\"access_token\":\"\(state.validToken)\",\"expires_in\":1800,\"refresh_token\":\"r\"}"
        )
    }

    package func isAuthorised(_ request: EmulatedRequest, _ state: EmulatedState) -> Bool {
        request.headers["authorization"] == "Bearer \(state.validToken)"
    }

    package func error(_ kind: EmulatedErrorKind) -> EmulatedAnswer {
        func answer(_ status: Int, _ category: String, _ more: String = "") -> EmulatedAnswer {
            EmulatedAnswer(
                status,
                "{\"status\":\"error\",\"message\":\"m\",\"correlationId\":\"c-1\",\"category\":\"\(category)\"\(more)}"
            )
        }
        switch kind {
        case .throttled:
            return answer(
                429, "RATE_LIMITS", ",\"errorType\":\"RATE_LIMIT\",\"policyName\":\"TEN_SECONDLY_ROLLING\"")
        case .unavailable(let status): return answer(status, "INTERNAL_ERROR")
        case .unauthorised: return answer(401, "EXPIRED_AUTHENTICATION")
        case .notFound: return answer(404, "OBJECT_NOT_FOUND")
        }
    }

    package func answer(
        _ request: EmulatedRequest, _ state: inout EmulatedState, bentBy fault: EmulatedFault?
    ) -> EmulatedAnswer {
        if request.path == "/crm/v3/objects/contracts" { return list(request, &state, fault) }
        if request.path == "/crm/v3/objects/contracts/search" { return search(request, &state, fault) }
        if request.path == "/crm/v3/objects/contracts/batch/read" { return batch(request, state) }
        if request.path == "/crm/v3/properties/contracts" { return properties }
        if request.path.hasPrefix("/crm/v3/pipelines/") { return EmulatedAnswer("{\"results\":[]}") }
        if request.path == "/account-info/v3/details" {
            return EmulatedAnswer("{\"portalId\":1,\"timeZone\":\"UTC\",\"companyCurrency\":\"EUR\"}")
        }
        return error(.notFound)
    }

    private func list(
        _ request: EmulatedRequest, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let archived = request["archived"] == "true"
        let after = request["after"] ?? ""
        let rows = state.shown(deleted: true).filter { record in
            record.isDeleted == archived && (after.isEmpty || number(record.id) > (Int(after) ?? 0))
        }.sorted { number($0.id) < number($1.id) }
        let size = min(Int(request["limit"] ?? "") ?? 10, state.pageSize)
        let slice = EmulatedSlice(rows, from: 0, size: size, bentBy: fault)
        return answer(
            slice, total: nil,
            after: slice.next.map { _ in
                slice.records.last.map { "\(number($0.id))" } ?? (after.isEmpty ? "0" : after)
            }, state)
    }

    /// Rows by their ids, from the primary store; those that are not there are errors of a 207.
    private func batch(_ request: EmulatedRequest, _ state: EmulatedState) -> EmulatedAnswer {
        guard let body = try? JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any],
            let inputs = body["inputs"] as? [[String: Any]], (1...100).contains(inputs.count)
        else { return validation }
        let ids = inputs.compactMap { $0["id"] as? String }
        let rows = ids.compactMap { state.records[$0] }.filter { !$0.isDeleted && !$0.isPurged }
        let missing = Set(ids).subtracting(rows.map(\.id)).sorted()
        var members = [("status", "\"COMPLETE\""), ("results", EmulatedJSON.list(rows.map(json)))]
        if !missing.isEmpty {
            members.append(
                (
                    "errors",
                    "[{\"status\":\"error\",\"category\":\"OBJECT_NOT_FOUND\",\"message\":\"m\",\"context\":{\"ids\":"
                        + EmulatedJSON.list(missing.map { EmulatedJSON.text($0) }) + "}}]"
                ))
        }
        return EmulatedAnswer(missing.isEmpty ? 200 : 207, EmulatedJSON.object(members))
    }

    private func search(
        _ request: EmulatedRequest, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        guard let body = try? JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any],
            let groups = body["filterGroups"] as? [[String: Any]]
        else { return validation }
        let filters = groups.first?["filters"] as? [[String: Any]] ?? []
        guard filters.count <= 6 else { return validation }
        var rows = state.shown().sorted { number($0.id) < number($1.id) }
        for filter in filters {
            let name = filter["propertyName"] as? String ?? ""
            let comparator = filter["operator"] as? String ?? ""
            let (low, high) = (bound(filter["value"]), bound(filter["highValue"]))
            rows = rows.filter { record in
                let value = name == "hs_object_id" ? number(record.id) : Int(record.stamp) * 1000
                switch comparator {
                case "GT": return value > low
                case "GTE": return value >= low
                case "LT": return value < low
                case "LTE": return value <= low
                case "BETWEEN": return value >= low && value <= high
                case "EQ": return record.partner == filter["value"] as? String
                default: return false
                }
            }
        }
        let after = Int(body["after"] as? String ?? "0") ?? 0
        let size = min(body["limit"] as? Int ?? 10, state.pageSize)
        guard after + size <= 10_000 else { return validation }
        let slice = EmulatedSlice(rows, from: after, size: size, bentBy: fault)
        return answer(slice, total: rows.count, after: slice.next.map { "\($0)" }, state)
    }

    private func answer(
        _ slice: EmulatedSlice, total: Int?, after: String?, _ state: EmulatedState
    ) -> EmulatedAnswer {
        var members = total.map { [("total", "\($0)")] } ?? []
        members.append(("results", EmulatedJSON.list(slice.records.map(json))))
        if let after {
            let host = slice.isForeign ? state.canary : "https://api.example.invalid"
            members.append(
                (
                    "paging",
                    "{\"next\":{\"after\":\(EmulatedJSON.text(after)),\"link\":\"\(host)/crm/v3/objects/contracts?after=\(after)\"}}"
                ))
        }
        return EmulatedAnswer(
            headers: [
                ("X-HubSpot-RateLimit-Daily", "250000"),
                ("X-HubSpot-RateLimit-Daily-Remaining", "\(250_000 - state.requests)"),
            ], EmulatedJSON.object(members))
    }

    private func json(_ record: EmulatedRecord) -> String {
        let stamp = EmulatedJSON.text("\(record.stamp.isoSeconds).000Z")
        var members = [
            ("id", EmulatedJSON.text(record.id)),
            (
                "properties",
                EmulatedJSON.object([
                    ("hs_object_id", EmulatedJSON.text(record.id)), ("hs_lastmodifieddate", stamp),
                    ("partner", EmulatedJSON.text(record.partner)),
                    ("customer", EmulatedJSON.text(record.customer)),
                    ("signed_on", EmulatedJSON.text(record.signedOn.description)),
                    ("starts_on", "\"2025-02-01\""),
                    ("ends_on", EmulatedJSON.text(record.endsOn.description)),
                    ("cancelled_on", EmulatedJSON.text(record.cancelledOn?.description ?? "")),
                    ("annual_amount", EmulatedJSON.text(record.amountText)),
                    ("note", EmulatedJSON.text(record.note)),
                ])
            ), ("createdAt", EmulatedJSON.text("\(record.created.isoSeconds)Z")), ("updatedAt", stamp),
            ("archived", record.isDeleted ? "true" : "false"),
        ]
        if record.isDeleted { members.append(("archivedAt", stamp)) }
        return EmulatedJSON.object(members)
    }

    private func number(_ id: String) -> Int { Int(id) ?? 0 }

    private func bound(_ value: Any?) -> Int {
        if let text = value as? String {
            return Int(text) ?? Instant(iso: text).map { Int($0.milliseconds) } ?? 0
        }
        return value as? Int ?? 0
    }

    private var validation: EmulatedAnswer {
        EmulatedAnswer(
            400, "{\"status\":\"error\",\"message\":\"invalid\",\"category\":\"VALIDATION_ERROR\"}")
    }

    private var properties: EmulatedAnswer {
        let names = [
            "hs_object_id", "hs_lastmodifieddate", "partner", "customer", "signed_on", "starts_on", "ends_on",
            "cancelled_on", "annual_amount", "note",
        ]
        return EmulatedAnswer(
            "{\"results\":"
                + EmulatedJSON.list(
                    names.map {
                        "{\"name\":\"\($0)\",\"type\":\"string\",\"calculated\":\($0 == "annual_amount")}"
                    }) + "}")
    }
}
