import Foundation
import GRDB
package import Model

/// A layer's permanent holdout: its share, and the seed that decides it.
package struct LayerHoldout: Sendable, Hashable {
    package var share: Rate
    package var seed: Seed
    package init(share: Rate, seed: Seed) {
        self.share = share
        self.seed = seed
    }
}

/// The partners who were considered for a pilot in one draw, as the lots saw them.
package struct RosterBatch: Sendable, Hashable, Codable {
    package var drawnOn: Day
    package var entries: [RosterEntry]
}

extension Transaction {
    package func holdout(of layer: Layer.ID) throws -> LayerHoldout? {
        try Row.fetchOne(
            db, sql: "SELECT holdout, holdout_seed FROM layer WHERE id = ?", arguments: [layer.rawValue]
        ).flatMap { row in
            Seed(hex: row["holdout_seed"]).map {
                LayerHoldout(share: Rate(partsPerMillion: row["holdout"]), seed: $0)
            }
        }
    }

    package func insert(_ holdout: LayerHoldout, for layer: Layer.ID) throws {
        try db.execute(
            sql: "INSERT INTO layer (id, holdout, holdout_seed) VALUES (?, ?, ?)",
            arguments: [layer.rawValue, holdout.share.partsPerMillion, holdout.seed.description])
    }

    package func insertHeldOut(_ partners: [Partner.ID], of layer: Layer.ID, on day: Day) throws {
        for partner in partners {
            try db.execute(
                sql: "INSERT INTO holdout (layer, partner, drawn_on) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [layer.rawValue, partner.rawValue, day.number])
        }
    }

    /// Stores the roster of one draw; a later one on the same day is a batch of its own.
    package func insert(_ entries: [RosterEntry], of pilot: Pilot.ID, on day: Day) throws {
        let earlier = try Int.fetchOne(
            db, sql: "SELECT MAX(batch) FROM roster_entry WHERE pilot = ?", arguments: [pilot.rawValue])
        let batch = (earlier ?? 0) + 1
        for entry in entries {
            try db.execute(
                sql: """
                    INSERT INTO roster_entry (pilot, partner, batch, drawn_on, attributes, active_contracts)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    pilot.rawValue, entry.partner.rawValue, batch, day.number,
                    String(decoding: try CanonicalJSON.encode(entry.attributes), as: UTF8.self),
                    entry.activeContracts,
                ])
        }
    }

    /// Everybody who was considered for a pilot, held-out partners included, draw by draw.
    package func rosterBatches(of pilot: Pilot.ID) throws -> [RosterBatch] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT partner, batch, drawn_on, attributes, active_contracts FROM roster_entry
                WHERE pilot = ? ORDER BY batch, partner
                """, arguments: [pilot.rawValue])
        var batches: [RosterBatch] = []
        var latest: Int?
        for row in rows {
            let batch: Int = row["batch"]
            if latest != batch {
                batches.append(RosterBatch(drawnOn: Day(number: row["drawn_on"]), entries: []))
            }
            latest = batch
            batches[batches.count - 1].entries.append(
                RosterEntry(
                    partner: Partner.ID(row["partner"] as String),
                    attributes: try CanonicalJSON.decode(
                        [String: String].self, from: Data((row["attributes"] as String).utf8)),
                    activeContracts: row["active_contracts"]))
        }
        return batches
    }

    package func insert(_ assignments: [Assignment]) throws {
        for assignment in assignments {
            try db.execute(
                sql: """
                    INSERT INTO assignment (pilot, partner, variant, stratum, block, position, assigned_on)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    assignment.pilot.rawValue, assignment.partner.rawValue, assignment.variant.rawValue,
                    assignment.stratum, assignment.block, assignment.position, assignment.assignedOn.number,
                ])
        }
    }

    /// A pilot's assignments in the order they were drawn.
    package func assignments(of pilot: Pilot.ID) throws -> [Assignment] {
        try assignments("pilot = ? ORDER BY stratum, block, position", pilot.rawValue)
    }

    package func assignments(of partner: Partner.ID) throws -> [Assignment] {
        try assignments("partner = ? ORDER BY pilot", partner.rawValue)
    }

    private func assignments(_ selection: String, _ id: String) throws -> [Assignment] {
        try Row.fetchAll(db, sql: "SELECT * FROM assignment WHERE \(selection)", arguments: [id]).map { row in
            Assignment(
                pilot: Pilot.ID(row["pilot"] as String), partner: Partner.ID(row["partner"] as String),
                variant: Variant.ID(row["variant"] as String), stratum: row["stratum"], block: row["block"],
                position: row["position"], assignedOn: Day(number: row["assigned_on"]))
        }
    }

    package func insert(_ promises: [Promise]) throws {
        for promise in promises {
            try db.execute(
                sql:
                    "INSERT INTO promise (pilot, partner, variant, starts_on, ends_on) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    promise.pilot.rawValue, promise.partner.rawValue, promise.variant.rawValue,
                    promise.from.number, promise.until.number,
                ])
        }
    }

    package func promises(of pilot: Pilot.ID) throws -> [Promise] {
        try promises("pilot = ? ORDER BY partner, starts_on", pilot.rawValue)
    }

    package func promises(of partner: Partner.ID) throws -> [Promise] {
        try promises("partner = ? ORDER BY pilot, starts_on", partner.rawValue)
    }

    private func promises(_ selection: String, _ id: String) throws -> [Promise] {
        try Row.fetchAll(db, sql: "SELECT * FROM promise WHERE \(selection)", arguments: [id]).map { row in
            Promise(
                pilot: Pilot.ID(row["pilot"] as String), partner: Partner.ID(row["partner"] as String),
                variant: Variant.ID(row["variant"] as String), from: Day(number: row["starts_on"]),
                until: Day(number: row["ends_on"]))
        }
    }
}
