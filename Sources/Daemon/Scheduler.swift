import Foundation
import Logging
import Model
import ServiceLifecycle
import Storage

/// Reads sources when they are due and lets each round do what follows from them.
///
/// A practice store has no rhythm of its own: its clock moves by command, and each move is a round. A store
/// that was moved away ends the daemon.
struct Scheduler: Service {
    let cycle: Cycle
    let store: Store
    let everyMinutes: [Source.Name: Int]
    let didChange: @Sendable () -> Void
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var plan = ReadingSchedule(everyMinutes: everyMinutes)
            while !Task.isCancelled {
                try store.refuseIfMoved()
                if !store.identity.isPractice { await round(&plan) }
                try? await Task.sleep(for: .seconds(60))
            }
        }
        await cycle.stop()
    }

    /// A source that takes longer is read on; the round goes on without it.
    private static let patience = Duration.seconds(60)

    private func round(_ plan: inout ReadingSchedule) async {
        do {
            let summary = try await cycle.run(
                SyncRequest(sources: plan.due(at: Instant(Date()))), patience: Self.patience)
            if !summary.looks.isEmpty || summary.readings.contains(where: { $0.failure != nil }) {
                didChange()
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("a round failed", metadata: ["error": "\(error)"])
        }
    }
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
