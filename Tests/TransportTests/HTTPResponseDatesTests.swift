import Testing

@testable import Transport

@Suite struct HTTPResponseDatesTests {
    @Test func readsTheServersClock() {
        #expect(response(["Date": "Sun, 06 Nov 1994 08:49:37 GMT"]).serverTime == 784_111_777)
        for text in ["", "yesterday", "784111777", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            #expect(response(["Date": text]).serverTime == nil, "\(text)")
        }
    }

    @Test func readsRetryAfterInBothForms() {
        #expect(response(["Retry-After": "120"]).retryAfter == 120)
        let now = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(
            response(["Retry-After": "Sun, 06 Nov 1994 08:51:07 GMT", "Date": now]).retryAfter == 90)
        #expect(response(["Retry-After": "Sun, 06 Nov 1994 08:00:00 GMT", "Date": now]).retryAfter == 0)
        #expect(response(["Retry-After": "Sun, 06 Nov 1994 08:51:07 GMT"]).retryAfter == nil)
        for text in ["", "-5", "1e9", "soon", "99999999999999999999"] {
            #expect(response(["Retry-After": text]).retryAfter == nil, "\(text)")
        }
    }

    private func response(_ headers: [String: String]) -> HTTPResponse {
        HTTPResponse(
            status: 503, headers: headers.map { ($0.key, $0.value) }, body: [], isSelfDelimited: true,
            isCut: false)
    }
}
