import Foundation
import Model
import Operations
import Transport

/// Why a daemon did not carry out a command, in the daemon's own words.
package struct CommandRefused: Error, CustomStringConvertible {
    package let description: String
    /// The exit code the daemon's own process would have ended with.
    package let exitCode: Int32
}

/// Sends commands to the daemon that holds the store.
package struct ControlClient: Sendable {
    private let path: String
    private let client: HTTPClient

    package init(socket path: String) throws {
        self.path = path
        client = try HTTPClient(
            policy: TransportPolicy(
                allowsPlainHTTP: [HostPort(host: "localhost", port: 80)],
                allowsPrivateAddresses: [HostPort(host: "localhost", port: 80)], lowSpeedTime: .seconds(3600),
                totalTimeout: .seconds(3600)))
    }

    package func perform(_ command: Command) async throws -> CommandOutcome {
        let request = HTTPRequest(
            .post, "http://localhost/commands", headers: [("Content-Type", "application/json")],
            body: Array(try CanonicalJSON.encode(command)), unixSocketPath: path)
        let response = try await client.send(request)
        guard response.isSuccess else {
            struct Answer: Decodable {
                var detail: String
                var exitCode: Int32?
            }
            let answer = try? CanonicalJSON.decode(Answer.self, from: Data(response.body))
            throw CommandRefused(
                description: answer?.detail ?? "the daemon answered with status \(response.status)",
                exitCode: answer?.exitCode ?? 70)
        }
        return try CanonicalJSON.decode(CommandOutcome.self, from: Data(response.body))
    }

    package func close() async { await client.shutdown() }
}
