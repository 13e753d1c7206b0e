import Documents
import Foundation
import Logging
import Model
import Operations
import Testing

@testable import Daemon
@testable import Storage

@Suite struct WiringTests {
    private let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func withStore(_ body: (FairwayConfiguration, PilotOperations) async throws -> Void) async throws
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fww-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        var configuration = FairwayConfiguration(directory: directory.path)
        configuration.store = directory.appending(path: "store.sqlite").path
        _ = try Store.create(
            at: configuration.store, isPractice: true, at: RunningServer.noon, by: Actor("tester"))
        try await body(configuration, Workspace(configuration, .readWrite).operations)
    }

    @Test func aMessageOfAWebhookThatIsNotConfiguredWaits() async throws {
        try await withStore { configuration, operations in
            let dispatcher = try OutboxDispatcher(
                configuration: configuration, operations: operations, environment: [:],
                changes: AsyncStream { $0.finish() }, telemetry: Telemetry(), logger: silent)
            let message = OutboxMessage(
                id: "msg_1", kind: .pilotStarted, createdAt: RunningServer.noon, body: "{}")
            let attempted = await dispatcher.attempt(
                Delivery(
                    message: message, endpoint: "growth-taem", state: .pending, attempts: 2,
                    nextAttemptAt: Instant(milliseconds: 0), lastResult: nil))
            #expect(attempted.state == .pending && attempted.attempts == 2)
            #expect(attempted.nextAttemptAt > Instant(Date()))
            #expect(attempted.lastResult?.contains("'growth-taem'") == true)
        }
    }

    @Test func aSocketPathThatIsTooLongNamesTheKeyToSet() async throws {
        try await withStore { _, operations in
            let path = "/tmp/" + String(repeating: "deep/", count: 25) + "fairway.sock"
            let cycle = Cycle(
                sources: [], operations: operations, reports: ReportFiles(directory: "/tmp"),
                telemetry: Telemetry(), logger: silent)
            let socket = ControlSocket(
                path: path,
                handler: CommandHandler(operations: operations, cycle: cycle, didChange: {}, address: { "" }),
                actor: Actor("tester"), logger: silent)
            let error = #expect(throws: OperationError.self) { _ = try socket.application() }
            #expect(error?.message.contains("set 'socket' in the configuration") == true)
        }
    }
}
