package import Documents
import Foundation
import Model
package import Operations
package import Storage

/// A configuration with the store it names, and the verbs over both.
package struct Workspace: Sendable {
    package let configuration: FairwayConfiguration
    package let operations: PilotOperations

    /// - Throws: ``StoreError`` when the store is missing, damaged, newer or (with `.readWrite`) held by another process.
    package init(_ configuration: FairwayConfiguration, _ access: Store.Access) throws {
        self.configuration = configuration
        operations = PilotOperations(
            store: try Store.open(at: configuration.store, access),
            environment: Workspace.environment(configuration))
    }

    private static func environment(_ configuration: FairwayConfiguration) -> PilotOperations.Environment {
        let webhooks = configuration.webhooks
        let baseURL = configuration.baseURL
        let sources = Set(configuration.sources.keys)
        let people = configuration.people
        return PilotOperations.Environment(
            now: { Instant(Date()) }, entropy: { SystemRandomNumberGenerator() },
            endpoints: { kind in
                webhooks.filter { $0.value.events.contains(kind.rawValue) }.map(\.key).sorted()
            },
            readsSource: { sources.contains($0.rawValue) },
            zone: TimeZone(identifier: configuration.timeZone) ?? .gmt, engine: Engine.name,
            reportURL: { "\(baseURL)/reports/\($0).html" }, roles: { people[$0.name] ?? [] })
    }
}
