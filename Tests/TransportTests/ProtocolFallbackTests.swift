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
}
