package import Transport

/// Reads Stripe's `{"error": {type, code, message, param}}`.
package struct StripeFaultReader: FaultReader {
    package init() {}

    package func fault(in response: HTTPResponse) -> SourceFault? {
        guard !response.isSuccess else { return nil }
        let error = (try? JSONValue(parsing: response.body, maximumDepth: 16))?["error"]
        let code = error?["code"]?.string
        var words = [code ?? error?["type"]?.string, error?["param"]?.string.map { "'\($0)'" }]
        words.append(error?["message"]?.string)
        words.append(response.header("Request-Id").map { "request \($0)" })
        return SourceFault(
            kind(of: response, code: code, parameter: error?["param"]?.string),
            detail: GenericFaultReader.printable(words.compactMap { $0 }.joined(separator: ", ")))
    }

    package func quota(in response: HTTPResponse) -> SourceQuota? { nil }

    private func kind(of response: HTTPResponse, code: String?, parameter: String?) -> SourceFault.Kind {
        switch response.status {
        case 429: .throttled(seconds: response.retryAfter)
        case 401, 403: .unauthorized
        // An object that is asked for by its id, or that a page was to start after.
        case 404 where code == "resource_missing": .forgottenPosition
        case 400 where code == "resource_missing" && parameter == "starting_after": .forgottenPosition
        case 400 where code == "lock_timeout" || code == "rate_limit":
            .throttled(seconds: response.retryAfter)
        case 503: response.retryAfter.map { .throttled(seconds: $0) } ?? .transient
        case 408, 409, 424, 500..<600: .transient
        default: .permanent
        }
    }
}
