import Testing

@testable import Transport

@Suite struct ProtocolFallbackTests {
    let start = ContinuousClock.now

    @Test func twoFailuresTurnHTTP2OffForAnHour() {
        var fallback = ProtocolFallback()
        fallback.note(.broken, version: .http2, offeredHTTP2: true, at: start)
        #expect(fallback.mayUseHTTP2(at: start))
        fallback.note(.broken, version: nil, offeredHTTP2: true, at: start)
        #expect(!fallback.mayUseHTTP2(at: start) && !fallback.mayUseHTTP2(at: start + .seconds(3599)))
        #expect(fallback.mayUseHTTP2(at: start + .seconds(3600)))
    }

    @Test func aSuccessOverHTTP2ForgetsAFailure() {
        var fallback = ProtocolFallback()
        for _ in 0..<5 {
            fallback.note(.broken, version: .http2, offeredHTTP2: true, at: start)
            fallback.note(.answered, version: .http2, offeredHTTP2: true, at: start)
        }
        #expect(fallback.mayUseHTTP2(at: start))
    }

    @Test func otherFailuresDoNotCount() {
        var fallback = ProtocolFallback()
        for _ in 0..<5 {
            fallback.note(.other, version: .http2, offeredHTTP2: true, at: start)
            fallback.note(.broken, version: .http1_1, offeredHTTP2: true, at: start)
            fallback.note(.broken, version: nil, offeredHTTP2: false, at: start)
        }
        #expect(fallback.mayUseHTTP2(at: start))
    }

    /// The first connection of HTTP/1.1 to a place is a new one; those after it are kept.
    @Test func onlyTheFirstConnectionIsFresh() throws {
        let origin = try #require(HTTPOrigin(url: "https://crm.example"))
        let other = try #require(HTTPOrigin(url: "https://other.example"))
        var fallback = ProtocolFallback()
        #expect(!fallback.choice(for: origin, at: start).isFresh)
        for _ in 0..<2 { fallback.note(.broken, version: .http2, offeredHTTP2: true, at: start) }
        #expect(fallback.choice(for: origin, at: start).isFresh)
        #expect(!fallback.choice(for: origin, at: start).mayUseHTTP2)
        fallback.noteAnswer(.http1_1, from: origin, at: start)
        #expect(!fallback.choice(for: origin, at: start).isFresh)
        #expect(fallback.choice(for: other, at: start).isFresh)
        // A connection of before after all.
        fallback.noteAnswer(.http2, from: origin, at: start)
        #expect(fallback.choice(for: origin, at: start).isFresh)
        #expect(fallback.choice(for: origin, at: start + .seconds(3600)).mayUseHTTP2)
    }
}
