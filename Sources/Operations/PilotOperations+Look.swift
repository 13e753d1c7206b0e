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

/// What became of the wish to record a look.
package enum LookRecording: Sendable, Hashable, Codable {
    case recorded(Look)
    /// When the next one is; `nil` after the last.
    case notDue(next: Day?)
    /// A look is due and waits for its data: what is out of date or not settled, one sentence each.
    case withheld([String])

    /// The look, if one was recorded.
    package var look: Look? {
        if case .recorded(let look) = self { look } else { nil }
    }
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

    /// Records a pilot's due look, with everything that follows from it, in one transaction.
    ///
    /// A date that passed unseen is skipped with its alpha unspent: only the latest due date is looked at.
    package func recordDueLook(of id: Pilot.ID, by actor: Actor) async throws -> LookRecording {
        try await store.write { transaction in
            let pilot = try started(id, transaction)
            let now = try now(transaction)
            let today = Day(now, in: pilot.plan.zone)
            let dates = pilot.plan.schedule.lookDates
            let isExternal = pilot.plan.design.kind == .external
            let due = isExternal ? dates.count : dates.count { $0 <= today }
            let last = try transaction.lastPlannedIndex(of: id)
            guard pilot.state == .running, due > last else {
                let isOver = pilot.state == .concluded || last >= dates.count
                return .notDue(next: isOver ? nil : dates[last])
            }
            let earlier = try looks.looks(of: id, in: transaction)
            let look = try look(at: pilot, planned: due, asOf: dates[due - 1], now: now, transaction)
            // The last look waits for its data: there is no other to make up for it.
            if look.isFinal, look.health.isStale { return .withheld(look.health.staleSources) }
            // Data too old for a conclusion say so in the look; data that a reading will settle are waited for.
            let unsettled =
                look.health.isStale
                ? []
                : environment.gate.unsettled(
                    try lookedAtStreams(transaction), configured: environment.streams, asOf: look.asOf,
                    of: pilot.plan)
            if !unsettled.isEmpty { return .withheld(unsettled) }
            try record(look, after: earlier, of: pilot, at: now, by: actor, transaction)
            return .recorded(look)
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
                    streams: try lookedAtStreams(transaction).map(\.essentials),
                    previousLooks: try looks.looks(of: pilot.id, in: transaction)),
                plannedIndex: planned, asOf: asOf, recordedAt: now,
                isPractice: store.identity.isPractice, engine: environment.engine))
    }

    /// The streams whose data looks depend on.
    func lookedAtStreams(_ transaction: Transaction) throws -> [StreamStatus] {
        try transaction.streamStatuses().filter {
            !$0.source.isTrial && ($0.source.isImported || environment.readsSource($0.source))
        }
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
        let paused = try pauseHarmful(look, of: pilot, at: now, transaction)
        try conclude(look, of: pilot, pausing: paused, at: now, transaction)
    }

    func started(_ id: Pilot.ID, _ transaction: Transaction) throws -> Pilot {
        guard let pilot = try transaction.pilot(id) else {
            throw OperationError.noPilot(id, known: try transaction.pilots())
        }
        return pilot
    }
}
