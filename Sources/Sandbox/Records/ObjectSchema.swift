/// A field as `describe` reports it.
struct FieldSchema: Sendable, Hashable {
    enum Kind: String, Sendable {
        case id, reference, string, picklist, boolean, date, datetime, currency, percent, double
    }

    let name: String
    let kind: Kind
    let isNillable: Bool
    /// A formula: its value changes without the record being stamped.
    let isCalculated: Bool

    init(_ name: String, _ kind: Kind, nillable: Bool = false, calculated: Bool = false) {
        self.name = name
        self.kind = kind
        isNillable = nillable
        isCalculated = calculated
    }
}

/// An object type: its name and fields; a column is a field's position.
struct ObjectSchema: Sendable {
    let name: String
    let label: String
    let keyPrefix: String
    let fields: [FieldSchema]
    private let columns: [String: Int]

    init(name: String, label: String, keyPrefix: String, fields: [FieldSchema]) {
        self.name = name
        self.label = label
        self.keyPrefix = keyPrefix
        self.fields = fields
        columns = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name.lowercased(), $0) })
    }

    /// The column of a field, whose name is matched without regard to case.
    func column(_ name: String) -> Int? { columns[name.lowercased()] }
}

/// A row of an object type.
protocol RecordRow: Sendable {
    static var schema: ObjectSchema { get }
    var id: RecordID { get }
    /// When the simulation last changed it, in seconds since 1970.
    var simulatedStamp: Int64 { get }
    /// What the practice's controls did to it.
    var edit: RecordEdit? { get set }
    /// The value in `column` of the schema.
    func value(_ column: Int) -> FieldValue
}

extension RecordRow {
    /// The order of keyset paging.
    static func precedes(_ left: Self, _ right: Self) -> Bool {
        (left.stampedAt, left.id) < (right.stampedAt, right.id)
    }
}
