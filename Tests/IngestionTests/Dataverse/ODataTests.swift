import Model
import Testing
import Transport

@testable import Ingestion

@Suite struct ODataTests {
    @Test(arguments: [
        ("String", FieldLiteral.text("O'Neil) or (1 eq 1"), "c eq 'O''Neil) or (1 eq 1'"),
        ("String", .number("007"), "c eq '007'"),
        ("Picklist", .number("100000001"), "c eq 100000001"), ("Money", .text("-1500.5"), "c eq -1500.5"),
        ("Boolean", .bool(true), "c eq true"), ("Boolean", .text("false"), "c eq false"),
        ("Lookup", .null, "c eq null"),
        (
            "Owner", .text("0A000000-0000-0000-0000-00000000000f"),
            "c eq 0A000000-0000-0000-0000-00000000000f"
        ),
        ("DateTime", .text("2026-03-01T10:00:00+02:00"), "c eq 2026-03-01T08:00:00Z"),
        ("DateTime", .text("2026-03-01"), "c eq 2026-03-01"),
    ])
    func literalsAreWrittenByTheColumnsType(_ type: String, _ literal: FieldLiteral, _ expected: String)
        throws
    {
        #expect(try ODataLiteral.condition("c", [literal], type: type) == expected)
    }

    @Test(arguments: [
        ("Picklist", FieldLiteral.text("1 or true")), ("Lookup", .text("' or 1 eq 1")),
        ("Uniqueidentifier", .number("1")), ("DateTime", .text("yesterday")), ("String", .bool(true)),
        ("Boolean", .text("yes")), ("Money", .number("1.5E3")), ("Virtual", .text("1")),
        ("String", .text("a\u{0}b")),
    ])
    func literalsOfAnotherTypeAreRefused(_ type: String, _ literal: FieldLiteral) {
        let error = #expect(throws: ODataFault.self) {
            try ODataLiteral.condition("c", [literal], type: type)
        }
        #expect(error?.reason.contains("'c' (\(type))") == true)
    }

    @Test func filtersStayInTheirParentheses() {
        #expect(ODataLiteral.reasonToRefuse(filter: "contains(name,'a) or (b''c') and statecode eq 0") == nil)
        for filter in ["a eq 1) or (1 eq 1", "name eq 'x", "(a eq 1", " ", "a eq 1\nor"] {
            #expect(ODataLiteral.reasonToRefuse(filter: filter) != nil, "\(filter)")
        }
    }

    @Test func namesThatAreNoneAreRefused() throws {
        for field in [
            "name,revenue", "parentaccountid/name", "statecode@OData.Community.Display.V1.FormattedValue",
            "@currency.name", "1a", "",
        ] {
            let mapping = StreamMapping(
                stream: "s", object: "account", kind: .partner, fields: ["name": FieldRule(field)])
            #expect(throws: ODataFault.self, "\(field)") {
                try DataverseStream(mapping, usesChangeTracking: true)
            }
        }
        let mapping = StreamMapping(stream: "s", object: "a'b", kind: .partner, fields: [:])
        #expect(throws: ODataFault.self) { try DataverseStream(mapping, usesChangeTracking: true) }
    }

    @Test func conditionsOnColumnsThatDoNotExistAreNamed() async throws {
        let fake = try FakeDataverse(.init(rows: []))
        let source = try fake.source(conditions: ["statcode": [.number("0")]])
        let error = await #expect(throws: SourceError.self) {
            try await WalkedPages.reading(.full(upper: FakeDataverse.moment(1)), of: source)
        }
        #expect(error?.kind == .unmappable)
        #expect(error?.detail.contains("did you mean 'statecode'?") == true)
    }

    @Test func momentsAreWholeSeconds() {
        #expect(ODataLiteral.text(Instant(milliseconds: 1_772_359_200_999)) == "2026-03-01T10:00:00Z")
        #expect(ODataLiteral.text(Instant(milliseconds: -1)) == "1969-12-31T23:59:59Z")
    }
}

@Suite struct DataverseFaultTests {
    private func response(
        _ status: Int, _ body: String, headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: headers, body: Array(body.utf8), isSelfDelimited: true, isCut: false)
    }

    @Test(arguments: [
        (429, "", SourceFault.Kind.throttled(seconds: 17)),
        (429, "{\"error\":{\"code\":\"0x80072322\",\"message\":\"m\"}}", .throttled(seconds: 17)),
        (503, "{\"error\":{\"code\":\"0x80072326\"}}", .throttled(seconds: 17)),
        (503, "", .throttled(seconds: 17)),
        (400, "{\"error\":{\"code\":\"0x80044352\"}}", .forgottenToken),
        (
            400,
            "{\"error\":{\"code\":\"0x0\",\"message\":\"Version stamp associated with the client has expired. "
                + "Please perform a full sync.\"}}", .forgottenToken
        ),
        (
            400, "{\"error\":{\"code\":\"0x80041129\",\"message\":\"Paging cookie is invalid\"}}",
            .forgottenPosition
        ),
        (410, "", .forgottenToken), (401, "", .expiredToken),
        (403, "{\"error\":{\"code\":\"0x80072560\"}}", .unauthorized),
        (404, "{\"error\":{\"code\":\"0x80040217\"}}", .unmappable),
        (400, "{\"error\":{\"code\":\"0x80060888\"}}", .unmappable),
        (500, "{\"error\":{\"code\":\"0x80044151\"}}", .tooLarge),
        (
            401, "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: expired\"}",
            .unauthorized
        ),
        (400, "{\"error\":\"unauthorized_client\",\"error_codes\":[700016]}", .unauthorized),
        (400, "{\"error\":\"temporarily_unavailable\"}", .transient),
        (302, "", .permanent),
    ])
    func readsFaults(_ status: Int, _ body: String, _ kind: SourceFault.Kind) {
        let answer = response(status, body, headers: [("Retry-After", "17")])
        #expect(DataverseFaultReader().fault(in: answer)?.kind == kind)
    }

    @Test func passesWithoutRetryAfter() {
        let reader = DataverseFaultReader()
        #expect(reader.fault(in: response(503, ""))?.kind == .transient)
        #expect(reader.fault(in: response(429, ""))?.kind == .throttled(seconds: nil))
        #expect(reader.fault(in: response(200, "")) == nil)
    }

    @Test func tellsTheSecretToRenewAndTheRequest() {
        let token = response(
            401, "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The secret expired\"}")
        #expect(
            DataverseFaultReader().fault(in: token)?.detail
                == "invalid_client: AADSTS7000222: The secret expired")
        let user = response(
            403, "{\"error\":{\"code\":\"0x80072560\",\"message\":\"not a member\"}}",
            headers: [("x-ms-service-request-id", "r-1")])
        #expect(
            DataverseFaultReader().fault(in: user)?.detail
                == "0x80072560: not a member (create an application user for the app in this environment) "
                + "[request r-1]")
    }
}
