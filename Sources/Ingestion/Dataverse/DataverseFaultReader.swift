package import Transport

/// Dataverse's error answers, and those of Microsoft's token endpoint, read by what to do next.
package struct DataverseFaultReader: FaultReader {
    package init() {}

    package func fault(in response: HTTPResponse) -> SourceFault? {
        guard !response.isSuccess else { return nil }
        let body = try? JSONValue(parsing: response.body, maximumDepth: 16)
        let request = response.header("x-ms-service-request-id") ?? response.header("REQ_ID")
        // The token endpoint names its error as text, the Web API as an object.
        if let error = body?["error"]?.string {
            let message = body?["error_description"]?.string
            return SourceFault(
                Self.tokenFault(response, error),
                detail: WebText.detail(
                    code: error, message: message,
                    requestID: body?["correlation_id"]?.string ?? request))
        }
        let code = body?[path: "error.code"]?.string?.lowercased()
        let message = body?[path: "error.message"]?.string
        var words = message
        if code == "0x80072560" {
            words = (message ?? "") + " (create an application user for the app in this environment)"
        }
        return SourceFault(
            Self.kind(response, code: code ?? "", message: message ?? ""),
            detail: WebText.detail(code: code, message: words, requestID: request))
    }

    /// None: the burst headers are for debugging, Microsoft says, and tell one server's share.
    package func quota(in response: HTTPResponse) -> SourceQuota? { nil }

    private static func tokenFault(_ response: HTTPResponse, _ error: String) -> SourceFault.Kind {
        switch response.status {
        case 429: .throttled(seconds: response.retryAfter)
        case 500...: .transient
        default: error == "temporarily_unavailable" ? .transient : .unauthorized
        }
    }

    private static func kind(_ response: HTTPResponse, code: String, message: String) -> SourceFault.Kind {
        if let kind = codes[code] {
            if case .throttled = kind { return .throttled(seconds: response.retryAfter) }
            return kind
        }
        if message.contains("Version stamp associated with the client has expired") {
            return .forgottenToken
        }
        if message.lowercased().contains("paging cookie") { return .forgottenPosition }
        switch response.status {
        case 429: return .throttled(seconds: response.retryAfter)
        case 401: return .expiredToken
        case 403: return .unauthorized
        case 410: return .forgottenToken
        case 400, 404, 414: return .unmappable
        case 408, 500, 502, 503, 504:
            return response.retryAfter.map { .throttled(seconds: $0) } ?? .transient
        default: return .permanent
        }
    }

    private static let codes: [String: SourceFault.Kind] = [
        // Service protection: requests, execution time, concurrency.
        "0x80072322": .throttled(seconds: nil),
        "0x80072321": .throttled(seconds: nil),
        "0x80072326": .throttled(seconds: nil),
        // The delta token outlived Organization.ExpireChangeTrackingInDays.
        "0x80044352": .forgottenToken,
        // Missing privilege; caller is no user of the environment.
        "0x80040220": .unauthorized,
        "0x80072560": .unauthorized,
        // SQL timeout.
        "0x80044151": .tooLarge,
        // Record or table missing; a segment or column that does not exist.
        "0x80040217": .unmappable,
        "0x80060888": .unmappable,
    ]
}
