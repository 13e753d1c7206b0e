import Model

/// A fact's body as cells of an export's row.
struct FactCells {
    /// In the order of the rows. What facts came to say later stands at the end.
    static let columns = [
        "deleted", "partner", "name", "attributes", "contract", "customer", "renews", "signed_on",
        "starts_on",
        "ends_on", "cancelled_on", "annual_amount", "currency", "discount_ppm", "outcome", "baseline",
        "observed_on", "milestone", "reached_on", "measure", "value_millionths", "payment", "component",
        "rule",
        "occasion", "entry", "rate_ppm", "paid_on", "amount", "state", "decided_on", "effective_on",
        "requested_on", "term_months", "reason", "opportunity", "stage", "opened_on", "closed_on",
        "probability_ppm", "made_on", "role",
    ]

    private var byColumn: [String: ExportTable.Cell] = [:]

    var cells: [ExportTable.Cell] { FactCells.columns.map { byColumn[$0] ?? .missing } }

    /// - Parameter names: of partners, as far as they are kept.
    init(_ body: FactBody, names: [Partner.ID: String]) throws {
        byColumn["deleted"] = .boolean(false)
        switch body {
        case .partner(let fact):
            byColumn["partner"] = .text(fact.partner.rawValue)
            byColumn["name"] = ExportTable.Cell(names[fact.partner])
            byColumn["attributes"] = .text(try FactCells.json(fact.attributes))
        case .contract(let fact): try set(fact)
        case .observation(let fact):
            byColumn["partner"] = .text(fact.partner.rawValue)
            byColumn["customer"] = .text(fact.customer.rawValue)
            byColumn["outcome"] = .boolean(fact.outcome)
            byColumn["baseline"] = ExportTable.Cell(fact.baseline)
            byColumn["observed_on"] = .text(fact.observedOn.description)
        case .milestone(let fact):
            byColumn["contract"] = .text(fact.contract.rawValue)
            byColumn["milestone"] = .text(fact.milestone)
            byColumn["reached_on"] = .text(fact.reachedOn.description)
        case .reading(let fact):
            byColumn["customer"] = .text(fact.customer.rawValue)
            byColumn["measure"] = .text(fact.measure)
            byColumn["value_millionths"] = .integer(fact.value)
            byColumn["observed_on"] = .text(fact.observedOn.description)
        case .payment(let fact): set(fact)
        case .renewal(let fact): set(fact)
        case .churn(let fact): set(fact)
        case .discount(let fact): set(fact)
        case .opportunity(let fact): set(fact)
        case .forecast(let fact): set(fact)
        case .attribution(let fact): set(fact)
        case .deleted: byColumn["deleted"] = .boolean(true)
        }
    }

    private mutating func set(_ fact: ContractFact) throws {
        byColumn["partner"] = .text(fact.partner.rawValue)
        byColumn["attributes"] = ExportTable.Cell(try fact.attributes.map { try FactCells.json($0) })
        byColumn["contract"] = .text(fact.contract.rawValue)
        byColumn["customer"] = .text(fact.customer.rawValue)
        byColumn["renews"] = ExportTable.Cell(fact.renews?.rawValue)
        byColumn["signed_on"] = .text(fact.signedOn.description)
        byColumn["starts_on"] = .text(fact.startsOn.description)
        byColumn["ends_on"] = .text(fact.endsOn.description)
        byColumn["cancelled_on"] = ExportTable.Cell(fact.cancelledOn?.description)
        set(fact.annualAmount, as: "annual_amount")
        byColumn["discount_ppm"] = .integer(fact.discount.partsPerMillion)
    }

    private mutating func set(_ fact: PaymentFact) {
        byColumn["payment"] = .text(fact.payment)
        byColumn["partner"] = .text(fact.partner.rawValue)
        byColumn["contract"] = ExportTable.Cell(fact.contract?.rawValue)
        byColumn["component"] = .text(fact.component.rawValue)
        byColumn["rule"] = ExportTable.Cell(fact.rule?.rawValue)
        byColumn["occasion"] = ExportTable.Cell(fact.occasion)
        byColumn["entry"] = ExportTable.Cell(fact.entry)
        byColumn["rate_ppm"] = fact.rate.map { .integer($0.partsPerMillion) } ?? .missing
        byColumn["paid_on"] = .text(fact.paidOn.description)
        set(fact.amount, as: "amount")
    }

    private mutating func set(_ fact: RenewalFact) {
        byColumn["contract"] = .text(fact.contract.rawValue)
        byColumn["state"] = .text(fact.outcome.rawValue)
        byColumn["decided_on"] = ExportTable.Cell(fact.decidedOn?.description)
        set(fact.annualAmount, as: "annual_amount")
        byColumn["discount_ppm"] = fact.discount.map { .integer($0.partsPerMillion) } ?? .missing
        byColumn["term_months"] = ExportTable.Cell(fact.termMonths)
        byColumn["reason"] = ExportTable.Cell(fact.reason)
    }

    private mutating func set(_ fact: ChurnFact) {
        byColumn["contract"] = .text(fact.contract.rawValue)
        byColumn["state"] = .text(fact.churn.rawValue)
        byColumn["effective_on"] = .text(fact.effectiveOn.description)
        byColumn["requested_on"] = ExportTable.Cell(fact.requestedOn?.description)
        byColumn["reason"] = ExportTable.Cell(fact.reason)
    }

    private mutating func set(_ fact: DiscountFact) {
        byColumn["contract"] = .text(fact.contract.rawValue)
        byColumn["discount_ppm"] = .integer(fact.discount.partsPerMillion)
        byColumn["starts_on"] = .text(fact.from.description)
        byColumn["ends_on"] = ExportTable.Cell(fact.until?.description)
    }

    private mutating func set(_ fact: OpportunityFact) {
        byColumn["opportunity"] = .text(fact.opportunity)
        byColumn["partner"] = .text(fact.partner.rawValue)
        byColumn["customer"] = ExportTable.Cell(fact.customer?.rawValue)
        byColumn["stage"] = .text(fact.stage)
        byColumn["state"] = .text(fact.outcome.rawValue)
        set(fact.amount, as: "amount")
        byColumn["opened_on"] = .text(fact.openedOn.description)
        byColumn["closed_on"] = ExportTable.Cell(fact.closedOn?.description)
    }

    private mutating func set(_ fact: ForecastFact) {
        byColumn["contract"] = .text(fact.contract.rawValue)
        byColumn["probability_ppm"] = .integer(fact.probability.partsPerMillion)
        set(fact.amount, as: "amount")
        byColumn["made_on"] = .text(fact.madeOn.description)
    }

    private mutating func set(_ fact: AttributionFact) {
        byColumn["contract"] = .text(fact.contract.rawValue)
        byColumn["partner"] = .text(fact.partner.rawValue)
        byColumn["role"] = ExportTable.Cell(fact.role)
        byColumn["starts_on"] = ExportTable.Cell(fact.from?.description)
        byColumn["ends_on"] = ExportTable.Cell(fact.until?.description)
    }

    private mutating func set(_ money: Money?, as column: String) {
        byColumn[column] = money.map { .integer($0.minorUnits) } ?? .missing
        byColumn["currency"] = ExportTable.Cell(money?.currency.code)
    }

    private static func json(_ attributes: [String: String]) throws -> String {
        String(decoding: try CanonicalJSON.encode(attributes), as: UTF8.self)
    }
}
