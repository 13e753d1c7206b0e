import Foundation
import Hummingbird
import Model
import Operations

/// How reading of each stream goes: as JSON and as a page for people.
struct SourceRoutes: Sendable {
    let operations: PilotOperations

    func add(to router: Router<BasicRequestContext>, api: RouterGroup<BasicRequestContext>) {
        api.get("sources") { _, _ in
            let status = try await operations.status()
            return try Response.json(
                Sources(
                    now: status.now,
                    streams: status.sources.map {
                        Sources.Stream(lagSeconds: $0.lag(at: status.now), status: $0)
                    },
                    events: status.sourceEvents))
        }
        router.get("sources") { _, _ in
            Response.page(SourcePageText(try await operations.status()).html)
        }
    }

    private struct Sources: Encodable {
        struct Stream: Encodable {
            /// How far what is completely read is behind.
            var lagSeconds: Double?
            var status: StreamStatus
        }

        var now: Instant
        var streams: [Stream]
        var events: [RecordedEvent]
    }
}

/// The page that shows how reading goes. Every text from outside is escaped.
struct SourcePageText {
    let status: Status

    init(_ status: Status) { self.status = status }

    var html: String {
        let rows = status.sources.map(row).joined(separator: "\n")
        let events = status.sourceEvents.map(event).joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Sources · Fairway</title><style>
            body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc}
            .bad{color:#a40000;font-weight:600}</style></head><body>
            <h1>Sources</h1>
            <p>As of \(escaped(status.now.description)).</p>
            <table><thead><tr><th scope="col">Stream</th><th scope="col">Complete through</th><th scope="col">Behind</th>
            <th scope="col">Records</th><th scope="col">Set aside</th><th scope="col">Quota</th><th scope="col">Last reconciliation</th>
            <th scope="col">State</th></tr></thead><tbody>
            \(rows)
            </tbody></table>
            <h2>What happened lately</h2>
            <ul>
            \(events)
            </ul></body></html>
            """
    }

    private func row(_ stream: StreamStatus) -> String {
        let completed: String = stream.completedThrough?.description ?? "never read completely"
        let behind: String = stream.lag(at: status.now).map(duration) ?? ""
        let live: String = stream.live.map { String($0) } ?? ""
        let quota: String = stream.quota.map { "\($0.used) of \($0.limit)" } ?? ""
        let reconciled: String = stream.lastReconcile.map(words) ?? ""
        let cells = [
            "\(stream.source)/\(stream.stream)", completed, behind, live, String(stream.quarantined), quota,
            reconciled,
        ]
        let (state, isBad) = state(of: stream)
        return "<tr>" + cells.map { "<td>\(escaped($0))</td>" }.joined()
            + "<td\(isBad ? " class=\"bad\"" : "")>\(escaped(state))</td></tr>"
    }

    private func state(of stream: StreamStatus) -> (String, Bool) {
        if let hold = stream.hold { return ("held: \(hold)", true) }
        if let until = stream.throttledUntil, until > status.now { return ("throttled until \(until)", true) }
        if let error = stream.lastError { return (error, true) }
        return ("reading well", false)
    }

    private func words(_ reconcile: Reconciliation) -> String {
        let found = reconcile.missingAtSource + reconcile.missingInBook
        let result =
            found == 0
            ? "nothing missing"
            : "\(reconcile.missingAtSource) missing at the source, \(reconcile.missingInBook) in the book"
        return "\(reconcile.at): \(result)\(reconcile.isSettled ? "" : ", to be confirmed")"
    }

    private func duration(_ seconds: Double) -> String {
        let minutes = Int(max(0, min(seconds, 1e9))) / 60
        if minutes < 60 { return "\(minutes) min" }
        return minutes < 48 * 60 ? "\(minutes / 60) h" : "\(minutes / 1440) days"
    }

    private func event(_ recorded: RecordedEvent) -> String {
        let text = "\(recorded.at) \(recorded.source)/\(recorded.stream): \(recorded.event.detail)"
        return "<li\(recorded.event.isWarning ? " class=\"bad\"" : "")>\(escaped(text))</li>"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
