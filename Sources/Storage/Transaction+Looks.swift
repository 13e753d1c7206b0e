import Foundation
import GRDB
package import Model

extension Transaction {
    /// A pilot's recorded looks numbered above `after`, oldest first.
    package func looks(of pilot: Pilot.ID, after: Int = 0) throws -> [Look] {
        try String.fetchAll(
            db, sql: "SELECT content FROM look WHERE pilot = ? AND number > ? ORDER BY number",
            arguments: [pilot.rawValue, after]
        ).map { try CanonicalJSON.decode(Look.self, from: Data($0.utf8)) }
    }

    /// Records a look; a planned date is recorded at most once.
    package func insert(_ look: Look) throws {
        try db.execute(
            sql: "INSERT INTO look (pilot, number, planned, content) VALUES (?, ?, ?, ?)",
            arguments: [
                look.pilot.rawValue, look.index, look.plannedIndex,
                String(decoding: try CanonicalJSON.encode(look), as: UTF8.self),
            ])
    }

    /// The planned index of the last recorded look; 0 before the first.
    package func lastPlannedIndex(of pilot: Pilot.ID) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT MAX(planned) FROM look WHERE pilot = ?", arguments: [pilot.rawValue]) ?? 0
    }
}
