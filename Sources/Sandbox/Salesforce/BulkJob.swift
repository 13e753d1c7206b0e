import Foundation
import Model

/// A query job of Bulk API 2.0.
struct BulkJob: Sendable {
    enum State: String, Sendable {
        case uploadComplete = "UploadComplete"
        case inProgress = "InProgress"
        case complete = "JobComplete"
        case failed = "Failed"
        case aborted = "Aborted"
    }

    /// What `POST …/jobs/query` says.
    struct Wish: Decodable {
        var operation: String
        var query: String
        var columnDelimiter: String?
        var lineEnding: String?
    }

    var id = ""
    let wish: Wish
    let form: CSVForm
    let object: String
    /// `nil` when the query is none that bulk jobs can run.
    let result: QueryResult?
    /// `61.0`.
    let version: String
    let createdAt: Instant
    var state = State.uploadComplete

    static let delimiters = [
        "COMMA": ",", "TAB": "\t", "PIPE": "|", "SEMICOLON": ";", "CARET": "^", "BACKQUOTE": "`",
    ]

    /// What a look at the job finds; each look moves it on, so that a client has to wait for one.
    mutating func look() {
        switch state {
        case .uploadComplete: state = result == nil ? .failed : .inProgress
        case .inProgress: state = .complete
        case .complete, .failed, .aborted: break
        }
    }

    var body: [UInt8] {
        var json = JSONText(capacity: 1024)
        json.raw("{\"id\":")
        json.string(id)
        json.raw(",\"operation\":")
        json.string(wish.operation)
        json.raw(",\"object\":")
        json.string(object)
        json.raw(",\"createdById\":\"005Fw0000000001AAA\",\"createdDate\":")
        json.value(.dateTime(createdAt.milliseconds))
        json.raw(",\"systemModstamp\":")
        json.value(.dateTime(createdAt.milliseconds))
        json.raw(",\"state\":")
        json.string(state.rawValue)
        json.raw(",\"concurrencyMode\":\"Parallel\",\"contentType\":\"CSV\",\"apiVersion\":\(version),")
        json.raw("\"lineEnding\":")
        json.string(wish.lineEnding ?? "LF")
        json.raw(",\"columnDelimiter\":")
        json.string(wish.columnDelimiter ?? "COMMA")
        if state == .complete, let result {
            json.raw(",\"jobType\":\"V2Query\",\"numberRecordsProcessed\":\(result.count),\"retries\":0,")
            json.raw("\"totalProcessingTime\":104,\"isPkChunkingSupported\":true")
        }
        if state == .failed {
            json.raw(",\"errorMessage\":")
            json.string("FUNCTIONALITY_NOT_ENABLED: Aggregates are not supported in Bulk Query")
        }
        json.raw("}")
        return json.bytes
    }
}

extension PracticeOrg {
    func createJob(_ wish: BulkJob.Wish, version: String) throws(SalesforceError) -> BulkJob {
        guard ["query", "queryAll"].contains(wish.operation) else {
            throw .api("'\(wish.operation)' is no operation of a query job; use query or queryAll")
        }
        guard let delimiter = BulkJob.delimiters[wish.columnDelimiter ?? "COMMA"],
            let ending = ["LF": "\n", "CRLF": "\r\n"][wish.lineEnding ?? "LF"]
        else { throw .api("unknown columnDelimiter or lineEnding") }
        let result: QueryResult
        let object: String
        do throws(SalesforceError) {
            object = try SOQLParser.parse(wish.query).object
            result = try self.result(of: wish.query, isAll: wish.operation == "queryAll")
        } catch {
            throw .api("\(error.errorCode): \(error.message)")
        }
        return salesforce.add(
            BulkJob(
                wish: wish, form: CSVForm(delimiter: delimiter, lineEnding: ending), object: object,
                result: result.isAggregate ? nil : result, version: version, createdAt: now))
    }

    /// - Parameter isLook: whether this is a client's look at the state, which moves the job on.
    func job(_ id: String, version: String, isLook: Bool = false) throws(SalesforceError) -> BulkJob {
        guard var job = salesforce.jobs[id] else { throw .notFound }
        guard job.version == version else {
            throw SalesforceError(
                statusCode: 409, errorCode: "VERSION_CONFLICT",
                message: "job \(id) was created with API version \(job.version), not \(version)")
        }
        if isLook {
            job.look()
            salesforce.jobs[id] = job
        }
        return job
    }

    func abortJob(_ id: String, version: String) throws(SalesforceError) -> BulkJob {
        var job = try job(id, version: version)
        guard job.state == .uploadComplete || job.state == .inProgress else {
            throw .invalidJobState("job \(id) is \(job.state.rawValue) and cannot be aborted")
        }
        job.state = .aborted
        salesforce.jobs[id] = job
        return job
    }

    func deleteJob(_ id: String, version: String) throws(SalesforceError) {
        let job = try job(id, version: version)
        guard job.state != .uploadComplete, job.state != .inProgress else {
            throw .invalidJobState("job \(id) is \(job.state.rawValue); abort it before deleting it")
        }
        salesforce.jobs[id] = nil
    }
}

extension SalesforceError {
    static func api(_ message: String) -> SalesforceError {
        SalesforceError(statusCode: 400, errorCode: "API_ERROR", message: message)
    }

    static func invalidJobState(_ message: String) -> SalesforceError {
        SalesforceError(statusCode: 400, errorCode: "INVALIDJOBSTATE", message: message)
    }
}
