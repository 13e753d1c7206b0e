package import Model

extension StreamMachine {
    /// What can be done about a fault without anybody's help.
    package enum Recovery: Sendable, Hashable {
        /// The step has changed; it is tried.
        case goOn([StreamEvent])
        /// Everything is read.
        case readEverything(StreamEvent)
        /// Nothing.
        case none
    }

    package mutating func recover(from fault: SourceError) -> Recovery {
        guard var run = progress.run, var walk = run.walks.first else { return .none }
        switch fault.kind {
        case .tooLarge:
            guard let halves = walk.walk.halves(shortest: limits.shortestSlice) else { return .none }
            run.walks.replaceSubrange(0..<1, with: halves.map { OpenWalk($0) })
            progress.run = run
            return .goOn([
                StreamEvent(
                    .sliceHalved,
                    "\(walk.words) from \(halves[0].lowerText) to \(walk.walk.upper) were too much at a time; they are read in two halves"
                )
            ])
        case .forgottenPosition:
            guard walk.position != nil, walk.restarts < limits.restarts else { return .none }
            walk.begin()
            walk.restarts += 1
            run.walks[0] = walk
            progress.run = run
            return .goOn([
                StreamEvent(
                    .walkRestarted,
                    "the source no longer knew the position; \(walk.words) are read again from the start")
            ])
        case .incomplete:
            guard walk.repeats == 0 else { return .none }
            walk.begin()
            walk.repeats += 1
            run.walks[0] = walk
            progress.run = run
            return .goOn([
                StreamEvent(
                    .walkRepeated, "reading \(walk.words): \(fault.detail); it is read again from its start")
            ])
        case .forgottenToken: return recoverFromForgottenLog(&run, walk)
        case .unreachable, .unauthorized, .throttled, .serverFault, .malformed, .pageLoop, .massChange,
            .budgetSpent, .foreignLink, .unmappable, .refused, .cancelled:
            return .none
        }
    }

    /// The source's log of changes or deletions does not reach back far enough.
    private mutating func recoverFromForgottenLog(_ run: inout OpenRun, _ walk: OpenWalk) -> Recovery {
        switch walk.walk {
        case .delta:
            progress.token = nil
            return .readEverything(
                StreamEvent(.tokenForgotten, "the source no longer knew the delta token"))
        case .changes:
            return .readEverything(
                StreamEvent(.tokenForgotten, "the source's log of changes does not reach back far enough"))
        case .deletions where plan.listsIdentities:
            // What the log no longer tells, all ids do.
            run.walks.removeFirst()
            if !run.walks.contains(where: \.sweeps) {
                run.walks.append(OpenWalk(.identities(upper: run.upper), sweeps: true))
            }
            progress.run = run
            return .goOn([
                StreamEvent(
                    .tokenForgotten,
                    "the source's log of deletions does not reach back far enough; all ids are compared")
            ])
        case .deletions, .full, .identities: return .none
        }
    }

    /// Gives up a run of which more vanished than may pass unseen.
    ///
    /// - Parameter before: the progress before the page that was refused.
    package mutating func hold(_ change: MassChange, before: StreamProgress) -> (SourceError, StreamEvent) {
        progress = before
        if progress.run?.walks.first?.sweeps == true { progress.lastReconcile = nil }
        abandon()
        progress.held = change
        return (
            error(
                .massChange,
                "\(change), more than may pass unseen; look at the source, and if it is right, accept the mass change"
            ), StreamEvent(.held, change.description)
        )
    }
}

extension Walk {
    /// Both halves of a window; `nil` when it has none or is too short.
    fileprivate func halves(shortest: Double) -> [Walk]? {
        switch self {
        case .changes(let lower, let upper):
            guard let middle = Self.middle(lower, upper, shortest) else { return nil }
            return [.changes(lower: lower, upper: middle), .changes(lower: middle, upper: upper)]
        case .deletions(let lower, let upper):
            guard let middle = Self.middle(lower, upper, shortest) else { return nil }
            return [.deletions(lower: lower, upper: middle), .deletions(lower: middle, upper: upper)]
        case .full, .delta, .identities: return nil
        }
    }

    /// A whole second, so that no stamp of whole seconds falls between the halves.
    private static func middle(_ lower: Instant, _ upper: Instant, _ shortest: Double) -> Instant? {
        let length = upper.seconds(since: lower)
        guard length >= shortest else { return nil }
        let middle = lower.adding(seconds: length / 2).milliseconds
        let whole = Instant(milliseconds: middle / 1000 * 1000)
        return whole > lower && whole < upper ? whole : Instant(milliseconds: middle)
    }

    fileprivate var lowerText: String {
        switch self {
        case .changes(let lower, _), .deletions(let lower, _): lower.description
        case .full, .delta, .identities: ""
        }
    }
}
