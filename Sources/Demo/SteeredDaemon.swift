import Daemon
import Documents
import Foundation
import Model
import Operations
import Storage
import Transport

/// When the daemon is killed: after which share of which week's round, by the demo's seed.
struct KillPlan {
    private var delays: [Double] = []
    /// Commands between two kills.
    private let every: Int

    init(_ options: Rehearsal.Options, weeks: Int) {
        let hash = ContentHash(of: Array("kills/\(options.seed)".utf8)).hex
        let digits = hash.compactMap(\.hexDigitValue)
        for kill in 0..<options.kills {
            let byte = digits[(2 * kill) % 64] * 16 + digits[(2 * kill + 1) % 64]
            delays.append(Double(byte) / 255)
        }
        every = 1
    }

    /// The share of a round's usual duration to wait before the next kill; `nil` when none is left.
    mutating func next() -> Double? { delays.isEmpty ? nil : delays.removeFirst() }
}

/// The daemon's process and the door to it; after a kill a new process goes on with the same store.
struct SteeredDaemon {
    private let directory: DemoDirectory
    private var process: ChildProcess
    private var kills: KillPlan
    private let client: HTTPClient
    /// How long a round usually takes, measured on the way. Seconds.
    private var usualDuration = 0.3

    init(directory: DemoDirectory, kills: KillPlan) async throws {
        self.directory = directory
        self.kills = kills
        process = try await directory.startDaemon()
        client = try HTTPClient(policy: .loopback(process.address))
    }

    var address: String { process.address }

    /// Has the daemon carry out a command; killed on the way, a new daemon is given the same command.
    mutating func perform(_ command: Command) async throws -> CommandOutcome {
        while let share = kills.next() {
            let victim = process
            let delay = usualDuration * share
            let assassin = Task {
                try await Task.sleep(for: .seconds(delay))
                victim.kill()
            }
            _ = try? await send(command)
            _ = try? await assassin.value
            process = try await directory.startDaemon()
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
