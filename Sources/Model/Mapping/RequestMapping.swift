/// How a generic source is asked for a stream: one request, repeated page by page.
///
/// Texts of path, query and body may hold the placeholders `{lower}`, `{upper}` (the window's ends as
/// `momentFormat` writes them), `{cursor}`, `{lastID}`, `{offset}`, `{page}` and `{pageSize}`; there are no others.
package struct RequestMapping: Sendable, Hashable {
    /// Below the source's base address: "/api/v2/deals".
    package var path: String
    package var query: [String: String]
    /// Query parameters that are sent only when a window is read, not when everything is.
    package var changesQuery: [String: String]
    package var headers: [String: String]
    /// RFC 6901 pointer to the list of records in an answer; "" when the answer is the list.
    package var records: String
    /// Path of a record's id.
    package var id: String
    /// Path and format of a record's last change; `nil` when the source tells none, so that everything is read
    /// each time.
    package var modified: ModifiedField?
    package var pagination: Pagination
    /// Rows asked for a page, where the protocol lets the client say.
    package var pageSize: Int
    /// What marks a record as deleted.
    package var deleted: FieldCondition?
    /// Path of the id of the record this one was merged into.
    package var mergedInto: String?
    /// How the window's ends are written into the request.
    package var momentFormat: DateFormat
    /// RFC 6901 pointer to the source's own count of all rows of the request; `nil` when it tells none.
    package var total: String?

    package struct ModifiedField: Sendable, Hashable {
        package var path: String
        package var format: DateFormat

        package init(path: String, format: DateFormat) {
            self.path = path
            self.format = format
        }
    }

    /// How the next page is found.
    package enum Pagination: Sendable, Hashable {
        /// One answer holds everything.
        case none
        /// The answer names the next page's address at this pointer.
        case nextURL(pointer: String)
        /// The answer names a cursor at this pointer, sent as the query parameter.
        case cursor(pointer: String, parameter: String)
        /// An answer's header names a locator, sent as the query parameter; `end` is what it says on the last page.
        case locatorHeader(header: String, parameter: String, end: String)
        /// The last record's id is sent as the query parameter while the flag at the pointer says there is more.
        case startingAfter(parameter: String, more: String)
        /// The number of records (or of pages, from `first`) so far is sent as the query parameter; a page with
        /// fewer records than asked for is not taken for the last, an empty one is.
        case offset(parameter: String)
        case page(parameter: String, first: Int)
        /// RFC 8288 `Link: <…>; rel="next"`.
        case linkHeader
    }

    package init(
        path: String, query: [String: String] = [:], changesQuery: [String: String] = [:],
        headers: [String: String] = [:], records: String = "", id: String = "id",
        modified: ModifiedField? = nil, pagination: Pagination = .none, pageSize: Int = 100,
        deleted: FieldCondition? = nil, mergedInto: String? = nil, momentFormat: DateFormat = .moment,
        total: String? = nil
    ) {
        self.path = path
        self.query = query
        self.changesQuery = changesQuery
        self.headers = headers
        self.records = records
        self.id = id
        self.modified = modified
        self.pagination = pagination
        self.pageSize = pageSize
        self.deleted = deleted
        self.mergedInto = mergedInto
        self.momentFormat = momentFormat
        self.total = total
    }
}
