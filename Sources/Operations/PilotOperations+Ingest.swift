package import Model
package import Storage

extension PilotOperations {
    /// Where reading of a stream goes on.
    package func cursor(of stream: String, in source: Source.Name) async throws -> Cursor? {
        try await store.read { try $0.cursor(of: stream, in: source) }
    }

    /// What the book knows of a stream when its reading goes on.
    package func standing(of stream: String, in source: Source.Name) async throws -> StreamStanding {
        try await store.read { try $0.standing(of: stream, in: source) }
    }

    /// Stores a page of facts with its progress, its sweep and its events in one transaction.
    ///
    /// - Throws: `MassChange` when more would vanish than the page's limits let pass; nothing is stored then.
    package func ingest(_ page: OutcomePage) async throws -> StoredPage {
        try await store.write { transaction in
            try transaction.store(page, learnedAt: try now(transaction))
        }
    }

    /// Notes that a stream could not be read; its data grow stale until it can. Told once for each run and class of
    /// failure, the first load's included.
    package func noteFailure(
        of stream: String, in source: Source.Name, reason: String, class: String = "",
        usage: SourceUsage = SourceUsage()
    ) async throws {
        try await store.write { transaction in
            let before = try transaction.streamStatuses().first {
                $0.source == source && $0.stream == stream
            }
            try transaction.noteFailure(of: stream, in: source, reason: reason, usage: usage)
            let stream =
                before
                ?? StreamStatus(
                    source: source, stream: stream, completedThrough: nil, facts: 0, quarantined: 0,
                    lastError: nil)
            try transaction.enqueue(
                message(failureOf: stream, class: `class`, reason: reason, at: try now(transaction)),
                to: environment.endpoints(.syncFailed))
        }
    }

    /// Notes who let a mass change of sources pass; the reading that follows is told to let it. All or none.
    ///
    /// - Parameter streams: of each source; `nil` for all.
    package func acceptMassChange(
        of sources: Set<Source.Name>, streams: Set<String>? = nil, by actor: Actor
    ) async throws {
        try await store.write { transaction in
            let held = try transaction.streamStatuses().filter {
                $0.hold != nil && streams?.contains($0.stream) ?? true
            }
            for source in sources.sorted() {
                let held = held.filter { $0.source == source }
                guard !held.isEmpty else {
                    throw OperationError(
                        .conflict,
                        "nothing of source '\(source)' is held back; a mass change can be accepted once one was found"
                    )
                }
                try transaction.journal(
                    .massChangeAccepted, of: source.rawValue, at: try now(transaction), by: actor,
                    detail: Dictionary(
                        held.map { ($0.stream, $0.hold ?? "") }, uniquingKeysWith: { first, _ in first }))
            }
        }
    }

    /// Brings in a trial that was assigned and measured elsewhere: its facts, its arms and its plan.
    ///
    /// Importing the same file again changes nothing; an edited plan is refused.
    package func importTrial(
        _ approved: ApprovedPlan, page: OutcomePage, arms: [Partner.ID: Variant.ID], by actor: Actor
    ) async throws -> StoredPage {
        let plan = approved.plan
        guard plan.design.kind == .external else {
            throw OperationError(
                .invalid,
                "pilot '\(plan.pilot)' draws its own lots; only a pilot with 'design: external' takes a trial's file"
            )
        }
        let hash = try plan.contentHash()
        return try await store.write { transaction in
            let now = try now(transaction)
            let assignments = arms.sorted { $0.key < $1.key }.enumerated().map { index, arm in
                Assignment(
                    pilot: plan.pilot, partner: arm.key, variant: arm.value, stratum: "external", block: 0,
                    position: index, assignedOn: plan.schedule.starts)
            }
            if let running = try transaction.pilot(plan.pilot) {
                guard running.planHash == hash else { throw alreadyStarted(running, hash: hash) }
                guard try transaction.assignments(of: plan.pilot) == assignments else {
                    throw OperationError(
                        .conflict,
                        "pilot '\(plan.pilot)' was imported with other partners or arms; a stored assignment never changes"
                    )
                }
            } else {
                try insertTrial(
                    approved, hash: hash, assignments: assignments, at: now, by: actor, transaction)
            }
            let stored = try transaction.store(page, learnedAt: now)
            try transaction.journal(
                .factsImported, of: plan.pilot.rawValue, at: now, by: actor,
                detail: [
                    "new": String(stored.newFacts), "repeated": String(stored.repeated),
                    "quarantined": String(stored.quarantined),
                ])
            return stored
        }
    }

    private func insertTrial(
        _ approved: ApprovedPlan, hash: ContentHash, assignments: [Assignment], at now: Instant,
        by actor: Actor, _ transaction: Transaction
    ) throws {
        let plan = approved.plan
        var entropy = environment.entropy()
        let calendar = plan.schedule.lookDates.map {
            Double($0 - plan.schedule.starts) / Double(plan.schedule.ends - plan.schedule.starts)
        }
        let pilot = Pilot(
            plan: plan, planHash: hash, state: .running, startedAt: now, seed: Seed(using: &entropy),
            rosterHash: try ContentHash(ofCanonicalJSON: assignments), sizeCuts: [],
            information: PlannedInformation(byMaturity: calendar, byCalendar: calendar), pausedVariants: [])
        try transaction.insert(pilot, resolved: approved.resolved)
        try transaction.insert(assignments)
        try transaction.journal(
            .pilotStarted, of: plan.pilot.rawValue, at: now, by: actor,
            detail: ["planHash": hash.hex, "design": "external", "partners": String(assignments.count)])
    }

    /// Stores a file of partners or contracts.
    package func importFacts(_ page: OutcomePage, file: String, by actor: Actor) async throws -> StoredPage {
        try await store.write { transaction in
            let now = try now(transaction)
            let stored = try transaction.store(page, learnedAt: now)
            try transaction.journal(
                .factsImported, of: file, at: now, by: actor,
                detail: [
                    "source": page.source.rawValue, "stream": page.stream, "new": String(stored.newFacts),
                    "repeated": String(stored.repeated), "quarantined": String(stored.quarantined),
                ])
            return stored
        }
    }

    /// Moves a practice store's business clock forward.
    package func advanceClock(to instant: Instant, by actor: Actor) async throws {
        guard store.identity.isPractice else { throw StoreError.notPractice(path: store.path) }
        try await store.write { transaction in
            let clock = try transaction.clock()
            if clock == instant { return }
            if let clock, clock > instant {
                throw OperationError(
                    .invalid,
                    "the business clock stands at \(clock) and never goes back; '\(instant)' is earlier")
            }
            try transaction.setClock(instant)
            try transaction.journal(
                .clockAdvanced, of: "clock", at: instant, by: actor,
                detail: ["from": clock?.description ?? ""])
        }
    }
}
