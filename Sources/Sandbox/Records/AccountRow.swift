/// A company's account as the CRM shows it: a partner, or a customer known by its contracts.
struct AccountRow: RecordRow {
    static let schema = ObjectSchema(
        name: "Account", label: "Account", keyPrefix: "001",
        fields: [
            FieldSchema("Id", .id),
            FieldSchema("Name", .string),
            FieldSchema("Type", .picklist),
            FieldSchema("Region__c", .picklist),
            FieldSchema("Tier__c", .picklist, nillable: true),
            FieldSchema("PartnerType__c", .picklist, nillable: true),
            FieldSchema("IsDeleted", .boolean),
            FieldSchema("CreatedDate", .datetime),
            FieldSchema("LastModifiedDate", .datetime),
            FieldSchema("SystemModstamp", .datetime),
            FieldSchema("MasterRecordId", .reference, nillable: true),
        ])

    let id: RecordID
    let simulatedStamp: Int64
    var edit: RecordEdit?
    let isPartner: Bool
    private let name: String
    private let region: String
    private let tier: String?
    private let partnerType: String?
    private let createdAt: Int64

    /// Midnight of 2020-01-01: partners were entered when the CRM was introduced.
    private static let introduction: Int64 = 1_577_836_800

    init(_ partner: SimulatedPartner, type: String) {
        id = partner.id
        simulatedStamp = partner.stampedAt
        isPartner = true
        name = partner.name
        region = partner.region
        tier = partner.tier
        partnerType = type
        createdAt = AccountRow.introduction
    }

    /// The account of a customer, entered with its first contract.
    init(customer id: RecordID, region: String, enteredAt: Int64) {
        self.id = id
        simulatedStamp = enteredAt
        isPartner = false
        name = "Customer \(String(id.serial, radix: 36, uppercase: true))"
        self.region = region
        tier = nil
        partnerType = nil
        createdAt = enteredAt
    }

    func value(_ column: Int) -> FieldValue {
        switch column {
        case 0: .id(id)
        case 1: .text(name)
        case 2: .text(isPartner ? "Partner" : "Customer")
        case 3: .text(region)
        case 4: tier.map { .text($0) } ?? .null
        case 5: partnerType.map { .text($0) } ?? .null
        case 6: .boolean(isDeleted)
        case 7: .dateTime(createdAt * 1000)
        case 10: edit?.master.map { .id($0) } ?? .null
        default: .dateTime(stampedAt * 1000)
        }
    }

    /// Where its customers are taken to be.
    var regionName: String { region }
}
