import Evaluation
import Foundation
package import Model
import Storage

/// A look that waits to be recorded.
package struct DueLook: Sendable, Hashable {
    package var pilot: Pilot.ID
    /// Counts the plan's look dates from 1.
    package var plannedIndex: Int
}

extension PilotOperations {
    /// What the next look would conclude today, or what the last one did once no other follows; records
    /// nothing and spends no alpha.
    package func previewLook(of id: Pilot.ID) async throws -> Look {
        try await store.read { transaction in
            let pilot = try started(id, transaction)
            let now = try now(transaction)
            let dates = pilot.plan.schedule.lookDates
            if let last = try looks.looks(of: id, in: transaction).last,
                pilot.state == .concluded || last.plannedIndex == dates.count
            {
                return last
            }
            let next = min(try transaction.lastPlannedIndex(of: id) + 1, dates.count)
            let today = Day(now, in: pilot.plan.zone)
            let asOf = pilot.plan.design.kind == .external ? dates[next - 1] : min(today, dates[next - 1])
            return try look(at: pilot, planned: next, asOf: asOf, now: now, transaction)
        }
    }

    /// The looks of running pilots that have fallen due and are not recorded.
    package func dueLooks() async throws -> Set<DueLook> {
        try await store.read { transaction in
            let now = try now(transaction)
            var due: Set<DueLook> = []
            for pilot in try transaction.pilots() where pilot.state == .running {
                let today = Day(now, in: pilot.plan.zone)
                let planned = pilot.plan.schedule.lookDates.count { $0 <= today }
                if planned > (try transaction.lastPlannedIndex(of: pilot.id)) {
                    due.insert(DueLook(pilot: pilot.id, plannedIndex: planned))
                }
            }
            return due
        }
    }

    /// Records a pilot's due look, with everything that follows from it, in one transaction; `nil` when
    /// none is due.
    ///
    /// A date that passed unseen is skipped with its alpha unspent: only the latest due date is looked at.
    package func recordDueLook(of id: Pilot.ID, by actor: Actor) async throws -> Look? {
        try await store.write { transaction in
            let pilot = try started(id, transaction)
            let now = try now(transaction)
            let today = Day(now, in: pilot.plan.zone)
            let dates = pilot.plan.schedule.lookDates
            let isExternal = pilot.plan.design.kind == .external
            let due = isExternal ? dates.count : dates.count { $0 <= today }
            guard pilot.state == .running, due > (try transaction.lastPlannedIndex(of: id)) else {
                return nil
            }
            let earlier = try looks.looks(of: id, in: transaction)
            let look = try look(at: pilot, planned: due, asOf: dates[due - 1], now: now, transaction)
            // The last look waits for its data: there is no other to make up for it.
            if look.isFinal, look.health.isStale { return nil }
            try record(look, after: earlier, of: pilot, at: now, by: actor, transaction)
            return look
        }
    }

    private func look(
        at pilot: Pilot, planned: Int, asOf: Day, now: Instant, _ transaction: Transaction
    ) throws -> Look {
        evaluate(
            LookRequest(
                pilot: pilot,
                snapshot: Snapshot(
                    book: try book(through: transaction.latestSequence(), transaction),
                    assignments: try transaction.assignments(of: pilot.id).filter { $0.assignedOn <= asOf },
                    promises: try transaction.promises(of: pilot.id),
                    streams: try transaction.streamStatuses().filter {
                        !$0.source.isImported && environment.readsSource($0.source)
                    },
                    previousLooks: try looks.looks(of: pilot.id, in: transaction)),
                plannedIndex: planned, asOf: asOf, recordedAt: now,
                isPractice: store.identity.isPractice, engine: environment.engine))
    }

    private func record(
        _ look: Look, after earlier: [Look], of pilot: Pilot, at now: Instant, by actor: Actor,
        _ transaction: Transaction
    ) throws {
        try transaction.insert(look)
        try transaction.journal(
            .lookRecorded, of: pilot.id.rawValue, at: now, by: actor,
            detail: [
                "look": String(look.index), "sequence": String(look.snapshotSequence),
                "recommendation": look.recommendation.action.rawValue,
                "content": try ContentHash(ofCanonicalJSON: look).hex,
            ])
        try actOnBreaches(look, after: earlier, of: pilot, at: now, transaction)
        try conclude(look, of: pilot, at: now, transaction)
    }

    /// A new breach is journalled and told once; one that pauses also stops new promises of its variant.
    private func actOnBreaches(
        _ look: Look, after earlier: [Look], of pilot: Pilot, at now: Instant, _ transaction: Transaction
    ) throws {
        for breach in look.guardrails where breach.state == .breached {
            let isKnown = earlier.contains { look in
                look.guardrails.contains {
                    $0.metric == breach.metric && $0.variant == breach.variant && $0.state == .breached
                }
            }
            guard !isKnown else { continue }
            try transaction.journal(
                .guardrailBreached, of: pilot.id.rawValue, at: now, by: .daemon,
                detail: [
                    "metric": breach.metric.id.rawValue, "variant": breach.variant.rawValue,
                    "look": String(look.index),
                ])
            if breach.severity == .pause,
                try transaction.pause(breach.variant, of: pilot.id, look: look.index)
            {
                try transaction.journal(
                    .variantPaused, of: pilot.id.rawValue, at: now, by: .daemon,
                    detail: ["variant": breach.variant.rawValue, "metric": breach.metric.id.rawValue])
            }
            try transaction.enqueue(
                message(
                    .guardrailBreached, of: pilot, key: "\(look.index)/\(breach.metric.id)/\(breach.variant)",
                    at: now,
                    data: [
                        "look": String(look.index), "variant": breach.variant.rawValue,
                        "metric": breach.metric.id.rawValue, "severity": breach.severity.rawValue,
                        "reason": breach.reason,
                        "done": breach.severity == .pause
                            ? "new promises of '\(breach.variant)' are paused; promised and earned pay goes on"
                            : "nothing was paused",
                        "report": environment.reportURL("\(pilot.id)/\(look.asOf.isoWeek)"),
                    ]),
                to: environment.endpoints(.guardrailBreached))
        }
    }

    /// A recommendation to scale or to stop ends the looks, and so does the last look: people decide now.
    private func conclude(_ look: Look, of pilot: Pilot, at now: Instant, _ transaction: Transaction) throws {
        let action = look.recommendation.action
        guard look.isFinal || action == .scale || action == .stop else { return }
        try transaction.setState(.concluded, of: pilot.id)
        try transaction.journal(
            .pilotConcluded, of: pilot.id.rawValue, at: now, by: .daemon,
            detail: ["look": String(look.index), "recommendation": action.rawValue])
        var data = [
            "look": String(look.index), "recommendation": action.rawValue,
            "reason": look.recommendation.reasons.first ?? "",
            "report": environment.reportURL("\(pilot.id)/\(look.asOf.isoWeek)"),
        ]
        data["variant"] = look.recommendation.variant?.rawValue
        try transaction.enqueue(
            message(.recommendationIssued, of: pilot, key: String(look.index), at: now, data: data),
            to: environment.endpoints(.recommendationIssued))
    }

    /// A message whose id follows from what it is about, so that it can be written only once.
    func message(
        _ kind: OutboxMessage.Kind, of pilot: Pilot, key: String, at now: Instant, data: [String: String]
    ) throws -> OutboxMessage {
        struct Body: Encodable {
            var type: String
            var timestamp: Instant
            var data: [String: String]
        }
        var data = data
        data["pilot"] = pilot.id.rawValue
        data["practice"] = store.identity.isPractice ? "yes" : "no"
        let identity = "\(kind.rawValue)\n\(pilot.id)\n\(pilot.seed)\n\(key)"
        let body = try CanonicalJSON.encode(Body(type: kind.rawValue, timestamp: now, data: data))
        return OutboxMessage(
            id: "msg_" + ContentHash(of: Array(identity.utf8)).hex.prefix(32), kind: kind, createdAt: now,
            body: String(decoding: body, as: UTF8.self))
    }

    func started(_ id: Pilot.ID, _ transaction: Transaction) throws -> Pilot {
        guard let pilot = try transaction.pilot(id) else {
            throw OperationError.noPilot(id, known: try transaction.pilots())
        }
        return pilot
    }
}
