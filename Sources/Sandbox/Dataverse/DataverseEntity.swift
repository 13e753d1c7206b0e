import Model

/// A table of the practice environment: accounts (partners and customers) and contracts.
struct DataverseEntity: Sendable {
    let logicalName: String
    let entitySet: String
    let primaryID: String
    let primaryName: String
    let prefix: RecordID.Prefix
    let attributes: [DataverseAttribute]

    static let all = [account, contract]

    /// Distinguishes its metadata ids.
    var number: UInt64 { prefix == .account ? 1 : 2 }
    var metadataID: String { "fa1e00ff-0000-4000-8000-00000000000\(number)" }
    var isCustom: Bool { logicalName.hasPrefix("fw_") }

    func attribute(_ name: String) -> DataverseAttribute? { attributes.first { $0.name == name } }

    static let account = DataverseEntity(
        logicalName: "account", entitySet: "accounts", primaryID: "accountid", primaryName: "name",
        prefix: .account,
        attributes: DataverseAttribute.common(id: "accountid") + [
            DataverseAttribute("name", .string, column: "Name", of: AccountRow.schema),
            DataverseAttribute("fw_type", .string, column: "Type", of: AccountRow.schema),
            DataverseAttribute("fw_region", .string, column: "Region__c", of: AccountRow.schema),
            DataverseAttribute("fw_tier", .string, column: "Tier__c", of: AccountRow.schema),
            DataverseAttribute("fw_partnertype", .string, column: "PartnerType__c", of: AccountRow.schema),
            DataverseAttribute("createdon", .dateTime, column: "CreatedDate", of: AccountRow.schema),
            DataverseAttribute("merged", .boolean) { .boolean($0.edit?.master != nil) },
            DataverseAttribute("masterid", .lookup) { $0.edit?.master.map { .id($0) } ?? .null },
            DataverseAttribute("statecode", .state) {
                .number(units: $0.edit?.master == nil ? 0 : 1, scale: 1)
            },
            DataverseAttribute("statuscode", .status) {
                .number(units: $0.edit?.master == nil ? 1 : 2, scale: 1)
            },
        ])

    static let contract = DataverseEntity(
        logicalName: "fw_contract", entitySet: "fw_contracts", primaryID: "fw_contractid",
        primaryName: "fw_name", prefix: .contract,
        attributes: DataverseAttribute.common(id: "fw_contractid") + ownOfContracts + columnsOfContracts)

    private static let ownOfContracts: [DataverseAttribute] = [
        DataverseAttribute("fw_name", .string) { .text("Contract \($0.id)") },
        DataverseAttribute("statecode", .state) { row in
            let isOpen = DataverseEntity.statusCode(row) == 1
            return .number(units: isOpen ? 0 : 1, scale: 1)
        },
        DataverseAttribute("statuscode", .status) {
            .number(units: DataverseEntity.statusCode($0), scale: 1)
        },
        DataverseAttribute("exchangerate", .decimal) { _ in
            .number(units: 10_000_000_000, scale: 10_000_000_000)
        },
        DataverseAttribute("transactioncurrencyid", .lookup) { _ in .text(DataverseEntity.currencyID) },
    ]

    private static let columnsOfContracts: [DataverseAttribute] = {
        let columns: [(String, DataverseAttribute.Kind, String)] = [
            ("fw_customerid", .lookup, "AccountId"), ("fw_partnerid", .lookup, "Partner__c"),
            ("fw_renewsid", .lookup, "Renews__c"), ("fw_signedon", .date, "CustomerSignedDate"),
            ("fw_startson", .date, "StartDate"), ("fw_endson", .date, "EndDate"),
            ("fw_cancelledon", .date, "CancelledDate__c"), ("fw_annualamount", .money, "AnnualAmount__c"),
            ("fw_annualamount_base", .money, "AnnualAmount__c"), ("fw_discount", .decimal, "Discount__c"),
            ("createdon", .dateTime, "CreatedDate"),
        ]
        let shown = columns.map { DataverseAttribute($0.0, $0.1, column: $0.2, of: ContractRow.schema) }
        let health = DataverseAttribute(
            "fw_health", .decimal, column: "Health__c", of: ContractRow.schema, isCalculated: true)
        return shown + [health]
    }()

    static let currencyID = "fa1e0003-0000-4000-8000-000000000001"

    /// 1 activated, 2 renewed, 3 expired, 4 cancelled.
    private static func statusCode(_ row: any RecordRow) -> Int64 {
        guard let contract = row as? ContractRow else { return 1 }
        return switch contract.contract.status {
        case .activated: 1
        case .renewed: 2
        case .expired: 3
        case .cancelled: 4
        }
    }
}

/// A column: its name, type and how it is read from a record.
struct DataverseAttribute: Sendable {
    enum Kind: String, Sendable {
        case id = "Uniqueidentifier"
        case string = "String"
        case lookup = "Lookup"
        case state = "State"
        case status = "Status"
        case dateTime = "DateTime"
        case money = "Money"
        case decimal = "Decimal"
        case bigInt = "BigInt"
        case boolean = "Boolean"
        /// A DateTime whose format is DateOnly.
        case date = "Date"
    }

    let logicalName: String
    let kind: Kind
    var isCalculated = false
    let value: @Sendable (any RecordRow) -> FieldValue

    /// As rows show it: `_fw_partnerid_value` for the lookup `fw_partnerid`.
    var name: String { kind == .lookup ? "_\(logicalName)_value" : logicalName }

    init(_ name: String, _ kind: Kind, value: @escaping @Sendable (any RecordRow) -> FieldValue) {
        logicalName = name
        self.kind = kind
        self.value = value
    }

    /// A column that shows one of the record's.
    init(_ name: String, _ kind: Kind, column: String, of schema: ObjectSchema, isCalculated: Bool = false) {
        let position = schema.column(column)
        self.init(name, kind) { row in position.map { row.value($0) } ?? .null }
        self.isCalculated = isCalculated
    }

    static func common(id: String) -> [DataverseAttribute] {
        [
            DataverseAttribute(id, .id) { .id($0.id) },
            // A merged record stays and is modified by the merge.
            DataverseAttribute("modifiedon", .dateTime) { .dateTime($0.stampedAt * 1000) },
            DataverseAttribute("versionnumber", .bigInt) { .number(units: $0.version.number, scale: 1) },
        ]
    }

    /// The value a filter's literal stands for; `nil` when it is of another type.
    func parsed(_ literal: ODataLiteral) -> FieldValue? {
        switch (literal, kind) {
        case (.null, _): .null
        case (.string(let text), .string): .text(text)
        case (.boolean(let flag), .boolean): .boolean(flag)
        case (.word(let text), .id), (.word(let text), .lookup), (.string(let text), .id),
            (.string(let text), .lookup):
            DataverseAttribute.guid(text)
        case (.word(let text), .dateTime):
            Instant(iso: text).map { .dateTime($0.milliseconds) }
                ?? Day(iso: text).map { .dateTime(Int64($0.number) * 86_400_000) }
        case (.word(let text), .date): Day(iso: text).map { .date($0) }
        case (.word(let text), .state), (.word(let text), .status), (.word(let text), .money),
            (.word(let text), .decimal), (.word(let text), .bigInt):
            FieldValue.decimal(text)
        default: nil
        }
    }

    /// A GUID of a record here, or of none, which nothing equals.
    private static func guid(_ text: String) -> FieldValue? {
        if let id = RecordID(guid: text.lowercased()) { return .id(id) }
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard text.utf8.count == 36, digits.count == 32 else { return nil }
        return .text(text.lowercased())
    }
}
