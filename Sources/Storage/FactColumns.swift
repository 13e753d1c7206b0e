import Foundation
import GRDB
import Model

/// A fact's body spread over the columns of its table, and back.
struct FactColumns {
    /// Values of the columns from `is_deleted` on.
    var values: [(any DatabaseValueConvertible)?]

    init(_ body: FactBody) throws {
        switch body {
        case .partner(let fact):
            values = [
                false, fact.partner.rawValue, fact.name,
                String(decoding: try CanonicalJSON.encode(fact.attributes), as: UTF8.self),
            ]
            values += [(any DatabaseValueConvertible)?](repeating: nil, count: 13)
        case .contract(let fact):
            values = [false, fact.partner.rawValue, nil, nil, fact.contract.rawValue, fact.customer.rawValue]
            values += [
                fact.renews?.rawValue, fact.signedOn.number, fact.startsOn.number, fact.endsOn.number,
                fact.cancelledOn?.number, fact.annualAmount.minorUnits, fact.annualAmount.currency.code,
                fact.discount.partsPerMillion, nil, nil, nil,
            ]
        case .observation(let fact):
            values = [false, fact.partner.rawValue, nil, nil, nil, fact.customer.rawValue]
            values += [(any DatabaseValueConvertible)?](repeating: nil, count: 8)
            values += [fact.outcome, fact.baseline, fact.observedOn.number]
        case .deleted:
            values = [true] + [(any DatabaseValueConvertible)?](repeating: nil, count: 16)
        }
    }

    /// Positions of the columns in `SELECT *`, so that the scan of a book names no column.
    struct Layout {
        let kind = 7, isDeleted = 8, partner = 9, name = 10, attributes = 11, contract = 12, customer = 13
        let renews = 14, signedOn = 15, startsOn = 16, endsOn = 17, cancelledOn = 18, annualAmount = 19
        let currency = 20, discount = 21, outcome = 22, baseline = 23, observedOn = 24
    }

    static func body(_ row: Row, _ at: Layout) throws -> FactBody {
        guard let kind = FactKind(rawValue: row[at.kind]) else { throw Unreadable(row: row, column: "kind") }
        if row[at.isDeleted] { return .deleted(kind) }
        switch kind {
        case .partner:
            return .partner(
                PartnerFact(
                    partner: Partner.ID(row[at.partner] as String), name: row[at.name],
                    attributes: try CanonicalJSON.decode(
                        [String: String].self, from: Data((row[at.attributes] as String).utf8))))
        case .contract:
            guard let currency = Currency(row[at.currency]) else {
                throw Unreadable(row: row, column: "currency")
            }
            return .contract(
                ContractFact(
                    contract: Contract.ID(row[at.contract] as String),
                    partner: Partner.ID(row[at.partner] as String),
                    customer: Customer.ID(row[at.customer] as String),
                    renews: (row[at.renews] as String?).map { Contract.ID($0) },
                    signedOn: Day(number: row[at.signedOn]), startsOn: Day(number: row[at.startsOn]),
                    endsOn: Day(number: row[at.endsOn]),
                    cancelledOn: (row[at.cancelledOn] as Int32?).map { Day(number: $0) },
                    annualAmount: Money(minorUnits: row[at.annualAmount], currency: currency),
                    discount: Rate(partsPerMillion: row[at.discount])))
        case .observation:
            return .observation(
                ObservationFact(
                    partner: Partner.ID(row[at.partner] as String),
                    customer: Customer.ID(row[at.customer] as String),
                    outcome: row[at.outcome], baseline: row[at.baseline],
                    observedOn: Day(number: row[at.observedOn])))
        }
    }

    static func fact(_ row: Row) throws -> Fact {
        Fact(
            sequence: row["sequence"], source: Source.Name(row["source"] as String), stream: row["stream"],
            nativeID: row["native_id"], nativeVersion: row["native_version"],
            learnedAt: Instant(milliseconds: row["learned_at"]), body: try body(row, Layout()))
    }

    private struct Unreadable: Error, CustomStringConvertible {
        var sequence: Int64
        var column: String
        init(row: Row, column: String) {
            sequence = row["sequence"]
            self.column = column
        }
        var description: String {
            "fact \(sequence) has an unreadable '\(column)'; check the store with a backup"
        }
    }
}
