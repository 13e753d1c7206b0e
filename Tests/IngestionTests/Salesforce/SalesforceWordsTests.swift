import Model
import Testing
import Transport

@testable import Ingestion

/// What is written into queries, and what answers' headers and refusals say; no server needed.
@Suite struct SalesforceWordsTests {
    @Test(arguments: [
        ("Amount", true), ("Partner__c", true), ("Contract.EndDate", true), ("SBQQ__Renewal__c", true),
        ("", false), ("1st", false), ("Name FROM User--", false), ("Contract.", false), (".Name", false),
        ("Contract..Name", false), ("Nam\u{e9}", false), ("a b", false), ("_x", false),
        ("Contract._x", false),
        (String(repeating: "a", count: 256), false),
    ])
    func knowsNames(_ text: String, _ isName: Bool) {
        #expect(SOQL.isIdentifier(text) == isName)
    }

    @Test(arguments: [
        ("O'Neil", #"'O\'Neil'"#), (#"\"#, #"'\\'"#), ("' OR Name != '", #"'\' OR Name != \''"#),
        (#"\' OR 1=1"#, #"'\\\' OR 1=1'"#), ("", "''"), ("Zürich 東京", "'Zürich 東京'"),
    ])
    func textsDoNotLeaveTheirQuotes(_ text: String, _ expected: String) {
        #expect(SOQL.literal(text) == expected)
    }

    private static let conditions: [([FieldLiteral], String?, String)] = [
        ([.text("Renewal")], "picklist", "F = 'Renewal'"),
        ([.text("a"), .text("b'c")], "picklist", #"F IN ('a', 'b\'c')"#),
        ([.number("1"), .number("-2.50")], "double", "F IN (1, -2.50)"),
        ([.bool(true)], "boolean", "F = true"),
        ([.bool(true), .bool(false)], "boolean", "(F = true OR F = false)"),
        ([.null], "picklist", "F = null"),
        ([.text("x"), .null], "picklist", "(F = null OR F = 'x')"),
        ([.text("2026-03-01")], "date", "F = 2026-03-01"),
        ([.text("2026-03-01T12:00:00+02:00")], "datetime", "F = 2026-03-01T10:00:00Z"),
        ([.text("2026-03-01")], nil, "F = '2026-03-01'"),
    ]

    @Test(arguments: conditions)
    func conditionsAreWrittenByType(
        _ values: [FieldLiteral], _ type: String?, _ expected: String
    ) throws {
        #expect(try SOQL.condition("F", in: values, type: type) == expected)
    }

    @Test(arguments: [
        ([FieldLiteral.number("1 OR 1=1")], "double"), ([.number("")], "double"), ([.number("1.")], "double"),
        ([.number("0x1F")], "double"), ([.text("2026-03-01 OR Name != null")], "date"),
        ([.text("tomorrow")], "datetime"), ([.text("a\nb")], "string"), ([], "string"),
    ])
    func conditionsThatAreNoneAreRefused(_ values: [FieldLiteral], _ type: String) {
        #expect(throws: SOQL.Fault.self) { try SOQL.condition("F", in: values, type: type) }
    }

    @Test(arguments: [
        "a = 1) OR (b = 2", "Name = 'x", "a = 1 ORDER BY (b", #"Name = 'x\'"#, "a = 1; b", "a = 1\nLIMIT 1",
        "a = 1 -- x", "a /* x */ = 1", "a = 1 // x", ")(", "   ", "",
    ])
    func aFilterThatLeavesItsParenthesesIsRefused(_ filter: String) {
        #expect(SOQL.reasonToRefuse(filter: filter) != nil)
    }

    @Test(arguments: [
        "Type = 'Partner'", "(a = 1 OR b = 2) AND c != null", #"Name = 'O\'Neil (x) -- ;'"#,
        "Id IN (SELECT AccountId FROM Contract)", "Amount > -5",
    ])
    func anHonestFilterIsTaken(_ filter: String) {
        #expect(SOQL.reasonToRefuse(filter: filter) == nil)
    }

    @Test func plusSignsOfOffsetsAreEncoded() {
        #expect(WebText.encoded("a+b='ü'&") == "a%2Bb%3D%27%C3%BC%27%26")
    }

    /// The first pair is the documentation's; the others follow from its rule.
    @Test(arguments: [
        ("001D000000IRFma", "001D000000IRFmaIAH"), ("000000000000000", "000000000000000AAA"),
        ("ABCDEabcdeABCDE", "ABCDEabcdeABCDE5A5"), ("001D000000IRFmaIAH", "001D000000IRFmaIAH"),
        ("short", "short"), ("001D000000IRF-a", "001D000000IRF-a"),
    ])
    func idsGetTheirSuffix(_ short: String, _ long: String) {
        #expect(SalesforceID.long(short) == long)
    }

    private static let codes: [(Int, String, String?, SourceFault.Kind)] = [
        (401, "INVALID_SESSION_ID", nil, .expiredToken),
        (403, "REQUEST_LIMIT_EXCEEDED", nil, .throttled(seconds: nil)),
        (403, "INSUFFICIENT_ACCESS", nil, .unauthorized), (403, "API_DISABLED_FOR_ORG", nil, .unauthorized),
        (400, "MALFORMED_QUERY", nil, .unmappable), (400, "INVALID_FIELD", nil, .unmappable),
        (400, "INVALID_TYPE", nil, .unmappable), (404, "NOT_FOUND", nil, .unmappable),
        (404, "ENTITY_IS_DELETED", nil, .unmappable),
        (400, "INVALID_QUERY_LOCATOR", nil, .forgottenPosition), (400, "QUERY_TIMEOUT", nil, .tooLarge),
        (400, "OPERATION_TOO_LARGE", nil, .tooLarge), (400, "EXCEEDED_ID_LIMIT", nil, .tooLarge),
        (400, "INVALID_REPLICATION_DATE", nil, .forgottenToken),
        (500, "UNKNOWN_EXCEPTION", nil, .transient), (503, "SERVER_UNAVAILABLE", nil, .transient),
        (429, "", "17", .throttled(seconds: 17)), (503, "", "9", .throttled(seconds: 9)),
        (503, "", nil, .transient), (401, "", nil, .expiredToken), (403, "", nil, .unauthorized),
        (414, "", nil, .unmappable), (431, "", nil, .unmappable), (301, "", nil, .permanent),
        (418, "NEW_CODE", nil, .permanent),
    ]

    @Test(arguments: codes)
    func theCodeDecides(
        _ status: Int, _ code: String, _ retryAfter: String?, _ expected: SourceFault.Kind
    ) throws {
        let response = Self.response(
            status, #"[{"message":"m","errorCode":"\#(code)"}]"#,
            headers: retryAfter.map { [("Retry-After", $0)] } ?? [])
        #expect(try #require(SalesforceFaultReader().fault(in: response)).kind == expected)
    }

    @Test(arguments: [
        ("invalid_client", SourceFault.Kind.unauthorized), ("invalid_client_id", .unauthorized),
        ("invalid_grant", .unauthorized), ("unsupported_grant_type", .unauthorized),
        ("rate_limit_exceeded", .throttled(seconds: nil)),
    ])
    func theTokenEndpointAnswersAnObject(_ code: String, _ expected: SourceFault.Kind) throws {
        let response = Self.response(400, #"{"error":"\#(code)","error_description":"expired"}"#)
        let fault = try #require(SalesforceFaultReader().fault(in: response))
        #expect(fault == SourceFault(expected, detail: "\(code): expired"))
    }

    @Test func detailsArePrintableShortAndNameTheRequest() throws {
        let message = String(repeating: "x\\u001b\\u202e", count: 300)
        let response = Self.response(
            500, #"[{"message":"\#(message)","errorCode":"UNKNOWN_EXCEPTION"}]"#,
            headers: [("X-Request-Id", "4a\u{7}f")])
        let detail = try #require(SalesforceFaultReader().fault(in: response)).detail
        #expect(detail.count <= 200 && detail.hasPrefix("UNKNOWN_EXCEPTION: xxx"))
        #expect(detail.hasSuffix("(request 4af)") && !detail.unicodeScalars.contains("\u{1b}"))
        #expect(!detail.unicodeScalars.contains("\u{202e}"))
    }

    @Test func successIsNoFault() {
        #expect(SalesforceFaultReader().fault(in: Self.response(204, "")) == nil)
    }

    @Test(arguments: [
        ("api-usage=18/5000", SourceQuota(used: 18, limit: 5000)),
        ("api-usage=18/5000; per-app-api-usage=200/250(appName=x)", SourceQuota(used: 200, limit: 250)),
        (
            "api-usage=4999/5000; per-app-api-usage=17/250(appName=a=1/1)",
            SourceQuota(used: 4999, limit: 5000)
        ),
        ("api-usage=18/0", nil), ("api-usage=a/b", nil), ("", nil), ("api-usage=99999999999999999999/1", nil),
    ])
    func readsTheQuota(_ header: String, _ expected: SourceQuota?) {
        let response = Self.response(200, "", headers: [("Sforce-Limit-Info", header)])
        #expect(SalesforceFaultReader().quota(in: response) == expected)
    }

    @Test(arguments: [
        ("https://acme.my.salesforce.com", true), ("https://acme.my.salesforce.com:443", true),
        ("https://na1.force.com", true), ("http://login.example:8080", true),
        ("https://proxy.example:8443", true), ("http://proxy.example:8443", false),
        ("https://evil.example", false), ("https://salesforce.com.evil.example", false),
        ("https://evilsalesforce.com", false), ("http://acme.my.salesforce.com", false),
        ("https://acme.my.salesforce.com:8443", false), ("https://login.example:8080", false),
    ])
    func tokensGoOnlyToSalesforceAndWhereTheOperatorSays(_ instance: String, _ isAccepted: Bool) throws {
        let login = try #require(HTTPOrigin(url: "http://login.example:8080"))
        let allowed: Set = [HostPort(host: "proxy.example", port: 8443)]
        let instance = try #require(HTTPOrigin(url: instance))
        #expect(
            SalesforceSource.acceptsInstance(instance, login: login, allowed: allowed) == isAccepted)
    }

    static func response(
        _ status: Int, _ body: String, headers: [(String, String)] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: headers.map { (name: $0.0, value: $0.1) }, body: Array(body.utf8),
            isSelfDelimited: true, isCut: false)
    }
}
