/// A refusal in Salesforce's terms: the status of the answer and the error code clients decide on.
struct SalesforceError: Error, Sendable, Hashable {
    var statusCode: Int
    var errorCode: String
    var message: String
    /// Sent only when a fault asks for it: Salesforce itself sends none.
    var retryAfter: String?

    static func malformed(_ message: String) -> SalesforceError {
        SalesforceError(statusCode: 400, errorCode: "MALFORMED_QUERY", message: message)
    }

    static func noSuchColumn(_ name: String, on object: String) -> SalesforceError {
        SalesforceError(
            statusCode: 400, errorCode: "INVALID_FIELD",
            message: "No such column '\(name)' on entity '\(object)'. If you are attempting to use a custom "
                + "field, be sure to append the '__c' after the custom field name.")
    }

    static func wrongLiteral(for field: FieldSchema, isQuoted: Bool) -> SalesforceError {
        SalesforceError(
            statusCode: 400, errorCode: "INVALID_FIELD",
            message: "value of filter criterion for field '\(field.name)' must be of type "
                + "\(field.kind.rawValue)\(isQuoted ? " and should not be enclosed in quotes" : "")")
    }

    static func unsupportedObject(_ name: String) -> SalesforceError {
        SalesforceError(
            statusCode: 400, errorCode: "INVALID_TYPE",
            message: "sObject type '\(name)' is not supported. If you are attempting to use a custom object, "
                + "be sure to append the '__c' after the entity name.")
    }

    static let invalidSession = SalesforceError(
        statusCode: 401, errorCode: "INVALID_SESSION_ID", message: "Session expired or invalid")
    static let invalidLocator = SalesforceError(
        statusCode: 400, errorCode: "INVALID_QUERY_LOCATOR", message: "invalid query locator")
    static let requestLimit = SalesforceError(
        statusCode: 403, errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded.")
    static let unavailable = SalesforceError(
        statusCode: 503, errorCode: "SERVER_UNAVAILABLE",
        message: "The server is temporarily unavailable. Please try again later.")
    static let notFound = SalesforceError(
        statusCode: 404, errorCode: "NOT_FOUND", message: "The requested resource does not exist")
}
