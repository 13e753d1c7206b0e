import Foundation
import Model
import Testing

@testable import Sandbox

@Suite struct StripeEventTests {
    private func withStripe(_ test: (inout PracticeClient) async throws -> Void) async throws {
        try await PracticeClient.withCRM { client in
            client.token = "sk_test_practice"
            try await client.moveClock(to: "2026-03-10T12:00:00Z")
            try await test(&client)
        }
    }

    private func events(_ client: PracticeClient, _ query: String = "") async throws -> [[String: Any]] {
        var found: [[String: Any]] = []
        while true {
            let last = (found.last?["id"] as? String).map { "&starting_after=\($0)" } ?? ""
            let answer = try await client.call("GET", "/v1/events?limit=100\(query)\(last)")
            #expect(answer.status == 200, "\(answer.text)")
            found += answer.rows("data")
            if answer.object["has_more"] as? Bool != true { return found }
        }
    }

    private func type(_ event: [String: Any]) -> String { event["type"] as? String ?? "" }
    private func object(_ event: [String: Any]) -> [String: Any] {
        (event["data"] as? [String: Any])?["object"] as? [String: Any] ?? [:]
    }
    private func previous(_ event: [String: Any]) -> [String: Any] {
        (event["data"] as? [String: Any])?["previous_attributes"] as? [String: Any] ?? [:]
    }

    @Test func keepsThirtyDaysNewestFirst() async throws {
        try await withStripe { client in
            let all = try await events(client)
            let times = all.compactMap { $0["created"] as? Int }
            #expect(times == times.sorted(by: >))
            #expect(Set(all.compactMap { $0["id"] as? String }).count == all.count)
            let now = Int(try PracticeFixture.instant("2026-03-10T12:00:00Z").milliseconds / 1000)
            #expect(times.allSatisfy { $0 <= now && $0 > now - 30 * 86_400 })
            let kinds = Set(all.map(type))
            #expect(
                kinds.isSuperset(of: [
                    "customer.created", "customer.subscription.created", "customer.subscription.updated",
                    "customer.subscription.deleted", "invoice.paid",
                ]))
            let two = try await events(
                client, "&types%5B0%5D=invoice.paid&types%5B1%5D=customer.subscription.deleted")
            #expect(
                two.count
                    == all.count { ["invoice.paid", "customer.subscription.deleted"].contains(type($0)) })
            let group = try await events(client, "&type=customer.subscription.*")
            #expect(group.count == all.count { type($0).hasPrefix("customer.subscription.") })
            let id = try #require(all.first?["id"] as? String)
            #expect(try await client.call("GET", "/v1/events/\(id)").object["id"] as? String == id)
        }
    }

    /// Amounts are corrected in the evening run, at 20:00.
    @Test func aCorrectionTellsThePriceBeforeIt() async throws {
        try await withStripe { client in
            let corrections = try await events(client, "&type=customer.subscription.updated").filter {
                ($0["created"] as? Int ?? 0) % 86_400 == 72_000
            }
            #expect(!corrections.isEmpty)
            #expect(corrections.allSatisfy { previous($0)["items"] != nil })
        }
    }

    /// Whoever reads everything once and then what events are about must end with what a list shows.
    @Test func everyChangeOfASubscriptionIsTold() async throws {
        try await withStripe { client in
            func book() async throws -> [String: NSDictionary] {
                var found: [String: NSDictionary] = [:]
                var after = ""
                while true {
                    let answer = try await client.call(
                        "GET", "/v1/subscriptions?status=all&limit=100\(after)")
                    for row in answer.rows("data") {
                        found[try #require(row["id"] as? String)] = row as NSDictionary
                    }
                    guard answer.object["has_more"] as? Bool == true else { return found }
                    after = "&starting_after=\(try #require(answer.rows("data").last?["id"] as? String))"
                }
            }
            let before = try await book()
            let since = Int(try PracticeFixture.instant("2026-03-10T12:00:00Z").milliseconds / 1000)
            try await client.moveClock(to: "2026-04-04T12:00:00Z")
            try await client.change("{\"change\":\"edit\",\"count\":2,\"amount\":4200}")
            try await client.change("{\"change\":\"create\",\"count\":2}")
            try await client.change("{\"change\":\"delete\",\"count\":1}")
            let after = try await book()
            let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
            let told = try await events(client, "&created%5Bgt%5D=\(since)").filter {
                type($0).hasPrefix("customer.subscription.")
            }
            let named = Set(told.compactMap { object($0)["id"] as? String })
            #expect(changed.count > 20)
            #expect(changed.subtracting(named).isEmpty)
        }
    }

    @Test func tellsEditsOneByOne() async throws {
        try await withStripe { client in
            let ids = try await client.change("{\"change\":\"edit\",\"count\":1,\"amount\":100}")
            let id = try #require(ids.first?["stripe"])
            try await client.change("{\"change\":\"edit\",\"ids\":[\"\(id)\"],\"amount\":200}")
            try await client.change(
                "{\"change\":\"edit\",\"ids\":[\"\(id)\"],\"amount\":300,\"secondsOlder\":300}")
            let told = try await events(client, "&type=customer.subscription.updated").filter {
                object($0)["id"] as? String == id
            }.prefix(3)
            let amounts = told.map { event -> Int? in
                let items = (object(event)["items"] as? [String: Any])?["data"] as? [[String: Any]]
                return (items?.first?["price"] as? [String: Any])?["unit_amount"] as? Int
            }
            let now = Int(try PracticeFixture.instant("2026-03-10T12:00:00Z").milliseconds / 1000)
            #expect(amounts == [200, 100, 300])
            #expect(told.map { $0["created"] as? Int } == [now, now, now - 300])
            #expect(told.allSatisfy { previous($0)["items"] != nil && previous($0)["status"] == nil })
        }
    }

    @Test func tellsDeletionsButNotPurges() async throws {
        try await withStripe { client in
            let deleted = try await client.change("{\"change\":\"delete\",\"count\":1}")
            let purged = try await client.change("{\"change\":\"purge\",\"count\":1}")
            let first = try #require(deleted.first?["stripe"])
            let second = try #require(purged.first?["stripe"])
            let told = try await events(
                client, "&type=customer.subscription.deleted&created%5Bgte%5D=1773144000")
            #expect(told.map { object($0)["id"] as? String } == [first])
            #expect(told.map { object($0)["status"] as? String } == ["canceled"])
            #expect(told.map { object($0)["ended_at"] as? Int } == [1_773_144_000])
            for id in [first, second] {
                #expect(try await client.call("GET", "/v1/subscriptions/\(id)").status == 404)
            }
            let cursor = try await client.call("GET", "/v1/subscriptions?starting_after=\(first)")
            #expect(cursor.status == 400)
        }
    }
}

@Suite struct StripeFaultTests {
    private func withStripe(_ test: (PracticeClient) async throws -> Void) async throws {
        try await PracticeClient.withCRM { client in
            client.token = "sk_test_practice"
            try await test(client)
        }
    }

    private func page(_ client: PracticeClient, after: String? = nil) async throws -> (
        ids: [String], more: Bool
    ) {
        let cursor = after.map { "&starting_after=\($0)" } ?? ""
        let answer = try await client.call("GET", "/v1/subscriptions?status=all&limit=10\(cursor)")
        #expect(answer.status == 200)
        return (
            answer.rows("data").compactMap { $0["id"] as? String }, answer.object["has_more"] as? Bool == true
        )
    }

    @Test func bendsPagesThoughItsCursorsAreIds() async throws {
        try await withStripe { client in
            let first = try await page(client).ids
            let second = try await page(client, after: first.last).ids
            try await client.fault("pageLoop")
            #expect(try await page(client).ids == first)
            #expect(try await page(client, after: first.last).ids == first)
            #expect(try await page(client, after: first.last).ids == second)
            try await client.fault("duplicateRows")
            #expect(try await page(client).ids == first)
            #expect(
                try await page(client, after: first.last).ids == Array(first.suffix(2) + second.prefix(8)))
            #expect(try await page(client, after: first.last).ids == second)
            try await client.fault("emptyPage")
            let empty = try await page(client)
            #expect(empty.ids.isEmpty && empty.more)
            try await client.fault("changedPageSize")
            #expect(try await page(client).ids == Array(first.prefix(5)))
            try await client.fault("foreignNext")
            let foreign = try await client.call("GET", "/v1/subscriptions")
            #expect((foreign.object["url"] as? String)?.hasPrefix("https://crm.example.net") == true)
        }
    }

    @Test func refusesInStripesWords() async throws {
        try await withStripe { client in
            try await client.fault("throttle", "\"retryAfter\":7")
            let limited = try await client.call("GET", "/v1/customers")
            #expect(limited.status == 429)
            #expect(limited.header("Retry-After") == "7")
            #expect((limited.object["error"] as? [String: Any])?["code"] as? String == "rate_limit")
            try await client.fault("unauthorized")
            #expect(try await client.call("GET", "/v1/customers").status == 401)
            #expect(try await client.call("GET", "/v1/customers").status == 200)
            try await client.fault("unavailable", "\"status\":500")
            let broken = try await client.call("GET", "/v1/customers")
            #expect(broken.status == 500)
            #expect((broken.object["error"] as? [String: Any])?["type"] as? String == "api_error")
            try await client.fault("expireCursor")
            let first = try await page(client).ids
            let gone = try await client.call("GET", "/v1/subscriptions?starting_after=\(first[9])")
            #expect(gone.status == 400)
            #expect((gone.object["error"] as? [String: Any])?["code"] as? String == "resource_missing")
            try await client.fault("hugeField", "\"bytes\":100000")
            let huge = try await client.call("GET", "/v1/subscriptions?limit=2")
            let lengths = huge.rows("data").map {
                (($0["metadata"] as? [String: String])?["partner_id"] ?? "").utf8.count
            }
            #expect(lengths.map { $0 > 100_000 } == [true, false])
        }
    }
}
