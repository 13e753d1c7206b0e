import Documents
import Foundation
import Logging
import Model
import Storage
import Transport

@testable import Daemon

/// A daemon on a store of its own, answering on a free port for as long as `body` runs.
struct RunningServer {
    let configuration: FairwayConfiguration
    let address: String

    static func run(
        isPractice: Bool = true, csv: [FactKind: String] = [:], port: Int = 0,
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "fwd-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var configuration = FairwayConfiguration(directory: directory.path)
        configuration.store = directory.appending(path: "store.sqlite").path
        configuration.socket = directory.appending(path: "fairway.sock").path
        configuration.reports = directory.appending(path: "reports").path
        configuration.listen = .init(host: "127.0.0.1", port: port)
        var files: [FactKind: String] = [:]
        for (kind, text) in csv {
            let file = directory.appending(path: "\(kind.rawValue).csv")
            try Data(text.utf8).write(to: file)
            files[kind] = file.path
        }
        if !files.isEmpty {
            var csv = CSVConfiguration()
            csv.partners = files[.partner]
            csv.contracts = files[.contract]
            configuration.sources["files"] = .csv(csv)
        }
        _ = try Store.create(
            at: configuration.store, isPractice: isPractice, at: Self.noon, by: Actor("tester"))
        try await serve(configuration, body)
    }

    static let noon = Day(number: 20_458).start(in: .gmt).adding(seconds: 12 * 3600)

    private static func serve(
        _ configuration: FairwayConfiguration, _ body: (RunningServer) async throws -> Void
    ) async throws {
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        let server = try Server(
            configuration: configuration, environment: [:], actor: Actor("tester"),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let task = Task {
            defer { continuation.finish() }
            try await server.run { continuation.yield($0) }
        }
        var iterator = addresses.makeAsyncIterator()
        let address = await iterator.next()
        do {
            if let address { try await body(RunningServer(configuration: configuration, address: address)) }
        } catch {
            task.cancel()
            _ = await task.result
            throw error
        }
        if address == nil { return try await task.value }
        task.cancel()
        _ = await task.result
    }

    func get(_ path: String) async throws -> HTTPResponse {
        let hosts = Set([HTTPOrigin(url: address)?.hostPort].compactMap { $0 })
        let client = try HTTPClient(
            policy: TransportPolicy(allowsPlainHTTP: hosts, allowsPrivateAddresses: hosts))
        let response = try await client.send(HTTPRequest(.get, address + path))
        await client.shutdown()
        return response
    }

    func perform(_ command: Command) async throws -> CommandOutcome {
        let client = try ControlClient(socket: configuration.socket)
        do {
            let outcome = try await client.perform(command)
            await client.close()
            return outcome
        } catch {
            await client.close()
            throw error
        }
    }
}
