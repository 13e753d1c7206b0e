internal import Model

/// An object as describe tells it: what of it can be asked for, and how.
struct SalesforceObject: Hashable {
    struct Field: Hashable {
        var name: String
        /// "string", "double", "boolean", "datetime", "reference", "address" …
        var type: String
        /// Formulas and roll-ups: they change without the record's stamp moving.
        var isCalculated = false
        /// Whether a query may filter and order by it.
        var isFilterable = true
        /// What a dotted path calls the record this one points to, and the objects that may be.
        var relationship: String?
        var targets: [String] = []
    }

    let name: String
    let fields: [String: Field]
    private let relationships: [String: Field]
    /// Whether the log of deletions knows the object.
    let isReplicated: Bool

    init(name: String, fields: [Field], isReplicated: Bool = true) {
        self.name = name
        self.fields = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        relationships = Dictionary(
            fields.compactMap { field in field.relationship.map { ($0, field) } },
            uniquingKeysWith: { first, _ in first })
        self.isReplicated = isReplicated
    }

    /// Throws the reason the answer is no description.
    init(parsing bytes: [UInt8]) throws(SalesforcePageFault) {
        let document = try JSONValue(answer: bytes)
        guard let name = document["name"]?.string, case .array(let list)? = document["fields"] else {
            throw SalesforcePageFault(reason: "the description lacks 'name' or 'fields'")
        }
        var fields: [Field] = []
        for item in list {
            guard let name = item["name"]?.string, let type = item["type"]?.string else {
                throw SalesforcePageFault(reason: "a field of the description lacks 'name' or 'type'")
            }
            var targets: [String] = []
            if case .array(let names)? = item["referenceTo"] { targets = names.compactMap(\.string) }
            fields.append(
                Field(
                    name: name, type: type, isCalculated: item["calculated"]?.bool ?? false,
                    isFilterable: (item["filterable"]?.bool ?? true) && (item["sortable"]?.bool ?? true),
                    relationship: item["relationshipName"]?.string, targets: targets))
        }
        self.init(name: name, fields: fields, isReplicated: document["replicateable"]?.bool ?? true)
    }

    /// The record another field points to, by the name dotted paths use.
    func relationship(_ name: String) -> Field? { relationships[name] }

    /// Which field says when a record last changed. Some objects have SystemModstamp and may not be filtered by it.
    var stampField: String? { SalesforceObject.stamps.first { fields[$0]?.isFilterable == true } }

    static let stamps = ["SystemModstamp", "LastModifiedDate", "CreatedDate", "LoginTime"]

    /// What to ask for to learn which rows are deleted; objects without it are deleted for good at once.
    var marksDeletions: Bool { fields["IsDeleted"]?.isFilterable == true }

    /// Why there is no such part of a path, with the name that was perhaps meant.
    func reasonForNoField(_ part: String, isLast: Bool) -> String {
        let candidates = isLast ? Array(fields.keys) : Array(relationships.keys)
        let what = isLast ? "field" : "relationship"
        return
            "\(name) has no \(what) '\(part)'\(suggestion(for: part, among: candidates)), or the integration "
            + "user may not see it"
    }
}

/// Why an answer is refused whole.
struct SalesforcePageFault: Error, Hashable {
    var reason: String
}

extension JSONValue {
    init(answer bytes: [UInt8]) throws(SalesforcePageFault) {
        do throws(JSONFault) {
            try self.init(parsing: bytes)
        } catch {
            throw SalesforcePageFault(reason: error.description)
        }
    }
}
