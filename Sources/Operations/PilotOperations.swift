package import Foundation
package import Model
package import Storage

/// The verbs: the one place that changes a pilot's state. Command line, HTTP and scheduler all call these.
package struct PilotOperations: Sendable {
    package let store: Store
    let environment: Environment
    let looks: LookMemory
    let books: BookMemory

    /// What the verbs take from outside, so that they can be replayed.
    package struct Environment: Sendable {
        /// Business time of a store that is not for practice.
        package var now: @Sendable () -> Instant
        /// Where seeds come from.
        package var entropy: @Sendable () -> any RandomNumberGenerator & Sendable
        /// Endpoints that each kind of message goes to.
        package var endpoints: @Sendable (OutboxMessage.Kind) -> [String]
        /// Streams that are configured, whether or not they were ever read.
        package var streams: [ConfiguredStream]
        /// Sources whose data a look depends on; one that is configured no longer may go stale.
        package var readsSource: @Sendable (Source.Name) -> Bool
        /// The zone of days that belong to no pilot.
        package var zone: TimeZone
        /// Name and version of this engine, recorded with each look.
        package var engine: String
        /// Where a report can be read, given its path; goes into messages.
        package var reportURL: @Sendable (String) -> String
        /// What somebody answers for; nothing for who is not configured.
        package var roles: @Sendable (Actor) -> Set<Role>
        /// Until when looks wait for their data.
        package var gate: DataGate

        package init(
            now: @escaping @Sendable () -> Instant,
            entropy: @escaping @Sendable () -> any RandomNumberGenerator & Sendable,
            endpoints: @escaping @Sendable (OutboxMessage.Kind) -> [String],
            readsSource: @escaping @Sendable (Source.Name) -> Bool, zone: TimeZone, engine: String,
            reportURL: @escaping @Sendable (String) -> String,
            roles: @escaping @Sendable (Actor) -> Set<Role>, gate: DataGate = DataGate(settleDays: 0),
            streams: [ConfiguredStream] = []
        ) {
            self.now = now
            self.entropy = entropy
            self.endpoints = endpoints
            self.readsSource = readsSource
            self.zone = zone
            self.engine = engine
            self.reportURL = reportURL
            self.roles = roles
            self.gate = gate
            self.streams = streams
        }
    }

    package init(store: Store, environment: Environment) {
        self.store = store
        self.environment = environment
        looks = LookMemory()
        books = BookMemory()
    }

    /// Business time: the simulated clock of a practice store, the real one otherwise.
    package func now() async throws -> Instant {
        try await store.read { try now($0) }
    }

    func now(_ transaction: Transaction) throws -> Instant {
        guard store.identity.isPractice else { return environment.now() }
        return try transaction.clock() ?? environment.now()
    }
}

/// Why a verb was refused, and what to do instead.
package struct OperationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of answer a caller gives: a client's mistake, a missing thing, or a state that forbids it.
    package enum Kind: String, Sendable, Hashable, Codable {
        case notFound, conflict, invalid
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }

    static func noPilot(_ id: Pilot.ID, known: [Pilot]) -> OperationError {
        let names = known.map { "'\($0.id)'" }.joined(separator: ", ")
        return OperationError(
            .notFound,
            "pilot '\(id)' has not been started; "
                + (names.isEmpty ? "start one with 'fairway start'" : "started pilots: \(names)"))
    }
}
