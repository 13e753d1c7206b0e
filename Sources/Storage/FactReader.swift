import Foundation
import GRDB
import Model

/// Reads facts back from rows of `SELECT * FROM fact`.
struct FactReader {
    let at = FactColumns.Layout()
    /// Attributes by their JSON: thousands of rows repeat a few combinations.
    private var attributes: [String: [String: String]] = [:]

    mutating func body(_ row: Row) throws -> FactBody {
        guard let kind = FactKind(rawValue: row[at.kind]) else { throw Unreadable(row: row, column: "kind") }
        if row[at.isDeleted] { return .deleted(kind) }
        switch kind {
        case .partner:
            return .partner(
                PartnerFact(
                    partner: Partner.ID(row[at.partner] as String),
                    attributes: try decoded(row[at.attributes])))
        case .contract: return .contract(try contract(row))
        case .observation:
            return .observation(
                ObservationFact(
                    partner: Partner.ID(row[at.partner] as String),
                    customer: Customer.ID(row[at.customer] as String),
                    outcome: row[at.outcome], baseline: row[at.baseline],
                    observedOn: Day(number: row[at.observedOn])))
        case .milestone:
            return .milestone(
                MilestoneFact(
                    contract: Contract.ID(row[at.contract] as String), milestone: row[at.milestone],
                    reachedOn: Day(number: row[at.reachedOn])))
        case .reading:
            return .reading(
                ReadingFact(
                    customer: Customer.ID(row[at.customer] as String), measure: row[at.measure],
                    value: row[at.value], observedOn: Day(number: row[at.observedOn])))
        case .payment: return .payment(try payment(row))
        case .renewal, .churn, .discount, .opportunity, .forecast, .attribution:
            return try report(row, kind)
        }
    }

    private mutating func contract(_ row: Row) throws -> ContractFact {
        ContractFact(
            contract: Contract.ID(row[at.contract] as String),
            partner: Partner.ID(row[at.partner] as String),
            customer: Customer.ID(row[at.customer] as String),
            renews: (row[at.renews] as String?).map { Contract.ID($0) },
            signedOn: Day(number: row[at.signedOn]), startsOn: Day(number: row[at.startsOn]),
            endsOn: Day(number: row[at.endsOn]),
            cancelledOn: day(row, at.cancelledOn),
            annualAmount: Money(minorUnits: row[at.annualAmount], currency: try currency(row)),
            discount: Rate(partsPerMillion: row[at.discount]),
            attributes: try (row[at.attributes] as String?).map { try decoded($0) })
    }

    private func payment(_ row: Row) throws -> PaymentFact {
        guard let component = PlanComponent(rawValue: row[at.component]) else {
            throw Unreadable(row: row, column: "component")
        }
        let rule = try (row[at.rule] as String?).map { name in
            guard let rule = PlanRule(rawValue: name) else { throw Unreadable(row: row, column: "rule") }
            return rule
        }
        return PaymentFact(
            payment: row[at.payment], partner: Partner.ID(row[at.partner] as String),
            contract: (row[at.contract] as String?).map { Contract.ID($0) }, component: component,
            rule: rule, occasion: row[at.occasion], entry: row[at.entry],
            rate: (row[at.rate] as Int64?).map { Rate(partsPerMillion: $0) },
            paidOn: Day(number: row[at.paidOn]),
            amount: Money(minorUnits: row[at.amount], currency: try currency(row)))
    }

    private mutating func decoded(_ json: String) throws -> [String: String] {
        if let known = attributes[json] { return known }
        let decoded = try CanonicalJSON.decode([String: String].self, from: Data(json.utf8))
        attributes[json] = decoded
        return decoded
    }

    mutating func fact(_ row: Row) throws -> Fact {
        Fact(
            sequence: row["sequence"], source: Source.Name(row["source"] as String), stream: row["stream"],
            nativeID: row["native_id"], nativeVersion: row["native_version"],
            learnedAt: Instant(milliseconds: row["learned_at"]), body: try body(row))
    }

    /// A column that holds what none of its kind may.
    struct Unreadable: Error, CustomStringConvertible {
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
