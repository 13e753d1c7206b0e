internal import Model
internal import Transport

/// Bulk API 2.0: a job runs the query on Salesforce's own time, its result is fetched in chunks.
///
/// A chunk can be fetched again as long as the job is there, by any process, so that its locator is all a position
/// needs.
extension SalesforceSource {
    /// Rows of a chunk; it is held in memory whole, and one that is longer than an answer may be is asked for with
    /// fewer.
    private static let chunkRows = 10_000
    /// How long one call waits for a job: the position is stored, so that another goes on waiting.
    private static let patience = 1800.0

    /// Whether a walk finds more rows than are read page by page.
    func isWorthAJob(_ reading: SalesforceReading) async throws(SourceError) -> Bool {
        guard case .full = reading.walk, let limit = configuration.bulkAbove, reading.query.fitsBulk else {
            return false
        }
        let range = range(of: SalesforcePosition.QueryPlace(), reading)
        let path = try address(reading.query.count(range), reading)
        let action = "counting the rows of stream '\(reading.stream)'"
        let response: HTTPResponse
        do throws(SourceError) {
            response = try await get(path, action: action)
        } catch {
            // Too many to be counted in time.
            if error.kind == .tooLarge { return true }
            throw error
        }
        do throws(SalesforcePageFault) {
            guard let total = try JSONValue(answer: response.body)["totalSize"]?.integer, total >= 0 else {
                throw SalesforcePageFault(reason: "the answer lacks 'totalSize'")
            }
            return total > limit
        } catch {
            throw malformed(action, error)
        }
    }

    /// A new job, or `nil` when Salesforce makes none of this query: some objects are not for bulk jobs.
    func createJob(
        _ reading: SalesforceReading
    ) async throws(SourceError) -> SalesforcePosition.BulkPlace? {
        let soql = reading.query.unordered(range(of: SalesforcePosition.QueryPlace(), reading))
        let action = "starting a bulk job for stream '\(reading.stream)'"
        let instance = try await client.instance()
        let request = SourceRequest(
            .post, instance.description + versioned("jobs/query"),
            headers: [("Accept", "application/json"), ("Content-Type", "application/json")],
            body: SalesforceBulkJob.creation(soql, operation: reading.query.resource), action: action)
        let response: HTTPResponse
        do throws(SourceError) {
            response = try await client.send(request)
        } catch {
            switch error.kind {
            // What is wrong with the query itself, the REST API will say too.
            case .malformed, .unmappable, .unauthorized: return nil
            default: throw error
            }
        }
        do throws(SalesforcePageFault) {
            let job = try SalesforceBulkJob(parsing: response.body)
            return SalesforcePosition.BulkPlace(
                job: job.id, version: configuration.apiVersion, step: .start)
        } catch {
            throw malformed(action, error)
        }
    }

    func chunk(
        _ reading: SalesforceReading, _ place: SalesforcePosition.BulkPlace
    ) async throws(SourceError) -> SourcePage {
        var place = place
        var locator: String?
        switch place.step {
        case .start:
            guard let count = try await finished(place, reading) else {
                // A job that this object is not for, or whose result is gone: nothing of it was delivered.
                return try await rows(reading, from: SalesforcePosition.QueryPlace())
            }
            place.total = count
        case .chunk(let next): locator = next
        case .end:
            await discard(place, reading)
            var last = try page(reading, next: nil)
            last.count = .chain(total: place.total ?? 0, starts: false)
            return last
        }
        let response = try await result(&place, locator, reading)
        let table = try table(response, reading)
        place.step = .end
        if let next = response.header("Sforce-Locator"), next != "null" {
            guard next != locator, !table.rows.isEmpty else {
                throw error(
                    .pageLoop, "stream '\(reading.stream)': job \(place.job) gives the same chunk twice")
            }
            place.step = .chunk(locator: next)
        }
        return SourcePage(
            records: table.records, rows: table.rows, next: try encode(.bulk(place)),
            count: .chain(total: place.total ?? 0, starts: locator == nil))
    }

    /// How many rows the job found, once it is complete; `nil` when it never will be and the rows have to be asked
    /// for page by page.
    private func finished(
        _ place: SalesforcePosition.BulkPlace, _ reading: SalesforceReading
    ) async throws(SourceError) -> Int? {
        let job = place.job
        let action = "waiting for job \(job) of stream '\(reading.stream)'"
        var waited = 0.0
        var wait = 1.0
        while true {
            let response: HTTPResponse
            do throws(SourceError) {
                response = try await get(path(of: place), action: action)
            } catch {
                if error.kind == .unmappable { return nil }
                throw error
            }
            let state: SalesforceBulkJob.State
            do throws(SalesforcePageFault) {
                state = try SalesforceBulkJob(parsing: response.body).state
            } catch {
                throw malformed(action, error)
            }
            switch state {
            case .complete(let rows): return rows
            case .failed(let reason):
                if SalesforceSource.isUnsupported(reason) { return nil }
                throw error(
                    .forgottenPosition,
                    "stream '\(reading.stream)': Salesforce gave job \(job) up: \(reason)")
            case .running: break
            }
            guard waited < SalesforceSource.patience else {
                throw error(
                    .serverFault, "\(action): still running after \(Int(waited)) seconds of waiting")
            }
            try await client.pause(seconds: wait)
            waited += wait
            wait = min(wait * 1.5, 30)
        }
    }

    private func path(of place: SalesforcePosition.BulkPlace) -> String {
        "/services/data/v\(place.version)/jobs/query/\(place.job)"
    }

    private static func isUnsupported(_ reason: String) -> Bool {
        let words = reason.lowercased()
        return ["not supported", "featurenotenabled", "cannot serialize", "query_timeout"]
            .contains { words.contains($0) }
    }

    private func result(
        _ place: inout SalesforcePosition.BulkPlace, _ locator: String?, _ reading: SalesforceReading
    ) async throws(SourceError) -> HTTPResponse {
        while true {
            let rows = place.chunkRows ?? SalesforceSource.chunkRows
            do throws(SourceError) {
                return try await result(place, locator, rows: rows, reading)
            } catch {
                guard error.kind == .tooLarge, rows > 1 else { throw error }
                place.chunkRows = rows / 2
            }
        }
    }

    private func result(
        _ place: SalesforcePosition.BulkPlace, _ locator: String?, rows: Int, _ reading: SalesforceReading
    ) async throws(SourceError) -> HTTPResponse {
        var target = "\(path(of: place))/results?maxRecords=\(rows)"
        if let locator { target += "&locator=\(WebText.encoded(locator))" }
        let instance = try await client.instance()
        var request = SourceRequest(
            .get, instance.description + target, headers: [("Accept", "text/csv")],
            action: "reading stream '\(reading.stream)' in bulk")
        // CSV that is cut between two records looks whole.
        request.parserSeesEnd = false
        do throws(SourceError) {
            return try await client.send(request)
        } catch {
            guard error.kind == .unmappable else { throw error }
            throw self.error(
                .forgottenPosition,
                "stream '\(reading.stream)': the result of job \(place.job) is no longer there; results are kept for "
                    + "seven days")
        }
    }

    private func table(
        _ response: HTTPResponse, _ reading: SalesforceReading
    ) throws(SourceError) -> SalesforceRows {
        let action = "reading stream '\(reading.stream)' in bulk"
        let table: SalesforceRows
        do throws(SalesforcePageFault) {
            let records = try SalesforceBulkChunk.records(
                parsing: response.body, fields: reading.query.fields, types: reading.query.types)
            table = try SalesforceRows(records, stamp: reading.query.stamp)
        } catch {
            throw malformed(action, error)
        }
        guard let counted = response.header("Sforce-NumberOfRecords").flatMap({ Int($0) }) else {
            throw error(.malformed, "\(action): the chunk does not say how many rows it has")
        }
        guard counted == table.rows.count else {
            throw error(
                .malformed,
                "\(action): the chunk has \(table.rows.count) rows where Salesforce counted \(counted)")
        }
        return table
    }

    /// Frees the job's room. It would go by itself in a week, so that a refusal is none of the walk's.
    private func discard(_ place: SalesforcePosition.BulkPlace, _ reading: SalesforceReading) async {
        guard let instance = try? await client.instance() else { return }
        _ = try? await client.send(
            SourceRequest(
                .delete, instance.description + path(of: place),
                action: "discarding job \(place.job) of stream '\(reading.stream)'"))
    }
}
