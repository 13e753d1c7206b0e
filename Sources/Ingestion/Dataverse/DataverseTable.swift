internal import Model

/// A table as the environment's metadata describe it.
struct DataverseTable: Sendable, Hashable {
    struct Attribute: Sendable, Hashable {
        var name: String
        /// "String", "Lookup", "Money" …
        var type: String
        /// Calculated, rollup, formula or prompt column, or one that lives in another table: it may change without
        /// the row's stamp moving.
        var isCalculated: Bool
        var isReadable: Bool

        /// What the column is called in queries: lookups are read by the id they hold.
        var column: String {
            ["Lookup", "Customer", "Owner"].contains(type) ? "_\(name)_value" : name
        }
    }

    /// What is known before the columns are.
    struct Definition: Sendable, Hashable {
        var logicalName: String
        var entitySet: String
        var primaryID: String
        var isTracked: Bool

        static let select = "LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"

        /// The definition called `object`, by either of its names; `nil` when the answer holds none.
        static func find(_ object: String, in bytes: [UInt8]) throws(JSONFault) -> Definition? {
            let page = try RecordPage(
                parsing: bytes, listAt: "/value",
                fields: ["LogicalName", "EntitySetName", "PrimaryIdAttribute", "ChangeTrackingEnabled"])
            for row in 0..<page.records.count {
                guard case .text(let logicalName) = page.records[row, 0],
                    case .text(let entitySet) = page.records[row, 1],
                    case .text(let primaryID) = page.records[row, 2],
                    logicalName == object || entitySet == object
                else { continue }
                guard [logicalName, entitySet, primaryID].allSatisfy(ODataLiteral.isIdentifier) else {
                    throw JSONFault(
                        offset: 0, reason: "the definition of '\(object)' has names that are none")
                }
                return Definition(
                    logicalName: logicalName, entitySet: entitySet, primaryID: primaryID,
                    isTracked: page.records[row, 3] == .bool(true))
            }
            return nil
        }
    }

    var definition: Definition
    /// By the name used in queries.
    var attributes: [String: Attribute]

    static let attributesSelect = "LogicalName,AttributeType,SourceType,IsLogical,IsValidForRead"

    init(_ definition: Definition, attributes bytes: [UInt8]) throws(JSONFault) {
        let page = try RecordPage(
            parsing: bytes, listAt: "/value",
            fields: ["LogicalName", "AttributeType", "SourceType", "IsLogical", "IsValidForRead"])
        var attributes: [String: Attribute] = [:]
        for row in 0..<page.records.count {
            guard case .text(let name) = page.records[row, 0], case .text(let type) = page.records[row, 1]
            else { continue }
            var isCalculated = page.records[row, 3] == .bool(true)
            if case .number(let source) = page.records[row, 2], source != "0" { isCalculated = true }
            let attribute = Attribute(
                name: name, type: type, isCalculated: isCalculated,
                isReadable: page.records[row, 4] != .bool(false))
            attributes[attribute.column] = attribute
        }
        self.definition = definition
        self.attributes = attributes
    }

    /// Whether rows may say that they were merged into another one (account, contact, lead, case).
    var tellsMerges: Bool { attributes["merged"] != nil && attributes[Self.master] != nil }

    static let master = "_masterid_value"
}
