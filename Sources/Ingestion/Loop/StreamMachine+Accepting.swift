package import Model

/// What a page comes to: what is stored with it, and what is thrown once it is.
package struct AcceptedPage: Sendable {
    package var sweep: Sweep?
    package var events: [StreamEvent] = []
    /// Set on the last page of a run.
    package var completedThrough: Instant?
    package var massChangeLimits: MassChangeLimits?
    /// Whether the page's records are stored; the rows it set aside always are.
    package var keepsRecords = true
    package var reconciledAt: Instant?
    package var duplicates = 0
    /// Why nothing more is read after it.
    package var failure: SourceError?
}

extension StreamMachine {
    /// Whether the source's time is needed to judge the page: it ends a walk that later changes must confirm.
    package func needsTime(after page: SourcePage) -> Bool {
        guard page.next == nil, let walk = progress.run?.walks.first else { return false }
        if case .full = walk.walk, plan.incremental == .token { return true }
        return walk.sweeps && needsConfirmation
    }

    /// Moves on behind a page. Nothing has changed when it throws.
    ///
    /// - Parameters:
    ///   - quarantined: rows of the page that could not be mapped.
    ///   - endTime: the source's time after the page, where ``needsTime(after:)`` asks for it.
    package mutating func accept(
        _ page: SourcePage, quarantined: [QuarantinedRow] = [], endTime: Instant? = nil
    ) throws(SourceError) -> AcceptedPage {
        guard var run = progress.run, var walk = run.walks.first else {
            throw error(.malformed, "a page came that nobody asked for")
        }
        try advance(&walk, by: page)
        run.rows += page.rows.count
        if walk.walk.bringsRows { run.mapped += page.rows.count { $0.state == .live } }
        run.quarantined += quarantined.count
        // What is told here is kept for good and seen by many, so it says nothing that a row says.
        run.firstQuarantined =
            run.firstQuarantined
            ?? quarantined.first?.told
        if let stop = stop(run) { return stop }
        var accepted = AcceptedPage()
        accepted.massChangeLimits = massChangeLimits(run)
        let sightings = Sightings(page.rows)
        accepted.duplicates = page.rows.count - sightings.count
        var sweep = Sweep(begins: walk.sweeps && walk.pages == 1, collects: walk.sweeps)
        sweep.confirms = sweep.begins && isConfirmed(by: run)
        sweep.abandons = run.abandons
        run.abandons = false
        sweep.gone = sightings.gone
        if walk.sweeps || progress.closing != nil || run.gone > 0 { sweep.seen = sightings.live }
        run.gone += sightings.gone.count
        if let next = page.next {
            walk.position = next
            run.walks[0] = walk
            progress.run = run
        } else if let missing = deficit(of: walk, page) {
            accepted.failure = beginAgain(&walk, missing: missing, &accepted.events)
            run.walks[0] = walk
            progress.run = run
        } else {
            try finish(walk, page, &run, endTime, &sweep, &accepted)
        }
        if sweep != Sweep() { accepted.sweep = sweep }
        return accepted
    }

    private func advance(_ walk: inout OpenWalk, by page: SourcePage) throws(SourceError) {
        let rows = page.rows.count
        walk.pages += 1
        walk.rows += rows
        walk.emptyPages = rows == 0 && page.skipped == 0 ? walk.emptyPages + 1 : 0
        switch page.count {
        case .none, .remaining: break
        case .chain(let total, let starts):
            if !starts, let chain = walk.chain {
                let other = chain.total == total ? chain.other : total
                walk.chain = OpenWalk.Chain(total: chain.total, read: chain.read + rows, other: other)
            } else {
                walk.chain = OpenWalk.Chain(total: total, read: rows)
            }
        }
        guard let next = page.next else { return }
        if next == walk.position || walk.positions.isRepeated(next) {
            throw error(
                .pageLoop,
                "the source gave the same position twice, after \(walk.pages) pages; expected progress")
        }
        guard walk.emptyPages <= limits.emptyPages else {
            throw error(.pageLoop, "the source sent \(walk.emptyPages) empty pages in a row")
        }
        guard walk.pages < limits.pagesOfWalk else {
            throw error(.pageLoop, "the source has sent \(walk.pages) pages and goes on")
        }
    }

    /// The page that stops a run because too many rows are set aside; nothing has moved then.
    private func stop(_ run: OpenRun) -> AcceptedPage? {
        guard limits.isTooMany(run.quarantined, of: run.mapped) else { return nil }
        let words =
            "\(run.quarantined) of \(run.mapped) rows set aside; the first: \(run.firstQuarantined ?? "")"
        var accepted = AcceptedPage()
        accepted.keepsRecords = false
        accepted.events = [StreamEvent(.stopped, words)]
        accepted.failure = error(.unmappable, words)
        return accepted
    }

    /// What is missing by the source's own count, in words; `nil` when nothing is.
    private func deficit(of walk: OpenWalk, _ page: SourcePage) -> String? {
        var read = walk.rows
        var total = walk.rows
        if case .remaining(let left) = page.count {
            total += left - page.rows.count
        } else if let chain = walk.chain {
            // A list that is cut by numbers moves up when a row leaves it, and one is skipped.
            if let other = chain.other {
                return "the source counted \(chain.total) rows at first and \(other) later"
            }
            (read, total) = (chain.read, chain.total)
        }
        if read < total { return "\(total - read) of \(total) rows are missing, \(read) were read" }
        return read > total ? "\(read) rows were read where the source counted \(total)" : nil
    }

    /// Has a walk that is not complete read once more; the second time it is the run's failure.
    private func beginAgain(
        _ walk: inout OpenWalk, missing: String, _ events: inout [StreamEvent]
    ) -> SourceError? {
        walk.begin()
        guard walk.repeats == 0 else {
            walk.repeats = 0
            return error(.incomplete, "reading \(walk.words) twice: \(missing)")
        }
        walk.repeats += 1
        events.append(
            StreamEvent(.walkRepeated, "reading \(walk.words): \(missing); it is read again from its start"))
        return nil
    }

    private mutating func finish(
        _ walk: OpenWalk, _ page: SourcePage, _ run: inout OpenRun, _ endTime: Instant?,
        _ sweep: inout Sweep, _ accepted: inout AcceptedPage
    ) throws(SourceError) {
        if plan.incremental == .token, walk.walk.handsOutToken {
            guard let token = page.token else {
                throw error(
                    .malformed, "the last page has no delta token; check that changes are tracked there")
            }
            run.token = token
        } else if plan.incremental == .files, let token = page.token {
            run.token = token
        }
        run.walks.removeFirst()
        if plan.incremental == .token, case .full(let upper) = walk.walk {
            // The token stands for the moment it was handed out; what changed while pages were read comes here.
            let until = (endTime ?? upper).adding(seconds: 1)
            let from = upper.adding(seconds: -60 - progress.widening)
            run.walks.insert(OpenWalk(.changes(lower: from, upper: max(until, from))), at: 0)
        }
        if walk.sweeps {
            sweep.compares = true
            if case .identities = walk.walk { sweep.comparesUnknown = true }
            accepted.reconciledAt = endTime ?? run.upper
            progress.lastReconcile = progress.serverTime
            sweep.settlesConfirmed = isConfirmed(by: run)
            // A clock that was moved back ends a walk before it began: its own run confirms nothing.
            let readBy =
                needsConfirmation
                ? max(endTime ?? run.upper, run.upper.adding(seconds: 0.001)) : run.upper
            progress.closing = StreamProgress.Closing(
                readBy: readBy, acceptedMissing: run.accepted?.missing ?? 0, needsWalk: page.count == .none)
        }
        guard run.walks.isEmpty else {
            progress.run = run
            return
        }
        end(run, &sweep, &accepted)
    }

    /// Whether the run reads beyond the end of an earlier walk over everything.
    private func isConfirmed(by run: OpenRun) -> Bool {
        progress.closing.map { run.upper >= $0.readBy } ?? false
    }

    private mutating func end(_ run: OpenRun, _ sweep: inout Sweep, _ accepted: inout AcceptedPage) {
        let before = progress.completedThrough
        progress.completedThrough = max(before ?? run.upper, run.upper)
        if progress.completedThrough != before { progress.widening = 0 }
        if run.isFull {
            progress.lastFull = run.upper
            progress.mapping = run.mapping
            if run.bringsLost { progress.lastLostReading = progress.serverTime }
            progress.lastReconcile = progress.serverTime
        }
        if let token = run.token { progress.token = token }
        progress.run = nil
        progress.held = nil
        accepted.completedThrough = progress.completedThrough
        sweep.appliesGone = run.gone > 0
        guard let closing = progress.closing, run.upper >= closing.readBy else { return }
        if closing.needsWalk {
            sweep.settlesUnknown = !closing.isSettled
            progress.closing?.isSettled = true
        } else {
            sweep.settles = true
            progress.closing = nil
        }
    }

    /// What may vanish with a page: as much as ever, beside what somebody has let pass in this run, and what of an
    /// earlier walk waits to be confirmed.
    private func massChangeLimits(_ run: OpenRun) -> MassChangeLimits {
        var limits = limits.massChange
        let missing = max(run.accepted?.missing ?? 0, progress.closing?.acceptedMissing ?? 0)
        let gone = run.accepted?.gone ?? 0
        if missing > 0 || gone > 0 { limits.accepted = MassChange(missing: missing, gone: gone, live: 0) }
        return limits
    }
}

extension Walk {
    /// Whether its rows are to become facts.
    fileprivate var bringsRows: Bool {
        switch self {
        case .full, .changes, .delta: true
        case .deletions, .identities: false
        }
    }

    fileprivate var handsOutToken: Bool {
        switch self {
        case .full, .delta: true
        case .changes, .deletions, .identities: false
        }
    }
}

/// The records of a page by what became of them; the last row about a record counts.
private struct Sightings {
    var live: [String] = []
    var gone: [Sweep.Gone] = []
    var count: Int { live.count + gone.count }

    init(_ rows: [RowIdentity]) {
        guard !Sightings.isPlain(rows) else {
            live = rows.map(\.id)
            return
        }
        var known: Set<Identifier<RowIdentity>> = []
        known.reserveCapacity(rows.count)
        live.reserveCapacity(rows.count)
        for row in rows.reversed() where known.insert(Identifier(row.id)).inserted {
            switch row.state {
            case .live: live.append(row.id)
            case .deleted, .merged: gone.append(Sweep.Gone(id: row.id, version: row.version))
            }
        }
        live.reverse()
        gone.reverse()
    }

    /// Whether the ids rise, so that none is there twice, and all records are live.
    private static func isPlain(_ rows: [RowIdentity]) -> Bool {
        for (place, row) in rows.enumerated() {
            guard row.state == .live else { return false }
            guard place > 0 else { continue }
            let order = rows[place - 1].id.utf8.lexicographicallyPrecedes(row.id.utf8)
            guard order else { return false }
        }
        return true
    }
}
