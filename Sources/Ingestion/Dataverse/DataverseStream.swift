internal import Model

/// A stream's mapping, checked, in Dataverse's terms.
struct DataverseStream: Sendable {
    let mapping: StreamMapping
    /// The mapped fields, in the order of a row's values.
    let fields: [String]
    /// The columns to select for them.
    let columns: [String]
    /// Whether an amount's currency is asked for by its code.
    let needsCurrency: Bool
    /// Delta links know no filter: a selection is read by windows.
    let isTracked: Bool

    /// The ISO 4217 code of a row's currency, by its lookup.
    static let currencyField = "@currency.isocurrencycode"
    static let currencyColumn = "_transactioncurrencyid_value"

    /// Throws the reason the mapping cannot work, for the person who wrote it.
    init(_ mapping: StreamMapping, usesChangeTracking: Bool) throws(ODataFault) {
        guard ODataLiteral.isIdentifier(mapping.object) else {
            throw ODataFault(
                reason: "'\(mapping.object)' is not a table's name; expected one such as account or accounts")
        }
        guard mapping.associations.isEmpty else {
            throw ODataFault(
                reason: "`associations` are HubSpot's; map the lookup column, such as _parentaccountid_value")
        }
        if let filter = mapping.selection.filter,
            let reason = ODataLiteral.reasonToRefuse(filter: filter)
        {
            throw ODataFault(reason: "`filter` \(reason)")
        }
        for name in mapping.selection.conditions.keys.sorted() where !ODataLiteral.isIdentifier(name) {
            throw ODataFault(reason: "`where` names '\(name)', which is not a column's logical name")
        }
        fields = mapping.sourceFields
        var columns: Set<String> = []
        for field in fields { columns.insert(try DataverseStream.column(field)) }
        self.columns = columns.sorted()
        needsCurrency = fields.contains(Self.currencyField)
        isTracked =
            usesChangeTracking && mapping.selection.filter == nil && mapping.selection.conditions.isEmpty
        self.mapping = mapping
    }

    private static func column(_ field: String) throws(ODataFault) -> String {
        if field == currencyField { return currencyColumn }
        if ODataLiteral.isIdentifier(field) { return field }
        if field.hasPrefix("@") {
            throw ODataFault(reason: "'\(field)' is unknown; expected \(currencyField)")
        }
        if field.contains("@") {
            throw ODataFault(
                reason: "'\(field)' is an annotation in the reader's language; "
                    + "map the column itself and its values by `map`")
        }
        throw ODataFault(
            reason: "'\(field)' is not a column's logical name; expected letters, digits and '_'. "
                + "Related rows are mapped by their lookup, such as _parentaccountid_value")
    }

    /// Columns of a whole row, the table's own ones included.
    func selected(from table: DataverseTable) -> [String] {
        var names = Set(columns).union([table.definition.primaryID])
        if table.tellsMerges { names.formUnion(["merged", DataverseTable.master]) }
        return names.sorted()
    }

    /// The stream's conditions as parts of a filter; each holds on its own.
    func filters(_ table: DataverseTable) throws(ODataFault) -> [String] {
        var parts = mapping.selection.filter.map { ["(\($0))"] } ?? []
        for (column, literals) in mapping.selection.conditions.sorted(by: { $0.key < $1.key }) {
            guard let attribute = table.attributes[column] else {
                throw ODataFault(
                    reason: "`where` names '\(column)', which '\(mapping.object)' does not have"
                        + suggestion(for: column, among: table.attributes.keys.sorted()))
            }
            parts.append(try ODataLiteral.condition(column, literals, type: attribute.type))
        }
        return parts
    }
}
