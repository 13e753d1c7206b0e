import Ingestion
import Model

/// Keeps each source to one reading at a time, and lets none wait for another.
actor SourceReadings {
    typealias Readings = [CycleSummary.Reading]

    private struct Running {
        var number: Int
        var request: SyncRequest
        var task: Task<Readings, any Error>
    }

    private let reader: StreamReader
    private var running: [Source.Name: Running] = [:]
    private var started = 0
    /// Of readings that ended when nobody waited for them any more.
    private var late: Readings = []
    private var awaited: Set<Int> = []

    init(_ reader: StreamReader) { self.reader = reader }

    /// Reads `sources` side by side.
    ///
    /// - Parameter patience: how long the slowest is waited for; it goes on, and what it did is told with a later
    ///   round. `nil` waits for all.
    func read(
        _ sources: [WiredSource], _ request: SyncRequest, patience: Duration?,
        observer: @escaping StreamReader.Observer
    ) async throws -> Readings {
        let begun = sources.map { begin($0, request, observer) }
        let numbers = begun.map(\.number)
        awaited.formUnion(numbers)
        defer { awaited.subtract(numbers) }
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
        if !begun.isEmpty {
            for await (number, result) in ended {
                results[number] = try result.get()
                if results.count == begun.count { break }
            }
        }
        if Task.isCancelled {
            for reading in begun { reading.task.cancel() }
            throw CancellationError()
        }
        defer { late = [] }
        return late + numbers.flatMap { results[$0] ?? [] }
    }

    /// Ends everything that is being read; what was stored stays.
    func stop() async {
        let tasks = running.values.map(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
    }

    /// A reading of the source: the one that goes on, when it does what is asked for, else one after it.
    private func begin(
        _ wired: WiredSource, _ request: SyncRequest, _ observer: @escaping StreamReader.Observer
    ) -> Running {
        let before = running[wired.name]
        if let before, request.isRoutine || before.request == request { return before }
        started += 1
        let number = started
        let task = Task {
            _ = await before?.task.result
            do {
                let readings = try await reader.read(wired, request, observer: observer)
                didEnd(number, of: wired.name, readings)
                return readings
            } catch {
                didEnd(number, of: wired.name, [])
                throw error
            }
        }
        let reading = Running(number: number, request: request, task: task)
        running[wired.name] = reading
        return reading
    }

    private func didEnd(_ number: Int, of source: Source.Name, _ readings: Readings) {
        if running[source]?.number == number { running[source] = nil }
        if !awaited.contains(number) { late += readings }
    }
}

extension SyncRequest {
    /// Whether any reading of the source that goes on will do.
    fileprivate var isRoutine: Bool { mode == .routine && streams == nil && !acceptMassChange }
}
