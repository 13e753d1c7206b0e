internal import Foundation
package import Model
internal import Transport

/// Any source whose lists can be asked for by one repeated request, as its mapping describes it.
///
/// Streams whose request names the window's lower end are read by windows; the others whole each time. What a
/// list says and how it goes on is the mapping's; what may be trusted is decided here: links stay at the source,
/// records have ids, cursors move, and a list read by offset did not shift under the reader.
package struct GenericSource: OutcomeSource {
    package let name: Source.Name
    package let streams: [StreamPlan]
    let client: SourceClient
    let requests: [String: RequestPlan]
    let rows: [String: GenericRows]

    /// Throws `unmappable` when a stream cannot be asked for as its mapping says.
    package init(_ configuration: GenericConfiguration, client: SourceClient) throws(SourceError) {
        name = configuration.name
        self.client = client
        var streams: [StreamPlan] = []
        var requests: [String: RequestPlan] = [:]
        var rows: [String: GenericRows] = [:]
        for mapping in configuration.mapping.streams {
            do throws(RequestFault) {
                let request = try RequestPlan(mapping)
                streams.append(
                    StreamPlan(
                        mapping: mapping,
                        incremental: request.asksForChanges
                            ? .windows(lag: configuration.lag, overlap: configuration.overlap) : .snapshot,
                        listsIdentities: request.asksForChanges))
                requests[mapping.stream] = request
                rows[mapping.stream] = GenericRows(mapping, request.mapping)
            } catch {
                throw SourceError(
                    .unmappable, source: configuration.name,
                    detail: "stream '\(mapping.stream)' \(error.reason)")
            }
        }
        self.streams = streams
        self.requests = requests
        self.rows = rows
    }

    package func serverTime() async throws(SourceError) -> Instant {
        guard let stream = streams.first, let request = requests[stream.name] else {
            throw error(.unmappable, "has no stream, so that nothing can be asked; add one to its mapping")
        }
        let ask = Ask(
            stream: stream.name, plan: request, walk: .full(upper: Instant(milliseconds: 0)), pageSize: 1)
        let response = try await send(ask, at: GenericPosition(), action: "asking for the server's time")
            .response
        guard let seconds = response.serverTime else {
            throw error(.malformed, "asking for the server's time: the answer has no Date header")
        }
        return Instant(milliseconds: Int64(seconds) * 1000)
    }

    package func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? { nil }

    package func page(
        of stream: StreamPlan, in walk: Walk, after position: Position?
    ) async throws(SourceError) -> SourcePage {
        guard let request = requests[stream.name] else {
            throw error(
                .unmappable,
                "there is no stream '\(stream.name)'; expected one of \(streams.map(\.name).joined(separator: ", "))"
            )
        }
        switch walk {
        case .full, .changes, .identities: break
        case .delta, .deletions:
            throw error(.unmappable, "stream '\(stream.name)' has no delta tokens and no list of deletions")
        }
        var state = GenericPosition()
        if let position {
            guard
                let known = try? JSONDecoder().decode(GenericPosition.self, from: Data(position.text.utf8))
            else {
                throw error(
                    .forgottenPosition,
                    "stream '\(stream.name)': the stored position is not one of this connector's")
            }
            state = known
        }
        return try await page(
            Ask(stream: stream.name, plan: request, walk: walk, pageSize: request.mapping.pageSize),
            at: state)
    }

    func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: name, detail: detail)
    }
}

extension GenericSource {
    package func checks() async -> [SourceCheck] {
        let upper: Instant
        do throws(SourceError) {
            upper = try await serverTime()
        } catch {
            return [SourceCheck("connection", .failure, error.detail)]
        }
        var findings = [SourceCheck("connection", .ok, "the source answers; its clock says \(upper)")]
        for stream in streams {
            do throws(SourceError) {
                let page = try await page(of: stream, in: .full(upper: upper), after: nil)
                findings.append(
                    SourceCheck(
                        "stream '\(stream.name)'", .ok, "the first page has \(page.rows.count) records"))
                findings += emptyFields(of: page, stream: stream)
            } catch {
                findings.append(SourceCheck("stream '\(stream.name)'", .failure, error.detail))
            }
        }
        return findings
    }

    /// A field that no record of a page has is probably misspelt: such a source does not say so itself.
    private func emptyFields(of page: SourcePage, stream: StreamPlan) -> [SourceCheck] {
        guard page.records.count > 0 else { return [] }
        var findings: [SourceCheck] = []
        for (index, field) in page.records.fields.enumerated()
        where (0..<page.records.count).allSatisfy({ page.records[$0, index] == .absent }) {
            findings.append(
                SourceCheck(
                    "field '\(field)' of \(stream.name)", .warning,
                    "none of the first \(page.records.count) records has it; check its spelling"))
        }
        let modified = requests[stream.name]?.mapping.modified
        if let modified, page.rows.allSatisfy({ $0.version.isEmpty }) {
            findings.append(
                SourceCheck(
                    "field '\(modified.path)' of \(stream.name)", .warning,
                    "no record says when it was last changed; check 'request.modified'"))
        }
        return findings
    }
}
