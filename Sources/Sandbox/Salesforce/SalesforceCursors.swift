/// What Salesforce remembers between calls: the results that locators refer to, and bulk jobs. A restart
/// forgets them.
struct SalesforceCursors: Sendable {
    private var results: [String: QueryResult] = [:]
    /// In the order they were opened; the oldest is closed when there are too many.
    private var open: [String] = []
    private var serial = 0
    var jobs: [String: BulkJob] = [:]

    static let limit = 100

    func result(_ locator: String) -> QueryResult? { results[locator] }

    mutating func open(_ result: QueryResult) -> String {
        let locator = "01gFw" + nextSerial(width: 13)
        results[locator] = result
        open.append(locator)
        if open.count > SalesforceCursors.limit { results[open.removeFirst()] = nil }
        return locator
    }

    mutating func add(_ job: BulkJob) -> BulkJob {
        var job = job
        job.id = "750Fw" + nextSerial(width: 13)
        if jobs.count >= SalesforceCursors.limit, let oldest = jobs.keys.min() { jobs[oldest] = nil }
        jobs[job.id] = job
        return job
    }

    private mutating func nextSerial(width: Int) -> String {
        serial += 1
        let digits = String(serial, radix: 36, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A page of a query's rows and where it stands.
struct QueryPage: Sendable {
    let result: QueryResult
    let cursor: PageCut.Cursor
    let size: Int
    let basePath: String
    /// The path of the query's locator, without an offset.
    let path: String

    func body(bentBy fault: FaultOrder? = nil) -> [UInt8] {
        let cut = PageCut(count: result.written, at: cursor, size: size, bentBy: fault?.kind)
        let next = cut.next.map { "\(cut.isForeign ? "https://crm.example.net" : "")\(path)-\($0.text)" }
        return result.page(cut.rows, next: next, basePath: basePath, fault: fault)
    }
}

extension PracticeOrg {
    /// What a query finds now.
    func result(of text: String, isAll: Bool) throws(SalesforceError) -> QueryResult {
        let query = try SOQLParser.parse(text)
        let book = records()
        switch query.object.lowercased() {
        case "account":
            return QueryResult(
                of: try QueryPlan(query, schema: AccountRow.schema), from: book.partners, isAll: isAll)
        case "contract":
            return QueryResult(
                of: try QueryPlan(query, schema: ContractRow.schema), from: book.contracts, isAll: isAll)
        default: throw .unsupportedObject(query.object)
        }
    }

    /// The first page of a query.
    func query(
        _ text: String, isAll: Bool = false, size: Int, basePath: String
    ) throws(SalesforceError) -> QueryPage {
        let result = try result(of: text, isAll: isAll)
        let kind = isAll ? "queryAll" : "query"
        return QueryPage(
            result: result, cursor: .init(0), size: size, basePath: basePath,
            path: "\(basePath)/\(kind)/\(salesforce.open(result))")
    }

    /// A further page by its locator, `01g…-2000`.
    func page(locator: String, size: Int, basePath: String) throws(SalesforceError) -> QueryPage {
        let parts = locator.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let result = salesforce.result(String(parts[0])),
            let cursor = PageCut.Cursor(parts[1]), cursor.offset <= result.count
        else { throw .invalidLocator }
        return QueryPage(
            result: result, cursor: cursor, size: size, basePath: basePath,
            path: "\(basePath)/query/\(parts[0])")
    }
}
