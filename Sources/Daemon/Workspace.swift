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

    /// What is configured to be read. A mapping that cannot be read is told by whoever needs it; here its source
    /// stands for its streams.
    private static func streams(_ configuration: FairwayConfiguration) -> [ConfiguredStream] {
        configuration.sources.sorted { $0.key < $1.key }.flatMap { name, settings -> [ConfiguredStream] in
            let source = Source.Name(name)
            let mapping: String
            switch settings {
            case .csv(let csv):
                return csv.files.keys.map { ConfiguredStream(source, $0.rawValue, kind: $0) }
            case .service(let service): mapping = service.mapping
            case .files(let files): mapping = files.mapping
            }
            guard let streams = try? loadMapping(at: mapping).streams else {
                return [ConfiguredStream(source, "", kind: nil)]
            }
            return streams.map { ConfiguredStream(source, $0.stream, kind: $0.kind) }
        }
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
            reportURL: { "\(baseURL)/reports/\($0).html" }, roles: { people[$0.name] ?? [] },
            gate: DataGate(settleDays: configuration.settleDays), streams: streams(configuration))
    }
}
