import Foundation
import Logging
import Model
import ServiceLifecycle

/// Reads sources when they are due and lets each round do what follows from them.
///
/// A practice store has no rhythm of its own: its clock moves by command, and each move is a round.
struct Scheduler: Service {
    let cycle: Cycle
    let everyMinutes: [Source.Name: Int]
    let isPractice: Bool
    let didChange: @Sendable () -> Void
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard !isPractice else { return await idle() }
            var plan = ReadingSchedule(everyMinutes: everyMinutes)
            while !Task.isCancelled {
                do {
                    let due = plan.due(at: Instant(Date()))
                    let summary = try await cycle.run(reading: due)
                    if !summary.looks.isEmpty { didChange() }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("a round failed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}

/// Waits for the daemon's end.
private func idle() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
}

/// When each source is read next; a source that was never read is due at once.
struct ReadingSchedule {
    let everyMinutes: [Source.Name: Int]
    private var lastReading: [Source.Name: Instant] = [:]

    init(everyMinutes: [Source.Name: Int]) { self.everyMinutes = everyMinutes }

    /// The sources due at `now`, which then count as read.
    mutating func due(at now: Instant) -> Set<Source.Name> {
        let due = everyMinutes.filter { name, minutes in
            lastReading[name].map { now >= $0.adding(seconds: Double(minutes) * 60) } ?? true
        }
        for name in due.keys { lastReading[name] = now }
        return Set(due.keys)
    }
}
