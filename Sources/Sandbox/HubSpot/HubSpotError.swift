import Foundation
import HTTPTypes
import Hummingbird

/// A refusal in HubSpot's terms.
struct HubSpotError: Error, Sendable, Hashable {
    var statusCode: Int
    var message: String
    var category: String?
    /// Instead of "error", as the token endpoint writes its own.
    var word = "error"
    /// Of a rate limit.
    var policyName: String?
    var retryAfter: String?

    static func invalid(_ message: String) -> HubSpotError {
        HubSpotError(statusCode: 400, message: message, category: "VALIDATION_ERROR")
    }

    static let notFound = HubSpotError(
        statusCode: 404, message: "resource not found", category: "OBJECT_NOT_FOUND")
    static let unauthenticated = HubSpotError(
        statusCode: 401,
        message:
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can "
            + "find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        category: "INVALID_AUTHENTICATION")
    static let expired = HubSpotError(
        statusCode: 401, message: "The OAuth token used to make this call expired 3 second(s) ago.",
        category: "EXPIRED_AUTHENTICATION")
    static let rateLimit = HubSpotError(
        statusCode: 429, message: "You have reached your ten_secondly_rolling limit.",
        policyName: "TEN_SECONDLY_ROLLING")
    static let unavailable = HubSpotError(
        statusCode: 503, message: "The service is temporarily unavailable", category: "SERVICE_UNAVAILABLE")
}

extension HubSpotError: HTTPResponseError {
    var status: HTTPResponse.Status { .init(code: statusCode) }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var json = JSONText()
        json.raw("{\"status\":")
        json.string(word)
        json.raw(",\"message\":")
        json.string(message)
        json.raw(",\"correlationId\":")
        json.string(UUID().uuidString.lowercased())
        if let category {
            json.raw(",\"category\":")
            json.string(category)
        }
        if let policyName {
            json.raw(",\"errorType\":\"RATE_LIMIT\",\"policyName\":")
            json.string(policyName)
            json.raw(",\"groupName\":\"publicapi:private-apps:calls:practice\"")
        }
        json.raw("}")
        var response = Response.json(json.bytes, status: status)
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        return response
    }
}
