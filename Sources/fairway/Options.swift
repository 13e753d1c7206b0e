import ArgumentParser
import Daemon
import Documents
import Foundation
import Logging
import Model
import Operations
import Storage

/// Where the configuration is, and what follows from it.
struct ConfigOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file.", valueName: "path"))
    var config = "config/fairway.yaml"

    func load() throws -> FairwayConfiguration {
        try require(config, orElse: "write one with 'fairway init', or name yours with --config")
        return try loadConfiguration(at: config)
    }

    /// The verbs, for reading only.
    func openForReading() throws -> PilotOperations { try Workspace(try load(), .readOnly).operations }

    /// Has a command carried out by whoever holds the store.
    func perform(_ command: Command) async throws -> CommandOutcome { try await runner().perform(command) }

    func runner() throws -> CommandRunner {
        CommandRunner(
            configuration: try load(), environment: ProcessInfo.processInfo.environment,
            actor: .operatingSystemUser, logger: .fairway())
    }

    /// A pilot's file in the experiments directory.
    func approvedPlan(of pilot: String) throws -> ApprovedPlan {
        let path = try pilotPath(pilot)
        try require(path, orElse: "write it with 'fairway new', or name another pilot")
        let document = try loadPilot(at: path)
        return ApprovedPlan(plan: document.plan, resolved: document.resolvedYAML)
    }

    private func require(_ path: String, orElse remedy: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Fault(
                file: path, line: nil, column: nil, message: "there is no such file; \(remedy)",
                isMissing: true)
        }
    }

    /// `pilot` itself when it is a path, its file in the experiments directory otherwise.
    func pilotPath(_ pilot: String) throws -> String {
        pilot.contains("/") || pilot.hasSuffix(".yaml") ? pilot : "\(try load().experiments)/\(pilot).yaml"
    }
}

/// How a result is printed.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the result as JSON.")
    var json = false

    /// Prints `value` as JSON, or `text` for people.
    func print(_ value: some Encodable, text: () throws -> String) throws {
        let output =
            json ? String(decoding: try CanonicalJSON.encodePretty(value), as: UTF8.self) : try text()
        try printResult(output)
    }
}

extension Logger {
    /// Logs go to standard error: standard output carries results.
    static func fairway(level: Logger.Level = .warning) -> Logger {
        var logger = Logger(label: "fairway", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = level
        return logger
    }
}

/// Runs a command; errors are told on standard error, each with the exit code that says what to do next.
func telling(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as ExitCode {
        throw error
    } catch let error as any ParsableError {
        throw error
    } catch {
        FileHandle.standardError.write(Data("fairway: \(error)\n".utf8))
        throw ExitCode(exitCode(of: error))
    }
}

/// Errors that ArgumentParser words itself.
protocol ParsableError: Error {}
extension ValidationError: ParsableError {}
extension CleanExit: ParsableError {}
