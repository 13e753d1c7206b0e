import Foundation
package import Model

/// Whether the data that a look concludes from are settled: read completely beyond the end of its outcome window,
/// and neither known to lack anything nor half read anew.
package struct DataGate: Sendable, Hashable {
    /// Days after the window's end up to which a stream has to be complete, so that late entries are in.
    ///
    /// What counts is how far the stream is complete, never when it was read: a window ends behind the source's
    /// clock, because records become visible later than their stamps say. The gate opens with the first reading
    /// whose window, less that lag, reaches far enough; nothing is forgiven.
    package var settleDays: Int

    package init(settleDays: Int) { self.settleDays = settleDays }

    /// What is not settled for a look at `asOf`, one sentence each; empty when the gate is open.
    ///
    /// - Parameter configured: streams that should have been read.
    func unsettled(
        _ streams: [StreamStatus], configured: [ConfiguredStream] = [], asOf: Day, of plan: Plan
    ) -> [String] {
        // An imported trial is complete as it is.
        guard plan.design.kind == .stratified else { return [] }
        let needed = (asOf + settleDays).start(in: plan.zone)
        let after =
            settleDays == 0
            ? "" : ", \(settleDays) day\(settleDays == 1 ? "" : "s") after the day that is looked at"
        var sentences: [String] = []
        for stream in streams where !stream.source.isImported && stream.kind?.feedsMetrics ?? true {
            let name = "data not settled: \(stream.source)/\(stream.stream): "
            sentences += stream.doubts.map { name + $0 }
            if let through = stream.completedThrough, through >= needed { continue }
            let until = stream.completedThrough.map { "complete only up to \($0)" } ?? "never read completely"
            sentences.append("\(name)\(until); needed up to \(needed)\(after)")
        }
        let known = Set(streams.map { ConfiguredStream.Name(source: $0.source, stream: $0.stream) })
        for stream in configured where stream.kind?.feedsMetrics ?? true {
            let isKnown =
                stream.name.stream.isEmpty
                ? known.contains { $0.source == stream.name.source } : known.contains(stream.name)
            guard !isKnown else { continue }
            let name = [stream.name.source.rawValue, stream.name.stream].filter { !$0.isEmpty }
            sentences.append(
                "data not settled: \(name.joined(separator: "/")): configured and never read; needed up to \(needed)\(after)"
            )
        }
        return sentences
    }
}

/// A stream that the configuration names.
package struct ConfiguredStream: Sendable, Hashable {
    package struct Name: Sendable, Hashable {
        package var source: Source.Name
        /// Empty where the source's streams cannot be told: any of them stands for it.
        package var stream: String

        package init(source: Source.Name, stream: String) {
            self.source = source
            self.stream = stream
        }
    }

    package var name: Name
    /// What its facts are about, where that is known.
    package var kind: FactKind?

    package init(_ source: Source.Name, _ stream: String, kind: FactKind?) {
        name = Name(source: source, stream: stream)
        self.kind = kind
    }
}

extension FactKind {
    /// Whether what pilots are decided on is computed from such facts.
    fileprivate var feedsMetrics: Bool {
        switch self {
        case .partner, .contract, .observation, .renewal, .churn, .discount, .attribution: true
        case .milestone, .reading, .payment, .opportunity, .forecast: false
        }
    }
}
