import Foundation
import Testing

@testable import Sandbox

@Suite struct DataverseProtocolTests {
    private let contracts = "/api/data/v9.2/fw_contracts"

    private func withEnvironment(_ test: (inout PracticeClient) async throws -> Void) async throws {
        try await PracticeClient.withCRM { client in
            try await client.enter()
            try await test(&client)
        }
    }

    private func ids(_ answer: PracticeClient.Answer) -> [String] {
        answer.rows("value").compactMap { $0["fw_contractid"] as? String }
    }

    /// All rows of a chain of pages, and its last answer.
    private func walk(
        _ client: PracticeClient, _ path: String, prefer: String = "odata.maxpagesize=40"
    ) async throws -> (rows: [[String: Any]], last: PracticeClient.Answer) {
        var rows: [[String: Any]] = []
        var answer = try await client.call("GET", path, headers: ["Prefer": prefer])
        while true {
            #expect(answer.status == 200, "\(answer.text)")
            rows += answer.rows("value")
            guard let next = answer.object["@odata.nextLink"] as? String else { return (rows, answer) }
            #expect(next.hasPrefix(client.base))
            answer = try await client.call("GET", next, headers: ["Prefer": prefer])
        }
    }

    private func count(_ client: PracticeClient, _ filter: String) async throws -> Int {
        let path = "\(contracts)?$select=fw_name&$filter=\(client.encoded(filter))"
        let answer = try await client.call("GET", path)
        #expect(answer.status == 200, "\(filter): \(answer.text)")
        return answer.rows("value").count
    }

    @Test func listsTheSameContractsAsSalesforce() async throws {
        try await PracticeClient.withCRM { client in
            let expected = try await client.query("SELECT COUNT() FROM Contract").object["totalSize"] as? Int
            try await client.enter()
            let (rows, last) = try await walk(
                client, "\(contracts)?$select=fw_annualamount&$orderby=modifiedon%20desc,fw_contractid")
            #expect(rows.count == expected)
            #expect(Set(rows.compactMap { $0["fw_contractid"] as? String }).count == expected)
            #expect(Set(rows[0].keys) == ["@odata.etag", "fw_contractid", "fw_annualamount"])
            #expect(last.header("OData-Version") == "4.0")
            #expect(last.header("Preference-Applied") == "odata.maxpagesize=40")
            let counted = try await client.call("GET", "\(contracts)?$count=true&$top=3")
            #expect(counted.rows("value").count == 3)
            let accounts = try await client.call(
                "GET", "/api/data/v9.2/accounts?$filter=fw_type%20eq%20'Partner'")
            #expect(accounts.rows("value").count == 40)
            let one = try #require(accounts.rows("value").first?["accountid"] as? String)
            #expect(
                try await client.call("GET", "/api/data/v9.2/accounts(\(one))").object["accountid"] as? String
                    == one)
            let none = try await client.call(
                "GET", "/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)")
            #expect(none.odataCode == "0x80040217")
        }
    }

    @Test func filtersAndTheirNegationsAddUp() async throws {
        try await withEnvironment { client in
            let all = try await count(client, "statecode ge 0")
            #expect(all > 150)
            let row = try #require(try await client.call("GET", "\(contracts)?$top=1").rows("value").first)
            let partner = try #require(row["_fw_partnerid_value"] as? String)
            for filter in [
                "fw_annualamount gt 9000.50", "_fw_renewsid_value eq null",
                "_fw_partnerid_value eq \(partner)",
                "modifiedon le 2026-01-04T20:00:00Z", "fw_endson lt 2026-07-01",
                "statuscode eq 1 and (fw_discount le 10 or fw_annualamount ge 20000)",
                "contains(fw_name,'a') or endswith(fw_name,'''')",
                "Microsoft.Dynamics.CRM.In(PropertyName='statuscode',PropertyValues=['2','4'])",
            ] {
                let matching = try await count(client, filter)
                let others = try await count(client, "not (\(filter))")
                #expect(matching + others == all, "\(filter)")
                #expect(matching > 0, "\(filter)")
            }
            for wrong in [
                "$filter=nope%20eq%201", "$filter=statecode%20eq%20'x'", "$filter=statecode%20eq", "$skip=5",
                "$filter=(statecode%20eq%201", "$select=nope", "$orderby=modifiedon%20up", "$top=0",
            ] {
                let answer = try await client.call("GET", "\(contracts)?\(wrong)")
                #expect(answer.status == 400, "\(wrong)")
                #expect(answer.odataCode == "0x80060888", "\(wrong)")
            }
        }
    }

    @Test func tracksChangesAndDeletions() async throws {
        try await withEnvironment { client in
            try await client.moveClock(to: "2026-01-06T12:00:00Z")
            let prefer = "odata.track-changes,odata.maxpagesize=100"
            let path = "\(contracts)?$select=fw_annualamount,fw_health"
            let (rows, last) = try await walk(client, path, prefer: prefer)
            let link = try #require(last.object["@odata.deltaLink"] as? String)
            #expect(ids(try await client.call("GET", link)) == [])
            let gone = try await client.change("{\"change\":\"delete\"}")
            let edit =
                "{\"change\":\"edit\",\"ids\":[\"\(try #require(rows[5]["fw_contractid"]))\"],\"amount\":777}"
            let edited = try await client.change(edit)
            try await client.change("{\"change\":\"formula\",\"count\":3,\"health\":1}")
            let changes = try await client.call("GET", link)
            let found = changes.rows("value")
            #expect(found.count == 2)
            #expect(found[0]["fw_contractid"] as? String == edited.first?["dataverse"])
            #expect(found[0]["fw_annualamount"] as? Double == 7.77)
            #expect(found[1]["id"] as? String == gone.first?["dataverse"])
            #expect(found[1]["reason"] as? String == "deleted")
            #expect(
                (found[1]["@odata.context"] as? String)?.hasSuffix("#fw_contracts/$deletedEntity") == true)
            // A second edit in the same second is a change again.
            let second = try #require(changes.object["@odata.deltaLink"] as? String)
            try await client.change(edit.replacingOccurrences(of: "777", with: "888"))
            let again = try await client.call("GET", second)
            #expect(again.rows("value").first?["fw_annualamount"] as? Double == 8.88)
            let narrowed = try await client.call(
                "GET", "\(contracts)?$top=5", headers: ["Prefer": "odata.track-changes"])
            #expect(narrowed.status == 400)
            try await client.moveClock(to: "2026-01-13T12:00:01Z")
            let expired = try await client.call("GET", second)
            #expect(expired.status == 410)
            #expect(expired.odataCode == "0x80044352")
        }
    }

    @Test func aFirstReadMissesWhatChangesMeanwhile() async throws {
        try await withEnvironment { client in
            try await client.moveClock(to: "2026-01-06T12:00:00Z")
            let prefer = ["Prefer": "odata.track-changes,odata.maxpagesize=100"]
            let first = try await client.call("GET", "\(contracts)?$select=fw_annualamount", headers: prefer)
            let id = try #require(ids(first).first)
            try await client.change("{\"change\":\"edit\",\"ids\":[\"\(id)\"],\"amount\":777}")
            var answer = first
            while let next = answer.object["@odata.nextLink"] as? String {
                answer = try await client.call("GET", next, headers: prefer)
            }
            let link = try #require(answer.object["@odata.deltaLink"] as? String)
            #expect(ids(try await client.call("GET", link)) == [])
            let modified = "modifiedon%20ge%202026-01-06T12:00:00Z"
            #expect(ids(try await client.call("GET", "\(contracts)?$filter=\(modified)")) == [id])
        }
    }

    @Test func keepsTheLoserOfAMerge() async throws {
        try await withEnvironment { client in
            let partners = try await client.call(
                "GET", "/api/data/v9.2/accounts?$filter=fw_type%20eq%20'Partner'&$top=2")
            let keys = partners.rows("value").compactMap { $0["accountid"] as? String }
            try await client.change("{\"change\":\"merge\",\"ids\":[\"\(keys[0])\"],\"into\":\"\(keys[1])\"}")
            let loser = try await client.call("GET", "/api/data/v9.2/accounts(\(keys[0]))")
            #expect(loser.object["merged"] as? Bool == true)
            #expect(loser.object["_masterid_value"] as? String == keys[1])
            #expect(loser.object["statecode"] as? Int == 1)
            #expect(loser.object["modifiedon"] as? String == "2026-01-05T00:00:00Z")
            #expect(try await count(client, "_fw_partnerid_value eq \(keys[0])") == 0)
        }
    }

    @Test func describesItsTables() async throws {
        try await withEnvironment { client in
            let tables = try await client.call(
                "GET",
                "/api/data/v9.2/EntityDefinitions?$select=EntitySetName,ChangeTrackingEnabled"
                    + "&$filter=LogicalName%20eq%20'fw_contract'")
            let table = try #require(tables.rows("value").first)
            #expect(tables.rows("value").count == 1)
            #expect(table["EntitySetName"] as? String == "fw_contracts")
            #expect(table["ChangeTrackingEnabled"] as? Bool == true)
            let columns = try await client.call(
                "GET", "/api/data/v9.2/EntityDefinitions(LogicalName='fw_contract')/Attributes")
            let lookup = columns.rows("value").first { $0["LogicalName"] as? String == "fw_partnerid" }
            #expect(lookup?["AttributeType"] as? String == "Lookup")
            #expect(try await client.call("GET", "/api/data/v9.2/WhoAmI").object["UserId"] is String)
            #expect(try await client.call("GET", "/api/data/v9.2/gadgets").status == 404)
            let currency = try await client.call("GET", "/api/data/v9.2/transactioncurrencies")
            #expect(currency.rows("value").first?["isocurrencycode"] as? String == "EUR")
        }
    }

    @Test func refusesAndMisbehavesInItsOwnWords() async throws {
        try await withEnvironment { client in
            for (form, number) in [
                ("grant_type=client_credentials&client_id=x&client_secret=s3cret&scope=a/.default", 700_016),
                (
                    "grant_type=client_credentials&client_id=practice&client_secret=x&scope=a/.default",
                    7_000_215
                ),
                ("grant_type=client_credentials&client_id=practice&client_secret=s3cret", 70011),
            ] {
                let answer = try await client.call("POST", "/t/oauth2/v2.0/token", body: form)
                #expect(answer.object["error_codes"] as? [Int] == [number])
            }
            let form =
                "grant_type=client_credentials&client_id=practice&client_secret=s3cret&scope=a/.default"
            #expect(try await client.call("POST", "/practice/oauth2/v2.0/token", body: form).status == 200)
            try await client.fault("throttle")
            let limited = try await client.call("GET", contracts)
            #expect(limited.status == 429)
            #expect(limited.odataCode == "0x80072322")
            #expect(limited.header("Retry-After") == "1")
            try await client.fault("foreignNext")
            let foreign = try await client.call("GET", contracts)
            #expect(
                (foreign.object["@odata.nextLink"] as? String)?.hasPrefix("https://crm.example.net/") == true)
            try await client.fault("emptyPage")
            let (rows, _) = try await walk(client, contracts)
            #expect(Set(rows.compactMap { $0["fw_contractid"] as? String }).count == rows.count)
            try await client.fault("unauthorized")
            let expired = try await client.call("GET", contracts)
            #expect(expired.status == 401)
            #expect(expired.header("WWW-Authenticate")?.hasPrefix("Bearer authorization_uri=") == true)
            #expect(try await client.call("GET", contracts).status == 401)
        }
    }
}
