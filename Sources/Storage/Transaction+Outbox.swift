import GRDB
package import Model

/// One message on its way to one endpoint.
package struct Delivery: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable {
        case pending, delivered
        /// Given up: the schedule is exhausted or the endpoint is gone.
        case dead
    }

    package var message: OutboxMessage
    package var endpoint: String
    package var state: State
    package var attempts: Int
    /// Transport time before which it is not tried again.
    package var nextAttemptAt: Instant
    package var lastResult: String?
}

extension Transaction {
    /// Puts a message in the outbox, to be delivered to each endpoint; returns whether it is new.
    @discardableResult
    package func enqueue(_ message: OutboxMessage, to endpoints: [String]) throws -> Bool {
        let isKnown =
            try Int.fetchOne(db, sql: "SELECT 1 FROM outbox WHERE id = ?", arguments: [message.id]) != nil
        guard !isKnown else { return false }
        try db.execute(
            sql: "INSERT INTO outbox (id, kind, created_at, body) VALUES (?, ?, ?, ?)",
            arguments: [message.id, message.kind.rawValue, message.createdAt.milliseconds, message.body])
        for endpoint in endpoints {
            try db.execute(
                sql: """
                    INSERT INTO delivery (message, endpoint, state, attempts, next_attempt_at)
                    VALUES (?, ?, 'pending', 0, 0)
                    """,
                arguments: [message.id, endpoint])
        }
        return true
    }

    /// Deliveries that may be tried at `instant` (transport time), the longest waiting first.
    package func dueDeliveries(at instant: Instant, limit: Int) throws -> [Delivery] {
        try deliveries(
            where: "state = 'pending' AND next_attempt_at <= \(instant.milliseconds)",
            orderedBy: "next_attempt_at",
            limit: limit)
    }

    /// When the next pending delivery is due (transport time); `nil` when nothing is pending.
    package func nextDelivery() throws -> Instant? {
        try Int64.fetchOne(db, sql: "SELECT MIN(next_attempt_at) FROM delivery WHERE state = 'pending'")
            .map { Instant(milliseconds: $0) }
    }

    /// How many deliveries are in a state.
    package func deliveryCount(_ state: Delivery.State) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM delivery WHERE state = ?", arguments: [state.rawValue]) ?? 0
    }

    /// Every delivery, in the order its message was written.
    package func deliveries() throws -> [Delivery] {
        try deliveries(where: "1", orderedBy: "created_at", limit: -1)
    }

    private func deliveries(where condition: SQL, orderedBy key: SQL, limit: Int) throws -> [Delivery] {
        let request: SQLRequest<Row> = """
            SELECT * FROM delivery JOIN outbox ON outbox.id = delivery.message
            WHERE \(condition) ORDER BY \(key), created_at, message, endpoint LIMIT \(limit)
            """
        return try request.fetchAll(db).compactMap { row in
            guard let kind = OutboxMessage.Kind(rawValue: row["kind"]),
                let state = Delivery.State(rawValue: row["state"])
            else { return nil }
            return Delivery(
                message: OutboxMessage(
                    id: row["id"], kind: kind, createdAt: Instant(milliseconds: row["created_at"]),
                    body: row["body"]),
                endpoint: row["endpoint"], state: state, attempts: row["attempts"],
                nextAttemptAt: Instant(milliseconds: row["next_attempt_at"]), lastResult: row["last_result"])
        }
    }

    /// Notes the outcome of one attempt.
    package func update(_ delivery: Delivery) throws {
        try db.execute(
            sql: """
                UPDATE delivery SET state = ?, attempts = ?, next_attempt_at = ?, last_result = ?
                WHERE message = ? AND endpoint = ?
                """,
            arguments: [
                delivery.state.rawValue, delivery.attempts, delivery.nextAttemptAt.milliseconds,
                delivery.lastResult, delivery.message.id, delivery.endpoint,
            ])
    }
}
