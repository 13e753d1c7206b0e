package import Transport

/// Reads faults by status alone, as RFC 9110 means them.
package struct GenericFaultReader: FaultReader {
    package init() {}

    package func fault(in response: HTTPResponse) -> SourceFault? {
        let kind: SourceFault.Kind
        switch response.status {
        // 304: nothing changed since the moment that was asked about.
        case 200..<300, 304: return nil
        case 401: kind = .expiredToken
        case 402, 403: kind = .unauthorized
        case 429: kind = .throttled(seconds: response.retryAfter)
        case 503: kind = response.retryAfter.map { .throttled(seconds: $0) } ?? .transient
        case 408, 423, 425, 500..<600: kind = .transient
        case 300..<400: kind = .permanent
        // What was asked does not exist: the position in it, or, on a first page, the request itself.
        case 400, 404, 410, 416, 422: kind = .forgottenPosition
        case 413, 414, 431: kind = .unmappable
        default: kind = .permanent
        }
        return SourceFault(kind, detail: GenericFaultReader.words(in: response))
    }

    package func quota(in response: HTTPResponse) -> SourceQuota? {
        func number(_ name: String) -> Int? { response.header(name).flatMap { Int($0) } }
        guard let limit = number("X-RateLimit-Limit"), let left = number("X-RateLimit-Remaining"),
            limit > 0, (0...limit).contains(left)
        else { return nil }
        return SourceQuota(used: limit - left, limit: limit)
    }

    /// The source's own words where common members hold them; where a redirect leads to.
    private static func words(in response: HTTPResponse) -> String {
        if (300..<400).contains(response.status) {
            return printable("redirects to '\(response.header("Location") ?? "")', which is not followed")
        }
        guard let document = try? JSONValue(parsing: response.body, maximumDepth: 16) else { return "" }
        let pointers = [
            "/error/message", "/error_description", "/error_info", "/message", "/error", "/detail", "/title",
        ]
        return printable(pointers.lazy.compactMap { document[pointer: $0]?.string }.first ?? "")
    }

    /// At most 200 characters, none of them a control character.
    static func printable(_ text: String) -> String {
        String(
            text.unicodeScalars.lazy.filter { $0.value >= 32 && $0.value != 127 }.prefix(200)
                .reduce(into: "") { $0.unicodeScalars.append($1) })
    }
}
