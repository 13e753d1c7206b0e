import Documents
import Foundation
import Logging
import Model
import Operations
import Storage
import Testing

@testable import Daemon

@Suite struct SchedulerTests {
    @Test func aStoreThatWasMovedAwayEndsTheDaemon() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fws-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        var configuration = FairwayConfiguration(directory: directory.path)
        configuration.store = directory.appending(path: "store.sqlite").path
        _ = try Store.create(
            at: configuration.store, isPractice: true, at: RunningServer.noon, by: Actor("tester"))
        let operations = try Workspace(configuration, .readWrite).operations
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let scheduler = Scheduler(
            cycle: Cycle(
                sources: [], operations: operations, reports: ReportFiles(directory: directory.path),
                telemetry: Telemetry(), logger: logger),
            store: operations.store, everyMinutes: [:], didChange: {}, logger: logger)
        try FileManager.default.moveItem(atPath: configuration.store, toPath: configuration.store + ".aside")
        await #expect(throws: StoreError.moved(path: configuration.store)) { try await scheduler.run() }
    }
}
