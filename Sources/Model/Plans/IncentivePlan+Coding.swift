/// What is at its default is left out, so that a plan's hash stays what it was when the language grows.
extension IncentivePlan: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, version, effective, summary, currency, paidBy, basis, rounding, rates
        case commission, commissions, renewalBonus, recurringBonus, rebate, milestoneBonuses
        case diversificationBonus, coMarketing
        case escalator, priceConcession, accelerator, contingency, limits, noWorseOff, clawback
        case gates, treatmentTags
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func optional<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            try values.decodeIfPresent(Value.self, forKey: key)
        }
        self.init(
            id: try values.decode(ID.self, forKey: .id),
            summary: try values.decode(String.self, forKey: .summary),
            currency: try values.decode(Currency.self, forKey: .currency))
        version = try optional(.version) ?? version
        effective = try optional(.effective) ?? effective
        paidBy = try optional(.paidBy) ?? paidBy
        basis = try optional(.basis) ?? basis
        rounding = try optional(.rounding) ?? rounding
        rates = try optional(.rates)
        commissions = try optional(.commissions) ?? optional(.commission).map { [$0] } ?? []
        renewalBonus = try optional(.renewalBonus)
        recurringBonus = try optional(.recurringBonus)
        rebate = try optional(.rebate)
        milestoneBonuses = try optional(.milestoneBonuses) ?? []
        diversificationBonus = try optional(.diversificationBonus)
        coMarketing = try optional(.coMarketing)
        escalator = try optional(.escalator)
        priceConcession = try optional(.priceConcession)
        accelerator = try optional(.accelerator)
        contingency = try optional(.contingency)
        limits = try optional(.limits)
        noWorseOff = try optional(.noWorseOff)
        clawback = try optional(.clawback)
        gates = try optional(.gates) ?? []
        treatmentTags = try optional(.treatmentTags) ?? []
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        func encode<Value: Encodable & Equatable>(
            _ value: Value, _ key: CodingKeys, unless usual: Value
        ) throws {
            if value != usual { try values.encode(value, forKey: key) }
        }
        try values.encode(id, forKey: .id)
        try encode(version, .version, unless: 1)
        try encode(effective, .effective, unless: EffectiveDates())
        try values.encode(summary, forKey: .summary)
        try values.encode(currency, forKey: .currency)
        try encode(paidBy, .paidBy, unless: .fairway)
        try encode(basis, .basis, unless: .replaces)
        try encode(rounding, .rounding, unless: .halfEven)
        try values.encodeIfPresent(rates, forKey: .rates)
        if commissions.count == 1 {
            try values.encode(commissions[0], forKey: .commission)
        } else {
            try encode(commissions, .commissions, unless: [])
        }
        try values.encodeIfPresent(renewalBonus, forKey: .renewalBonus)
        try values.encodeIfPresent(recurringBonus, forKey: .recurringBonus)
        try values.encodeIfPresent(rebate, forKey: .rebate)
        try encode(milestoneBonuses, .milestoneBonuses, unless: [])
        try values.encodeIfPresent(diversificationBonus, forKey: .diversificationBonus)
        try values.encodeIfPresent(coMarketing, forKey: .coMarketing)
        try values.encodeIfPresent(escalator, forKey: .escalator)
        try values.encodeIfPresent(priceConcession, forKey: .priceConcession)
        try values.encodeIfPresent(accelerator, forKey: .accelerator)
        try values.encodeIfPresent(contingency, forKey: .contingency)
        try values.encodeIfPresent(limits, forKey: .limits)
        try values.encodeIfPresent(noWorseOff, forKey: .noWorseOff)
        try values.encodeIfPresent(clawback, forKey: .clawback)
        try encode(gates, .gates, unless: [])
        try encode(treatmentTags, .treatmentTags, unless: [])
    }
}
