import HTTPTypes
import Hummingbird

/// A refusal in Stripe's terms.
struct StripeError: Error, Sendable, Hashable {
    var statusCode: Int
    var type = "invalid_request_error"
    var code: String?
    var message: String
    var param: String?
    var retryAfter: String?
    /// Why a rate limit was hit.
    var limitReason: String?

    static func invalid(_ message: String, _ param: String?, code: String? = nil) -> StripeError {
        StripeError(statusCode: 400, code: code, message: message, param: param)
    }

    static func unknown(parameter: String) -> StripeError {
        invalid("Received unknown parameter: \(parameter)", parameter, code: "parameter_unknown")
    }

    /// An id that nothing has: 404 where it is the path's, 400 where a parameter names it.
    static func missing(_ what: String, _ id: String, param: String = "id") -> StripeError {
        StripeError(
            statusCode: param == "id" ? 404 : 400, code: "resource_missing",
            message: "No such \(what): '\(id)'", param: param)
    }

    static let keyless = StripeError(
        statusCode: 401,
        message:
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            + "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').")

    /// Shows no more of the key than its ends, as Stripe does.
    static func wrong(key: String) -> StripeError {
        let shown = key.count > 12 ? "\(key.prefix(8))****\(key.suffix(4))" : "****"
        return StripeError(statusCode: 401, message: "Invalid API Key provided: \(shown)")
    }

    static let rateLimit = StripeError(
        statusCode: 429, code: "rate_limit",
        message:
            "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        limitReason: "endpoint-rate")
    static let unavailable = StripeError(
        statusCode: 503, type: "api_error",
        message: "Sorry, there was an error on our end. Please try again in a moment.")
}

extension StripeError: HTTPResponseError {
    var status: HTTPResponse.Status { .init(code: statusCode) }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var members: [StripeValue.Member] = []
        func add(_ name: String, _ text: String?) {
            if let text { members.append(.init(name: name, value: .text(text))) }
        }
        add("code", code)
        add("doc_url", code.map { "https://stripe.com/docs/error-codes/\($0.replacing("_", with: "-"))" })
        add("message", message)
        add("param", param)
        add("type", type)
        var json = JSONText()
        var bend = RowBend(nil)
        StripeValue.object([.init(name: "error", value: .object(members))]).write(to: &json, bend: &bend)
        var response = Response.json(json.bytes, status: status)
        response.headers[.contentType] = "application/json"
        response.headers[.practice("Request-Id")] = StripeRoutes.requestID()
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        if let limitReason { response.headers[.practice("Stripe-Rate-Limited-Reason")] = limitReason }
        return response
    }
}
