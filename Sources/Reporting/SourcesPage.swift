package import Model

/// How the reading of each stream goes, as a page.
package struct SourcesPage: Sendable {
    private let now: Instant
    private let streams: [StreamStatus]
    private let events: [RecordedEvent]
    private let isPractice: Bool

    /// - Parameters:
    ///   - streams: in the order they are shown.
    ///   - events: the newest first.
    package init(now: Instant, streams: [StreamStatus], events: [RecordedEvent], isPractice: Bool) {
        self.now = now
        self.streams = streams
        self.events = events
        self.isPractice = isPractice
    }

    package func html() throws -> String { try HTMLRenderer.page(document) }

    private var document: Document {
        Document(
            title: "Sources", subtitle: "As of \(now)",
            banner: isPractice ? "PRACTICE: all of this is simulated data." : nil,
            sections: [readings, happenings])
    }

    private var readings: Document.Section {
        guard !streams.isEmpty else {
            return Document.Section(
                anchor: "streams", heading: "Nothing was read yet",
                blocks: [.paragraph("Name a system under 'sources' and read it with: fairway sync")])
        }
        let troubled = streams.filter { trouble(of: $0) != nil }.count
        let lead =
            troubled == 0
            ? "All \(PlainWords.counted(streams.count, "stream")) are read well."
            : "\(PlainWords.counted(troubled, "stream")) of \(streams.count) cannot be read as planned."
        return Document.Section(
            anchor: "streams", heading: "Streams",
            blocks: [
                .lead(lead),
                .table(
                    Document.Table(
                        caption: "How far each stream is read, and what stands in the way",
                        columns: [
                            .text("Stream"), .text("Complete through"), .text("Behind"), .number("Records"),
                            .number("Set aside"), .text("Requests used"), .text("Ids last compared"),
                            .text("State"),
                        ], rows: streams.map(row),
                        tones: streams.map { trouble(of: $0) == nil ? .good : .bad })),
            ])
    }

    private func row(_ stream: StreamStatus) -> [String] {
        let behind = stream.lag(at: now).map(PlainWords.duration)
        let quota = stream.quota.map { "\($0.used) of \($0.limit)" }
        return [
            "\(stream.source)/\(stream.stream)", stream.completedThrough?.description ?? "never",
            behind ?? "unknown", stream.live.map { "\($0)" } ?? "unknown", "\(stream.quarantined)",
            quota ?? "not told", stream.lastReconcile.map(words) ?? "not yet",
            trouble(of: stream) ?? "read well",
        ]
    }

    private func trouble(of stream: StreamStatus) -> String? {
        if let hold = stream.hold { return "held until somebody has looked: \(hold)" }
        if let until = stream.throttledUntil, until > now { return "throttled until \(until)" }
        return stream.lastError ?? stream.doubts.first
    }

    private func words(_ reconciliation: Reconciliation) -> String {
        let (source, book) = (reconciliation.missingAtSource, reconciliation.missingInBook)
        let found =
            source + book == 0
            ? "nothing missing" : "\(source) missing at the source, \(book) in the book"
        return "\(reconciliation.at): \(found)\(reconciliation.isSettled ? "" : ", to be confirmed")"
    }

    private var happenings: Document.Section {
        Document.Section(
            anchor: "events", heading: "What happened lately",
            blocks: [
                events.isEmpty
                    ? .paragraph("Nothing out of the ordinary.")
                    : .list(
                        title: nil,
                        items: events.map { recorded in
                            let mark = recorded.event.isWarning ? "Look at this: " : ""
                            return "\(recorded.at), \(recorded.source)/\(recorded.stream). \(mark)"
                                + recorded.event.detail
                        })
            ])
    }
}
