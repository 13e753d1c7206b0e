internal import Model

/// A bulk query job as Salesforce tells it.
struct SalesforceBulkJob: Hashable {
    enum State: Hashable {
        case running
        case complete(rows: Int)
        /// Will never complete; why.
        case failed(String)
    }

    var id: String
    var state: State

    init(parsing bytes: [UInt8]) throws(SalesforcePageFault) {
        let document = try JSONValue(answer: bytes)
        guard let id = document["id"]?.string, SalesforceID.isPlausible(id),
            let state = document["state"]?.string
        else { throw SalesforcePageFault(reason: "the job lacks 'id' or 'state'") }
        self.id = id
        switch state {
        case "UploadComplete", "InProgress", "Open": self.state = .running
        case "JobComplete":
            guard let rows = document["numberRecordsProcessed"]?.integer, rows >= 0 else {
                throw SalesforcePageFault(reason: "the complete job lacks 'numberRecordsProcessed'")
            }
            self.state = .complete(rows: rows)
        case "Failed", "Aborted":
            let message = SalesforceFaultReader.Words.printable(
                document["errorMessage"]?.string ?? "", limit: 200)
            self.state = .failed(
                message.isEmpty
                    ? (state == "Aborted" ? "somebody aborted it" : "Salesforce does not say why") : message)
        default:
            throw SalesforcePageFault(
                reason:
                    "the job's state '\(SalesforceFaultReader.Words.printable(state, limit: 40))' is unknown")
        }
    }

    /// The body of the request that creates a job.
    static func creation(_ soql: String, operation: String) -> [UInt8] {
        let members: [String: JSONValue] = [
            "operation": .string(operation), "query": .string(soql), "columnDelimiter": .string("COMMA"),
            "lineEnding": .string("LF"),
        ]
        return Array(JSONValue.object(members).text.utf8)
    }
}

/// One chunk of a job's result: CSV whose values are texts.
enum SalesforceBulkChunk {
    /// Reads a chunk into cells of the types that the REST API would have sent.
    ///
    /// Empty is null, since the format writes both alike; NUL bytes, which occur, are taken out.
    static func records(
        parsing bytes: [UInt8], fields: [String], types: [String: String]
    ) throws(SalesforcePageFault) -> RecordBatch {
        var reader = CSVReader(bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes)
        var batch = RecordBatch(fields: fields)
        guard let header = try next(&reader) else {
            throw SalesforcePageFault(reason: "the chunk has no header")
        }
        let names = header.fields.map { String(decoding: $0, as: UTF8.self) }
        var columns: [Int] = []
        for field in fields {
            guard let column = names.firstIndex(where: { $0.lowercased() == field.lowercased() }) else {
                throw SalesforcePageFault(reason: "the chunk's header lacks '\(field)'")
            }
            columns.append(column)
        }
        while let record = try next(&reader) {
            guard record.fields.count == names.count else {
                throw SalesforcePageFault(
                    reason: "line \(record.line) has \(record.fields.count) values where the header has "
                        + "\(names.count)")
            }
            var values: [FieldValue] = []
            values.reserveCapacity(columns.count)
            for (field, column) in zip(fields, columns) {
                guard let text = String(validating: record.fields[column], as: UTF8.self) else {
                    throw SalesforcePageFault(reason: "line \(record.line): '\(field)' is not UTF-8")
                }
                values.append(value(text, type: types[field]))
            }
            batch.append(values)
        }
        return batch
    }

    private static func next(_ reader: inout CSVReader) throws(SalesforcePageFault) -> CSVRecord? {
        do throws(CSVFault) {
            return try reader.next()
        } catch {
            throw SalesforcePageFault(reason: "line \(error.line) is not CSV: \(error.reason)")
        }
    }

    static func value(_ text: String, type: String?) -> FieldValue {
        guard !text.isEmpty else { return .absent }
        switch type {
        case "boolean":
            switch text {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: return .text(text)
            }
        case "double", "currency", "percent", "int", "long":
            return plainDecimal(text) == nil ? .text(text) : .number(text)
        case "datetime":
            // REST writes the zone as +0000; the same moment must be the same text.
            return .text(text.hasSuffix("Z") ? text.dropLast() + "+0000" : text)
        default: return .text(text)
        }
    }
}
