import HTTPTypes
import Hummingbird
import NIOCore

extension HTTPField.Name {
    /// A client's wishes for paging.
    static var sforceQueryOptions: HTTPField.Name { header("Sforce-Query-Options") }
    /// How much of the daily allowance of requests is used.
    static var sforceLimitInfo: HTTPField.Name { header("Sforce-Limit-Info") }

    /// The names above are tokens, so the fallback is never taken.
    private static func header(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentType }
}

extension Response {
    static func json(
        _ body: [UInt8], status: HTTPResponse.Status = .ok, limitInfo: String? = nil
    ) -> Response {
        Response(
            status: status, headers: headers("application/json;charset=UTF-8", limitInfo: limitInfo),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    static func html(_ text: String) -> Response {
        Response(
            status: .ok, headers: headers("text/html;charset=UTF-8", limitInfo: nil),
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Promises all of `body`, sends half and closes the connection.
    static func truncated(_ body: [UInt8], limitInfo: String?) -> Response {
        var headers = headers("application/json;charset=UTF-8", limitInfo: limitInfo)
        headers[.contentLength] = String(body.count)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(contentLength: body.count) { writer in
                try await writer.write(ByteBuffer(bytes: body.prefix(body.count / 2)))
                throw TruncatedOnDemand()
            })
    }

    private static func headers(_ contentType: String, limitInfo: String?) -> HTTPFields {
        var headers: HTTPFields = [.contentType: contentType]
        if let limitInfo { headers[.sforceLimitInfo] = limitInfo }
        return headers
    }
}

/// Thrown inside a body so that the server closes the connection before the promised length.
private struct TruncatedOnDemand: Error {}

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
        return .json(json.bytes, status: status)
    }
}

extension OAuthError: HTTPResponseError {
    var status: HTTPResponse.Status { .badRequest }

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
