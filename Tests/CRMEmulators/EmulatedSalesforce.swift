import Foundation
import Model

/// The REST query API of a Salesforce organisation with one object, `Contract`.
///
/// Source: REST API Developer Guide, "Query", "Get Deleted", "sObject Describe"; OAuth 2.0 client credentials.
package struct EmulatedSalesforce: EmulatedProtocol {
    package init() {}

    package func token(
        _ request: EmulatedRequest, _ state: inout EmulatedState, origin: String
    ) -> EmulatedAnswer? {
        guard request.path == "/services/oauth2/token" else { return nil }
        state.tokenSerial += 1
        state.validToken = "00D!token.\(state.tokenSerial)"
        return EmulatedAnswer(
            EmulatedJSON.object([
                ("access_token", EmulatedJSON.text(state.validToken)),
                ("instance_url", EmulatedJSON.text(origin)), ("token_type", "\"Bearer\""),
                ("issued_at", "\"\(state.clock)000\""),
            ]))
    }

    package func isAuthorised(_ request: EmulatedRequest, _ state: EmulatedState) -> Bool {
        request.headers["authorization"] == "Bearer \(state.validToken)"
    }

    package func error(_ kind: EmulatedErrorKind) -> EmulatedAnswer {
        func answer(_ status: Int, _ code: String, _ message: String) -> EmulatedAnswer {
            EmulatedAnswer(status, "[{\"message\":\"\(message)\",\"errorCode\":\"\(code)\"}]")
        }
        switch kind {
        case .throttled: return answer(429, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        case .unavailable(let status): return answer(status, "SERVER_UNAVAILABLE", "try later")
        case .unauthorised: return answer(401, "INVALID_SESSION_ID", "Session expired or invalid")
        case .notFound: return answer(404, "NOT_FOUND", "The requested resource does not exist")
        }
    }

    package func answer(
        _ request: EmulatedRequest, _ state: inout EmulatedState, bentBy fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let path = request.path
        if path == "/services/data" || path == "/services/data/" {
            return EmulatedAnswer("[{\"label\":\"x\",\"url\":\"/services/data/v61.0\",\"version\":\"61.0\"}]")
        }
        if path.hasSuffix("/query") || path.hasSuffix("/queryAll"), let soql = request["q"] {
            return query(soql, all: path.hasSuffix("/queryAll"), &state, fault)
        }
        if let locator = path.split(separator: "/").last.map(String.init), locator.hasPrefix("01g") {
            return page(locator, &state, fault)
        }
        if path.hasSuffix("/describe") { return describe }
        if path.hasSuffix("/deleted/") || path.hasSuffix("/deleted") { return deleted(request, state) }
        if path.hasSuffix("/limits") { return EmulatedAnswer("{}") }
        return error(.notFound)
    }

    private func query(
        _ soql: String, all: Bool, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        var condition = ""
        if let start = soql.range(of: " WHERE ") {
            let end = soql.range(of: " ORDER BY ")?.lowerBound ?? soql.endIndex
            condition = String(soql[start.upperBound..<end])
        }
        guard var language = ConditionLanguage(condition) else { return malformedQuery }
        var result = state.shown(deleted: all).filter { record in
            condition.isEmpty || language.holds { EmulatedSalesforce.value(of: $0, record) }
        }
        if soql.uppercased().contains("COUNT()") {
            return EmulatedAnswer("{\"totalSize\":\(result.count),\"done\":true,\"records\":[]}")
        }
        if soql.contains("ORDER BY SystemModstamp") { result.sort { ($0.stamp, $0.id) < ($1.stamp, $1.id) } }
        let locator = "01g\(state.nextSerial())"
        state.results[locator] = result
        return answer(locator, result, from: 0, state, fault)
    }

    private func page(
        _ locator: String, _ state: inout EmulatedState, _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let parts = locator.split(separator: "-")
        guard parts.count == 2, let offset = Int(parts[1]), let result = state.results[String(parts[0])],
            fault != .forgottenLocator
        else {
            return EmulatedAnswer(
                400, "[{\"message\":\"invalid query locator\",\"errorCode\":\"INVALID_QUERY_LOCATOR\"}]")
        }
        return answer(String(parts[0]), result, from: offset, state, fault)
    }

    private func answer(
        _ locator: String, _ result: [EmulatedRecord], from offset: Int, _ state: EmulatedState,
        _ fault: EmulatedFault?
    ) -> EmulatedAnswer {
        let slice = EmulatedSlice(result, from: offset, size: state.pageSize, bentBy: fault)
        var members = [("totalSize", "\(result.count)"), ("done", slice.next == nil ? "true" : "false")]
        if let next = slice.next {
            let place = "/services/data/v61.0/query/\(locator)-\(next)"
            members.append(
                ("nextRecordsUrl", EmulatedJSON.text(slice.isForeign ? state.canary + place : place)))
        }
        members.append(("records", EmulatedJSON.list(slice.records.map(json))))
        return EmulatedAnswer(
            headers: [("Sforce-Limit-Info", "api-usage=\(state.requests)/100000")],
            EmulatedJSON.object(members))
    }

    private func json(_ record: EmulatedRecord) -> String {
        EmulatedJSON.object([
            ("attributes", "{\"type\":\"Contract\"}"), ("Id", EmulatedJSON.text(record.id)),
            ("SystemModstamp", EmulatedJSON.text("\(record.stamp.isoSeconds).000+0000")),
            ("LastModifiedDate", EmulatedJSON.text("\(record.stamp.isoSeconds).000+0000")),
            ("IsDeleted", record.isDeleted ? "true" : "false"),
            ("MasterRecordId", EmulatedJSON.text(record.mergedInto)),
            ("Partner__c", EmulatedJSON.text(record.partner)),
            ("AccountId", EmulatedJSON.text(record.customer)),
            ("CustomerSignedDate", EmulatedJSON.text(record.signedOn.description)),
            ("StartDate", EmulatedJSON.text("2025-02-01")),
            ("EndDate", EmulatedJSON.text(record.endsOn.description)),
            ("CancelledDate__c", EmulatedJSON.text(record.cancelledOn?.description)),
            ("AnnualAmount__c", record.amountText), ("Note__c", EmulatedJSON.text(record.note)),
        ])
    }

    /// As comparisons see it.
    private static func value(of field: String, _ record: EmulatedRecord) -> String {
        switch field {
        case "Id": record.id
        case "SystemModstamp": "\(record.stamp.isoSeconds)Z"
        case "IsDeleted": record.isDeleted ? "true" : "false"
        case "Partner__c": record.partner
        default: ""
        }
    }

    private var malformedQuery: EmulatedAnswer {
        EmulatedAnswer(400, "[{\"message\":\"unexpected token\",\"errorCode\":\"MALFORMED_QUERY\"}]")
    }

    private var describe: EmulatedAnswer {
        let fields = [
            ("Id", "id"), ("SystemModstamp", "datetime"), ("LastModifiedDate", "datetime"),
            ("IsDeleted", "boolean"), ("MasterRecordId", "reference"), ("Partner__c", "reference"),
            ("AccountId", "reference"), ("CustomerSignedDate", "date"), ("StartDate", "date"),
            ("EndDate", "date"), ("CancelledDate__c", "date"), ("AnnualAmount__c", "currency"),
            ("Note__c", "string"),
        ]
        let list = fields.map { name, type in
            EmulatedJSON.object([
                ("name", EmulatedJSON.text(name)), ("type", EmulatedJSON.text(type)),
                ("filterable", "true"), ("sortable", "true"),
                ("calculated", name == "AnnualAmount__c" ? "true" : "false"), ("nillable", "true"),
            ])
        }
        return EmulatedAnswer(
            EmulatedJSON.object([
                ("name", "\"Contract\""), ("queryable", "true"), ("fields", EmulatedJSON.list(list)),
            ]))
    }

    private func deleted(_ request: EmulatedRequest, _ state: EmulatedState) -> EmulatedAnswer {
        let bounds = [request["start"], request["end"]].map { Instant(iso: $0 ?? "")?.milliseconds }
        guard let from = bounds[0], let through = bounds[1] else { return malformedQuery }
        let rows = state.log.filter { entry in
            let isGone = state.records[entry.id].map { $0.isDeleted || $0.isPurged } ?? true
            return isGone && (from...through).contains(entry.at * 1000)
        }
        let items = rows.map { entry in
            EmulatedJSON.object([
                ("id", EmulatedJSON.text(entry.id)),
                ("deletedDate", EmulatedJSON.text("\(entry.at.isoSeconds).000+0000")),
            ])
        }
        return EmulatedAnswer(
            EmulatedJSON.object([
                ("deletedRecords", EmulatedJSON.list(items)),
                ("earliestDateAvailable", "\"2020-01-01T00:00:00.000+0000\""),
                ("latestDateCovered", EmulatedJSON.text("\(state.clock.isoSeconds).000+0000")),
            ]))
    }
}
