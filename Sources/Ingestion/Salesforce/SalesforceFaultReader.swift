package import Transport

/// What Salesforce's refusals mean. The code decides, not the status: 403 is a spent quota as often as a missing
/// right.
package struct SalesforceFaultReader: FaultReader {
    package init() {}

    package func fault(in response: HTTPResponse) -> SourceFault? {
        guard !response.isSuccess else { return nil }
        let words = Words(response)
        return SourceFault(kind(words.code, response), detail: words.detail)
    }

    /// `Sforce-Limit-Info: api-usage=18/5000; per-app-api-usage=17/250(appName=x)`: the one that is nearer to its
    /// end.
    package func quota(in response: HTTPResponse) -> SourceQuota? {
        guard let value = response.header("Sforce-Limit-Info") else { return nil }
        let quotas = value.split(separator: ";").compactMap { part -> SourceQuota? in
            guard let sign = part.firstIndex(of: "=") else { return nil }
            let numbers = part[part.index(after: sign)...].prefix { $0 == "/" || $0.isASCII && $0.isNumber }
                .split(separator: "/", omittingEmptySubsequences: false)
            guard numbers.count == 2, let used = Int(numbers[0]), let limit = Int(numbers[1]), limit > 0
            else { return nil }
            return SourceQuota(used: used, limit: limit)
        }
        return quotas.max { Double($0.used) / Double($0.limit) < Double($1.used) / Double($1.limit) }
    }

    private func kind(_ code: String, _ response: HTTPResponse) -> SourceFault.Kind {
        switch code {
        case "INVALID_SESSION_ID": .expiredToken
        case "REQUEST_LIMIT_EXCEEDED", "rate_limit_exceeded": .throttled(seconds: response.retryAfter)
        case "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "API_DISABLED_FOR_ORG",
            "API_CURRENTLY_DISABLED", "INVALID_AUTH_HEADER", "INVALID_LOGIN", "invalid_client_id",
            "invalid_client", "invalid_grant", "unsupported_grant_type", "unauthorized_client",
            "inactive_user", "inactive_org":
            .unauthorized
        case "QUERY_TIMEOUT", "OPERATION_TOO_LARGE", "EXCEEDED_ID_LIMIT", "QUERY_TOO_COMPLICATED": .tooLarge
        case "INVALID_QUERY_LOCATOR": .forgottenPosition
        case "INVALID_REPLICATION_DATE": .forgottenToken
        case "MALFORMED_QUERY", "INVALID_FIELD", "INVALID_TYPE", "INVALID_QUERY_FILTER_OPERATOR",
            "INVALID_FIELD_FOR_INSERT_UPDATE", "NOT_FOUND", "ENTITY_IS_DELETED":
            .unmappable
        case "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "UNABLE_TO_LOCK_ROW", "server_error",
            "temporarily_unavailable":
            .transient
        default: kind(status: response.status, response)
        }
    }

    /// For answers without a code: a gateway's or a proxy's words.
    private func kind(status: Int, _ response: HTTPResponse) -> SourceFault.Kind {
        switch status {
        case 401: .expiredToken
        case 403: .unauthorized
        case 404, 414, 431: .unmappable
        case 408: .transient
        case 429: .throttled(seconds: response.retryAfter)
        case 503: response.retryAfter.map { .throttled(seconds: $0) } ?? .transient
        case 500...: .transient
        default: .permanent
        }
    }
}

extension SalesforceFaultReader {
    /// What an error answer says: an array of errors from the API, one object from the token endpoint.
    struct Words {
        let code: String
        /// Printable, at most 200 characters.
        let detail: String

        init(_ response: HTTPResponse) {
            var first: JSONValue?
            if let body = try? JSONValue(parsing: response.body) {
                if case .array(let errors) = body { first = errors.first } else { first = body }
            }
            code = Words.printable(
                first?["errorCode"]?.string ?? first?["exceptionCode"]?.string ?? first?["error"]?.string
                    ?? "",
                limit: 60)
            let message =
                first?["message"]?.string ?? first?["exceptionMessage"]?.string
                ?? first?["error_description"]?.string ?? ""
            let request = Words.requestID(response).map { " (request \($0))" } ?? ""
            let text = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
            detail = Words.printable(text, limit: 200 - request.count) + request
        }

        private static func requestID(_ response: HTTPResponse) -> String? {
            ["X-Request-Id", "X-SFDC-Request-Id", "Sforce-Request-Id"].lazy
                .compactMap { response.header($0) }.map { printable($0, limit: 60) }
                .first { !$0.isEmpty }
        }

        static func printable(_ text: String, limit: Int) -> String {
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.filter { scalar in
                        switch scalar.properties.generalCategory {
                        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                            .unassigned:
                            false
                        default: true
                        }
                    }.prefix(limit)))
        }
    }
}
