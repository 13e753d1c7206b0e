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
        ])

    private let contract: SimulatedContract
    private let partner: RecordID
    private let currency: Currency

    init(_ contract: SimulatedContract, partner: RecordID, currency: Currency) {
        self.contract = contract
        self.partner = partner
        self.currency = currency
    }

    var id: RecordID { contract.id }
    var stampedAt: Int64 { contract.stampedAt }

    func value(_ column: Int) -> FieldValue {
        switch column {
        case 0: .id(contract.id)
        case 1: .id(contract.customerAccount)
        case 2: .id(partner)
        case 3: contract.predecessor.map { .id($0) } ?? .null
        case 4: .text(contract.status.rawValue)
        case 5: .date(contract.signedOn)
        case 6: .date(contract.startsOn)
        case 7: .date(contract.endsOn)
        case 8: contract.cancelledOn.map { .date($0) } ?? .null
        case 9: .number(units: contract.amount, scale: currency.minorUnitsPerUnit)
        case 10: .text(currency.code)
        case 11: .number(units: contract.discountPerMille, scale: 10)
        case 12: .boolean(false)
        case 13: .dateTime(contract.createdAt * 1000)
        default: .dateTime(contract.stampedAt * 1000)
        }
    }
}
