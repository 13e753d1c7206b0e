internal import Model
internal import Transport

/// Salesforce's error answers, read by what to do next.
struct SalesforceFault {
    /// The code of the first error, "INVALID_SESSION_ID"; empty when the body names none.
    let code: String
    let message: String
    let status: Int
    private let retryAfter: Double?

    init(_ response: HTTPResponse) {
        status = response.status
        retryAfter = response.retryAfter
        var first: JSONValue?
        if let body = try? JSONValue(parsing: response.body) {
            if case .array(let errors) = body { first = errors.first } else { first = body }
        }
        // The API names a code and a message, the token endpoint an error and its description.
        code = SalesforceFault.printable(first?["errorCode"]?.string ?? first?["error"]?.string ?? "")
        message = SalesforceFault.printable(
            first?["message"]?.string ?? first?["error_description"]?.string ?? "")
    }

    var isExpiredSession: Bool { status == 401 && (code.isEmpty || code == "INVALID_SESSION_ID") }
    var isForgottenLocator: Bool { status == 400 && code == "INVALID_QUERY_LOCATOR" }

    /// `action` is what was being done: "reading stream 'contracts'".
    func sourceError(_ source: Source.Name, while action: String) -> SourceError {
        let reason = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        return SourceError(
            kind, source: source,
            detail: "\(action): status \(status)\(reason.isEmpty ? "" : ", \(reason)")")
    }

    private var kind: SourceError.Kind {
        switch (status, code) {
        case (_, "REQUEST_LIMIT_EXCEEDED"), (_, "rate_limit_exceeded"), (429, _):
            .throttled(seconds: retryAfter)
        case (503, _): retryAfter == nil ? .serverFault : .throttled(seconds: retryAfter)
        case (500..., _), (_, "QUERY_TIMEOUT"): .serverFault
        case (300..<400, _): .foreignLink
        case (400, _), (404, _), (414, _), (431, _): .unmappable
        case (401, _), (403, _): .unauthorized
        default: .malformed
        }
    }

    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(200)))
    }
}
