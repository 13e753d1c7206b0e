package import Model
import Storage

/// Where everything stands.
package struct Status: Sendable, Hashable, Codable {
    package struct PilotStatus: Sendable, Hashable, Codable {
        package var pilot: Pilot.ID
        package var title: String
        package var state: Pilot.State
        package var looksTaken: Int
        package var looksPlanned: Int
        package var lastLook: Day?
        package var recommendation: Recommendation.Action?
        package var verdict: String?
        package var guardrails: [String: GuardrailResult.State]
        package var pausedVariants: [Variant.ID]
    }

    package var store: String
    package var isPractice: Bool
    package var now: Instant
    package var sequence: Int64
    package var pilots: [PilotStatus]
    package var sources: [StreamStatus]
    package var pendingDeliveries: Int
    package var deadDeliveries: Int
    /// What happened to streams lately, newest first.
    package var sourceEvents: [RecordedEvent]
    /// Looks that are due and wait for their data, one sentence for each reason.
    package var waiting: [String] = []

    /// Whether a guardrail of a pilot that still runs is breached.
    package var hasOpenBreach: Bool {
        pilots.contains { $0.state == .running && $0.guardrails.values.contains(.breached) }
    }
}

extension PilotOperations {
    package func status() async throws -> Status {
        try await store.read { transaction in
            Status(
                store: store.path, isPractice: store.identity.isPractice, now: try now(transaction),
                sequence: try transaction.latestSequence(),
                pilots: try transaction.pilots().map { try status(of: $0, transaction) },
                sources: try transaction.streamStatuses(),
                pendingDeliveries: try transaction.deliveryCount(.pending),
                deadDeliveries: try transaction.deliveryCount(.dead),
                sourceEvents: try transaction.streamEvents(limit: 50),
                waiting: try waiting(transaction))
        }
    }

    /// Why looks that are due are not recorded yet.
    private func waiting(_ transaction: Transaction) throws -> [String] {
        let today = try now(transaction)
        let streams = try lookedAtStreams(transaction)
        var sentences: [String] = []
        for pilot in try transaction.pilots() where pilot.state == .running {
            let due = pilot.plan.schedule.lookDates.filter { $0 <= Day(today, in: pilot.plan.zone) }
            guard let asOf = due.last, due.count > (try transaction.lastPlannedIndex(of: pilot.id)) else {
                continue
            }
            sentences += environment.gate.unsettled(
                streams, configured: environment.streams, asOf: asOf, of: pilot.plan
            ).map { "\(pilot.id), look at \(asOf): \($0)" }
        }
        return sentences
    }

    private func status(of pilot: Pilot, _ transaction: Transaction) throws -> Status.PilotStatus {
        let recorded = try looks.looks(of: pilot.id, in: transaction)
        let last = recorded.last
        return Status.PilotStatus(
            pilot: pilot.id, title: pilot.plan.title, state: pilot.state, looksTaken: recorded.count,
            looksPlanned: pilot.plan.schedule.lookDates.count, lastLook: last?.asOf,
            recommendation: last?.recommendation.action, verdict: last?.verdicts.first?.reason,
            guardrails: Dictionary(
                (last?.guardrails ?? []).map { ("\($0.metric.id)/\($0.variant)", $0.state) },
                uniquingKeysWith: { first, _ in first }),
            pausedVariants: pilot.pausedVariants)
    }
}
