package import Model

/// What one reading of a stream amounted to.
package struct PullSummary: Sendable, Hashable {
    package var runs = 0
    package var pages = 0
    package var rows = 0
    package var newFacts = 0
    package var repeated = 0
    package var restated = 0
    package var deleted = 0
    package var quarantined = 0
    package var completedThrough: Instant?
    package var usage = SourceUsage()

    package init() {}

    mutating func add(_ receipt: PageReceipt, rows: Int) {
        pages += 1
        self.rows += rows
        newFacts += receipt.newFacts
        repeated += receipt.repeated
        restated += receipt.restated
        quarantined += receipt.quarantined
        deleted += receipt.sweep?.deleted ?? 0
    }
}

/// How a stream is read.
package struct PullOptions: Sendable {
    package var mode = SyncRequest.Mode.routine
    package var acceptMassChange = false
    /// The source is simulated: its clock is nobody's.
    package var isPractice = false
    package var limits = LoopLimits()
    /// What asking the source has cost so far.
    package var usage: @Sendable () async -> SourceUsage = { SourceUsage() }

    package init() {}
}

/// Reads what is due of a stream until it is complete, page by page.
///
/// Each page is handed to `door` with the progress behind it; the next page is fetched and mapped meanwhile, and
/// never stored before it. What a crash or a fault leaves is taken up by the next call. Throws the
/// ``SourceError`` that ended the reading, or whatever `door` throws; what was stored until then stays valid.
@concurrent
package func pull(
    _ source: any OutcomeSource, _ plan: StreamPlan, into door: any BookDoor, map: @escaping PageMapping,
    environment: SourceEnvironment, options: PullOptions = PullOptions(),
    observer: @escaping @Sendable (SyncNews) -> Void = { _ in }
) async throws -> PullSummary {
    var reading = StreamReading(
        reader: PageReader(source: source, plan: plan, map: map), door: door, environment: environment,
        options: options, observer: observer)
    return try await reading.run()
}

/// One call of ``pull(_:_:into:map:environment:options:observer:)``.
private struct StreamReading {
    let reader: PageReader
    let door: any BookDoor
    let environment: SourceEnvironment
    let options: PullOptions
    let observer: @Sendable (SyncNews) -> Void
    private var summary = PullSummary()
    /// Events that the next stored page tells.
    private var pending: [StreamEvent] = []
    private var schema: String?
    /// What is asked for and not begun yet.
    private var owed: SyncRequest.Mode
    /// Whether the latest run read everything.
    private var hasReadAll = false
    private var prefetched: PageReader.Prefetch?
    private var began: Instant
    private var usageBefore = SourceUsage()
    private var usageNoted = SourceUsage()

    private var source: any OutcomeSource { reader.source }
    private var plan: StreamPlan { reader.plan }

    /// A run that was open, the one that is due, and a reading of everything that this one asks for.
    private static let mostRuns = 4

    init(
        reader: PageReader, door: any BookDoor, environment: SourceEnvironment, options: PullOptions,
        observer: @escaping @Sendable (SyncNews) -> Void
    ) {
        self.reader = reader
        self.door = door
        self.environment = environment
        self.options = options
        self.observer = observer
        owed = options.mode
        began = environment.now()
    }

    mutating func run() async throws -> PullSummary {
        defer { prefetched?.task.cancel() }
        usageBefore = await options.usage()
        usageNoted = usageBefore
        var isDone = false
        while !isDone, summary.runs < Self.mostRuns {
            try Task.checkCancellation()
            let standing = try await door.standing(of: plan.name, in: source.name)
            let known = standing.cursor.flatMap { StreamProgress($0) }
            var machine = StreamMachine(
                source: source.name, plan: plan, progress: known ?? StreamProgress(), limits: options.limits)
            let opening = try await opening(standing)
            tell(machine.open(opening))
            let isResumed = known?.run.map { $0.startedAt == machine.progress.run?.startedAt } ?? false
            // What is asked for comes after a run that was open, not in its place.
            if machine.progress.run?.mode == owed { owed = .routine }
            try await finish(&machine, opening)
            summary.runs += 1
            // What was open ended where it was opened; what changed since is due.
            let lost = try await door.standing(of: plan.name, in: source.name).lost
            if lost > 0, opening.lost > 0, hasReadAll || !isResumed { throw undelivered(lost) }
            isDone = !isResumed && owed == .routine && lost == 0
        }
        summary.usage = await options.usage().since(usageBefore)
        return summary
    }

    private func undelivered(_ lost: Int) -> SourceError {
        SourceError(
            .incomplete, source: source.name,
            detail:
                "stream '\(plan.name)': the source lists \(lost) record\(lost == 1 ? "" : "s") that reading everything did not bring; check what its access may see, and the mapping's conditions"
        )
    }

    /// An answer that cannot be trusted is asked for again, as pages are.
    private static let mostTries = 3

    private func patiently<Answer: Sendable>(
        _ ask: () async throws(SourceError) -> Answer
    ) async throws(SourceError) -> Answer {
        for _ in 1..<Self.mostTries {
            do throws(SourceError) {
                return try await ask()
            } catch {
                guard error.kind == .malformed else { throw error }
            }
        }
        return try await ask()
    }

    private mutating func opening(_ standing: StreamStanding) async throws -> StreamMachine.Opening {
        let (source, plan) = (source, plan)
        let time = try await patiently { () async throws(SourceError) in try await source.serverTime() }
        var opening = StreamMachine.Opening(serverTime: time, now: environment.now())
        opening.isPractice = options.isPractice
        opening.accepts = options.acceptMassChange
        opening.live = standing.live
        opening.lost = standing.lost
        opening.missing = standing.missing
        opening.mode = owed
        let described = try await patiently { () async throws(SourceError) in
            try await source.schema(of: plan)
        }
        if let described {
            let drift = try SchemaDrift(described, against: standing.schema, plan: plan, source: source.name)
            tell(drift.events)
            schema = drift.snapshot
            opening.hasCalculatedField = drift.hasCalculatedField
        }
        return opening
    }

    private mutating func finish(
        _ machine: inout StreamMachine, _ opening: StreamMachine.Opening
    ) async throws {
        while case .read(let walk, let position) = machine.step {
            try Task.checkCancellation()
            let mapped: PageReader.MappedPage
            do throws(SourceError) {
                mapped = try await page(PageReader.Request(walk: walk, position: position))
            } catch {
                switch machine.recover(from: error) {
                case .goOn(let events): tell(events)
                case .readEverything(let reason): tell(machine.openFull(opening, because: reason))
                case .none: throw error
                }
                continue
            }
            try await take(mapped, &machine)
        }
    }

    private mutating func page(_ request: PageReader.Request) async throws(SourceError)
        -> PageReader.MappedPage
    {
        let prefetch = prefetched
        prefetched = nil
        if let prefetch, prefetch.request == request { return try await reader.page(prefetch) }
        prefetch?.task.cancel()
        return try await reader.page(reader.prefetch(request))
    }

    private mutating func take(
        _ mapped: PageReader.MappedPage, _ machine: inout StreamMachine
    ) async throws {
        if mapped.wasRepeated {
            tell([StreamEvent(.pageRepeated, "an answer could not be trusted and was asked for again")])
        }
        let before = machine.progress
        let endTime = machine.needsTime(after: mapped.page) ? try await source.serverTime() : nil
        let accepted = try machine.accept(mapped.page, quarantined: mapped.quarantined, endTime: endTime)
        tell(accepted.events)
        if accepted.failure == nil, case .read(let walk, let position) = machine.step {
            prefetched = reader.prefetch(PageReader.Request(walk: walk, position: position))
        }
        hasReadAll = accepted.completedThrough != nil && before.run?.isFull == true
        let receipt: PageReceipt
        do {
            receipt = try await door.store(
                await outcome(mapped, accepted, machine, run: before.run))
        } catch let change as MassChange {
            throw try await held(change, before: before, &machine)
        }
        pending = []
        schema = nil
        summary.add(receipt, rows: mapped.page.rows.count)
        if accepted.completedThrough != nil { summary.completedThrough = accepted.completedThrough }
        observer(.progress(progress(machine, before.run?.walks.first, mapped.page)))
        if let failure = accepted.failure { throw failure }
    }

    private mutating func outcome(
        _ mapped: PageReader.MappedPage, _ accepted: AcceptedPage, _ machine: StreamMachine, run: OpenRun?
    ) async -> OutcomePage {
        var part = RunPart(
            startedAt: run?.startedAt ?? began, rows: mapped.page.rows.count, duplicates: accepted.duplicates,
            isLast: accepted.completedThrough != nil, usage: await newUsage())
        part.serverTime = machine.progress.serverTime
        part.reconciledAt = accepted.reconciledAt
        part.isReadAgain = machine.isReadAgain
        return OutcomePage(
            source: source.name, stream: plan.name, records: accepted.keepsRecords ? mapped.records : [],
            quarantined: mapped.quarantined, next: machine.progress.cursor,
            completedThrough: accepted.completedThrough, sweep: accepted.sweep,
            massChangeLimits: accepted.massChangeLimits, events: pending, part: part, schema: schema)
    }

    /// Stores that the run was given up, and says why.
    private mutating func held(
        _ change: MassChange, before: StreamProgress, _ machine: inout StreamMachine
    ) async throws -> SourceError {
        let (error, event) = machine.hold(change, before: before)
        tell([event])
        var part = RunPart(
            startedAt: before.run?.startedAt ?? began, rows: 0, duplicates: 0, isLast: false,
            usage: await newUsage())
        part.serverTime = machine.progress.serverTime
        part.hold = change.description
        part.isReadAgain = before.completedThrough != nil && before.run?.isFull == true
        _ = try await door.store(
            OutcomePage(
                source: source.name, stream: plan.name, records: [], quarantined: [],
                next: machine.progress.cursor, completedThrough: nil, sweep: Sweep(abandons: true),
                events: pending, part: part))
        return error
    }

    /// What asking has cost since the last page that was stored.
    private mutating func newUsage() async -> SourceUsage {
        let now = await options.usage()
        let usage = now.since(usageNoted)
        usageNoted = now
        return usage
    }

    private mutating func tell(_ events: [StreamEvent]) {
        pending += events
        for event in events { observer(.event(source: source.name, stream: plan.name, event)) }
    }

    private func progress(_ machine: StreamMachine, _ walk: OpenWalk?, _ page: SourcePage) -> SyncProgress {
        let rows = (walk?.rows ?? 0) + page.rows.count
        var total: Int?
        switch page.count {
        case .none: break
        case .chain(let counted, _): total = counted
        case .remaining(let left): total = rows - page.rows.count + left
        }
        return SyncProgress(
            source: source.name, stream: plan.name, walk: walk?.words ?? "", rows: summary.rows,
            pages: summary.pages, total: total, walkRows: rows,
            elapsedSeconds: environment.now().seconds(since: began),
            throttledSeconds: usageNoted.since(usageBefore).throttledSeconds,
            isFinished: machine.progress.run == nil)
    }
}
