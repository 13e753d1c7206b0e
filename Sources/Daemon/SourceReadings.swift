import Ingestion
import Model

/// Keeps each source to one reading at a time, and lets none wait for another.
actor SourceReadings {
    typealias Readings = [CycleSummary.Reading]

    private struct Open {
        var number: Int
        var request: SyncRequest
        var task: Task<Readings, any Error>
        /// Callers that wait for it.
        var awaited = 0
    }

    private let reader: StreamReader
    /// Of each source, in the order they are read.
    private var open: [Source.Name: [Open]] = [:]
    private var turns: [Source.Name: Turn] = [:]
    private var started = 0
    /// Of readings that ended when nobody waited for them any more.
    private var late: Readings = []
    private var isStopped = false

    init(_ reader: StreamReader) { self.reader = reader }

    /// Reads sources side by side, each for what is asked of it.
    ///
    /// A caller that is cancelled takes what it began along, unless somebody else waits for it by now.
    ///
    /// - Parameter patience: how long the slowest is waited for; it goes on, and what it did is told with a later
    ///   round. `nil` waits for all.
    func read(
        _ requests: [(source: WiredSource, request: SyncRequest)], patience: Duration?,
        observer: @escaping StreamReader.Observer
    ) async throws -> Readings {
        if isStopped { throw CancellationError() }
        let begun = requests.map { begin($0.source, $0.request, observer) }
        let (ended, signal) = AsyncStream<(Int, Result<Readings, any Error>)>.makeStream()
        for reading in begun {
            Task { signal.yield((reading.number, await reading.task.result)) }
        }
        let timer = patience.map { patience in
            Task {
                try? await Task.sleep(for: patience)
                signal.finish()
            }
        }
        defer { timer?.cancel() }
        var results: [Int: Readings] = [:]
        var failure: (any Error)?
        if !begun.isEmpty {
            for await (number, result) in ended {
                switch result {
                case .success(let readings): results[number] = readings
                case .failure(let error): failure = failure ?? error
                }
                if failure != nil || results.count == begun.count { break }
            }
        }
        for reading in begun { leave(reading, isCancelled: Task.isCancelled) }
        if Task.isCancelled { throw CancellationError() }
        if let failure { throw failure }
        defer { late = [] }
        return late + begun.flatMap { results[$0.number] ?? [] }
    }

    /// Ends everything that is being read, for good; what was stored stays.
    func stop() async {
        isStopped = true
        let tasks = open.values.flatMap { $0 }.map(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
    }

    private struct Begun {
        var source: Source.Name
        var number: Int
        var task: Task<Readings, any Error>
        /// Whether this caller began it.
        var isOwn: Bool
    }

    /// A reading of the source: one that goes on, when it does what is asked for, else one after it.
    private func begin(
        _ wired: WiredSource, _ request: SyncRequest, _ observer: @escaping StreamReader.Observer
    ) -> Begun {
        let name = wired.name
        if let index = open[name]?.lastIndex(where: { $0.request.covers(request) }),
            let reading = open[name]?[index]
        {
            open[name]?[index].awaited += 1
            return Begun(source: name, number: reading.number, task: reading.task, isOwn: false)
        }
        started += 1
        let number = started
        let turn = turns[name] ?? Turn()
        turns[name] = turn
        let task = Task {
            do {
                let readings = try await turn.take {
                    try await reader.read(wired, request, observer: observer)
                }
                didEnd(number, of: name, readings)
                return readings
            } catch {
                didEnd(number, of: name, [])
                throw error
            }
        }
        open[name, default: []].append(Open(number: number, request: request, task: task, awaited: 1))
        return Begun(source: name, number: number, task: task, isOwn: true)
    }

    private func leave(_ reading: Begun, isCancelled: Bool) {
        guard let index = open[reading.source]?.firstIndex(where: { $0.number == reading.number }) else {
            return
        }
        open[reading.source]?[index].awaited -= 1
        if isCancelled, reading.isOwn, open[reading.source]?[index].awaited == 0 { reading.task.cancel() }
    }

    private func didEnd(_ number: Int, of source: Source.Name, _ readings: Readings) {
        guard let index = open[source]?.firstIndex(where: { $0.number == number }),
            let reading = open[source]?.remove(at: index)
        else { return }
        if reading.awaited == 0 { late += readings }
    }
}

extension SyncRequest {
    /// Whether a reading that goes on for this also does what `other` asks for: the same, or all streams in the
    /// ordinary way.
    fileprivate func covers(_ other: SyncRequest) -> Bool {
        let isSame =
            mode == other.mode && streams == other.streams && acceptMassChange == other.acceptMassChange
        let isOrdinary = mode == .routine && streams == nil
        return isSame
            || isOrdinary && other.mode == .routine && other.streams == nil && !other.acceptMassChange
    }
}
