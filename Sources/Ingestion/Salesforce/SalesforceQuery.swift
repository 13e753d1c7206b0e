internal import Model

/// How one stream is asked for, its names checked against what the organisation has.
struct SalesforceQuery: Hashable {
    let object: String
    /// What is selected: the mapping's fields and those that identify a row, sorted.
    let fields: [String]
    /// Types by field; a dotted path's is that of its last part.
    let types: [String: String]
    /// The field that says when a record last changed.
    let stamp: String
    /// The field that says when a record was made, if it may be filtered by.
    let created: String?
    let asksDeletions: Bool
    /// The mapping's own conditions.
    private let conditions: [String]

    static let idField = "Id"
    static let deletedField = "IsDeleted"
    static let masterField = "MasterRecordId"

    /// - Parameter types: of every field the mapping names, found in the organisation.
    init(
        _ mapping: StreamMapping, object: SalesforceObject, types: [String: String]
    ) throws(SOQL.Fault) {
        guard let stamp = object.stampField else {
            throw SOQL.Fault(
                reason:
                    "\(mapping.object) has none of \(SalesforceObject.stamps.joined(separator: ", ")) that "
                    + "may be filtered by; its changes cannot be found")
        }
        var fields = Set(mapping.sourceFields)
        fields.formUnion([SalesforceQuery.idField, stamp])
        asksDeletions = mapping.selection.deletions && object.marksDeletions
        if asksDeletions {
            fields.insert(SalesforceQuery.deletedField)
            if object.fields[SalesforceQuery.masterField] != nil {
                fields.insert(SalesforceQuery.masterField)
            }
        }
        var conditions: [String] = []
        for (field, values) in mapping.selection.conditions.sorted(by: { $0.key < $1.key }) {
            conditions.append(try SOQL.condition(field, in: values, type: types[field]))
        }
        if let filter = mapping.selection.filter {
            if let reason = SOQL.reasonToRefuse(filter: filter) {
                throw SOQL.Fault(reason: "the filter \(reason)")
            }
            conditions.append("(\(filter))")
        }
        self.object = mapping.object
        self.fields = fields.sorted()
        self.types = types.merging(
            fields.compactMap { name in object.fields[name].map { (name, $0.type) } },
            uniquingKeysWith: { known, _ in known })
        self.stamp = stamp
        self.conditions = conditions
        created = object.fields["CreatedDate"]?.isFilterable == true ? "CreatedDate" : nil
    }

    /// Which rows a query asks for, beside the mapping's own conditions.
    struct Range: Hashable {
        /// The last row that was read, when it lies in this range.
        var last: SalesforcePosition.Key?
        /// Bounds by stamp; `lower` and `upper` are included, `after` is not.
        var lower: Instant?
        var after: Instant?
        var upper: Instant
    }

    /// "queryAll" also finds deleted rows and archived ones.
    var resource: String { asksDeletions ? "queryAll" : "query" }

    /// Rows in the order of their last change. `liveOnly`: without those in the recycle bin.
    func rows(_ range: Range, liveOnly: Bool) -> String {
        var all = bounds(range, by: stamp, liveOnly: liveOnly)
        if let last = range.last, let moment = last.stamp {
            let literal = SOQL.literal(moment)
            all.append(
                "((\(stamp) = \(literal) AND Id > \(SOQL.literal(last.id))) OR \(stamp) > \(literal))")
        }
        return select(fields) + text(all) + " ORDER BY \(stamp), Id"
    }

    /// Ids of what was there at `range.upper`, in their own order.
    func identities(_ range: Range) -> String {
        var all = created.map { bounds(range, by: $0, liveOnly: true) } ?? population(liveOnly: true)
        if let last = range.last { all.append("Id > \(SOQL.literal(last.id))") }
        return select([SalesforceQuery.idField]) + text(all) + " ORDER BY Id"
    }

    /// The rows of ``rows(_:liveOnly:)`` in whatever order is cheapest, for a bulk job.
    func unordered(_ range: Range) -> String {
        select(fields) + text(bounds(range, by: stamp, liveOnly: true))
    }

    /// How many rows ``unordered(_:)`` finds.
    func count(_ range: Range) -> String {
        "SELECT COUNT() FROM \(object)" + text(bounds(range, by: stamp, liveOnly: true))
    }

    /// Addresses and locations are more than one value: a bulk job cannot write them.
    var fitsBulk: Bool {
        !fields.contains { ["address", "location", "complexvalue", "base64"].contains(types[$0]) }
    }

    private func select(_ fields: [String]) -> String {
        "SELECT \(fields.joined(separator: ", ")) FROM \(object)"
    }

    private func population(liveOnly: Bool) -> [String] {
        conditions + (liveOnly && asksDeletions ? ["\(SalesforceQuery.deletedField) = false"] : [])
    }

    private func bounds(_ range: Range, by field: String, liveOnly: Bool) -> [String] {
        var all = population(liveOnly: liveOnly)
        if let lower = range.lower, range.after == nil {
            all.append("\(field) >= \(SOQL.literal(lower.wholeSecond))")
        }
        if let after = range.after { all.append("\(field) > \(SOQL.literal(after.wholeSecond))") }
        all.append("\(field) <= \(SOQL.literal(range.upper.wholeSecond))")
        return all
    }

    private func text(_ conditions: [String]) -> String {
        conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
    }
}

extension Instant {
    /// Stamps are whole seconds: bounds between two of them would be no bound.
    var wholeSecond: Instant {
        let remainder = milliseconds % 1000
        return Instant(milliseconds: milliseconds - (remainder < 0 ? remainder + 1000 : remainder))
    }
}
