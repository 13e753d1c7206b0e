import Daemon
import Documents
import Foundation
import Model
import Operations
import Storage
import Transport

/// When the daemon is killed: on which of the run's commands and after which share of its usual duration,
/// drawn from the demo's seed.
struct KillPlan {
    private var shares: [Int: [Double]] = [:]
    private var command = 0

    init(kills: Int, seed: UInt64, commands: Int) {
        for kill in 0..<kills {
            let draw = Array(
                ContentHash(of: Array("kill/\(seed)/\(kill)".utf8)).hex.compactMap(\.hexDigitValue).prefix(8))
            let place = draw[0..<4].reduce(0) { $0 * 16 + $1 }
            let share = draw[4..<8].reduce(0) { $0 * 16 + $1 }
            shares[place * commands / 65_536, default: []].append(Double(share) / 65_536)
        }
    }

    /// The shares of the usual duration after which the next command's daemon is killed, one after the other.
    mutating func next() -> [Double] {
        defer { command += 1 }
        return shares[command] ?? []
    }
}

/// The daemon's process and the door to it; after a kill a new process goes on with the same store.
struct SteeredDaemon {
    private let directory: DemoDirectory
    private var process: ChildProcess
    private var kills: KillPlan
    /// How long a round usually takes, measured on the way. Seconds.
    private var usualDuration = 0.3
    /// How often the daemon was killed so far.
    private(set) var killCount = 0

    init(directory: DemoDirectory, kills: KillPlan) async throws {
        self.directory = directory
        self.kills = kills
        process = try await directory.startDaemon()
    }

    var address: String { process.address }

    /// Where the reports can be read once the demo has ended.
    var reports: String { directory.reports(servedAt: process.address) }

    /// Has the daemon carry out a command; killed on the way, a new daemon is given the same command.
    mutating func perform(_ command: Command) async throws -> CommandOutcome {
        for share in kills.next() {
            let victim = process
            let delay = usualDuration * share
            let assassin = Task {
                try await Task.sleep(for: .seconds(delay))
                victim.kill()
            }
            _ = try? await send(command)
            _ = try? await assassin.value
            process = try await directory.startDaemon()
            killCount += 1
        }
        let started = ContinuousClock.now
        let outcome = try await send(command)
        usualDuration = (ContinuousClock.now - started) / .seconds(1)
        return outcome
    }

    private func send(_ command: Command) async throws -> CommandOutcome {
        let client = try ControlClient(socket: try loadConfiguration(at: directory.configuration).socket)
        do {
            let outcome = try await client.perform(command)
            await client.close()
            return outcome
        } catch {
            await client.close()
            throw error
        }
    }

    // MARK: Pages

    func status() async throws -> Status { try await get("/api/v1/status", as: Status.self) }

    func pilots() async throws -> [Pilot.ID] { try await status().pilots.map(\.pilot) }

    func looks(of pilot: Pilot.ID) async throws -> [Look] {
        try await get("/api/v1/pilots/\(pilot)/looks", as: Items<Look>.self).items
    }

    /// What every partner of the pilots is promised today: what the vendor's own systems would ask for.
    func termsInForce(of pilots: [Pilot.ID]) async throws -> [TermsInForce] {
        var terms: [TermsInForce] = []
        for pilot in pilots {
            terms += try await get("/api/v1/pilots/\(pilot)/terms", as: Items<TermsInForce>.self).items
        }
        return terms
    }

    /// Waits until every message has left, for as long as the retries may take.
    func waitForDeliveries() async throws {
        for _ in 0..<1200 {
            if try await status().pendingDeliveries == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw OperationError(
            .invalid,
            "messages still wait to be delivered; the daemon's log is '\(directory.path)/logs/serve.log'")
    }

    private struct Items<Item: Decodable>: Decodable { var items: [Item] }

    private func get<Value: Decodable>(_ path: String, as type: Value.Type) async throws -> Value {
        let client = try HTTPClient(policy: .loopback(process.address))
        let response = try await client.send(HTTPRequest(.get, process.address + path))
        await client.shutdown()
        guard response.isSuccess else {
            throw OperationError(.invalid, "'\(path)' was answered with status \(response.status)")
        }
        return try CanonicalJSON.decode(type, from: Data(response.body))
    }

    func stop() { process.stop() }
}

extension TransportPolicy {
    /// Plain HTTP to one local server.
    static func loopback(_ address: String) -> TransportPolicy {
        let hosts = Set([HTTPOrigin(url: address)?.hostPort].compactMap { $0 })
        return TransportPolicy(allowsPlainHTTP: hosts, allowsPrivateAddresses: hosts)
    }
}
