import Model
import Synchronization
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct StripeSourceTests {
    private let upper = Instant(milliseconds: 1_767_268_800_001)
    private let lower = Instant(milliseconds: 1_767_265_200_999)

    @Test func allSubscriptionsAreListedWhateverTheirStatus() async throws {
        let account = try Account { target in
            target.contains("starting_after=sub_2")
                ? (200, list([#"{"id":"sub_1","created":1,"status":"canceled"}"#]))
                : (200, list([#"{"id":"sub_3","created":3}"#, #"{"id":"sub_2","created":2}"#], more: true))
        }
        let pages = try await account.walk(.full(upper: upper))
        #expect(pages.flatMap(\.rows).map(\.id) == ["sub_3", "sub_2", "sub_1"])
        #expect(pages[1].records[0, 0] == .text("canceled"))
        #expect(
            account.targets == [
                "/v1/subscriptions?limit=100&status=all&created%5Blte%5D=1767268801",
                "/v1/subscriptions?limit=100&status=all&created%5Blte%5D=1767268801&starting_after=sub_2",
            ])
        let request = try #require(account.server.requests.first)
        #expect(
            request.headers["stripe-version"] == "2024-06-20"
                && request.headers["authorization"] == "Bearer key")
    }

    @Test func aListGoesOnWhereItsLastObjectWasCreatedWhenThatIsGone() async throws {
        let account = try Account { target in
            if target.contains("starting_after=sub_2") { return (400, missing("starting_after")) }
            if target.contains("created%5Blte%5D=2&starting_after=sub_b") {
                return (200, list([#"{"id":"sub_1","created":1}"#]))
            }
            if target.hasSuffix("created%5Blte%5D=2") {
                return (200, list([#"{"id":"sub_b","created":2}"#], more: true))
            }
            return (200, list([#"{"id":"sub_2","created":2}"#], more: true))
        }
        #expect(
            try await account.walk(.full(upper: upper)).flatMap(\.rows).map(\.id) == [
                "sub_2", "sub_b", "sub_1",
            ])
    }

    @Test func changedObjectsAreReadAsTheyAreNow() async throws {
        let account = try Account { target in
            if target.hasPrefix("/v1/events") {
                return (
                    200,
                    list([
                        event("evt_4", #"{"id":"sub_1","object":"subscription","status":"active"}"#),
                        event(
                            "evt_3",
                            #"{"id":"di_1","object":"discount","customer":"c","subscription":"sub_2"}"#),
                        event("evt_2", #"{"id":"sub_1","object":"subscription","status":"trialing"}"#),
                        event(
                            "evt_1", #"{"id":"di_2","object":"discount","customer":"c","subscription":null}"#),
                        event("evt_0", #"{"id":"sub_9","object":"subscription"}"#),
                    ])
                )
            }
            if target == "/v1/subscriptions/sub_9" { return (404, missing("id")) }
            let id = target.split(separator: "/").last ?? ""
            return (200, #"{"id":"\#(id)","status":"canceled"}"#)
        }
        let pages = try await account.walk(.changes(lower: lower, upper: upper))
        #expect(
            pages.flatMap(\.rows) == [
                RowIdentity(id: "sub_1", version: "evt_4"), RowIdentity(id: "sub_2", version: "evt_3"),
                RowIdentity(id: "sub_9", version: "evt_0", state: .deleted),
            ])
        // A cancelled subscription is one that ended, not one that is gone.
        #expect(pages[0].records[0, 0] == .text("canceled") && pages[0].records[2, 0] == .absent)
        let asked = try #require(account.targets.first)
        #expect(asked.contains("types%5B%5D=customer.subscription.deleted"))
        #expect(asked.hasSuffix("&created%5Bgte%5D=1767265200&created%5Blte%5D=1767268801"))
    }

    /// Gone between the list and its items: that is no lost position.
    @Test func aSubscriptionThatGoesWhileItsItemsAreReadIsGone() async throws {
        let long = #"{"id":"sub_1","created":3,"status":"active","items":{"data":[],"has_more":true}}"#
        let account = try Account { target in
            if target.hasPrefix("/v1/subscription_items") { return (404, missing("subscription")) }
            if target.hasPrefix("/v1/events") {
                return (200, list([event("evt_1", #"{"id":"sub_1","object":"subscription"}"#)]))
            }
            if target.hasPrefix("/v1/subscriptions/") { return (200, long) }
            return (200, list([long, #"{"id":"sub_2","created":2}"#]))
        }
        let all = try await account.walk(.full(upper: upper))
        #expect(all.flatMap(\.rows).map(\.id) == ["sub_2"] && all[0].records.count == 1)
        let changes = try await account.walk(.changes(lower: lower, upper: upper))
        #expect(
            changes.flatMap(\.rows) == [RowIdentity(id: "sub_1", version: "evt_1", state: .deleted)])
    }

    @Test func aSelectionHoldsForListsAndEvents() async throws {
        let account = try Account(only: ["status": [.text("canceled")]]) { target in
            if target.hasPrefix("/v1/events") {
                return (
                    200,
                    list(
                        ["sub_1", "sub_2"].map {
                            event("evt_\($0)", #"{"id":"\#($0)","object":"subscription"}"#)
                        })
                )
            }
            let one = #"{"id":"sub_1","created":1,"status":"active"}"#
            let two = #"{"id":"sub_2","created":1,"status":"canceled"}"#
            if target.hasSuffix("/sub_1") { return (200, one) }
            return (200, target.hasSuffix("/sub_2") ? two : list([one, two]))
        }
        for walk in [
            Walk.full(upper: upper), .identities(upper: upper), .changes(lower: lower, upper: upper),
        ] {
            #expect(try await account.walk(walk).flatMap(\.rows).map(\.id) == ["sub_2"], "\(walk)")
        }
    }

    @Test func eventsOlderThanStripeKeepsThemMeanReadingEverything() async throws {
        let account = try Account { _ in (200, list([])) }
        let month = upper.adding(seconds: -30 * 86_400)
        let error = await #expect(throws: SourceError.self) {
            try await account.walk(.changes(lower: month, upper: upper))
        }
        #expect(error?.kind == .forgottenToken && account.targets.isEmpty)
        let recent = upper.adding(seconds: -28 * 86_400)
        #expect(try await account.walk(.changes(lower: recent, upper: upper)).count == 1)
    }

    @Test func longListsOfItemsAreReadToTheirEnd() async throws {
        let account = try Account(field: "@annualAmount") { target in
            if target.hasPrefix("/v1/subscription_items") {
                return target.contains("starting_after=si_1")
                    ? (200, list([price("si_2", 20)])) : (200, list([price("si_1", 1)], more: true))
            }
            return (
                200,
                list([#"{"id":"sub_1","created":1,"items":{"has_more":true,"data":[\#(price("si_1", 1))]}}"#])
            )
        }
        let page = try await account.walk(.full(upper: upper))[0]
        #expect(page.records[0, 0] == .number("252"), "12 × (1 + 20)")
    }

    @Test func anAnswerThatIsNoListIsNoEmptyList() async throws {
        for body in [#"{"data":[]}"#, #"{"has_more":false}"#, "{}", "[]", #"{"data":[],"has_more":true}"#] {
            let account = try Account { _ in (200, body) }
            let error = await #expect(throws: SourceError.self) {
                try await account.walk(.full(upper: upper))
            }
            #expect(error?.kind == .malformed, "\(body)")
        }
    }

    @Test func discountsAreExpandedWhereTheyAreMapped() async throws {
        let account = try Account(field: "@discountPercent") { _ in (200, list([])) }
        _ = try await account.walk(.full(upper: upper))
        #expect(account.targets[0].contains("&expand%5B%5D=data.discounts&"))
    }

    @Test func identitiesAreListedWithoutFields() async throws {
        let account = try Account { _ in (200, list([#"{"id":"sub_1","created":1}"#])) }
        let page = try await account.walk(.identities(upper: upper))[0]
        #expect(page.rows.map(\.id) == ["sub_1"] && page.records.fields.isEmpty)
    }

    @Test(arguments: [
        ("subscriptons", "status", "(did you mean 'subscriptions'?)"),
        ("invoices", "@annualAmount", "only subscriptions"),
        ("subscriptions", "@anualAmount", "(did you mean '@annualAmount'?)"),
    ])
    func refusesAMappingThatStripeCannotFill(_ object: String, _ field: String, _ words: String) throws {
        let error = #expect(throws: SourceError.self) {
            try Account(object: object, field: field) { _ in (200, "") }
        }
        #expect(error?.kind == .unmappable && error?.detail.contains(words) == true)
    }

    @Test func checksTellTestDataAndMissingPermissions() async throws {
        let account = try Account { target in
            target.hasPrefix("/v1/events")
                ? (403, #"{"error":{"type":"invalid_request_error","message":"no permission"}}"#)
                : (200, list([#"{"id":"sub_1","livemode":false}"#]))
        }
        let checks = await account.source.checks()
        #expect(checks.map(\.result) == [.warning, .failure])
        #expect(checks[1].detail.contains("no permission") && checks[1].detail.contains("'events: read'"))
    }

    @Test(arguments: [
        (429, #"{"error":{"code":"rate_limit"}}"#, SourceFault.Kind.throttled(seconds: 3)),
        (400, #"{"error":{"code":"lock_timeout"}}"#, .throttled(seconds: 3)),
        (401, "{}", .unauthorized), (500, "", .transient), (409, "{}", .transient),
        (404, #"{"error":{"code":"resource_missing","param":"id"}}"#, .forgottenPosition),
        (400, #"{"error":{"code":"resource_missing","param":"starting_after"}}"#, .forgottenPosition),
        (400, #"{"error":{"code":"resource_missing","param":"customer"}}"#, .permanent),
        (404, #"{"error":{"message":"Unrecognized request URL"}}"#, .permanent),
    ])
    func faultsMeanWhatToDoNext(_ status: Int, _ body: String, _ kind: SourceFault.Kind) {
        let response = HTTPResponse(
            status: status, headers: [("Retry-After", "3"), ("Request-Id", "req_7")], body: Array(body.utf8),
            isSelfDelimited: true, isCut: false)
        let fault = StripeFaultReader().fault(in: response)
        #expect(fault?.kind == kind && fault?.detail.contains("request req_7") == true)
    }
}

/// A source of one stream against a scripted account.
private struct Account {
    let server: ScriptedServer
    let source: StripeSource

    init(
        object: String = "subscriptions", field: String = "status",
        only conditions: [String: [FieldLiteral]] = [:],
        _ answer: @escaping @Sendable (String) -> (Int, String)
    ) throws {
        server = try ScriptedServer { request in
            let (status, body) = answer(request.target)
            return .answer(status, body)
        }
        let mapping = StreamMapping(
            stream: "contracts", object: object, kind: .contract, fields: ["contract": FieldRule(field)],
            selection: RowSelection(conditions: conditions))
        source = try StripeSource(
            StripeConfiguration(name: "billing", mapping: SourceMapping(streams: [mapping])),
            client: try .scripted(server, faults: StripeFaultReader()))
    }

    var targets: [String] { server.requests.map(\.target) }

    @discardableResult
    func walk(_ walk: Walk) async throws -> [SourcePage] {
        var pages: [SourcePage] = []
        repeat {
            pages.append(try await source.page(of: source.streams[0], in: walk, after: pages.last?.next))
            try #require(pages.count < 20)
        } while pages.last?.next != nil
        return pages
    }
}

private func list(_ items: [String], more: Bool = false) -> String {
    #"{"object":"list","data":[\#(items.joined(separator: ","))],"has_more":\#(more)}"#
}

private func event(_ id: String, _ object: String) -> String {
    #"{"id":"\#(id)","created":1,"data":{"object":\#(object)}}"#
}

private func missing(_ parameter: String) -> String {
    #"{"error":{"type":"invalid_request_error","code":"resource_missing","param":"\#(parameter)"}}"#
}

private func price(_ id: String, _ amount: Int) -> String {
    #"{"id":"\#(id)","quantity":1,"price":{"unit_amount":\#(amount),"recurring":{"interval":"month","interval_count":1}}}"#
}
