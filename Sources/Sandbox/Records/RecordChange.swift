import Model

/// Something that happens to chosen records, as `POST /practice/records` asks for it.
struct RecordChange: Sendable, Hashable, Codable {
    enum Kind: String, Sendable, Codable, CaseIterable {
        /// Into the recycle bin: Salesforce's IsDeleted, HubSpot's archive, gone from Dataverse.
        case delete
        /// Out of the recycle bin too: only absence and Salesforce's `/deleted` tell.
        case purge
        case undelete
        /// Into `into`, a company; the contracts of a merged partner move to the other.
        case merge
        /// To the partner `into`, a contract.
        case reassign
        /// The amount of a contract becomes `amount` minor units.
        case edit
        /// The formula field of a contract becomes `health` points; no stamp moves.
        case formula
        /// Stamped and otherwise unchanged.
        case touch
        /// New contracts like the one named, or the first.
        case create
    }

    var change: Kind
    /// Records as any of the vendors names them.
    var ids: [String]?
    /// Without `ids`, the first so many records in order of id; with `create`, how many new ones.
    var count: Int?
    /// `Contract`, unless it says `Account`.
    var object: String?
    var into: String?
    var amount: Int64?
    var health: Int64?
    /// Committed now but stamped this many seconds ago: the row becomes visible late.
    var secondsOlder: Int64?

    var prefix: RecordID.Prefix { object?.lowercased() == "account" ? .account : .contract }
}

/// The ids of a changed record.
struct ChangedRecord: Sendable, Hashable, Codable {
    var salesforce: String
    var hubspot: String
    var dataverse: String
    var stripe: String

    init(_ id: RecordID) {
        salesforce = id.description
        hubspot = id.hubSpot
        dataverse = id.guid
        stripe = id.stripe
    }
}
