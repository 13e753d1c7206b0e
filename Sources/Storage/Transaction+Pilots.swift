import Foundation
import GRDB
package import Model

extension Transaction {
    /// Every pilot that was started, by id.
    package func pilots() throws -> [Pilot] {
        try Row.fetchAll(db, sql: "SELECT * FROM pilot ORDER BY id").map(pilot)
    }

    package func pilot(_ id: Pilot.ID) throws -> Pilot? {
        try Row.fetchOne(db, sql: "SELECT * FROM pilot WHERE id = ?", arguments: [id.rawValue]).map(pilot)
    }

    private func pilot(_ row: Row) throws -> Pilot {
        func decode<Value: Decodable>(_ type: Value.Type, _ column: String) throws -> Value {
            try CanonicalJSON.decode(type, from: Data((row[column] as String).utf8))
        }
        let paused = try String.fetchAll(
            db, sql: "SELECT variant FROM paused_variant WHERE pilot = ? ORDER BY variant",
            arguments: [row["id"] as String])
        guard let state = Pilot.State(rawValue: row["state"]), let seed = Seed(hex: row["seed"]) else {
            throw StoreError.failed(path: "pilot", detail: "pilot '\(row["id"] as String)' is unreadable")
        }
        return Pilot(
            plan: try decode(Plan.self, "plan"), planHash: ContentHash(hex: row["plan_hash"]), state: state,
            startedAt: Instant(milliseconds: row["started_at"]), seed: seed,
            rosterHash: ContentHash(hex: row["roster_hash"]), sizeCuts: try decode([Int].self, "size_cuts"),
            information: try decode(PlannedInformation.self, "information"),
            pausedVariants: paused.map { Variant.ID($0) })
    }

    /// Stores a pilot that starts; its plan is never written again.
    package func insert(_ pilot: Pilot, resolved: String) throws {
        func text(_ value: some Encodable) throws -> String {
            String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
        }
        try db.execute(
            sql: """
                INSERT INTO pilot (id, plan, plan_hash, resolved, state, started_at, seed, roster_hash,
                    size_cuts, information)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                pilot.id.rawValue, try text(pilot.plan), pilot.planHash.hex, resolved, pilot.state.rawValue,
                pilot.startedAt.milliseconds, pilot.seed.description, pilot.rosterHash.hex,
                try text(pilot.sizeCuts), try text(pilot.information),
            ])
    }

    package func setState(_ state: Pilot.State, of pilot: Pilot.ID) throws {
        try db.execute(
            sql: "UPDATE pilot SET state = ? WHERE id = ?", arguments: [state.rawValue, pilot.rawValue])
    }

    /// Stops new promises of a variant; returns whether it was not paused before.
    package func pause(_ variant: Variant.ID, of pilot: Pilot.ID, look: Int) throws -> Bool {
        try db.execute(
            sql: "INSERT INTO paused_variant (pilot, variant, look) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [pilot.rawValue, variant.rawValue, look])
        return db.changesCount > 0
    }
}
