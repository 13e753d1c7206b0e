import Foundation
import GRDB
import Model

/// A fact's body spread over the columns of its table.
struct FactColumns {
    /// Positions of the columns in `SELECT *`, so that the scan of a book names no column.
    struct Layout {
        let kind = 7, isDeleted = 8, partner = 9, name = 10, attributes = 11, contract = 12, customer = 13
        let renews = 14, signedOn = 15, startsOn = 16, endsOn = 17, cancelledOn = 18, annualAmount = 19
        let currency = 20, discount = 21, outcome = 22, baseline = 23, observedOn = 24
        let milestone = 25, reachedOn = 26, measure = 27, value = 28, payment = 29, component = 30, rule = 31
        let occasion = 32, entry = 33, rate = 34, paidOn = 35, amount = 36
    }

    /// The columns from `is_deleted` on, in the table's order.
    static let names = [
        "is_deleted", "partner", "name", "attributes", "contract", "customer", "renews", "signed_on",
        "starts_on", "ends_on", "cancelled_on", "annual_amount", "currency", "discount", "outcome",
        "baseline",
        "observed_on", "milestone", "reached_on", "measure", "value", "payment", "component", "rule",
        "occasion", "entry", "rate", "paid_on", "amount",
    ]

    /// Their values.
    private(set) var values = [(any DatabaseValueConvertible)?](
        repeating: nil, count: FactColumns.names.count)

    init(_ body: FactBody) throws {
        let at = Layout()
        self[at.isDeleted] = false
        switch body {
        case .partner(let fact):
            self[at.partner] = fact.partner.rawValue
            self[at.name] = fact.name
            self[at.attributes] = try FactColumns.json(fact.attributes)
        case .contract(let fact): try set(fact, at)
        case .observation(let fact):
            self[at.partner] = fact.partner.rawValue
            self[at.customer] = fact.customer.rawValue
            self[at.outcome] = fact.outcome
            self[at.baseline] = fact.baseline
            self[at.observedOn] = fact.observedOn.number
        case .milestone(let fact):
            self[at.contract] = fact.contract.rawValue
            self[at.milestone] = fact.milestone
            self[at.reachedOn] = fact.reachedOn.number
        case .reading(let fact):
            self[at.customer] = fact.customer.rawValue
            self[at.measure] = fact.measure
            self[at.value] = fact.value
            self[at.observedOn] = fact.observedOn.number
        case .payment(let fact): set(fact, at)
        case .deleted: self[at.isDeleted] = true
        }
    }

    private mutating func set(_ fact: ContractFact, _ at: Layout) throws {
        self[at.partner] = fact.partner.rawValue
        self[at.attributes] = try fact.attributes.map { try FactColumns.json($0) }
        self[at.contract] = fact.contract.rawValue
        self[at.customer] = fact.customer.rawValue
        self[at.renews] = fact.renews?.rawValue
        self[at.signedOn] = fact.signedOn.number
        self[at.startsOn] = fact.startsOn.number
        self[at.endsOn] = fact.endsOn.number
        self[at.cancelledOn] = fact.cancelledOn?.number
        self[at.annualAmount] = fact.annualAmount.minorUnits
        self[at.currency] = fact.annualAmount.currency.code
        self[at.discount] = fact.discount.partsPerMillion
    }

    private mutating func set(_ fact: PaymentFact, _ at: Layout) {
        self[at.payment] = fact.payment
        self[at.partner] = fact.partner.rawValue
        self[at.contract] = fact.contract?.rawValue
        self[at.component] = fact.component.rawValue
        self[at.rule] = fact.rule?.rawValue
        self[at.occasion] = fact.occasion
        self[at.entry] = fact.entry
        self[at.rate] = fact.rate?.partsPerMillion
        self[at.paidOn] = fact.paidOn.number
        self[at.amount] = fact.amount.minorUnits
        self[at.currency] = fact.amount.currency.code
    }

    private subscript(position: Int) -> (any DatabaseValueConvertible)? {
        get { values[position - Layout().isDeleted] }
        set { values[position - Layout().isDeleted] = newValue }
    }

    private static func json(_ attributes: [String: String]) throws -> String {
        String(decoding: try CanonicalJSON.encode(attributes), as: UTF8.self)
    }
}
