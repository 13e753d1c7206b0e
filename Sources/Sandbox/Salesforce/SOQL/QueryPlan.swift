import Model

/// A query whose names and literals have been checked against an object's schema.
struct QueryPlan: Sendable {
    enum Output: Sendable {
        /// COUNT().
        case count
        /// The columns to write, in the order asked for.
        case columns([Int])
        case aggregates([Aggregate])
    }

    struct Aggregate: Sendable {
        var function: SOQLQuery.Aggregate.Function
        var column: Int
        var name: String
    }

    let output: Output
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
        case .count: output = .count
        case .aggregates(let items):
            var aggregates: [Aggregate] = []
            for (position, item) in items.enumerated() {
                aggregates.append(
                    Aggregate(
                        function: item.function, column: try schema.requiredColumn(item.field),
                        name: item.alias ?? "expr\(position)"))
            }
            output = .aggregates(aggregates)
        case .fields(let names):
            var columns: [Int] = []
            for name in names {
                let column = try schema.requiredColumn(name)
                guard !columns.contains(column) else {
                    throw .malformed("duplicate field selected: \(name)")
                }
                columns.append(column)
            }
            output = .columns(columns)
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
    ///
    /// - Parameter isAll: whether the recycle bin is looked through too.
    func select<Row: RecordRow>(from table: RecordTable<Row>, isAll: Bool = false) -> [Row] {
        var rows = table.rows.filter {
            ($0.edit == nil || !($0.isDeleted && !isAll || $0.isPurged)) && predicate.matches($0)
        }
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

extension QueryPlan.Aggregate {
    func value(over rows: [some RecordRow]) -> FieldValue {
        let values = rows.lazy.map { $0.value(column) }.filter { $0 != .null }
        switch function {
        case .count: return .number(units: Int64(values.count), scale: 1)
        case .max: return values.max { ($0.order(against: $1) ?? 0) < 0 } ?? .null
        case .min: return values.min { ($0.order(against: $1) ?? 0) < 0 } ?? .null
        }
    }
}

extension ObjectSchema {
    func requiredColumn(_ name: String) throws(SalesforceError) -> Int {
        guard let column = column(name) else { throw .noSuchColumn(name, on: self.name) }
        return column
    }
}
