import Evaluation
import Incentives
package import Model
import Randomization
import Storage

/// A plan as a person approved it.
package struct ApprovedPlan: Sendable, Hashable, Codable {
    package var plan: Plan
    /// The text with every default filled in.
    package var resolved: String

    package init(plan: Plan, resolved: String) {
        self.plan = plan
        self.resolved = resolved
    }
}

extension PilotOperations {
    /// Freezes a plan and assigns its partners, in one transaction.
    ///
    /// - Parameter seed: The lots' seed; only a practice store accepts one from outside.
    package func start(_ approved: ApprovedPlan, seed: Seed?, by actor: Actor) async throws -> Pilot {
        if seed != nil, !store.identity.isPractice {
            throw OperationError(
                .invalid,
                "a seed may be given only in a practice store; leave it out and the lots draw their own")
        }
        var entropy = environment.entropy()
        let drawn = seed ?? Seed(using: &entropy)
        let hash = try approved.plan.contentHash()
        return try await store.write { transaction in
            let now = try now(transaction)
            let plan = approved.plan
            let today = Day(now, in: plan.zone)
            try refuseIfNotStartable(plan, hash: hash, today: today, transaction)
            if let other = try transaction.pilots().first(where: { $0.seed == drawn }) {
                throw OperationError(
                    .conflict,
                    "seed \(drawn) has drawn the lots of pilot '\(other.id)'; every pilot needs a seed of its own"
                )
            }
            let book = try book(through: transaction.latestSequence(), transaction)
            let enrolment = Enrolment(
                plan: plan, seed: drawn, day: plan.schedule.starts, book: book, transaction: transaction)
            let draw = try enrolment.firstDraw()
            let cohort = Cohort(book: book, assignments: draw.assignments)
            try enrolment.refuseIfNothingFallsDue(
                Outcomes(of: plan.primary, in: cohort, plan: plan, asOf: plan.schedule.starts).rows.count)
            let pilot = Pilot(
                plan: plan, planHash: hash, state: .running, startedAt: now, seed: drawn,
                rosterHash: try rosterHash(draw.entries), sizeCuts: draw.sizeCuts,
                information: plannedInformation(plan: plan, book: book, assignments: draw.assignments),
                pausedVariants: [])
            try transaction.insert(pilot, resolved: approved.resolved)
            try transaction.journal(
                .pilotStarted, of: plan.pilot.rawValue, at: now, by: actor,
                detail: [
                    "planHash": hash.hex, "rosterHash": pilot.rosterHash.hex,
                    "seedHash": ContentHash(of: drawn.bytes).hex, "sequence": String(book.sequence),
                ])
            try record(draw, of: pilot, on: plan.schedule.starts, at: now, by: actor, transaction)
            try transaction.enqueue(
                message(.pilotStarted, of: pilot, key: "start", at: now, data: ["title": plan.title]),
                to: environment.endpoints(.pilotStarted))
            return pilot
        }
    }

    private func refuseIfNotStartable(
        _ plan: Plan, hash: ContentHash, today: Day, _ transaction: Transaction
    ) throws {
        guard plan.design.kind == .stratified else {
            throw OperationError(
                .invalid,
                "pilot '\(plan.pilot)' was assigned outside Fairway; bring it in with 'fairway import csv FILE --pilot \(plan.pilot)'"
            )
        }
        if let running = try transaction.pilot(plan.pilot) { throw alreadyStarted(running, hash: hash) }
        guard plan.schedule.starts >= today else {
            throw OperationError(
                .invalid,
                "pilot '\(plan.pilot)' starts on \(plan.schedule.starts), which is past (today is \(today)); set 'starts' to today or later"
            )
        }
        let others = try transaction.pilots()
        for other in others
        where other.holdsPartners(on: plan.schedule.starts) && other.plan.layer != plan.layer {
            let shared = other.plan.components.intersection(plan.components).sorted()
            guard shared.isEmpty else {
                throw OperationError(
                    .conflict,
                    "pilot '\(plan.pilot)' of layer '\(plan.layer)' sets \(shared.map { "'\($0.rawValue)'" }.joined(separator: ", ")), "
                        + "which layer '\(other.plan.layer)' owns while pilot '\(other.id)' runs; put both pilots into one layer"
                )
            }
        }
    }

    func alreadyStarted(_ running: Pilot, hash: ContentHash) -> OperationError {
        running.planHash == hash
            ? OperationError(
                .conflict,
                "pilot '\(running.id)' has already started, on \(running.startedAt), with this very plan")
            : OperationError(
                .conflict,
                "pilot '\(running.id)' started on \(running.startedAt) with plan \(running.planHash.short), and the file now says "
                    + "plan \(hash.short); a started plan never changes: undo the edit, or give the new plan a new pilot name"
            )
    }

    /// Stores what a draw decided: roster, holdout, assignments and the first promises.
    func record(
        _ draw: Enrolment.Draw, of pilot: Pilot, on day: Day, at now: Instant, by actor: Actor,
        _ transaction: Transaction
    ) throws {
        try transaction.insert(draw.entries, of: pilot.id, on: day)
        try transaction.insertHeldOut(draw.heldOut, of: pilot.plan.layer, on: day)
        if !draw.heldOut.isEmpty {
            try transaction.journal(
                .holdoutDrawn, of: pilot.plan.layer.rawValue, at: now, by: actor,
                detail: ["pilot": pilot.id.rawValue, "partners": String(draw.heldOut.count)])
        }
        try transaction.insert(draw.assignments)
        try transaction.journal(
            .partnersAssigned, of: pilot.id.rawValue, at: now, by: actor,
            detail: [
                "partners": String(draw.assignments.count),
                "assignments": try ContentHash(ofCanonicalJSON: draw.assignments).hex,
            ])
        try grantPromises(of: pilot, on: day, at: now, transaction)
    }

    /// Grants the promises that have become due.
    func grantPromises(of pilot: Pilot, on day: Day, at now: Instant, _ transaction: Transaction) throws {
        let due = promisesDue(
            assignments: try transaction.assignments(of: pilot.id),
            promises: try transaction.promises(of: pilot.id), paused: Set(pilot.pausedVariants),
            promiseDays: pilot.plan.promiseDays, on: day, pilotEnds: pilot.plan.schedule.ends)
        guard !due.isEmpty else { return }
        try transaction.insert(due)
        try transaction.journal(
            .promisesGranted, of: pilot.id.rawValue, at: now, by: .daemon,
            detail: ["promises": String(due.count), "from": day.description])
    }
}
