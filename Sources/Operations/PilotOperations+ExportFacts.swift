import Model
import Storage

/// A fact's body as cells of an export's row.
struct FactCells {
    /// In the order of the rows. What facts came to say later stands at the end.
    static let columns = [
        "deleted", "partner", "name", "attributes", "contract", "customer", "renews", "signed_on",
        "starts_on",
        "ends_on", "cancelled_on", "annual_amount", "currency", "discount_ppm", "outcome", "baseline",
        "observed_on", "milestone", "reached_on", "measure", "value_millionths", "payment", "component",
        "rule",
        "occasion", "entry", "rate_ppm", "paid_on", "amount",
    ]

    private var byColumn: [String: ExportTable.Cell] = [:]

    var cells: [ExportTable.Cell] { FactCells.columns.map { byColumn[$0] ?? .missing } }

    init(_ body: FactBody) throws {
        byColumn["deleted"] = .boolean(false)
        switch body {
        case .partner(let fact):
            byColumn["partner"] = .text(fact.partner.rawValue)
            byColumn["name"] = .text(fact.name)
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
        byColumn["annual_amount"] = .integer(fact.annualAmount.minorUnits)
        byColumn["currency"] = .text(fact.annualAmount.currency.code)
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
        byColumn["amount"] = .integer(fact.amount.minorUnits)
        byColumn["currency"] = .text(fact.amount.currency.code)
    }

    private static func json(_ attributes: [String: String]) throws -> String {
        String(decoding: try CanonicalJSON.encode(attributes), as: UTF8.self)
    }
}

extension PilotOperations {
    /// Every fact up to the latest sequence, as it was stored.
    package func exportFacts() async throws -> ExportTable {
        let facts = try await store.read { try $0.facts() }
        return ExportTable(
            columns: ["sequence", "source", "stream", "native_id", "native_version", "learned_at", "kind"]
                + FactCells.columns,
            rows: try facts.map { fact in
                [
                    .integer(fact.sequence), .text(fact.source.rawValue), .text(fact.stream),
                    .text(fact.nativeID), .text(fact.nativeVersion), .text(fact.learnedAt.description),
                    .text(fact.body.kind.rawValue),
                ] + (try FactCells(fact.body).cells)
            })
    }
}
