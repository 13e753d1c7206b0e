import Hummingbird
import Model

/// Which records were deleted and changed in a span of time, and single ones.
extension SalesforceRoutes {
    private struct Span {
        var start: Int64
        var end: Int64
    }

    private static let deletedDays: Int64 = 15
    private static let updatedDays: Int64 = 30

    @Sendable func deleted(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try version(context)
        let object = try context.parameters.require("object")
        return try await admitted(request, isPage: true) { _ in
            let book = await org.records()
            let span = try span(request, days: SalesforceRoutes.deletedDays, now: book.now)
            var json = JSONText(capacity: 4096)
            json.raw("{\"deletedRecords\":[")
            var isFirst = true
            for row in try rows(of: object, in: book) {
                guard let deletedAt = row.edit?.deletedAt, span.start <= deletedAt, deletedAt < span.end
                else {
                    continue
                }
                json.raw(isFirst ? "{\"deletedDate\":" : ",{\"deletedDate\":")
                json.value(.dateTime(deletedAt * 1000))
                json.raw(",\"id\":")
                json.value(.id(row.id))
                json.raw("}")
                isFirst = false
            }
            json.raw("],\"earliestDateAvailable\":")
            json.value(
                .dateTime(book.now.milliseconds - SalesforceRoutes.deletedDays * 86_400_000))
            json.raw(",\"latestDateCovered\":")
            json.value(.dateTime(min(span.end * 1000, book.now.milliseconds)))
            json.raw("}")
            return PracticeAnswer(json.bytes)
        }
    }

    @Sendable func updated(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try version(context)
        let object = try context.parameters.require("object")
        return try await admitted(request, isPage: true) { _ in
            let book = await org.records()
            let span = try span(request, days: SalesforceRoutes.updatedDays, now: book.now)
            let ids = try rows(of: object, in: book).filter {
                !$0.isDeleted && span.start <= $0.stampedAt && $0.stampedAt < span.end
            }
            var json = JSONText(capacity: 4096)
            json.raw("{\"ids\":[")
            for (position, row) in ids.enumerated() {
                json.raw(position == 0 ? "" : ",")
                json.value(.id(row.id))
            }
            json.raw("],\"latestDateCovered\":")
            json.value(.dateTime(min(span.end * 1000, book.now.milliseconds)))
            json.raw("}")
            return PracticeAnswer(json.bytes)
        }
    }

    @Sendable func record(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let basePath = try basePath(context)
        let object = try context.parameters.require("object")
        let text = try context.parameters.require("id")
        return try await admitted(request, isPage: true) { fault in
            let rows = try rows(of: object, in: await org.records())
            guard let id = RecordID(text), let row = rows.first(where: { $0.id == id && !$0.isPurged }) else {
                throw SalesforceError.notFound
            }
            guard !row.isDeleted else {
                throw SalesforceError(
                    statusCode: 404, errorCode: "ENTITY_IS_DELETED", message: "entity is deleted")
            }
            var json = JSONText(capacity: 1024)
            var bend = RowBend(fault)
            json.anyRecord(row, basePath: basePath, bend: &bend)
            return PracticeAnswer(json.bytes)
        }
    }

    private func rows(of object: String, in book: RecordBook) throws(SalesforceError) -> [any RecordRow] {
        switch object.lowercased() {
        case "account": book.partners.rows
        case "contract": book.contracts.rows
        default: throw .notFound
        }
    }

    /// `?start=…&end=…`, at least a minute apart and not too far back.
    private func span(_ request: Request, days: Int64, now: Instant) throws(SalesforceError) -> Span {
        let fields = FormFields(request.uri.query ?? "")
        func instant(_ name: String) throws(SalesforceError) -> Int64 {
            // An unescaped plus sign of an offset arrives as a space.
            let text = (fields[name] ?? "").split(separator: " ").joined(separator: "+")
            guard let instant = Instant(iso: text) else {
                throw SalesforceError(
                    statusCode: 400, errorCode: "INVALID_FIELD",
                    message: "\(name): expected a dateTime such as 2026-03-01T00:00:00Z")
            }
            return instant.milliseconds.dividedDown(by: 1000)
        }
        let span = Span(start: try instant("start"), end: try instant("end"))
        guard span.end - span.start >= 60 else {
            throw .replicationDate("endDate must be a minute after startDate")
        }
        guard span.start >= now.milliseconds.dividedDown(by: 1000) - days * 86_400 else {
            throw .replicationDate("startDate before \(days) days ago")
        }
        return span
    }
}

extension JSONText {
    /// A whole record of any object.
    fileprivate mutating func anyRecord(_ row: any RecordRow, basePath: String, bend: inout RowBend) {
        func write<Row: RecordRow>(_ row: Row) {
            record(row, columns: Array(Row.schema.fields.indices), basePath: basePath, bend: &bend)
        }
        write(row)
    }
}

extension SalesforceError {
    fileprivate static func replicationDate(_ message: String) -> SalesforceError {
        SalesforceError(statusCode: 400, errorCode: "INVALID_REPLICATION_DATE", message: message)
    }
}
