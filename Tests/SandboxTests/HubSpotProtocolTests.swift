import Foundation
import Testing

@testable import Sandbox

@Suite struct HubSpotProtocolTests {
    private let deals = "/crm/v3/objects/deals"

    private func withPortal(_ test: (inout PracticeClient) async throws -> Void) async throws {
        try await PracticeClient.withCRM { client in
            client.token = "pat-na1-practice"
            try await test(&client)
        }
    }

    private func ids(_ answer: PracticeClient.Answer) -> [String] {
        answer.rows("results").compactMap { $0["id"] as? String }
    }

    private func walk(_ client: PracticeClient, _ path: String, limit: Int = 40) async throws -> [String] {
        var found: [String] = []
        var after: String?
        repeat {
            let cursor = after.map { "&after=\($0)" } ?? ""
            let answer = try await client.call("GET", "\(path)?limit=\(limit)\(cursor)")
            #expect(answer.status == 200)
            found += ids(answer)
            after = answer.after
        } while after != nil
        return found
    }

    private func search(_ client: PracticeClient, _ filters: String, _ more: String = "") async throws
        -> PracticeClient.Answer
    {
        try await client.call(
            "POST", "\(deals)/search",
            body: "{\"filterGroups\":[{\"filters\":[\(filters)]}],\"limit\":200\(more)}")
    }

    @Test func listsTheSameContractsAsSalesforce() async throws {
        try await PracticeClient.withCRM { client in
            let count = try await client.query("SELECT COUNT() FROM Contract").object["totalSize"] as? Int
            client.token = "pat-na1-practice"
            let found = try await walk(client, deals)
            #expect(found.count == count)
            #expect(Set(found).count == count)
            #expect(try await walk(client, "/crm/objects/2026-03/0-3", limit: 100) == found)
            let answer = try await client.call(
                "GET", "\(deals)?limit=1&properties=fw_status,nope,fw_cancelled_on&associations=companies")
            let row = try #require(answer.rows("results").first)
            let properties = try #require(row["properties"] as? [String: Any])
            #expect(properties["hs_object_id"] as? String == row["id"] as? String)
            #expect(properties["fw_cancelled_on"] is NSNull)
            #expect(properties["nope"] == nil)
            #expect(properties["amount"] == nil)
            #expect((row["updatedAt"] as? String)?.hasSuffix("Z") == true)
            #expect(answer.header("X-HubSpot-RateLimit-Max") == "190")
            #expect(try await client.call("GET", "\(deals)?limit=101").status == 400)
            #expect(try await client.call("GET", "/crm/v3/objects/gadgets").status == 400)
        }
    }

    @Test func refusesStrangersAndRefreshesTokens() async throws {
        try await withPortal { client in
            client.token = "made-up"
            let stranger = try await client.call("GET", deals)
            #expect(stranger.status == 401)
            #expect(stranger.object["category"] as? String == "INVALID_AUTHENTICATION")
            client.token = nil
            let form = "grant_type=refresh_token&client_id=practice&client_secret=s3cret&refresh_token="
            let wrong = try await client.call("POST", "/oauth/v1/token", body: form + "x")
            #expect(wrong.status == 400)
            #expect(wrong.object["status"] as? String == "BAD_REFRESH_TOKEN")
            let answer = try await client.call("POST", "/oauth/v1/token", body: form + "practice-refresh")
            #expect(answer.object["expires_in"] as? Int == 1800)
            client.token = answer.object["access_token"] as? String
            #expect(try await client.call("GET", deals).status == 200)
            try await client.fault("unauthorized")
            for _ in 0..<2 {
                let expired = try await client.call("GET", deals)
                #expect(expired.object["category"] as? String == "EXPIRED_AUTHENTICATION")
            }
            client.token = "pat-na1-practice"
            try await client.fault("throttle")
            let limited = try await client.call("GET", deals)
            #expect(limited.status == 429)
            #expect(limited.object["policyName"] as? String == "TEN_SECONDLY_ROLLING")
            #expect(limited.header("Retry-After") == nil)
        }
    }

    @Test func searchesByEveryOperator() async throws {
        try await withPortal { client in
            let all = try await walk(client, deals)
            func total(_ filter: String) async throws -> Int {
                let answer = try await search(client, filter)
                #expect(answer.status == 200, "\(answer.text)")
                return try #require(answer.object["total"] as? Int)
            }
            func filter(_ name: String, _ operation: String, _ rest: String) -> String {
                "{\"propertyName\":\"\(name)\",\"operator\":\"\(operation)\"\(rest)}"
            }
            for (first, second) in [
                (
                    filter("fw_status", "EQ", ",\"value\":\"activated\""),
                    filter("fw_status", "NEQ", ",\"value\":\"Activated\"")
                ),
                (
                    filter("amount", "GT", ",\"value\":\"9000.5\""),
                    filter("amount", "LTE", ",\"value\":\"9000.50\"")
                ),
                (
                    filter("fw_ends_on", "LT", ",\"value\":\"2026-07-01\""),
                    filter("fw_ends_on", "GTE", ",\"value\":\"1782864000000\"")
                ),
                (filter("fw_renews_id", "HAS_PROPERTY", ""), filter("fw_renews_id", "NOT_HAS_PROPERTY", "")),
                (
                    filter("dealstage", "IN", ",\"values\":[\"renewed\"]"),
                    filter("dealstage", "NOT_IN", ",\"values\":[\"renewed\"]")
                ),
            ] {
                let counts = (try await total(first), try await total(second))
                #expect(counts.0 + counts.1 == all.count, "\(first)")
                #expect(counts.0 > 0 && counts.1 > 0, "\(first)")
            }
            let between = filter(
                "hs_object_id", "BETWEEN", ",\"value\":\"\(all[3])\",\"highValue\":\"\(all[9])\"")
            #expect(try await total(between) == 7)
            let wrong = try await search(client, filter("nope", "EQ", ",\"value\":\"1\""))
            #expect(wrong.object["category"] as? String == "VALIDATION_ERROR")
            let keyset = try await search(
                client, filter("hs_object_id", "GT", ",\"value\":\"\(all[4])\""),
                ",\"sorts\":[{\"propertyName\":\"hs_object_id\",\"direction\":\"ASCENDING\"}]")
            #expect(ids(keyset) == Array(all[5...].prefix(200)))
            #expect(keyset.header("X-HubSpot-RateLimit-Max") == nil)
            let wall = try await client.call(
                "POST", "\(deals)/search", body: "{\"limit\":200,\"after\":\"9801\"}")
            #expect(wall.status == 400)
        }
    }

    @Test func searchTrailsBehindByTheLag() async throws {
        try await withPortal { client in
            try await client.moveClock(to: "2026-01-06T12:00:00Z")
            let edited = try await client.change("{\"change\":\"edit\",\"amount\":100}")
            let id = try #require(edited.first?["hubspot"])
            let filter = "{\"propertyName\":\"hs_object_id\",\"operator\":\"EQ\",\"value\":\"\(id)\"}"
            #expect(ids(try await search(client, filter)) == [id])
            #expect(
                try await client.control("POST", "knobs", body: "{\"searchLagSeconds\":60}").status == 200)
            #expect(ids(try await search(client, filter)) == [])
            try await client.moveClock(to: "2026-01-06T12:01:00Z")
            #expect(ids(try await search(client, filter)) == [id])
        }
    }

    @Test func archivesMergesAndReadsBatches() async throws {
        try await withPortal { client in
            try await client.moveClock(to: "2026-01-06T12:00:00Z")
            let archived = try await client.change("{\"change\":\"delete\",\"count\":1}")
            let gone = try #require(archived.first?["hubspot"])
            let list = try await client.call("GET", "\(deals)?archived=True")
            #expect(ids(list) == [gone])
            let row = try #require(list.rows("results").first)
            #expect(row["archivedAt"] as? String == "2026-01-06T12:00:00Z")
            #expect((row["updatedAt"] as? String)?.hasPrefix("2026-01-0") == true)
            #expect(row["updatedAt"] as? String != row["archivedAt"] as? String)
            let known = try await walk(client, deals)
            #expect(!known.contains(gone))
            let batch = try await client.call(
                "POST", "\(deals)/batch/read",
                body:
                    "{\"inputs\":[{\"id\":\"\(known[0])\"},{\"id\":\"\(gone)\"}],\"properties\":[\"amount\"]}"
            )
            #expect(batch.status == 207)
            #expect(ids(batch) == [known[0]])
            #expect(batch.object["numErrors"] as? Int == 1)

            let partners = try await search(
                client, "{\"propertyName\":\"fw_partner_id\",\"operator\":\"HAS_PROPERTY\"}",
                ",\"properties\":[\"fw_partner_id\"]")
            let owners = Set(
                partners.rows("results").compactMap {
                    ($0["properties"] as? [String: Any])?["fw_partner_id"] as? String
                }
            ).sorted()
            let (loser, winner) = (owners[0], owners[1])
            try await client.change(
                "{\"change\":\"merge\",\"object\":\"Account\",\"ids\":[\"\(loser)\"],\"into\":\"\(winner)\"}")
            let alias = try await client.call(
                "GET", "/crm/v3/objects/companies/\(loser)?properties=hs_merged_object_ids")
            #expect(alias.object["id"] as? String == winner)
            #expect(
                (alias.object["properties"] as? [String: Any])?["hs_merged_object_ids"] as? String == loser)
            let orphans = try await search(
                client, "{\"propertyName\":\"fw_partner_id\",\"operator\":\"EQ\",\"value\":\"\(loser)\"}")
            #expect(orphans.object["total"] as? Int == 0)
        }
    }

    @Test func tellsAssociationsByTypeAndDescribesItself() async throws {
        try await withPortal { client in
            let first = try await client.call(
                "GET", "\(deals)?limit=1&properties=fw_partner_id,fw_customer_id")
            let id = try #require(ids(first).first)
            let properties = try #require(first.rows("results").first?["properties"] as? [String: Any])
            let answer = try await client.call(
                "POST", "/crm/v4/associations/deals/companies/batch/read",
                body: "{\"inputs\":[{\"id\":\"\(id)\"},{\"id\":\"1\"}]}")
            #expect(answer.status == 207)
            let to = try #require(answer.rows("results").first?["to"] as? [[String: Any]])
            func target(_ type: Int) -> String? {
                for item in to {
                    let types = item["associationTypes"] as? [[String: Any]] ?? []
                    if types.contains(where: { $0["typeId"] as? Int == type }) {
                        return item["toObjectId"] as? String
                    }
                }
                return nil
            }
            #expect(target(91) == properties["fw_partner_id"] as? String)
            #expect(target(5) == properties["fw_customer_id"] as? String)
            for (from, to, numbers) in [
                ("deals", "companies", [341, 5, 91]), ("companies", "deals", [342, 6, 92]),
                ("deals", "deals", []),
            ] {
                let labels = try await client.call("GET", "/crm/v4/associations/\(from)/\(to)/labels")
                #expect(labels.status == 200)
                #expect(labels.rows("results").compactMap { $0["typeId"] as? Int } == numbers)
            }
            let described = try await client.call("GET", "/crm/v3/properties/deals")
            let health = described.rows("results").first { $0["name"] as? String == "fw_health" }
            #expect(health?["calculated"] as? Bool == true)
            let pipelines = try await client.call("GET", "/crm/v3/pipelines/deals")
            let stages = try #require(pipelines.rows("results").first?["stages"] as? [[String: Any]])
            let closed = stages.map { ($0["metadata"] as? [String: String])?["isClosed"] ?? "" }
            #expect(closed == ["false", "false", "true", "true"])
            let details = try await client.call("GET", "/account-info/v3/details")
            #expect(details.object["companyCurrency"] as? String == "EUR")
            #expect(try await client.call("GET", "/crm/v3/nothing").status == 404)
        }
    }

    @Test func bendsItsPages() async throws {
        try await withPortal { client in
            let all = try await walk(client, deals)
            try await client.fault("emptyPage")
            #expect(try await walk(client, deals) == all)
            try await client.fault("changedPageSize")
            #expect(try await walk(client, deals) == all)
            try await client.fault("duplicateRows")
            let doubled: [String] = Array(all.prefix(40)) + Array(all.dropFirst(38))
            #expect(try await walk(client, deals) == doubled)
            try await client.fault("pageLoop")
            #expect(try await client.call("GET", "\(deals)?limit=5").after == "0")
            try await client.fault("expireCursor")
            #expect(try await client.call("GET", deals).status == 200)
            #expect(try await client.call("GET", "\(deals)?after=\(all[0])").status == 400)
        }
    }
}
