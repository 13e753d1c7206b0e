import Model

/// A contract as the CRM shows it.
struct ContractRow: RecordRow {
    static let schema = ObjectSchema(
        name: "Contract", label: "Contract", keyPrefix: "800",
        fields: [
            FieldSchema("Id", .id),
            FieldSchema("AccountId", .reference),
            FieldSchema("Partner__c", .reference),
            FieldSchema("Renews__c", .reference, nillable: true),
            FieldSchema("Status", .picklist),
            FieldSchema("CustomerSignedDate", .date),
            FieldSchema("StartDate", .date),
            FieldSchema("EndDate", .date),
            FieldSchema("CancelledDate__c", .date, nillable: true),
            FieldSchema("AnnualAmount__c", .currency),
            FieldSchema("CurrencyIsoCode", .picklist),
            FieldSchema("Discount__c", .percent),
            FieldSchema("IsDeleted", .boolean),
            FieldSchema("CreatedDate", .datetime),
            FieldSchema("LastModifiedDate", .datetime),
            FieldSchema("SystemModstamp", .datetime),
            FieldSchema("Health__c", .double, calculated: true),
        ])

    let contract: SimulatedContract
    /// The partner of the simulation; an edit may have given the contract to another.
    private let simulatedPartner: RecordID
    let currency: Currency
    var edit: RecordEdit?

    init(_ contract: SimulatedContract, partner: RecordID, currency: Currency) {
        self.contract = contract
        simulatedPartner = partner
        self.currency = currency
    }

    var id: RecordID { contract.id }
    var simulatedStamp: Int64 { contract.stampedAt }
    var customer: RecordID { contract.customerAccount }
    var partner: RecordID { edit?.partner ?? simulatedPartner }

    func value(_ column: Int) -> FieldValue {
        switch column {
        case 0: .id(contract.id)
        case 1: .id(customer)
        case 2: .id(partner)
        case 3: contract.predecessor.map { .id($0) } ?? .null
        case 4: .text(contract.status.rawValue)
        case 5: .date(contract.signedOn)
        case 6: .date(contract.startsOn)
        case 7: .date(contract.endsOn)
        case 8: contract.cancelledOn.map { .date($0) } ?? .null
        case 9: .number(units: edit?.amount ?? contract.amount, scale: currency.minorUnitsPerUnit)
        case 10: .text(currency.code)
        case 11: .number(units: contract.discountPerMille, scale: 10)
        case 12: .boolean(isDeleted)
        case 13: .dateTime(contract.createdAt * 1000)
        case 16: .number(units: (edit?.health).map { $0 * 10 } ?? health, scale: 10)
        default: .dateTime(stampedAt * 1000)
        }
    }

    /// A formula, in tenths of a point: 95 for a renewed contract, 80 for one in force, 30 for an expired one,
    /// 0 for a cancelled one, less twice the discount in per cent, and never below 0.
    private var health: Int64 {
        let base: Int64 =
            switch contract.status {
            case .renewed: 950
            case .activated: 800
            case .expired: 300
            case .cancelled: 0
            }
        return max(0, base - 2 * contract.discountPerMille)
    }
}
