import HTTPTypes
import Hummingbird
import NIOCore

extension HTTPField.Name {
    /// A client's wishes for paging.
    static var sforceQueryOptions: HTTPField.Name { practice("Sforce-Query-Options") }
    /// How much of the daily allowance of requests is used.
    static var sforceLimitInfo: HTTPField.Name { practice("Sforce-Limit-Info") }

    /// How an OData client wants its pages.
    static var prefer: HTTPField.Name { practice("Prefer") }
}

extension Response {
    static func json(
        _ body: [UInt8], status: HTTPResponse.Status = .ok, limitInfo: String? = nil
    ) -> Response {
        Response(
            status: status, headers: headers("application/json;charset=UTF-8", limitInfo: limitInfo),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func headers(_ contentType: String, limitInfo: String?) -> HTTPFields {
        var headers: HTTPFields = [.contentType: contentType]
        if let limitInfo { headers[.sforceLimitInfo] = limitInfo }
        return headers
    }
}

// MARK: Refusals

extension SalesforceError: HTTPResponseError {
    var status: HTTPResponse.Status { .init(code: statusCode) }

    /// `[{"message": …, "errorCode": …}]`.
    func response(from request: Request, context: some RequestContext) throws -> Response {
        var json = JSONText()
        json.raw("[{\"message\":")
        json.string(message)
        json.raw(",\"errorCode\":")
        json.string(errorCode)
        json.raw("}]")
        var response = Response.json(json.bytes, status: status)
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        return response
    }
}

extension OAuthError: HTTPResponseError {
    var status: HTTPResponse.Status { .init(code: statusCode) }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var json = JSONText()
        json.raw("{\"error\":")
        json.string(error)
        json.raw(",\"error_description\":")
        json.string(description)
        json.raw("}")
        return .json(json.bytes, status: status)
    }
}

extension PracticeError: HTTPResponseError {
    var status: HTTPResponse.Status { .init(code: statusCode) }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var json = JSONText()
        json.raw("{\"error\":")
        json.string(message)
        json.raw("}")
        return .json(json.bytes, status: status)
    }
}
