/// A partner's account as the CRM shows it.
struct AccountRow: RecordRow {
    static let schema = ObjectSchema(
        name: "Account", label: "Account", keyPrefix: "001",
        fields: [
            FieldSchema("Id", .id),
            FieldSchema("Name", .string),
            FieldSchema("Type", .picklist),
            FieldSchema("Region__c", .picklist),
            FieldSchema("Tier__c", .picklist),
            FieldSchema("PartnerType__c", .picklist),
            FieldSchema("IsDeleted", .boolean),
            FieldSchema("CreatedDate", .datetime),
            FieldSchema("LastModifiedDate", .datetime),
            FieldSchema("SystemModstamp", .datetime),
        ])

    let id: RecordID
    let stampedAt: Int64
    private let name: String
    private let region: String
    private let tier: String
    private let partnerType: String

    init(_ partner: SimulatedPartner, type: String) {
        id = partner.id
        stampedAt = partner.stampedAt
        name = partner.name
        region = partner.region
        tier = partner.tier
        partnerType = type
    }

    /// Midnight of 2020-01-01: partners were entered when the CRM was introduced.
    private static let createdAt: Int64 = 1_577_836_800

    func value(_ column: Int) -> FieldValue {
        switch column {
        case 0: .id(id)
        case 1: .text(name)
        case 2: .text("Partner")
        case 3: .text(region)
        case 4: .text(tier)
        case 5: .text(partnerType)
        case 6: .boolean(false)
        case 7: .dateTime(AccountRow.createdAt * 1000)
        default: .dateTime(stampedAt * 1000)
        }
    }
}
