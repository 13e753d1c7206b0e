import Model
import Storage

extension PilotOperations {
    /// A message about a pilot whose id follows from what it is about, so that it can be written only once.
    func message(
        _ kind: OutboxMessage.Kind, of pilot: Pilot, key: String, at now: Instant, data: [String: String]
    ) throws -> OutboxMessage {
        var data = data
        data["pilot"] = pilot.id.rawValue
        return try message(kind, identity: "\(pilot.id)\n\(pilot.seed)\n\(key)", at: now, data: data)
    }

    /// A message about a stream that cannot be read, one for each class of failure of a run: what fails in another
    /// way, or in a later run, is told anew.
    func message(
        failureOf stream: StreamStatus, class: String, reason: String, at now: Instant
    ) throws -> OutboxMessage {
        let through = stream.completedThrough?.description ?? ""
        return try message(
            .syncFailed,
            identity: [
                "\(store.identity.id)", stream.source.rawValue, stream.stream, through, `class`,
                stream.lastRun?.startedAt.description ?? "",
            ].joined(separator: "\n"),
            at: now,
            data: [
                "source": stream.source.rawValue, "stream": stream.stream, "reason": reason,
                "completedThrough": through,
            ])
    }

    private func message(
        _ kind: OutboxMessage.Kind, identity: String, at now: Instant, data: [String: String]
    ) throws -> OutboxMessage {
        struct Body: Encodable {
            var type: String
            var timestamp: Instant
            var data: [String: String]
        }
        var data = data
        data["practice"] = store.identity.isPractice ? "yes" : "no"
        let body = try CanonicalJSON.encode(Body(type: kind.rawValue, timestamp: now, data: data))
        return OutboxMessage(
            id: "msg_" + ContentHash(of: Array("\(kind.rawValue)\n\(identity)".utf8)).hex.prefix(32),
            kind: kind, createdAt: now, body: String(decoding: body, as: UTF8.self))
    }
}
