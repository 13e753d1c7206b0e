import Foundation
import Model

/// A REST service with an opaque cursor and a filter by the time of the last change, as many small CRMs have it.
package struct EmulatedRest: EmulatedProtocol {
    package init() {}

    package static let key = "emulated-key"

    package func token(
        _ request: EmulatedRequest, _ state: inout EmulatedState, origin: String
    ) -> EmulatedAnswer? { nil }

    package func isAuthorised(_ request: EmulatedRequest, _ state: EmulatedState) -> Bool {
        request.headers["x-api-token"] == Self.key
    }

    package func error(_ kind: EmulatedErrorKind) -> EmulatedAnswer {
        switch kind {
        case .throttled: EmulatedAnswer(429, "{\"error\":\"slow down\"}")
        case .unavailable(let status): EmulatedAnswer(status, "{\"error\":\"unavailable\"}")
        case .unauthorised: EmulatedAnswer(401, "{\"error\":\"unauthorised\"}")
        case .notFound: EmulatedAnswer(404, "{\"error\":\"not found\"}")
        }
    }

    package func answer(
        _ request: EmulatedRequest, _ state: inout EmulatedState, bentBy fault: EmulatedFault?
    ) -> EmulatedAnswer {
        guard request.path == "/api/contracts" else { return error(.notFound) }
        var name = ""
        var offset = 0
        if let cursor = request["cursor"] {
            let parts = cursor.split(separator: "-")
            guard parts.count == 2, let start = Int(parts[1]), state.results[String(parts[0])] != nil,
                fault != .forgottenLocator
            else { return EmulatedAnswer(400, "{\"error\":\"bad cursor\"}") }
            (name, offset) = (String(parts[0]), start)
        } else {
            let since = request["updated_since"].flatMap { Instant(iso: $0)?.milliseconds } ?? 0
            name = "q\(state.nextSerial())"
            state.results[name] = state.shown(deleted: true).filter { $0.stamp * 1000 >= since }
                .sorted { ($0.stamp, $0.id) < ($1.stamp, $1.id) }
        }
        let result = state.results[name] ?? []
        let slice = EmulatedSlice(result, from: offset, size: state.pageSize, bentBy: fault)
        let next = slice.next.map { EmulatedJSON.text("\(name)-\($0)") } ?? "null"
        return EmulatedAnswer(
            "{\"data\":\(EmulatedJSON.list(slice.records.map(json))),\"meta\":{\"next_cursor\":\(next),\"total\":\(result.count)}}"
        )
    }

    private func json(_ record: EmulatedRecord) -> String {
        EmulatedJSON.object([
            ("id", EmulatedJSON.text(record.id)),
            ("updated_at", EmulatedJSON.text("\(record.stamp.isoSeconds)Z")),
            ("deleted", record.isDeleted ? "true" : "false"),
            ("merged_into", EmulatedJSON.text(record.mergedInto)),
            ("partner", EmulatedJSON.object([("id", EmulatedJSON.text(record.partner))])),
            ("customer", EmulatedJSON.text(record.customer)),
            ("signed_on", EmulatedJSON.text(record.signedOn.description)), ("starts_on", "\"2025-02-01\""),
            ("ends_on", EmulatedJSON.text(record.endsOn.description)),
            ("cancelled_on", EmulatedJSON.text(record.cancelledOn?.description)),
            ("amount", record.amountText), ("note", EmulatedJSON.text(record.note)),
        ])
    }
}
