import Foundation
import Model
import Operations
import Sandbox

/// A demo that was played to its end, and where its pages can be read.
package struct DemoOutcome: Encodable {
    var summary: DemoSummary
    /// How long it took.
    var seconds: Double
    /// Where the pages are served; `nil` when they are not.
    var pages: String?
    /// Where everything is kept; `nil` when it is not.
    var directory: String?

    /// For people: each pilot with its truth, then where to read on.
    package var text: String {
        let tenths = Int((seconds * 10).rounded())
        let lines = [
            "", summary.text, "played in \(tenths / 10).\(tenths % 10) seconds",
            "next: fairway init; fairway new my-pilot; fairway validate my-pilot --resolved",
            pages.map { "\npages: \($0)   (Ctrl-C to stop)" },
            directory.map { "\nkept in \($0): store, exports, webhook deliveries and reports" },
        ]
        return lines.compactMap { $0 }.joined(separator: "\n")
    }
}

/// What the demo found, with the truth beside each verdict.
struct DemoSummary: Codable {
    struct Entry: Codable {
        var pilot: Pilot.ID
        var title: String
        var truth: Truth.Label
        var trueRenewalEffect: Double
        var looks: Int
        var lastWeek: String
        var verdict: Verdict.Kind
        var reason: String
        var recommendation: Recommendation.Action
        var wasPaused: Bool
        var isFragile: Bool
        var report: String
    }

    var seed: UInt64
    var entries: [Entry]
    var webhooksVerified: Int
    var webhooksRefused: Int
    var webhookMessages: Int
    /// How often the daemon was killed on the way.
    var kills: Int

    init(
        progress: DemoProgress, daemon: SteeredDaemon, vendor: PracticeVendor, receiver: DeliveryCounts
    ) async throws {
        seed = progress.seed
        webhooksVerified = receiver.verified
        webhooksRefused = receiver.refused
        webhookMessages = receiver.uniqueIDs
        kills = daemon.killCount
        let truth = try await vendor.truth()
        entries = []
        for status in try await daemon.status().pilots {
            let looks = try await daemon.looks(of: status.pilot)
            guard let last = looks.last, let verdict = last.verdicts.first,
                let effect = truth.effects.first(where: { $0.plan.rawValue == status.pilot.rawValue })
            else { continue }
            entries.append(
                Entry(
                    pilot: status.pilot, title: status.title, truth: effect.label,
                    trueRenewalEffect: effect.renewal, looks: looks.count,
                    lastWeek: last.asOf.isoWeek.description, verdict: verdict.kind, reason: verdict.reason,
                    recommendation: last.recommendation.action, wasPaused: !status.pausedVariants.isEmpty,
                    isFragile: last.influence.contains(where: \.isFragile),
                    report: "\(daemon.reports)/\(status.pilot)/\(last.asOf.isoWeek).html"))
        }
    }

    var text: String {
        var lines: [String] = []
        for entry in entries {
            let found = [
                "recommends to \(entry.recommendation.rawValue)",
                entry.wasPaused ? "paused its variant" : nil,
                entry.isFragile ? "fragile: rests on one partner" : nil,
            ].compactMap { $0 }.joined(separator: ", ")
            lines.append("\(entry.pilot) (\(entry.looks) looks, last \(entry.lastWeek))")
            lines.append("  found: \(entry.verdict.rawValue), \(found)")
            lines.append("         \(entry.reason)")
            lines.append(
                "  truth: \(Self.words(entry.truth)), true change in renewals \(Self.points(entry.trueRenewalEffect))"
            )
            lines.append("  read:  \(entry.report)")
        }
        lines.append("")
        lines.append(
            "webhooks: \(webhookMessages) messages delivered; signatures verified: \(webhooksVerified) good, \(webhooksRefused) bad"
        )
        return lines.joined(separator: "\n")
    }

    private static func words(_ label: Truth.Label) -> String {
        switch label {
        case .gain: "a true gain"
        case .harm: "a true harm"
        case .null: "no effect"
        case .whale: "one large partner makes the difference"
        }
    }

    private static func points(_ value: Double) -> String {
        let tenths = Int((abs(value) * 1000).rounded())
        return "\(value < 0 ? "\u{2212}" : "")\(tenths / 10).\(tenths % 10) points"
    }
}
