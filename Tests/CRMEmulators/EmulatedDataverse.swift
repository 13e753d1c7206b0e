import Foundation
import Model

/// The Web API of a Dataverse environment with one table, `contract`.
///
/// Source: Microsoft Learn, "Query data using the Web API", "Page results", "Use change tracking".
package struct EmulatedDataverse: EmulatedProtocol {
    let isTracked: Bool

    package init(isTracked: Bool) { self.isTracked = isTracked }

    package func token(
        _ request: EmulatedRequest, _ state: inout EmulatedState, origin: String
    ) -> EmulatedAnswer? {
        guard request.path.hasSuffix("/oauth2/v2.0/token") else { return nil }
        state.tokenSerial += 1
        state.validToken = "aad-token-\(state.tokenSerial)"
        return EmulatedAnswer(
            "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"\(state.validToken)\"}")
    }

    package func isAuthorised(_ request: EmulatedRequest, _ state: EmulatedState) -> Bool {
        request.headers["authorization"] == "Bearer \(state.validToken)"
    }

    package func error(_ kind: EmulatedErrorKind) -> EmulatedAnswer {
        func answer(_ status: Int, _ code: String, _ message: String) -> EmulatedAnswer {
            EmulatedAnswer(status, "{\"error\":{\"code\":\"\(code)\",\"message\":\"\(message)\"}}")
        }
        switch kind {
        case .throttled: return answer(429, "0x80072322", "Number of requests exceeded the limit of 6000")
        case .unavailable(let status): return answer(status, "0x80044191", "unavailable")
        case .unauthorised: return answer(401, "0x80048306", "token is expired")
        case .notFound: return answer(404, "0x80060888", "Resource not found for the segment")
        }
    }

    package func answer(
        _ request: EmulatedRequest, _ state: inout EmulatedState, bentBy fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let base = "/api/data/v9.2/"
        guard request.path.hasPrefix(base) else { return error(.notFound) }
        let resource = String(request.path.dropFirst(base.count))
        if resource.hasPrefix("EntityDefinitions") { return definition(resource) }
        if resource == "WhoAmI" { return EmulatedAnswer("{\"UserId\":\"u\"}") }
        guard resource == "contracts" else { return error(.notFound) }
        if let token = request["$deltatoken"] { return delta(token, request, &state, fault) }
        if let skip = request["$skiptoken"] { return page(skip, request, &state, fault) }
        return query(request, &state, fault)
    }

    private func query(
        _ request: EmulatedRequest, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let isTracking = (request.headers["prefer"] ?? "").contains("track-changes")
        if isTracking, request["$filter"] != nil || request["$orderby"] != nil {
            return EmulatedAnswer(
                400, "{\"error\":{\"code\":\"0x80060888\",\"message\":\"not supported with track-changes\"}}")
        }
        var rows = state.shown()
        if let filter = request["$filter"] {
            guard var language = ConditionLanguage(filter) else { return error(.notFound) }
            rows = rows.filter { record in
                language.holds { field in
                    switch field {
                    case "modifiedon": "\(record.stamp.isoSeconds)Z"
                    case "contractid": record.id
                    case "fw_partner": record.partner
                    default: ""
                    }
                }
            }
        }
        if let order = request["$orderby"], order.hasPrefix("modifiedon") {
            rows.sort { ($0.stamp, $0.id) < ($1.stamp, $1.id) }
        }
        let name = "s\(state.nextSerial())\(isTracking ? "t" : "")"
        state.results[name] = rows
        return answer(name, from: 0, request, &state, fault)
    }

    private func page(
        _ skip: String, _ request: EmulatedRequest, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let parts = skip.split(separator: "-")
        guard parts.count == 2, let offset = Int(parts[1]), state.results[String(parts[0])] != nil,
            fault != .forgottenLocator
        else {
            return EmulatedAnswer(
                400, "{\"error\":{\"code\":\"0x80041129\",\"message\":\"Paging cookie is invalid\"}}")
        }
        return answer(String(parts[0]), from: offset, request, &state, fault)
    }

    private func answer(
        _ name: String, from offset: Int, _ request: EmulatedRequest, _ state: inout EmulatedState,
        _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let result = state.results[name] ?? []
        let slice = EmulatedSlice(result, from: offset, size: state.pageSize, bentBy: fault)
        let host = "http://\(request.headers["host"] ?? "")"
        let select = request["$select"].map { "$select=\($0)&" } ?? ""
        var members = [("@odata.context", "\"\(host)/api/data/v9.2/$metadata#contracts\"")]
        members.append(("value", EmulatedJSON.list(slice.records.map(json))))
        if let next = slice.next {
            let origin = slice.isForeign ? state.canary : host
            members.append(
                (
                    "@odata.nextLink",
                    EmulatedJSON.text("\(origin)/api/data/v9.2/contracts?\(select)$skiptoken=\(name)-\(next)")
                ))
        } else if name.hasSuffix("t") {
            members.append(("@odata.deltaLink", deltaLink(host, select, &state)))
        }
        return EmulatedAnswer(headers: [("OData-Version", "4.0")], EmulatedJSON.object(members))
    }

    private func deltaLink(_ host: String, _ select: String, _ state: inout EmulatedState) -> String {
        let token = "\(state.nextSerial())"
        state.tokens[token] = Dictionary(uniqueKeysWithValues: state.shown().map { ($0.id, $0) })
        return EmulatedJSON.text("\(host)/api/data/v9.2/contracts?\(select)$deltatoken=\(token)")
    }

    private func delta(
        _ token: String, _ request: EmulatedRequest, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        guard let known = state.tokens[token], fault != .forgottenToken else {
            return EmulatedAnswer(
                400,
                "{\"error\":{\"code\":\"0x80044352\",\"message\":\"Version stamp associated with the client has expired. Please perform a full sync.\"}}"
            )
        }
        let now = Dictionary(uniqueKeysWithValues: state.shown().map { ($0.id, $0) })
        let changed = now.values.filter { known[$0.id]?.version != $0.version }.sorted { $0.id < $1.id }
        let gone = known.keys.filter { now[$0] == nil }.sorted()
        let host = "http://\(request.headers["host"] ?? "")"
        let select = request["$select"].map { "$select=\($0)&" } ?? ""
        let rows =
            changed.map(json)
            + gone.map {
                "{\"@odata.context\":\"\(host)/api/data/v9.2/$metadata#contracts/$deletedEntity\",\"id\":\"\($0)\",\"reason\":\"deleted\"}"
            }
        return EmulatedAnswer(
            EmulatedJSON.object([
                ("@odata.context", "\"\(host)/api/data/v9.2/$metadata#contracts/$delta\""),
                ("value", EmulatedJSON.list(rows)), ("@odata.deltaLink", deltaLink(host, select, &state)),
            ]))
    }

    private func json(_ record: EmulatedRecord) -> String {
        EmulatedJSON.object([
            ("@odata.etag", EmulatedJSON.text("W/\"\(record.stamp)\"")),
            ("contractid", EmulatedJSON.text(record.id)), ("versionnumber", "\(record.stamp)"),
            ("modifiedon", EmulatedJSON.text("\(record.stamp.isoSeconds)Z")),
            ("fw_partner", EmulatedJSON.text(record.partner)),
            ("fw_customer", EmulatedJSON.text(record.customer)),
            ("fw_signedon", EmulatedJSON.text(record.signedOn.description)),
            ("fw_startson", "\"2025-02-01\""), ("fw_endson", EmulatedJSON.text(record.endsOn.description)),
            ("fw_cancelledon", EmulatedJSON.text(record.cancelledOn?.description)),
            ("fw_amount", record.amountText), ("fw_note", EmulatedJSON.text(record.note)),
        ])
    }

    private func definition(_ resource: String) -> EmulatedAnswer {
        let attributes = [
            ("contractid", "Uniqueidentifier"), ("versionnumber", "BigInt"), ("modifiedon", "DateTime"),
            ("fw_partner", "String"), ("fw_customer", "String"), ("fw_signedon", "DateTime"),
            ("fw_startson", "DateTime"), ("fw_endson", "DateTime"), ("fw_cancelledon", "DateTime"),
            ("fw_amount", "Money"), ("fw_note", "String"),
        ]
        let list = EmulatedJSON.list(
            attributes.map {
                "{\"LogicalName\":\"\($0.0)\",\"AttributeType\":\"\($0.1)\",\"IsLogical\":false,\"IsValidForRead\":true,\"SourceType\":0}"
            })
        if resource.hasSuffix("/Attributes") { return EmulatedAnswer("{\"value\":\(list)}") }
        let entity = EmulatedJSON.object([
            ("LogicalName", "\"contract\""), ("EntitySetName", "\"contracts\""),
            ("PrimaryIdAttribute", "\"contractid\""), ("ChangeTrackingEnabled", isTracked ? "true" : "false"),
            ("Attributes", list),
        ])
        return EmulatedAnswer(resource.contains("(") ? entity : "{\"value\":[\(entity)]}")
    }
}
