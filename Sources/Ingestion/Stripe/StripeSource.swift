internal import Foundation
package import Model
internal import Transport

/// Subscriptions, invoices and customers of a Stripe account.
///
/// Stripe cannot be asked what changed, but keeps events for 30 days: a window reads the events in it, then each
/// object they are about as it is now, so that the order of events does not matter. What no event tells is found
/// by reading everything again, daily unless the mapping says otherwise.
package struct StripeSource: OutcomeSource {
    package let name: Source.Name
    package let streams: [StreamPlan]
    let client: SourceClient
    let version: String
    private let objects: [String: StripeObject]

    static let pageSize = 100
    /// Events are kept for 30 days; one day is left for clocks and long runs.
    static let eventLifetime: Int64 = 29 * 86_400_000

    /// Throws `unmappable` when a stream names an object that Stripe does not have.
    package init(_ configuration: StripeConfiguration, client: SourceClient) throws(SourceError) {
        name = configuration.name
        version = configuration.version
        self.client = client
        var objects: [String: StripeObject] = [:]
        var streams: [StreamPlan] = []
        for mapping in configuration.mapping.streams {
            if let reason = StripeSource.fault(of: mapping, version: configuration.version) {
                throw SourceError(
                    .unmappable, source: configuration.name, detail: "stream '\(mapping.stream)' \(reason)")
            }
            objects[mapping.stream] = StripeObject(rawValue: mapping.object)
            var mapping = mapping
            mapping.refreshHours = mapping.refreshHours ?? 24
            streams.append(
                StreamPlan(
                    mapping: mapping,
                    incremental: .windows(lag: .seconds(60), overlap: configuration.overlap),
                    listsIdentities: true))
        }
        self.streams = streams
        self.objects = objects
    }

    private static func fault(of mapping: StreamMapping, version: String) -> String? {
        let names = StripeObject.allCases.map(\.rawValue)
        guard let object = StripeObject(rawValue: mapping.object) else {
            return "reads '\(mapping.object)'\(suggestion(for: mapping.object, among: names)); "
                + "expected one of \(names.joined(separator: ", "))"
        }
        guard !version.isEmpty, version.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            return "is read with the version '\(version)'; expected one such as 2024-06-20"
        }
        guard mapping.selection.filter == nil else {
            return "has a filter; Stripe's lists are read whole: choose rows with 'where'"
        }
        if let field = mapping.selection.conditions.keys.sorted().first(where: { $0.hasPrefix("@") }) {
            return "selects by '\(field)'; expected a member of Stripe's own"
        }
        let derived = StripeRecord.Derived.allCases.map(\.rawValue)
        for field in mapping.sourceFields where field.hasPrefix("@") {
            guard derived.contains(field) else {
                return "names '\(field)'\(suggestion(for: field, among: derived)); "
                    + "expected one of \(derived.joined(separator: ", "))"
            }
            guard object == .subscriptions || field == StripeRecord.Derived.discountPercent.rawValue else {
                return "names '\(field)', which only subscriptions have"
            }
        }
        return nil
    }

    package func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? { nil }

    package func serverTime() async throws(SourceError) -> Instant {
        let object = streams.first.flatMap { objects[$0.name] } ?? .customers
        let response = try await send(
            "/v1/\(object.rawValue)?limit=1\(object.listQuery)", action: "asking for the server's time")
        guard let seconds = response.serverTime else {
            throw error(.malformed, "asking for the server's time: the answer has no Date header")
        }
        return Instant(milliseconds: Int64(seconds) * 1000)
    }

    package func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        guard let object = objects[stream.name] else {
            throw error(.unmappable, "there is no stream '\(stream.name)'")
        }
        var state = StripePosition()
        if let position {
            guard let known = try? JSONDecoder().decode(StripePosition.self, from: Data(position.text.utf8))
            else {
                throw error(
                    .forgottenPosition,
                    "stream '\(stream.name)': the stored position is not one of this connector's")
            }
            state = known
        }
        switch walk {
        case .full, .identities: return try await objectPage(stream, object, walk, at: state)
        case .changes(let lower, let upper):
            guard upper.milliseconds - lower.milliseconds <= StripeSource.eventLifetime else {
                throw error(
                    .forgottenToken,
                    "stream '\(stream.name)': Stripe keeps events for 30 days and the last complete reading is "
                        + "older; everything is read")
            }
            return try await eventPage(stream, object, lower: lower, upper: upper, at: state)
        case .delta, .deletions:
            throw error(.unmappable, "stream '\(stream.name)' has no delta tokens and no list of deletions")
        }
    }

    package func checks() async -> [SourceCheck] {
        var findings: [SourceCheck] = []
        for stream in streams {
            guard let object = objects[stream.name] else { continue }
            findings.append(
                await check(
                    "stream '\(stream.name)'", "/v1/\(object.rawValue)?limit=1\(object.listQuery)",
                    right: "\(object.rawValue): read"))
        }
        findings.append(await check("events", "/v1/events?limit=1", right: "events: read"))
        return findings
    }

    private func check(_ subject: String, _ target: String, right: String) async -> SourceCheck {
        do throws(SourceError) {
            let list = try await list(target, action: "looking at \(subject)")
            guard list.data.first?["livemode"]?.bool != false else {
                return SourceCheck(
                    subject, .warning,
                    "readable, but these are test data; use a key of live mode for the book")
            }
            return SourceCheck(subject, .ok, "readable")
        } catch {
            return SourceCheck(
                subject, .failure, "\(error.detail); the restricted key needs the permission '\(right)'")
        }
    }

    func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: name, detail: detail)
    }
}
