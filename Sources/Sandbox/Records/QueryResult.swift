/// The rows of a query at the instant it was asked: what a query locator refers to, so that paging is not
/// disturbed by the clock moving on.
struct QueryResult: Sendable {
    let count: Int
    /// Whether only the count was asked for.
    private let isCount: Bool
    private let write: @Sendable (Range<Int>, _ basePath: String, inout JSONText) -> Void

    init<Row: RecordRow>(of plan: QueryPlan, from table: RecordTable<Row>) {
        let rows = plan.select(from: table)
        let schema = plan.schema
        count = rows.count
        isCount = plan.columns == nil
        let fields = (plan.columns ?? []).map { (column: $0, key: ",\"\(schema.fields[$0].name)\":") }
        write = { range, basePath, json in
            let opening =
                "{\"attributes\":{\"type\":\"\(schema.name)\",\"url\":\"\(basePath)/sobjects/\(schema.name)/"
            for position in range {
                json.raw(position == range.lowerBound ? "" : ",")
                json.raw(opening)
                json.raw(rows[position].id.description)
                json.raw("\"}")
                for field in fields {
                    json.raw(field.key)
                    json.value(rows[position].value(field.column))
                }
                json.raw("}")
            }
        }
    }

    /// Where the page after one of `size` rows from `offset` begins; `nil` after the last.
    func offset(after offset: Int, size: Int) -> Int? {
        !isCount && offset + size < count ? offset + size : nil
    }

    /// The body of an answer: `size` rows from `offset`, and the link to the next page if there is one.
    ///
    /// - Parameter basePath: the path of the API version, `/services/data/v61.0`.
    func page(from offset: Int, size: Int, next: String?, basePath: String) -> [UInt8] {
        let range = isCount ? 0..<0 : min(offset, count)..<min(offset + size, count)
        var json = JSONText(capacity: 128 + range.count * 640)
        json.raw("{\"totalSize\":\(count),\"done\":\(next == nil),")
        if let next {
            json.raw("\"nextRecordsUrl\":")
            json.string(next)
            json.raw(",")
        }
        json.raw("\"records\":[")
        write(range, basePath, &json)
        json.raw("]}")
        return json.bytes
    }
}
