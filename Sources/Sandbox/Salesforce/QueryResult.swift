/// The rows of a query at the instant it was asked: what a query locator refers to, so that paging is not
/// disturbed by the clock moving on.
struct QueryResult: Sendable {
    /// `totalSize`.
    let count: Int
    /// How many records there are to write: none for COUNT().
    let written: Int
    let isAggregate: Bool
    private let write: @Sendable (Range<Int>, _ basePath: String, inout RowBend, inout JSONText) -> Void
    private let writeCSV: @Sendable (Range<Int>, CSVForm, inout RowBend, inout JSONText) -> Void

    /// - Parameter isAll: whether deleted rows belong to it.
    init<Row: RecordRow>(of plan: QueryPlan, from table: RecordTable<Row>, isAll: Bool = false) {
        let rows = plan.select(from: table, isAll: isAll)
        let schema = plan.schema
        switch plan.output {
        case .count:
            (count, written, isAggregate) = (rows.count, 0, true)
            write = { _, _, _, _ in }
            writeCSV = { _, _, _, _ in }
        case .aggregates(let aggregates):
            (count, written, isAggregate) = (1, 1, true)
            write = { range, _, _, json in
                guard range.contains(0) else { return }
                json.raw("{\"attributes\":{\"type\":\"AggregateResult\"}")
                for aggregate in aggregates {
                    json.raw(",\"\(aggregate.name)\":")
                    json.value(aggregate.value(over: rows))
                }
                json.raw("}")
            }
            writeCSV = { _, _, _, _ in }
        case .columns(let columns):
            (count, written, isAggregate) = (rows.count, rows.count, false)
            write = { range, basePath, bend, json in
                for position in range {
                    json.raw(position == range.lowerBound ? "" : ",")
                    json.record(rows[position], columns: columns, basePath: basePath, bend: &bend)
                }
            }
            let names = columns.map { schema.fields[$0].name }
            writeCSV = { range, form, bend, text in
                text.line(names.map { .text($0) }, form)
                for position in range {
                    text.line(columns.map { rows[position].value($0) }, form, bend: &bend)
                }
            }
        }
    }

    /// The body of an answer.
    ///
    /// - Parameter basePath: the path of the API version, `/services/data/v61.0`.
    func page(_ rows: Range<Int>, next: String?, basePath: String, fault: FaultOrder? = nil) -> [UInt8] {
        var json = JSONText(capacity: 128 + rows.count * 640)
        json.raw("{\"totalSize\":\(count),\"done\":\(next == nil),")
        if let next {
            json.raw("\"nextRecordsUrl\":")
            json.string(next)
            json.raw(",")
        }
        json.raw("\"records\":[")
        var bend = RowBend(fault)
        write(rows, basePath, &bend, &json)
        json.raw("]}")
        return json.bytes
    }

    /// A chunk of a bulk job's results, with its header line.
    func csv(_ rows: Range<Int>, _ form: CSVForm, fault: FaultOrder? = nil) -> [UInt8] {
        var text = JSONText(capacity: 256 + rows.count * 320)
        var bend = RowBend(fault)
        writeCSV(rows, form, &bend, &text)
        return text.bytes
    }
}

/// How a bulk job writes its lines.
struct CSVForm: Sendable, Hashable {
    var delimiter: String
    var lineEnding: String
}

extension JSONText {
    /// A record with its attributes.
    mutating func record<Row: RecordRow>(
        _ row: Row, columns: [Int], basePath: String, bend: inout RowBend
    ) {
        let schema = Row.schema
        raw("{\"attributes\":{\"type\":\"\(schema.name)\",\"url\":\"\(basePath)/sobjects/\(schema.name)/")
        raw(row.id.description)
        raw("\"}")
        for column in columns {
            raw(",\"")
            raw(schema.fields[column].name)
            raw("\":")
            bend.value(row.value(column), to: &self)
        }
        raw("}")
    }

    /// A line of CSV, every value in quotes.
    mutating func line(_ values: [FieldValue], _ form: CSVForm) {
        var bend = RowBend(nil)
        line(values, form, bend: &bend)
    }

    mutating func line(_ values: [FieldValue], _ form: CSVForm, bend: inout RowBend) {
        for (position, value) in values.enumerated() {
            raw(position == 0 ? "" : form.delimiter)
            switch value {
            case .null: raw("\"\"")
            case .dateTime(let milliseconds):
                raw("\"")
                dateTime(milliseconds, zone: "Z")
                raw("\"")
            // The vendor's texts hold no quotes and no control characters, so JSON's quoting is CSV's.
            case .text, .id, .date: bend.value(value, to: &self)
            case .number, .boolean:
                raw("\"")
                self.value(value)
                raw("\"")
            }
        }
        raw(form.lineEnding)
    }
}
