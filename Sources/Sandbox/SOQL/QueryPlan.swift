import Model

/// A query whose names and literals have been checked against an object's schema.
struct QueryPlan: Sendable {
    /// The columns to write, in the order asked for; `nil` for COUNT().
    let columns: [Int]?
    let schema: ObjectSchema
    private let predicate: Predicate
    private let ordering: [Ordering]
    private let limit: Int?

    private struct Ordering {
        var column: Int
        var isDescending: Bool
        var nullsLast: Bool
    }

    init(_ query: SOQLQuery, schema: ObjectSchema) throws(SalesforceError) {
        self.schema = schema
        switch query.selection {
        case .count: columns = nil
        case .fields(let names):
            var columns: [Int] = []
            for name in names {
                let column = try schema.requiredColumn(name)
                guard !columns.contains(column) else {
                    throw .malformed("duplicate field selected: \(name)")
                }
                columns.append(column)
            }
            self.columns = columns
        }
        predicate =
            if let condition = query.condition {
                try Predicate(condition, schema: schema)
            } else {
                .all([])
            }
        var ordering: [Ordering] = []
        for item in query.ordering {
            ordering.append(
                Ordering(
                    column: try schema.requiredColumn(item.field), isDescending: item.isDescending,
                    nullsLast: item.nullsLast ?? false))
        }
        self.ordering = ordering
        limit = query.limit
    }

    /// The rows that match, in the order asked for; without one, in order of (SystemModstamp, Id).
    func select<Row: RecordRow>(from table: RecordTable<Row>) -> [Row] {
        var rows = table.rows.filter { predicate.matches($0) }
        if !isTableOrder { rows.sort(by: precedes) }
        if let limit { rows = Array(rows.prefix(limit)) }
        return rows
    }

    /// Whether the order asked for is the one tables are kept in, which needs no sorting.
    private var isTableOrder: Bool {
        let names = ordering.map { schema.fields[$0.column].name }
        return ordering.allSatisfy { !$0.isDescending }
            && ["SystemModstamp", "Id"].starts(with: names)
    }

    private func precedes(_ left: some RecordRow, _ right: some RecordRow) -> Bool {
        for item in ordering {
            let first = left.value(item.column)
            let second = right.value(item.column)
            switch (first == .null, second == .null) {
            case (true, true): continue
            case (true, false): return !item.nullsLast
            case (false, true): return item.nullsLast
            case (false, false):
                guard let order = first.order(against: second), order != 0 else { continue }
                return (order < 0) != item.isDescending
            }
        }
        return false
    }
}

extension ObjectSchema {
    func requiredColumn(_ name: String) throws(SalesforceError) -> Int {
        guard let column = column(name) else { throw .noSuchColumn(name, on: self.name) }
        return column
    }
}
