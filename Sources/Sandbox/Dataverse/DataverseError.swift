import HTTPTypes
import Hummingbird

/// A refusal in Dataverse's terms: `{"error": {"code", "message"}}`.
struct DataverseError: Error, Sendable, Hashable {
    var statusCode: Int
    var code: String
    var message: String
    var retryAfter: String?

    static func malformed(_ message: String) -> DataverseError {
        DataverseError(statusCode: 400, code: "0x80060888", message: message)
    }

    static func noProperty(_ name: String, _ entity: String) -> DataverseError {
        .malformed("Could not find a property named '\(name)' on type 'Microsoft.Dynamics.CRM.\(entity)'.")
    }

    static func noSegment(_ name: String) -> DataverseError {
        DataverseError(
            statusCode: 404, code: "0x80060888", message: "Resource not found for the segment '\(name)'.")
    }

    static func noRecord(_ entity: String, _ id: String) -> DataverseError {
        DataverseError(
            statusCode: 404, code: "0x80040217", message: "\(entity) With Id = \(id) Does Not Exist")
    }

    /// The token is unknown or out of date: the status has no body then, as the real gateway's.
    static let unauthenticated = DataverseError(statusCode: 401, code: "", message: "")
    static let rateLimit = DataverseError(
        statusCode: 429, code: "0x80072322",
        message: "Number of requests exceeded the limit of 6000 over time window of 300 seconds.")
    static let unavailable = DataverseError(
        statusCode: 503, code: "0x80072326", message: "The service is unavailable.")
    /// OData v4 says 410 for a delta link that is no longer valid (part 1, §11.3.2).
    static let expiredVersion = DataverseError(
        statusCode: 410, code: "0x80044352",
        message: "Version stamp associated with the client has expired. Please perform a full sync.")
    static let expiredCookie = DataverseError(
        statusCode: 400, code: "0x80044190", message: "The paging cookie is no longer valid.")
}

extension DataverseError: HTTPResponseError {
    var status: HTTPResponse.Status { .init(code: statusCode) }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        guard statusCode != 401 else {
            var response = Response(status: .unauthorized)
            response.headers[.wwwAuthenticate] =
                "Bearer authorization_uri=https://login.example.net/practice/oauth2/authorize, "
                + "error=invalid_token"
            return response
        }
        var json = JSONText()
        json.raw("{\"error\":{\"code\":")
        json.string(code)
        json.raw(",\"message\":")
        json.string(message)
        json.raw("}}")
        var response = Response.json(json.bytes, status: status)
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        return response
    }
}

/// A refusal of the identity platform's token endpoint.
struct EntraError: Error, Sendable, Hashable, HTTPResponseError {
    var error: String
    var number: Int
    var text: String

    var status: HTTPResponse.Status { error == "invalid_client" ? .unauthorized : .badRequest }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var json = JSONText()
        json.raw("{\"error\":")
        json.string(error)
        json.raw(",\"error_description\":")
        json.string("AADSTS\(number): \(text)")
        json.raw(",\"error_codes\":[\(number)]}")
        return .json(json.bytes, status: status)
    }
}
