package import Documents
import Foundation
package import Logging
package import Model
import Operations
import Storage

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

    package func perform(_ command: Command) async throws -> CommandOutcome {
        let workspace: Workspace
        do {
            workspace = try Workspace(configuration, .readWrite)
        } catch StoreError.locked {
            let client = try ControlClient(socket: configuration.socket)
            let outcome = try await client.perform(command)
            await client.close()
            return outcome
        }
        let wired = try SourceWiring(
            configuration: configuration, operations: workspace.operations, environment: environment
        ).sources()
        let handler = CommandHandler(
            operations: workspace.operations,
            cycle: Cycle(
                sources: wired.map(\.source), operations: workspace.operations,
                reports: ReportFiles(directory: configuration.reports), logger: logger),
            didChange: {}, address: { "" })
        return try await handler.perform(command, by: actor)
    }
}
