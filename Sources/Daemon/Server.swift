package import Documents
import Foundation
import Hummingbird
import Ingestion
package import Logging
package import Model
import NIOCore
import Operations
import ServiceLifecycle
import Storage
import Synchronization
import UnixSignals
import WebAPI

/// `fairway serve`: everything wired, running until it is told to stop.
package struct Server: Sendable {
    private let workspace: Workspace
    private let environment: [String: String]
    private let actor: Actor
    private let logger: Logger

    /// Takes the store's lock; fails before anything listens when the configuration or the store is not usable.
    package init(
        configuration: FairwayConfiguration, environment: [String: String], actor: Actor, logger: Logger
    ) throws {
        workspace = try Workspace(configuration, .readWrite)
        if !configuration.listen.isLoopback {
            logger.warning(
                "the pages are open to whoever reaches this machine: nothing asks for a login; put a proxy with one in front",
                metadata: ["listen.host": "\(configuration.listen.host)"])
        }
        self.environment = environment
        self.actor = actor
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT, then finishes what is under way and returns.
    ///
    /// - Parameter whenReady: Told the address once the pages can be read.
    package func run(whenReady: @escaping @Sendable (String) async -> Void) async throws {
        let configuration = workspace.configuration
        let operations = workspace.operations
        let (changes, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let didChange: @Sendable () -> Void = { signal.yield() }
        let wired = try SourceWiring(
            configuration: configuration, environment: environment, now: operations.now
        ).sources()
        let telemetry = Telemetry()
        let cycle = Cycle(
            sources: wired, operations: operations,
            reports: ReportFiles(directory: configuration.reports), telemetry: telemetry, logger: logger)
        let address = Address()
        let handler = CommandHandler(
            operations: operations, cycle: cycle, didChange: didChange, address: { address.text })
        let pages = Application(
            router: router(
                operations: operations,
                isReady: {
                    guard (try? operations.store.refuseIfMoved()) != nil else { return false }
                    return (try? await operations.now()) != nil
                },
                metrics: { telemetry.exposition(try await operations.status()) }),
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: .init(
                address: .hostname(configuration.listen.host, port: configuration.listen.port)),
            onServerRunning: { channel in
                address.set(port: channel.localAddress?.port ?? configuration.listen.port, configuration)
                await whenReady(address.text)
            }, logger: logger)
        let control = ControlSocket(
            path: configuration.socket, handler: handler, actor: actor, logger: logger)
        let services: [any Service] = [
            try OutboxDispatcher(
                configuration: configuration, operations: operations, environment: environment,
                changes: changes, telemetry: telemetry, logger: logger),
            Scheduler(
                cycle: cycle, store: operations.store,
                everyMinutes: Dictionary(
                    uniqueKeysWithValues: wired.map { ($0.name, $0.everyMinutes) }),
                didChange: didChange, logger: logger),
            // Told first: a command that reads would be waited for otherwise.
            try control.application(), pages, ReadingStop(cycle: cycle),
        ]
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(15)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw AddressInUse(listen: configuration.listen)
        }
        signal.finish()
    }
}

/// Ends what is being read as soon as the daemon is told to stop.
private struct ReadingStop: Service {
    let cycle: Cycle

    func run() async throws {
        try? await gracefulShutdown()
        await cycle.stop()
    }
}

/// Another program answers where the pages should be.
struct AddressInUse: Error, CustomStringConvertible {
    let listen: FairwayConfiguration.Listen

    var description: String {
        "'listen' names \(listen.host):\(listen.port), where another program answers already; stop that one or choose "
            + "another port in the configuration"
    }
}

/// Where the pages are, known once the port is bound.
private final class Address: Sendable {
    private let storage = Mutex("")
    var text: String { storage.withLock { $0 } }

    func set(port: Int, _ configuration: FairwayConfiguration) {
        let host = configuration.listen.host
        storage.withLock { $0 = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }
}
