import Foundation
import Statistics
import Testing

/// The generated customers of a reference data set, with partners numbered from 0.
struct CustomerTable {
    struct Row {
        var partner: Int
        var isTreated: Bool
        var stratum: String
        var renewed: Double
        var revenueBefore: Double
        var entry: Double
        var time: Double
        var isEvent: Bool
    }

    let rows: [Row]
    let partnerCount: Int

    init(_ golden: Golden) throws {
        try self.init(rows: golden.rows())
    }

    init(named name: String) throws {
        try self.init(rows: Golden.table(name))
    }

    private init(rows: [[String: String]]) throws {
        func number(_ row: [String: String], _ column: String) throws -> Double {
            try #require(row[column].flatMap(Double.init), "column '\(column)'")
        }
        let names = Set(rows.compactMap { $0["partner"] }).compactMap(Int.init).sorted()
        let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        self.rows = try rows.map { row in
            Row(
                partner: try #require(index[Int(number(row, "partner"))]),
                isTreated: try number(row, "arm") == 1,
                stratum: row["stratum"] ?? "",
                renewed: try number(row, "renewed"),
                revenueBefore: (try? number(row, "arr_before")) ?? 0,
                entry: (try? number(row, "entry")) ?? 0,
                time: (try? number(row, "time")) ?? 1,
                isEvent: (try? number(row, "event")) == 1)
        }
        partnerCount = names.count
    }

    /// Totals of renewals, for all partners in order.
    func renewals() -> [ClusterTotal] {
        var totals = [ClusterTotal](repeating: .empty, count: partnerCount)
        for row in rows {
            totals[row.partner] = totals[row.partner] + ClusterTotal(successes: Int(row.renewed), size: 1)
        }
        return totals
    }

    /// Whether each partner is treated, in order.
    func assignment() -> [Bool] {
        var treated = [Bool](repeating: false, count: partnerCount)
        for row in rows where row.isTreated { treated[row.partner] = true }
        return treated
    }

    /// Splits totals of all partners by arm.
    func split(_ totals: [ClusterTotal]) -> (control: [ClusterTotal], treatment: [ClusterTotal]) {
        let treated = assignment()
        return (
            zip(totals, treated).filter { !$1 }.map(\.0), zip(totals, treated).filter { $1 }.map(\.0)
        )
    }
}
