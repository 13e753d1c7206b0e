package import Model

/// Decides what of a stream is read next and what it then may claim. Pure: time, pages and faults come in, steps,
/// sweeps and events go out; asking, mapping and storing is the driver's.
package struct StreamMachine: Sendable {
    package let source: Source.Name
    package let plan: StreamPlan
    package let limits: LoopLimits
    package internal(set) var progress: StreamProgress

    package init(
        source: Source.Name, plan: StreamPlan, progress: StreamProgress, limits: LoopLimits = LoopLimits()
    ) {
        self.source = source
        self.plan = plan
        self.progress = progress
        self.limits = limits
    }

    /// What is read next.
    package enum Step: Sendable, Hashable {
        case read(Walk, after: Position?)
        /// The run is over.
        case done
    }

    package var step: Step {
        guard let walk = progress.run?.walks.first else { return .done }
        return .read(walk.walk, after: walk.position)
    }

    /// What a run is opened with.
    package struct Opening: Sendable {
        package var serverTime: Instant
        /// This machine's time.
        package var now: Instant
        /// A practice's clock is nobody's: no skew is looked for.
        package var isPractice = false
        package var mode = SyncRequest.Mode.routine
        /// Lets what was held last pass.
        package var accepts = false
        /// Records of the stream that the book has as live, those it is known to lack, and those that the latest
        /// walk did not list.
        package var live = 0
        package var lost = 0
        package var missing = 0
        /// Whether the source says that a mapped field is calculated.
        package var hasCalculatedField = false

        package init(serverTime: Instant, now: Instant) {
            self.serverTime = serverTime
            self.now = now
        }
    }

    /// Whether what a walk did not list may have moved while it was read, so that later changes must confirm it.
    var needsConfirmation: Bool {
        switch plan.incremental {
        case .windows, .token: true
        case .snapshot, .files: false
        }
    }

    private var isWindowed: Bool {
        if case .windows = plan.incremental { true } else { false }
    }

    func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: source, detail: "stream '\(plan.name)': \(detail)")
    }
}

// MARK: - Opening a run

extension StreamMachine {
    /// Goes on with an open run, or opens the one that is due.
    package mutating func open(_ opening: Opening) -> [StreamEvent] {
        let clock = ServerClock(
            server: opening.serverTime, before: progress.serverTime,
            machine: opening.isPractice ? nil : opening.now, widening: progress.widening, limits: limits)
        progress.serverTime = opening.serverTime
        progress.widening = clock.widening
        let mapping = plan.mapping.fingerprint
        let accepted = opening.accepts ? progress.held : nil
        if var run = progress.run, run.mapping == mapping, goesOn(run, opening.mode) {
            run.accepted = accepted ?? run.accepted
            // Each call has its own tries.
            for index in run.walks.indices {
                run.walks[index].repeats = 0
                run.walks[index].restarts = 0
            }
            progress.run = run
            return clock.events
        }
        let isGivenUp = progress.run != nil
        if isGivenUp { abandon() }
        if let closing = progress.closing, closing.needsWalk, closing.isSettled, opening.missing == 0 {
            progress.closing = nil
        }
        // A cursor that tells no mapping was written before mappings were told apart.
        let isRemapped = progress.completedThrough != nil && progress.mapping != mapping
        var (run, events) = due(opening, now: clock.now, isRemapped: isRemapped)
        run.abandons = isGivenUp
        run.accepted = accepted
        progress.run = run
        return clock.events + events
    }

    /// Whether an open run is gone on with. What reads from a moment on comes after it, not in its place: a
    /// reading of everything that is given up is owed and begins anew.
    private func goesOn(_ run: OpenRun, _ mode: SyncRequest.Mode) -> Bool {
        switch mode {
        case .routine, .since: true
        case .full: run.mode == .full
        }
    }

    /// Whether part of the book is read anew and the rest is not.
    package var isReadAgain: Bool { progress.completedThrough != nil && progress.run?.isFull == true }

    /// Opens a reading of everything in place of the run that is open.
    package mutating func openFull(_ opening: Opening, because reason: StreamEvent) -> [StreamEvent] {
        var opening = opening
        opening.mode = .full
        abandon()
        let events = open(opening)
        progress.run?.abandons = true
        return [reason] + events
    }

    /// Gives up the open run and what was collected for it.
    mutating func abandon() {
        progress.run = nil
        if progress.closing != nil { progress.lastReconcile = nil }
        progress.closing = nil
    }

    private func due(
        _ opening: Opening, now: Instant, isRemapped: Bool
    ) -> (OpenRun, [StreamEvent]) {
        var lag = 0.0
        var overlap = 0.0
        if case .windows(let planned, let reach) = plan.incremental {
            lag = planned.seconds
            overlap = reach.seconds
        }
        let lagged = now.adding(seconds: -lag)
        let upper = max(lagged, progress.completedThrough ?? lagged)
        let reason = reasonForFull(opening, now: now, isRemapped: isRemapped)
        var run = OpenRun(
            startedAt: opening.now, upper: upper, mode: opening.mode, walks: [], isFull: reason != nil,
            mapping: plan.mapping.fingerprint)
        if let reason {
            // The first reading has nothing that could be missing.
            var sweeps =
                plan.incremental != .files && (opening.live > 0 || progress.completedThrough != nil)
            if plan.listsIdentities, plan.incremental == .token || opening.lost > 0 {
                // What is deleted between its page and the token is told by neither of them, but by the ids; and only
                // they tell whether what is missing here is still there.
                sweeps = false
                run.walks = [OpenWalk(.identities(upper: upper), sweeps: true)]
            }
            run.bringsLost = opening.lost > 0
            run.walks.insert(OpenWalk(.full(upper: upper), sweeps: sweeps), at: 0)
            return (run, reason.isRoutine ? [] : [reason.event])
        }
        let completed = progress.completedThrough ?? upper
        var lower = completed.adding(seconds: -overlap - progress.widening)
        var readsWindow = isWindowed
        if case .since(let moment) = opening.mode {
            lower = min(lower, moment)
            readsWindow = true
        }
        if plan.walksDeletions { run.walks.append(OpenWalk(.deletions(lower: lower, upper: upper))) }
        if readsWindow { run.walks.append(OpenWalk(.changes(lower: lower, upper: upper))) }
        if !isWindowed || plan.incremental == .token, let token = progress.token {
            run.walks.append(OpenWalk(.delta(token: token, upper: upper)))
        }
        if plan.listsIdentities, isReconciliationDue(now, opening) {
            run.walks.append(OpenWalk(.identities(upper: upper), sweeps: true))
        }
        return (run, [])
    }

    private struct FullReason {
        var event: StreamEvent
        /// Always read so: nothing to tell.
        var isRoutine = false
    }

    /// Why everything is read; `nil` when what changed is enough.
    private func reasonForFull(_ opening: Opening, now: Instant, isRemapped: Bool) -> FullReason? {
        func full(_ words: String) -> FullReason {
            FullReason(event: StreamEvent(.fullReading, "everything is read: \(words)"))
        }
        switch plan.incremental {
        case .files
        where progress.token != nil && opening.mode == .routine && opening.lost == 0:
            // Files that were read are not read again: an old one would restate what a later one has replaced. A
            // mapping that has changed is the connector's to notice, who knows which files are gone.
            return nil
        case .snapshot, .files:
            return FullReason(event: StreamEvent(.fullReading, ""), isRoutine: true)
        case .windows, .token: break
        }
        if progress.completedThrough == nil { return full("it was never read completely") }
        if isRemapped { return full("the mapping has changed") }
        if opening.mode == .full { return full("somebody asked for it") }
        // Where that was just tried, it would not bring them now either.
        if opening.lost > 0, isPast(limits.repeatSeconds, since: progress.lastLostReading, now) {
            return FullReason(
                event: StreamEvent(
                    .missingInBook,
                    "\(opening.lost) records were missing in the book; everything is read again"))
        }
        if plan.incremental == .token, progress.token == nil { return full("there is no delta token") }
        let hours =
            plan.mapping.refreshHours ?? (opening.hasCalculatedField ? limits.calculatedRefreshHours : nil)
        if let hours, isPast(Double(hours) * 3600, since: progress.lastFull, now) {
            return full("a refresh is due every \(hours) hours")
        }
        if !plan.listsIdentities, isReconciliationDue(now, opening) {
            return full("a reconciliation is due")
        }
        return nil
    }

    /// Every week, and soon where only a second walk can tell whether what the first did not list is gone.
    private func isReconciliationDue(_ now: Instant, _ opening: Opening) -> Bool {
        isPast(limits.reconcileSeconds, since: progress.lastReconcile, now)
            || progress.closing?.needsWalk == true && opening.missing > 0
                && isPast(limits.repeatSeconds, since: progress.lastReconcile, now)
    }

    private func isPast(_ seconds: Double, since last: Instant?, _ now: Instant) -> Bool {
        last.map { now.seconds(since: $0) >= seconds } ?? true
    }
}
