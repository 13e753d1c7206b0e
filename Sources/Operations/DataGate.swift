import Foundation
import Model

/// Whether the data that a look concludes from are settled: read completely beyond the end of its outcome window.
package struct DataGate: Sendable, Hashable {
    /// Days after the window's end up to which a stream has to be complete, so that late entries are in.
    package var settleDays: Int
    /// How far a window may end behind the moment it was read at: sources show records later than they stamp them.
    private static let readingLag = 3600.0

    package init(settleDays: Int) { self.settleDays = settleDays }

    /// What is not settled for a look at `asOf`, one sentence each; empty when the gate is open.
    func unsettled(_ streams: [StreamStatus], asOf: Day, of plan: Plan) -> [String] {
        // An imported trial is complete as it is.
        guard plan.design.kind == .stratified else { return [] }
        let needed = (asOf + settleDays).start(in: plan.zone)
        return streams.filter { stream in
            guard !stream.source.isImported, stream.kind?.feedsMetrics ?? true else { return false }
            guard let through = stream.completedThrough else { return true }
            return through.adding(seconds: Self.readingLag) < needed
        }.map { stream in
            let until = stream.completedThrough.map { "complete only up to \($0)" } ?? "never read completely"
            let days = settleDays == 0 ? "" : ", \(settleDays) days after the day that is looked at"
            return
                "data not settled: \(stream.source)/\(stream.stream): \(until); needed up to \(needed)\(days)"
        }
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
