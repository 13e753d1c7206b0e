import Foundation
import GRDB
package import Model

extension Transaction {
    /// The ledger, in the order it was posted.
    ///
    /// - Parameter partner: `nil` for everybody's entries.
    package func ledgerEntries(of partner: Partner.ID? = nil) throws -> [LedgerEntry] {
        let contents =
            if let partner {
                try String.fetchAll(
                    db, sql: "SELECT content FROM ledger_entry WHERE partner = ? ORDER BY number",
                    arguments: [partner.rawValue])
            } else {
                try String.fetchAll(db, sql: "SELECT content FROM ledger_entry ORDER BY number")
            }
        return try contents.map { try CanonicalJSON.decode(LedgerEntry.self, from: Data($0.utf8)) }
    }

    /// Every closed period, in the order they were closed.
    package func closedPeriods() throws -> [ClosedPeriod] {
        try Row.fetchAll(db, sql: "SELECT * FROM closed_period ORDER BY id").map(closedPeriod)
    }

    package func closedPeriod(_ period: CalendarPeriod) throws -> ClosedPeriod? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM closed_period WHERE id = ?", arguments: [period.description]
        ).map(closedPeriod)
    }

    private func closedPeriod(_ row: Row) throws -> ClosedPeriod {
        ClosedPeriod(
            period: try period(row["id"]), closedAt: Instant(milliseconds: row["closed_at"]),
            requestedBy: Actor(row["requested_by"]), closedBy: Actor(row["closed_by"]),
            sequence: row["sequence"], contentHash: ContentHash(hex: row["content_hash"]),
            entries: row["entries"], paymentFile: row["payment_file"], controlTotals: row["control_totals"])
    }

    /// Closes a period and posts its entries, which are never changed afterwards.
    package func post(_ entries: [LedgerEntry], closing closed: ClosedPeriod) throws {
        try db.execute(
            sql: """
                INSERT INTO closed_period (id, closed_at, requested_by, closed_by, sequence, content_hash,
                    entries, payment_file, control_totals)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                closed.period.description, closed.closedAt.milliseconds, closed.requestedBy.name,
                closed.closedBy.name, closed.sequence, closed.contentHash.hex, closed.entries,
                closed.paymentFile, closed.controlTotals,
            ])
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO ledger_entry (id, period, partner, kind, amount, currency, content)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        for entry in entries {
            try insert.execute(arguments: [
                entry.id, entry.period.description, entry.payout.partner.rawValue, entry.kind.rawValue,
                entry.amount, entry.payout.currency.code,
                String(decoding: try CanonicalJSON.encode(entry), as: UTF8.self),
            ])
        }
    }

    /// Who approved the closing of periods, oldest first; of other entries than would be posted now, too.
    ///
    /// - Parameter period: `nil` for all of them.
    package func approvals(of period: CalendarPeriod? = nil) throws -> [PeriodApproval] {
        try Row.fetchAll(db, sql: "SELECT * FROM period_approval ORDER BY number").map { row in
            PeriodApproval(
                period: try self.period(row["period"]), actor: Actor(row["actor"]),
                contentHash: ContentHash(hex: row["content_hash"]),
                approvedAt: Instant(milliseconds: row["approved_at"]))
        }.filter { period == nil || $0.period == period }
    }

    package func insert(_ approval: PeriodApproval) throws {
        try db.execute(
            sql: """
                INSERT INTO period_approval (period, actor, content_hash, approved_at) VALUES (?, ?, ?, ?)
                """,
            arguments: [
                approval.period.description, approval.actor.name, approval.contentHash.hex,
                approval.approvedAt.milliseconds,
            ])
    }

    private func period(_ text: String) throws -> CalendarPeriod {
        guard let period = CalendarPeriod(text: text) else {
            throw StoreError.failed(path: "closed_period", detail: "the period '\(text)' is unreadable")
        }
        return period
    }
}
