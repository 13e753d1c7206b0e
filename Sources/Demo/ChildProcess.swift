import Foundation
import Operations

/// Another `fairway` process that lives no longer than this one.
final class ChildProcess: Sendable {
    let address: String
    let processID: Int32
    private let process: Process
    /// Its standard input: when this end closes, the child stops.
    private let lifeline: Pipe

    /// Starts `fairway` with `arguments` and waits until it says where it answers.
    init(name: String, directory: String, arguments: [String], environment: [String: String]) async throws {
        let addressFile = "\(directory)/logs/\(name).address"
        try? FileManager.default.removeItem(atPath: addressFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments + ["--address-file", addressFile, "--until-input-closes"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let log = "\(directory)/logs/\(name).log"
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        lifeline = Pipe()
        process.standardInput = lifeline
        try process.run()
        self.process = process
        processID = process.processIdentifier
        address = try await ChildProcess.address(in: addressFile, of: process, name: name, log: log)
    }

    private static func address(in file: String, of process: Process, name: String, log: String) async throws
        -> String
    {
        for _ in 0..<6000 {
            if let data = FileManager.default.contents(atPath: file) {
                return String(decoding: data, as: UTF8.self)
            }
            guard process.isRunning else {
                guard process.terminationStatus != 69 else {
                    throw OperationError(
                        .invalid,
                        "another program answers at the port of 'fairway \(name)'; choose another with --port"
                    )
                }
                let words = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw OperationError(.invalid, "'fairway \(name)' did not start: \(words.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        process.terminate()
        throw OperationError(
            .invalid, "'fairway \(name)' did not answer within 30 seconds; its log is '\(log)'")
    }

    /// Ends it as a power cut would.
    func kill() {
        Foundation.kill(processID, SIGKILL)
        process.waitUntilExit()
    }

    /// Lets it finish and waits for it.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }
}
