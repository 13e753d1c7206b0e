import Foundation
package import Hummingbird
import Logging
import Model
import Operations

/// An error as RFC 9457 problem details, with a stable code and no inner workings.
package struct Problem: Error, Encodable {
    package var type: String
    package var title: String
    package var status: Int
    package var detail: String
    package var code: String
    /// For a command given over the control socket: the exit code of the command line.
    package var exitCode: Int32?

    package init(status: HTTPResponse.Status, code: String, detail: String) {
        type = "https://fairway.invalid/problems/\(code)"
        title = status.reasonPhrase
        self.status = status.code
        self.detail = detail
        self.code = code
    }

    /// What a caller may know about `error`.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as OperationError:
            let status: HTTPResponse.Status =
                switch error.kind {
                case .notFound: .notFound
                case .conflict: .conflict
                case .invalid: .unprocessableContent
                }
            self.init(status: status, code: error.kind.rawValue, detail: error.message)
        case let error as HTTPError:
            self.init(status: error.status, code: "http", detail: error.body ?? error.status.reasonPhrase)
        default:
            self.init(
                status: .internalServerError, code: "internal",
                detail: "the request could not be answered; the daemon's log says why")
        }
    }

    package var response: Response {
        let body = (try? CanonicalJSON.encode(self)) ?? Data("{}".utf8)
        return Response(
            status: .init(code: status),
            headers: [.contentType: "application/problem+json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// Turns every error into a problem, in one place, and logs those that are ours.
package struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem(error)
            if problem.status >= 500 {
                context.logger.error("request failed", metadata: ["error": "\(error)"])
            }
            return problem.response
        }
    }
}
