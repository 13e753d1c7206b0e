internal import Model

/// Why a row could not be mapped.
struct MappingFault: Error, Hashable, CustomStringConvertible {
    /// The field as the source calls it.
    var field: String
    var reason: String

    var description: String { "field '\(field)': \(reason)" }
}

/// Turns rows into facts, by target field name. Pure.
struct RowMapper {
    let mapping: RecordMapping
    /// The longest text kept, in UTF-8 bytes.
    static let maximumTextBytes = 4096

    /// `value` gives a row's value by source field; `nativeID` names the customer of an observation whose
    /// mapping names none.
    func body(
        nativeID: String, _ value: @escaping (String) -> FieldValue
    ) throws(MappingFault) -> FactBody {
        let row = Row(mapping: mapping, value: value)
        switch mapping.kind {
        case .partner:
            return .partner(try partner(row))
        case .contract:
            return .contract(try contract(row))
        case .observation:
            return .observation(
                ObservationFact(
                    partner: Partner.ID(try row.required("partner")),
                    customer: Customer.ID(try row.optional("customer") ?? nativeID),
                    outcome: try row.bool("outcome"),
                    baseline: try row.proportion("baseline"), observedOn: try row.day("observedOn")))
        case .milestone:
            return .milestone(
                MilestoneFact(
                    contract: Contract.ID(try row.required("contract")),
                    milestone: try row.required("milestone"), reachedOn: try row.day("reachedOn")))
        case .reading:
            return .reading(
                ReadingFact(
                    customer: Customer.ID(try row.required("customer")),
                    measure: try row.required("measure"), value: try row.millionths("value"),
                    observedOn: try row.day("observedOn")))
        case .payment:
            return .payment(try payment(row))
        case .renewal, .churn, .discount, .opportunity, .forecast, .attribution:
            throw MappingFault(field: "kind", reason: "is not read from rows yet")
        }
    }

    private func partner(_ row: Row) throws(MappingFault) -> PartnerFact {
        PartnerFact(
            partner: Partner.ID(try row.required("partner")),
            attributes: try attributes(row))
    }

    private func attributes(_ row: Row) throws(MappingFault) -> [String: String] {
        var attributes: [String: String] = [:]
        for (name, field) in mapping.attributes {
            attributes[name] = try row.text(row.value(field), field: field)
        }
        return attributes
    }

    private func contract(_ row: Row) throws(MappingFault) -> ContractFact {
        let startsOn = try row.day("startsOn")
        let endsOn = try row.day("endsOn")
        guard startsOn <= endsOn else {
            throw row.fault("endsOn", "\(endsOn) lies before the start of the term, \(startsOn)")
        }
        let contract = Contract.ID(try row.required("contract"))
        // One that the book does not have is fine: histories may be cut.
        let renews = try row.optional("renews").map { Contract.ID($0) }
        guard renews != contract else {
            throw row.fault(
                "renews", "'\(contract)' renews itself; name the contract before it, or leave it empty")
        }
        let signedOn = try row.day("signedOn")
        let cancelledOn = try row.optionalDay("cancelledOn")
        if let cancelledOn, cancelledOn < signedOn {
            throw row.fault(
                "cancelledOn", "\(cancelledOn) lies before the day it was signed, \(signedOn)")
        }
        return ContractFact(
            contract: contract, partner: Partner.ID(try row.required("partner")),
            customer: Customer.ID(try row.required("customer")), renews: renews, signedOn: signedOn,
            startsOn: startsOn, endsOn: endsOn, cancelledOn: cancelledOn,
            annualAmount: try row.annualAmount(), discount: try row.discount(),
            attributes: mapping.attributes.isEmpty ? nil : try attributes(row))
    }

    private func payment(_ row: Row) throws(MappingFault) -> PaymentFact {
        PaymentFact(
            payment: try row.required("payment"), partner: Partner.ID(try row.required("partner")),
            contract: try row.optional("contract").map { Contract.ID($0) },
            component: try row.choice("component", of: PlanComponent.self),
            rule: try row.optionalChoice("rule", of: PlanRule.self), occasion: try row.optional("occasion"),
            entry: try row.optional("entry"), rate: try row.rate("rate"), paidOn: try row.day("paidOn"),
            amount: try row.amount("amount"))
    }
}
