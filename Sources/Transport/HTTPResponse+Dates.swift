internal import CCurl

extension HTTPResponse {
    /// The server's clock when it answered (Date), in seconds since 1970; `nil` when it did not say.
    package var serverTime: Int? { header("Date").flatMap(HTTPResponse.seconds) }

    /// Seconds the server asks to wait (Retry-After: seconds, or a date compared with the server's own
    /// clock). Never negative; `nil` when it does not say or cannot be read.
    package var retryAfter: Double? { retryAfter(orAt: nil) }

    /// As ``retryAfter``; a date of a server that does not tell its own clock is compared with `now`, in
    /// seconds since 1970.
    package func retryAfter(orAt now: Int?) -> Double? {
        guard let value = header("Retry-After") else { return nil }
        if !value.isEmpty, value.utf8.count <= 9, value.utf8.allSatisfy({ (48...57).contains($0) }) {
            return Double(value)
        }
        guard let then = HTTPResponse.seconds(value), let now = serverTime ?? now else { return nil }
        return Double(max(0, then - now))
    }

    private static func seconds(_ date: String) -> Int? {
        // A date of HTTP names its weekday or month; this keeps bare numbers from being read as dates.
        guard date.hasSuffix("GMT") else { return nil }
        let seconds = unsafe curl_getdate(date, nil)
        return seconds < 0 ? nil : seconds
    }
}
