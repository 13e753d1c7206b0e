import Foundation
import HTTPTypes
import Hummingbird

/// Query jobs of Bulk API 2.0.
extension SalesforceRoutes {
    private static let largestChunk = 250_000

    @Sendable func createJob(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let version = try version(context)
        let body = try await request.body.collect(upTo: 1 << 20)
        return try await admitted(request) { _ in
            guard let wish = try? JSONDecoder().decode(BulkJob.Wish.self, from: Data(body.readableBytesView))
            else {
                throw SalesforceError(
                    statusCode: 400, errorCode: "JSON_PARSER_ERROR",
                    message: "expected {\"operation\": \"query\", \"query\": \"SELECT …\"}")
            }
            return PracticeAnswer(try await org.createJob(wish, version: version).body)
        }
    }

    /// All query jobs, which fit one page.
    @Sendable func jobs(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        _ = try version(context)
        return try await admitted(request) { _ in
            let bodies = await org.salesforce.jobs.values.sorted { $0.id < $1.id }.map(\.body)
            let list = bodies.joined(separator: [UInt8(ascii: ",")])
            return PracticeAnswer(
                Array("{\"done\":true,\"records\":[".utf8) + list + Array("],\"nextRecordsUrl\":null}".utf8))
        }
    }

    @Sendable func job(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let version = try version(context)
        let id = try context.parameters.require("job")
        return try await admitted(request) { _ in
            PracticeAnswer(try await org.job(id, version: version, isLook: true).body)
        }
    }

    @Sendable func abortJob(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let version = try version(context)
        let id = try context.parameters.require("job")
        let body = try await request.body.collect(upTo: 1 << 16)
        return try await admitted(request) { _ in
            let wish = try? JSONDecoder().decode([String: String].self, from: Data(body.readableBytesView))
            guard wish?["state"] == "Aborted" else {
                throw SalesforceError.api("the only change of a query job is {\"state\": \"Aborted\"}")
            }
            return PracticeAnswer(try await org.abortJob(id, version: version).body)
        }
    }

    @Sendable func deleteJob(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let version = try version(context)
        let id = try context.parameters.require("job")
        return try await admitted(request) { _ in
            try await org.deleteJob(id, version: version)
            var answer = PracticeAnswer([])
            answer.status = .noContent
            return answer
        }
    }

    @Sendable func results(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let version = try version(context)
        let id = try context.parameters.require("job")
        let fields = FormFields(request.uri.query ?? "")
        let locator = fields["locator"].flatMap { $0.isEmpty || $0 == "null" ? nil : $0 }
        return try await admitted(request, isPage: true, hasCursor: locator != nil) { fault in
            let job = try await org.job(id, version: version)
            guard job.state == .complete, let result = job.result else {
                throw SalesforceError.invalidJobState(
                    "job \(id) is \(job.state.rawValue); it has no results yet")
            }
            let size = try chunk(fields["maxRecords"])
            let cursor = try locator.map(cursor) ?? .init(0)
            let cut = PageCut(count: result.written, at: cursor, size: size, bentBy: fault?.kind)
            var answer = PracticeAnswer(result.csv(cut.rows, job.form, fault: fault))
            answer.contentType = "text/csv;charset=UTF-8"
            answer.headers[.practice("Sforce-NumberOfRecords")] = String(cut.rows.count)
            answer.headers[.practice("Sforce-Locator")] =
                cut.next.map { Data($0.text.utf8).base64EncodedString() } ?? "null"
            return answer
        }
    }

    private func chunk(_ text: String?) throws(SalesforceError) -> Int {
        guard let text else { return SalesforceRoutes.largestChunk }
        guard let size = Int(text), size > 0 else { throw .api("maxRecords is '\(text)'; expected a number") }
        return min(size, SalesforceRoutes.largestChunk)
    }

    private func cursor(_ locator: String) throws(SalesforceError) -> PageCut.Cursor {
        guard let data = Data(base64Encoded: locator),
            let cursor = PageCut.Cursor(String(decoding: data, as: UTF8.self))
        else { throw .invalidLocator }
        return cursor
    }
}
