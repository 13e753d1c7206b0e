import Model

/// A type of object of the practice portal: companies (partners and customers) and deals (contracts).
enum HubSpotObject: Sendable, Hashable, CaseIterable {
    case companies, deals

    /// Reads a type as a path names it: by its name or its number.
    init?(_ text: String) {
        switch text.lowercased() {
        case "companies", "company", "0-2": self = .companies
        case "deals", "deal", "0-3": self = .deals
        default: return nil
        }
    }

    var name: String { self == .companies ? "companies" : "deals" }
    var prefix: RecordID.Prefix { self == .companies ? .account : .contract }

    var properties: [HubSpotProperty] {
        self == .companies ? HubSpotProperty.ofCompanies : HubSpotProperty.ofDeals
    }

    func property(_ name: String) -> HubSpotProperty? {
        properties.first { $0.name == name }
    }

    /// What an answer shows when no properties are asked for.
    var standard: [String] {
        self == .companies ? ["name"] : ["dealname", "amount", "closedate", "dealstage", "pipeline"]
    }

    /// What every answer shows.
    static let always = ["createdate", "hs_lastmodifieddate", "hs_object_id"]
}

/// A property: its name, type and how it is read from a record.
struct HubSpotProperty: Sendable {
    enum Kind: String, Sendable { case string, number, date, datetime, enumeration }

    let name: String
    let label: String
    let kind: Kind
    var isCalculated = false
    let value: @Sendable (any RecordRow) -> FieldValue

    private init(
        _ name: String, _ label: String, _ kind: Kind, isCalculated: Bool = false,
        value: @escaping @Sendable (any RecordRow) -> FieldValue
    ) {
        self.name = name
        self.label = label
        self.kind = kind
        self.isCalculated = isCalculated
        self.value = value
    }

    /// A property that shows a column of the record.
    private init(
        _ name: String, _ label: String, _ kind: Kind, column: String, of schema: ObjectSchema,
        isCalculated: Bool = false
    ) {
        let position = schema.column(column)
        self.init(name, label, kind, isCalculated: isCalculated) { row in
            position.map { row.value($0) } ?? .null
        }
    }

    private static let common = [
        HubSpotProperty("hs_object_id", "Record ID", .number) {
            .number(units: Int64($0.id.hubSpotNumber), scale: 1)
        },
        HubSpotProperty("hs_lastmodifieddate", "Last Modified Date", .datetime) {
            .dateTime($0.contentStamp * 1000)
        },
    ]

    private typealias Column = (name: String, label: String, kind: Kind, column: String)

    private static func shown(_ columns: [Column], of schema: ObjectSchema) -> [HubSpotProperty] {
        columns.map { HubSpotProperty($0.name, $0.label, $0.kind, column: $0.column, of: schema) }
    }

    static let ofCompanies: [HubSpotProperty] = {
        let columns: [Column] = [
            ("name", "Company name", .string, "Name"),
            ("fw_company_kind", "Partner or customer", .enumeration, "Type"),
            ("fw_region", "Region", .enumeration, "Region__c"),
            ("fw_tier", "Tier", .enumeration, "Tier__c"),
            ("fw_partner_type", "Partner type", .enumeration, "PartnerType__c"),
            ("createdate", "Create Date", .datetime, "CreatedDate"),
        ]
        return common + shown(columns, of: AccountRow.schema)
    }()

    static let ofDeals: [HubSpotProperty] = {
        let columns: [Column] = [
            ("amount", "Amount", .number, "AnnualAmount__c"),
            ("deal_currency_code", "Currency", .enumeration, "CurrencyIsoCode"),
            ("fw_customer_id", "Customer", .string, "AccountId"),
            ("fw_partner_id", "Partner", .string, "Partner__c"),
            ("fw_renews_id", "Renews", .string, "Renews__c"),
            ("fw_status", "Status", .enumeration, "Status"),
            ("fw_signed_on", "Signed on", .date, "CustomerSignedDate"),
            ("fw_starts_on", "Starts on", .date, "StartDate"),
            ("fw_ends_on", "Ends on", .date, "EndDate"),
            ("fw_cancelled_on", "Cancelled on", .date, "CancelledDate__c"),
            ("fw_discount", "Discount in per cent", .number, "Discount__c"),
            ("createdate", "Create Date", .datetime, "CreatedDate"),
        ]
        let health = HubSpotProperty(
            "fw_health", "Health", .number, column: "Health__c", of: ContractRow.schema, isCalculated: true)
        return common + ownOfDeals + shown(columns, of: ContractRow.schema) + [health]
    }()

    private static let ownOfDeals: [HubSpotProperty] = [
        HubSpotProperty("dealname", "Deal Name", .string) { .text("Contract \($0.id.hubSpot)") },
        HubSpotProperty("pipeline", "Pipeline", .enumeration) { _ in .text("contracts") },
        HubSpotProperty("dealstage", "Deal Stage", .enumeration) { row in
            guard let contract = row as? ContractRow else { return .null }
            return .text(contract.contract.status.rawValue.lowercased())
        },
        HubSpotProperty("closedate", "Close Date", .datetime) { row in
            guard let contract = row as? ContractRow else { return .null }
            return .dateTime(Int64(contract.contract.endsOn.number) * 86_400_000)
        },
    ]
}

extension FieldValue {
    /// The text HubSpot writes for it: every value is a string or null.
    var hubSpot: String? {
        switch self {
        case .null: return nil
        case .text(let text): return text
        case .boolean(let flag): return flag ? "true" : "false"
        case .id(let id): return id.hubSpot
        case .date, .dateTime, .number:
            var json = JSONText(capacity: 32)
            switch self {
            case .date(let day): json.date(day)
            // Without the fraction when it is zero, as a Java instant prints itself.
            case .dateTime(let time): json.dateTime(time, fraction: time % 1000 != 0, zone: "Z")
            case .number(let units, let scale): json.decimal(units, scale: scale)
            default: break
            }
            return String(decoding: json.bytes, as: UTF8.self)
        }
    }
}
