import Foundation
import Model
import Testing

@testable import Sandbox

@Suite struct StripeProtocolTests {
    private let subscriptions = "/v1/subscriptions"

    private func withStripe(_ test: (inout PracticeClient) async throws -> Void) async throws {
        try await PracticeClient.withCRM { client in
            client.token = "sk_test_practice"
            try await test(&client)
        }
    }

    private func walk(
        _ client: PracticeClient, _ path: String, limit: Int = 40, version: String = "2024-06-20"
    ) async throws -> [[String: Any]] {
        var found: [[String: Any]] = []
        var hasMore = true
        while hasMore {
            var address = "\(path)\(path.contains("?") ? "&" : "?")limit=\(limit)"
            if let last = found.last?["id"] as? String { address += "&starting_after=\(last)" }
            let answer = try await client.call("GET", address, headers: ["Stripe-Version": version])
            #expect(answer.status == 200, "\(answer.text)")
            found += answer.rows("data")
            hasMore = try #require(answer.object["has_more"] as? Bool)
        }
        return found
    }

    private func ids(_ rows: [[String: Any]]) -> [String] { rows.compactMap { $0["id"] as? String } }

    private func error(_ answer: PracticeClient.Answer) -> [String: Any] {
        answer.object["error"] as? [String: Any] ?? [:]
    }

    private func metadata(_ row: [String: Any]) -> [String: String] {
        row["metadata"] as? [String: String] ?? [:]
    }

    private func amount(_ row: [String: Any]) -> Int {
        let items = (row["items"] as? [String: Any])?["data"] as? [[String: Any]]
        return (items?.first?["price"] as? [String: Any])?["unit_amount"] as? Int ?? -1
    }

    @Test func listsTheSameContractsAsSalesforce() async throws {
        try await PracticeClient.withCRM { client in
            let query =
                "SELECT Id, Partner__c, Renews__c, AnnualAmount__c, Status, EndDate FROM Contract"
            let rows = try await client.query(query).rows("records")
            client.token = "sk_test_practice"
            let found = try await walk(client, "\(subscriptions)?status=all", limit: 100)
            #expect(found.count == rows.count)
            let created = found.compactMap { $0["created"] as? Int }
            #expect(created == created.sorted(by: >))
            let byID = Dictionary(uniqueKeysWithValues: zip(ids(found), found))
            for row in rows {
                let id = try #require((row["Id"] as? String).flatMap { RecordID($0) })
                let shown = try #require(byID[id.stripe])
                let amount = try #require(row["AnnualAmount__c"] as? Double)
                #expect(self.amount(shown) == Int((amount * 100).rounded()))
                let told = metadata(shown)
                #expect(told["partner_id"] == row["Partner__c"] as? String)
                #expect(told["status"] == row["Status"] as? String)
                #expect(told["ends_on"] == row["EndDate"] as? String)
                let renews = (row["Renews__c"] as? String).flatMap { RecordID($0)?.stripe }
                #expect(told["renews"] == renews)
            }
        }
    }

    /// What is worked out from days must agree with what the nightly runs of the simulation wrote down.
    @Test func statesAgreeWithTheContractsAsTimePasses() async throws {
        try await withStripe { client in
            var words: Set<String> = []
            for day in ["2026-01-20T01:59:59Z", "2026-01-20T02:00:00Z", "2026-09-01T12:00:00Z"] {
                try await client.moveClock(to: day)
                var salesforce = client
                try await salesforce.logIn()
                let rows = try await salesforce.query("SELECT Id, Status, CancelledDate__c FROM Contract")
                let found = try await walk(client, "\(subscriptions)?status=all", limit: 100)
                let byID = Dictionary(uniqueKeysWithValues: zip(ids(found), found))
                #expect(found.count == rows.rows("records").count)
                for row in rows.rows("records") {
                    let id = try #require((row["Id"] as? String).flatMap { RecordID($0) })
                    let shown = try #require(byID[id.stripe])
                    #expect(metadata(shown)["status"] == row["Status"] as? String)
                    let status = try #require(shown["status"] as? String)
                    let ended = shown["ended_at"] as? Int
                    #expect((status == "canceled") == (ended != nil))
                    if row["Status"] as? String == "Cancelled" || row["Status"] as? String == "Expired" {
                        #expect(status == "canceled")
                    }
                    if let cancelled = row["CancelledDate__c"] as? String {
                        let midnight = try PracticeFixture.instant("\(cancelled)T02:00:00Z")
                        #expect(ended.map { Int64($0) * 1000 } == midnight.milliseconds)
                    }
                    words.insert(status)
                }
            }
            #expect(words == ["active", "canceled", "trialing"])
        }
    }

    @Test func leavesOutCanceledOnesUnlessAsked() async throws {
        try await withStripe { client in
            try await client.moveClock(to: "2026-09-01T12:00:00Z")
            let all = try await walk(client, "\(subscriptions)?status=all", limit: 100)
            let some = try await walk(client, subscriptions)
            let canceled = try await walk(client, "\(subscriptions)?status=canceled")
            #expect(!canceled.isEmpty)
            #expect(Set(ids(some)).isDisjoint(with: ids(canceled)))
            #expect(Set(ids(some)).union(ids(canceled)) == Set(ids(all)))
            #expect(try await ids(walk(client, "\(subscriptions)?status=ended")) == ids(canceled))
            let customer = try #require(all.first?["customer"] as? String)
            let mine = try await walk(client, "\(subscriptions)?status=all&customer=\(customer)")
            #expect(ids(mine) == ids(all.filter { $0["customer"] as? String == customer }))
            let wrong = try await client.call("GET", "\(subscriptions)?status=cancelled")
            #expect(wrong.status == 400)
        }
    }

    @Test func filtersByCreationAndPagesBothWays() async throws {
        try await withStripe { client in
            let all = try await walk(client, "\(subscriptions)?status=all", limit: 7)
            #expect(Set(ids(all)).count == all.count)
            let middle = try #require(all[all.count / 2]["created"] as? Int)
            for (name, holds) in [
                ("gt", { $0 > middle }), ("gte", { $0 >= middle }), ("lt", { $0 < middle }),
                ("lte", { $0 <= middle }),
            ] as [(String, (Int) -> Bool)] {
                let found = try await walk(
                    client, "\(subscriptions)?status=all&created%5B\(name)%5D=\(middle)", limit: 100)
                #expect(ids(found) == ids(all.filter { holds($0["created"] as? Int ?? 0) }), "\(name)")
            }
            let exact = try await walk(client, "\(subscriptions)?status=all&created=\(middle)")
            #expect(ids(exact) == ids(all.filter { $0["created"] as? Int == middle }))
            let back = try await client.call(
                "GET", "\(subscriptions)?status=all&limit=3&ending_before=\(ids(all)[10])")
            #expect(ids(back.rows("data")) == Array(ids(all)[7..<10]))
            #expect(back.object["has_more"] as? Bool == true)
            let first = try await client.call(
                "GET", "\(subscriptions)?status=all&limit=3&ending_before=\(ids(all)[2])")
            #expect(ids(first.rows("data")) == Array(ids(all)[..<2]))
            #expect(first.object["has_more"] as? Bool == false)
        }
    }

    @Test func refusesWhatStripeRefuses() async throws {
        try await withStripe { client in
            for (query, param, code) in [
                ("limit=101", "limit", "parameter_invalid_integer"),
                ("limit=0", "limit", "parameter_invalid_integer"),
                ("updated%5Bgte%5D=1", "updated[gte]", "parameter_unknown"),
                ("created%5Bgte%5D=today", "created[gte]", "parameter_invalid_integer"),
                ("starting_after=sub_nope", "starting_after", "resource_missing"),
            ] {
                let answer = try await client.call("GET", "\(subscriptions)?\(query)")
                #expect(answer.status == 400, "\(query)")
                #expect(error(answer)["param"] as? String == param)
                #expect(error(answer)["code"] as? String == code)
                #expect(error(answer)["type"] as? String == "invalid_request_error")
                #expect(answer.header("Request-Id")?.hasPrefix("req_") == true)
            }
            let missing = try await client.call("GET", "\(subscriptions)/sub_nope")
            #expect(missing.status == 404)
            #expect(error(missing)["message"] as? String == "No such subscription: 'sub_nope'")
            #expect(try await client.call("GET", "/v1/subscription_items").status == 400)
            #expect(try await client.call("GET", "/v1/gadgets").status == 404)
            #expect(try await client.call("POST", subscriptions).status == 404)
            let version = try await client.call(
                "GET", subscriptions, headers: ["Stripe-Version": "yesterday"])
            #expect(version.status == 400)
            client.token = "sk_test_somebodyelse"
            let stranger = try await client.call("GET", subscriptions)
            #expect(stranger.status == 401)
            #expect(!stranger.text.contains("somebodyelse"))
            client.token = nil
            #expect(try await client.call("GET", subscriptions).status == 401)
            let basic = Data("sk_test_practice:".utf8).base64EncodedString()
            let curl = try await client.call(
                "GET", subscriptions, headers: ["Authorization": "Basic \(basic)"])
            #expect(curl.status == 200)
        }
    }

    @Test func showsPeriodsWhereTheVersionHasThem() async throws {
        try await withStripe { client in
            let id = try #require(try await ids(walk(client, subscriptions, limit: 100)).first)
            func read(_ version: String) async throws -> (outer: [String: Any], item: [String: Any]) {
                let answer = try await client.call(
                    "GET", "\(subscriptions)/\(id)", headers: ["Stripe-Version": version])
                #expect(answer.header("Stripe-Version") == version)
                let items = (answer.object["items"] as? [String: Any])?["data"] as? [[String: Any]]
                return (answer.object, try #require(items?.first))
            }
            let old = try await read("2025-02-24.acacia")
            let new = try await read("2025-03-31.basil")
            #expect(old.item["current_period_end"] == nil)
            #expect(new.outer["current_period_end"] == nil)
            #expect(old.outer["current_period_end"] is Int)
            #expect(old.outer["current_period_end"] as? Int == new.item["current_period_end"] as? Int)
            #expect(old.outer["current_period_start"] as? Int == new.item["current_period_start"] as? Int)
            let listed = try await client.call("GET", "/v1/subscription_items?subscription=\(id)")
            #expect(ids(listed.rows("data")) == [try #require(new.item["id"] as? String)])
            let plan = try #require(new.item["price"] as? [String: Any])
            #expect((plan["recurring"] as? [String: Any])?["interval"] as? String == "year")
        }
    }

    @Test func billsEachYearOnce() async throws {
        try await withStripe { client in
            try await client.moveClock(to: "2026-09-01T12:00:00Z")
            let invoices = try await walk(client, "/v1/invoices?status=paid", limit: 100)
            #expect(Set(ids(invoices)).count == invoices.count)
            let now = try PracticeFixture.instant("2026-09-01T12:00:00Z").milliseconds / 1000
            let running = try await walk(client, "\(subscriptions)?status=active", limit: 100)
            for row in running {
                let id = try #require(row["id"] as? String)
                let mine = invoices.filter { $0["subscription"] as? String == id }
                let start = try #require(row["start_date"] as? Int)
                // 365.25 days a year, and no contract here begins on the day it is read.
                let begun = Int((Double(Int(now) - start) / 31_557_600).rounded(.down)) + 1
                #expect(mine.count == begun, "\(id)")
                #expect(row["latest_invoice"] as? String == ids(mine).first)
                let end = (row["current_period_end"] as? Int)
                #expect(mine.first?["period_end"] as? Int == end)
            }
            let first = try #require(running.first?["id"] as? String)
            let basil = try await walk(
                client, "/v1/invoices?subscription=\(first)", version: "2026-01-28.clover")
            let parent = basil.first?["parent"] as? [String: Any]
            let details = parent?["subscription_details"] as? [String: Any]
            #expect(details?["subscription"] as? String == first)
            #expect(basil.first?["subscription"] == nil)
            #expect(try await walk(client, "/v1/invoices?status=open").isEmpty)
        }
    }

    @Test func tellsTheAccountAndCustomersWithoutPartners() async throws {
        try await withStripe { client in
            let account = try await client.call("GET", "/v1/account")
            #expect(account.object["default_currency"] as? String == "eur")
            let customers = Set(try await ids(walk(client, "/v1/customers", limit: 100)))
            let all = try await walk(client, "\(subscriptions)?status=all", limit: 100)
            #expect(customers == Set(all.compactMap { $0["customer"] as? String }))
            let id = try #require(customers.min())
            #expect(try await client.call("GET", "/v1/customers/\(id)").object["id"] as? String == id)
            try await client.change("{\"change\":\"delete\",\"ids\":[\"\(id)\"]}")
            let gone = try await client.call("GET", "/v1/customers/\(id)")
            #expect(gone.object["deleted"] as? Bool == true)
            #expect(try await !ids(walk(client, "/v1/customers", limit: 100)).contains(id))
        }
    }
}
