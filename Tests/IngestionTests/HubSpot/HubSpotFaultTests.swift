import Testing
import Transport

@testable import Ingestion

@Suite struct HubSpotFaultTests {
    private func response(
        _ status: Int, _ body: String, headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: headers, body: Array(body.utf8), isSelfDelimited: true, isCut: false)
    }

    @Test(arguments: [
        (429, "{\"policyName\":\"TEN_SECONDLY_ROLLING\"}", SourceFault.Kind.throttled(seconds: 10)),
        (429, "{\"policyName\":\"SECONDLY\"}", .throttled(seconds: 1)),
        (429, "{\"message\":\"You have reached your ten_secondly_rolling limit.\"}", .throttled(seconds: 10)),
        (429, "{\"policyName\":\"DAILY\"}", .throttled(seconds: 3600)),
        (429, "not JSON", .throttled(seconds: nil)),
        (401, "{\"category\":\"EXPIRED_AUTHENTICATION\"}", .expiredToken),
        (401, "{\"category\":\"INVALID_AUTHENTICATION\"}", .unauthorized),
        (403, "{\"category\":\"MISSING_SCOPES\"}", .unauthorized),
        (400, "{\"status\":\"BAD_REFRESH_TOKEN\"}", .unauthorized),
        (400, "{\"category\":\"VALIDATION_ERROR\"}", .unmappable),
        (
            400, "{\"category\":\"VALIDATION_ERROR\",\"message\":\"after: invalid paging cursor\"}",
            .forgottenPosition
        ),
        (404, "", .unmappable), (423, "", .transient), (477, "", .transient), (502, "", .transient),
        (504, "", .transient), (521, "", .transient), (524, "", .transient), (302, "", .permanent),
    ])
    func readsFaults(_ status: Int, _ body: String, _ kind: SourceFault.Kind) {
        #expect(HubSpotFaultReader().fault(in: response(status, body))?.kind == kind)
    }

    @Test func batchesWithHolesAreSuccess() {
        #expect(HubSpotFaultReader().fault(in: response(207, "{}")) == nil)
    }

    @Test func theDailyLimitEndsAtThePortalsMidnight() {
        // 22:30 in New York (UTC-5) of the evening before.
        let answer = response(
            429, "{\"policyName\":\"DAILY\"}", headers: [("Date", "Sun, 01 Mar 2026 03:30:00 GMT")])
        let reader = HubSpotFaultReader(portalTimeZone: "America/New_York")
        #expect(reader.fault(in: answer)?.kind == .throttled(seconds: 5400))
        let asked = response(429, "{\"policyName\":\"DAILY\"}", headers: [("Retry-After", "7")])
        #expect(reader.fault(in: asked)?.kind == .throttled(seconds: 7))
    }

    @Test func tellsQuotaAndWhatToAskSupportFor() {
        let answer = response(
            400, "{\"category\":\"VALIDATION_ERROR\",\"message\":\"no\\nsuch\",\"correlationId\":\"c-1\"}",
            headers: [
                ("X-HubSpot-RateLimit-Daily", "250000"), ("X-HubSpot-RateLimit-Daily-Remaining", "249000"),
            ])
        let reader = HubSpotFaultReader()
        #expect(reader.fault(in: answer)?.detail == "VALIDATION_ERROR: nosuch [request c-1]")
        #expect(reader.quota(in: answer) == SourceQuota(used: 1000, limit: 250_000))
        #expect(reader.quota(in: response(200, "")) == nil)
    }
}
