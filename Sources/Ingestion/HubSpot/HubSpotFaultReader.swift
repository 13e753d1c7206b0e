internal import Foundation
internal import Model
package import Transport

/// HubSpot's error answers, read by what to do next, and the daily quota its headers tell.
package struct HubSpotFaultReader: FaultReader {
    private let portalTimeZone: TimeZone?

    /// - Parameter portalTimeZone: IANA name of the account's zone, at whose midnight the daily limit starts anew;
    ///   without it the account is asked again every hour.
    package init(portalTimeZone: String? = nil) {
        self.portalTimeZone = portalTimeZone.flatMap { TimeZone(identifier: $0) }
    }

    package func fault(in response: HTTPResponse) -> SourceFault? {
        guard !response.isSuccess else { return nil }
        let body = try? JSONValue(parsing: response.body, maximumDepth: 16)
        let category = body?["category"]?.string
        // The token endpoint says what is wrong in `status` ("BAD_REFRESH_TOKEN"), or as RFC 6749 has it.
        let status = body?["status"]?.string.flatMap { $0 == "error" ? nil : $0 }
        let code = body?["policyName"]?.string ?? category ?? status ?? body?["error"]?.string
        let detail = WebText.detail(
            code: code, message: body?["message"]?.string ?? body?["error_description"]?.string,
            requestID: body?["correlationId"]?.string)
        return SourceFault(
            kind(response, body: body, category: category, code: code ?? ""), detail: detail)
    }

    package func quota(in response: HTTPResponse) -> SourceQuota? {
        // Absent for public apps (OAuth). The ten-second headers are pace, not quota.
        guard let limit = response.header("X-HubSpot-RateLimit-Daily").flatMap({ Int($0) }),
            let remaining = response.header("X-HubSpot-RateLimit-Daily-Remaining").flatMap({ Int($0) }),
            limit >= 0, (0...limit).contains(remaining)
        else { return nil }
        return SourceQuota(used: limit - remaining, limit: limit)
    }

    private func kind(
        _ response: HTTPResponse, body: JSONValue?, category: String?, code: String
    ) -> SourceFault.Kind {
        if let category, let kind = Self.kinds[category] { return kind }
        if ["BAD_REFRESH_TOKEN", "BAD_CLIENT_ID", "BAD_CLIENT_SECRET", "invalid_grant", "invalid_client"]
            .contains(code)
        {
            return .unauthorized
        }
        switch response.status {
        case 429: return .throttled(seconds: pause(response, body))
        case 423, 477, 500, 502, 503, 504, 521...524, 408:
            // 477: the account is being moved to another hosting region; Retry-After says for how long.
            return response.retryAfter.map { .throttled(seconds: $0) } ?? .transient
        case 401: return category == nil ? .expiredToken : .unauthorized
        case 403: return .unauthorized
        case 400 where body?["message"]?.string?.contains("paging cursor") ?? false:
            return .forgottenPosition
        case 400, 404, 414: return .unmappable
        default: return .permanent
        }
    }

    private static let kinds: [String: SourceFault.Kind] = [
        "EXPIRED_AUTHENTICATION": .expiredToken,
        "INVALID_AUTHENTICATION": .unauthorized,
        "MISSING_SCOPES": .unauthorized,
    ]

    /// What a 429 asks for. Retry-After may be absent; the policy then says which window has to pass.
    private func pause(_ response: HTTPResponse, _ body: JSONValue?) -> Double? {
        if let seconds = response.retryAfter { return seconds }
        let policy = (body?["policyName"]?.string ?? body?["message"]?.string ?? "").uppercased()
        if policy.contains("DAILY") { return secondsToMidnight(response) }
        if policy.contains("TEN_SECONDLY") { return 10 }
        if policy.contains("SECONDLY") { return 1 }
        return nil
    }

    private func secondsToMidnight(_ response: HTTPResponse) -> Double {
        guard let zone = portalTimeZone, let seconds = response.serverTime else { return 3600 }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let now = Date(timeIntervalSince1970: Double(seconds))
        let today = calendar.startOfDay(for: now)
        guard let midnight = calendar.date(byAdding: .day, value: 1, to: today) else { return 3600 }
        return max(1, midnight.timeIntervalSince(now))
    }
}
