package import Documents
import Foundation
package import Logging
package import Model
import Operations
import Storage
import Transport

/// Carries out a command: in this process when the store is free, through the daemon when it holds the store.
package struct CommandRunner: Sendable {
    private let configuration: FairwayConfiguration
    private let environment: [String: String]
    private let actor: Actor
    private let logger: Logger

    package init(
        configuration: FairwayConfiguration, environment: [String: String], actor: Actor, logger: Logger
    ) {
        self.configuration = configuration
        self.environment = environment
        self.actor = actor
        self.logger = logger
    }

    /// - Parameter observer: told how a reading goes on, when it is done in this process.
    package func perform(
        _ command: Command, observer: @escaping @Sendable (SyncNews) -> Void = { _ in }
    ) async throws -> CommandOutcome {
        let workspace: Workspace
        do {
            workspace = try Workspace(configuration, .readWrite)
        } catch StoreError.locked {
            return try await throughDaemon(command)
        }
        let wiring = SourceWiring(
            configuration: configuration, environment: environment, now: workspace.operations.now)
        let wired = command.readsSources ? try wiring.sources(named: command.sources) : []
        let handler = CommandHandler(
            operations: workspace.operations,
            cycle: Cycle(
                sources: wired, operations: workspace.operations,
                reports: ReportFiles(directory: configuration.reports), telemetry: Telemetry(),
                logger: logger),
            didChange: {}, address: { "" }, observer: observer)
        return try await handler.perform(command, by: actor)
    }

    /// What the first page of each stream would become; asks the sources and stores nothing.
    package func preview(_ request: SyncRequest) async throws -> SyncPreview {
        let operations = try Workspace(configuration, .readOnly).operations
        let wired = try SourceWiring(
            configuration: configuration, environment: environment, now: { try await operations.now() }
        ).sources(named: request.sources)
        let cycle = Cycle(
            sources: wired, operations: operations, reports: ReportFiles(directory: configuration.reports),
            telemetry: Telemetry(), logger: logger)
        try cycle.refuseUnknown(request)
        return await cycle.preview(request)
    }

    private func throughDaemon(_ command: Command) async throws -> CommandOutcome {
        let client = try ControlClient(socket: configuration.socket)
        do {
            let outcome = try await client.perform(command)
            await client.close()
            return outcome
        } catch {
            await client.close()
            // Whoever holds the store answers no commands: another command, or a daemon that is still starting.
            if let error = error as? TransportError, error.kind == .unreachable {
                throw StoreError.locked(path: configuration.store)
            }
            throw error
        }
    }
}

extension Command {
    /// The sources it names; `nil` stands for all.
    fileprivate var sources: Set<Source.Name>? {
        if case .sync(let request) = self { request.sources } else { nil }
    }

    /// Whether carrying it out asks the sources for anything.
    fileprivate var readsSources: Bool {
        switch self {
        case .sync, .advanceClock: true
        case .start, .recordLook, .importTrial, .importFacts, .closePeriod, .erase, .address: false
        }
    }
}
