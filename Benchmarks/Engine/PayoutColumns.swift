import Foundation
import Incentives
import Model

/// The contracts of a year as columns, in the order of (partner, day signed, contract); payouts_floor.c reads the same.
struct PayoutColumns {
    /// Where each partner's contracts begin; one more than partners.
    private(set) var starts: [Int]
    let rows: [EarningBook.Row]
    /// The first day of the year.
    static let newYear = Day(number: 20_454)

    init(_ columns: InputColumns) throws {
        let partner = try columns.integers("partner_id", storedAs: Int32.self, as: Int.self)
        let customer = try columns.integers("customer_id", storedAs: Int32.self, as: Int32.self)
        let entry = try columns.integers("entry_day", storedAs: Int16.self, as: Int32.self)
        starts = [Int](repeating: 0, count: (partner.max() ?? -1) + 2)
        for each in partner { starts[each + 1] += 1 }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        // 20 bits for the partner, 10 for the day and 33 for the row: one number a contract sorts fastest.
        var keys = partner.indices.map { row in
            let day = PayoutColumns.dayOfYear(entry: entry[row], customer: customer[row])
            return Int64(partner[row]) << 43 | Int64(day) << 33 | Int64(row)
        }
        keys.sort()
        let observed = try columns.durations()
        let hasLeft = try columns.integers("event", storedAs: Int8.self, as: Int8.self)
        let amount = try columns.cents("recurring_revenue_start")
        let discount = try columns.numbers("discount")
        rows = keys.map { key in
            let row = Int(key & 0x1_FFFF_FFFF)
            let signed = PayoutColumns.newYear + Int(key >> 33 & 0x3FF)
            let start = signed + 14
            let years: Int32 = customer[row] % 4 == 0 ? 2 : 1
            return EarningBook.Row(
                signedOn: signed, startsOn: start, endsOn: start + Int(years * 365 - 1),
                leftOn: hasLeft[row] == 1 ? start + Int(observed[row]) : nil, annualAmount: amount[row],
                currency: 0, isRenewal: customer[row] % 5 < 2,
                discount: Rate(partsPerMillion: Int64((discount[row] * 1_000_000).rounded())),
                customer: customer[row], contract: Int32(row))
        }
    }

    /// Entries lie in half a year; two days each, told apart by the customer's number, fill the year.
    private static func dayOfYear(entry: Int32, customer: Int32) -> Int32 { entry * 2 + customer % 2 }

    /// The contracts as the engine reads them, with names as long as a CRM's.
    func book() throws -> EarningBook {
        func name(_ prefix: String, _ number: Int) -> String {
            let digits = String(number)
            return prefix + String(repeating: "0", count: 15 - digits.count) + digits
        }
        guard let euro = Currency("EUR") else { throw BenchmarkFault("EUR is not a currency") }
        return EarningBook(
            partners: starts.indices.dropLast().map { Partner.ID(name("001", $0)) }, starts: starts,
            rows: rows,
            contracts: rows.indices.map {
                EarningBook.Identity(contract: Contract.ID(name("800", $0)), sequence: Int64($0 + 1))
            }, currencies: [euro])
    }
}
