import Foundation
import Model
import Testing

@testable import Sandbox

/// The practice CRM's Salesforce over real HTTP.
@Suite struct PracticeCRMTests {
    @Test func aPortThatIsTakenIsTold() async throws {
        try await PracticeClient.withCRM { client in
            let port = try #require(client.base.split(separator: ":").last.flatMap { Int($0) })
            let second = try PracticeCRM(
                configuration: PracticeFixture.configuration(), seed: 2, port: port,
                credentials: PracticeCredentials(
                    clientID: "practice", clientSecret: "s3cret", controlToken: "control"),
                onRunning: { _ in })
            let error = await #expect(throws: PracticePortInUse.self) { try await second.run() }
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        }
    }

    @Test func refusesWrongCredentialsAndForeignTokens() async throws {
        try await PracticeClient.withCRM { client in
            for (form, code) in [
                ("grant_type=password&client_id=practice&client_secret=s3cret", "unsupported_grant_type"),
                ("grant_type=client_credentials&client_id=x&client_secret=s3cret", "invalid_client_id"),
                ("grant_type=client_credentials&client_id=practice&client_secret=x", "invalid_client"),
            ] {
                let answer = try await client.call("POST", "/services/oauth2/token", body: form)
                #expect(answer.status == 400)
                #expect(answer.object["error"] as? String == code)
            }
            let basic = try await client.call(
                "POST", "/services/oauth2/token", body: "grant_type=client_credentials",
                headers: ["Authorization": "Basic " + Data("practice:s3cret".utf8).base64EncodedString()])
            #expect(basic.status == 200)
            client.token = "made-up"
            let answer = try await client.query("SELECT Id FROM Account")
            #expect(answer.status == 401)
            #expect(answer.errorCode == "INVALID_SESSION_ID")
            #expect(try await client.call("GET", "/practice/truth").status == 401)
        }
    }

    @Test func pagesThroughEveryContractOnce() async throws {
        try await PracticeClient.withCRM { client in
            var answer = try await client.control("POST", "clock", body: "{\"now\":\"2026-12-01T09:15:00Z\"}")
            #expect(answer.status == 200)
            let small = ["Sforce-Query-Options": "batchSize=200"]
            answer = try await client.query(
                "SELECT Id, EndDate, AnnualAmount__c, SystemModstamp FROM Contract ORDER BY SystemModstamp, Id",
                headers: small)
            #expect(answer.header("Date") == "Tue, 01 Dec 2026 09:15:00 GMT")
            #expect(answer.header("Sforce-Limit-Info")?.hasPrefix("api-usage=") == true)
            let total = try #require(answer.object["totalSize"] as? Int)
            #expect(total > 200)
            var ids: [String] = []
            while true {
                let records = try #require(answer.object["records"] as? [[String: Any]])
                ids += records.compactMap { $0["Id"] as? String }
                let first = try #require(records.first)
                let attributes = try #require(first["attributes"] as? [String: Any])
                #expect(attributes["type"] as? String == "Contract")
                #expect((first["SystemModstamp"] as? String)?.hasSuffix(":00.000+0000") != nil)
                guard let next = answer.object["nextRecordsUrl"] as? String else { break }
                #expect(answer.object["done"] as? Bool == false)
                #expect(next.hasPrefix("/services/data/v61.0/query/01g"))
                answer = try await client.call("GET", next, headers: small)
            }
            #expect(answer.object["done"] as? Bool == true)
            #expect(ids.count == total)
            #expect(Set(ids).count == total)
        }
    }

    @Test func speaksErrorsInArraysAndDescribesItsObjects() async throws {
        try await PracticeClient.withCRM { client in
            for (soql, code) in [
                ("SELECT Id FROM Opportunity", "INVALID_TYPE"), ("SELECT Nope FROM Account", "INVALID_FIELD"),
                ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
            ] {
                let answer = try await client.query(soql)
                #expect(answer.status == 400)
                #expect(answer.errorCode == code)
            }
            let locator = try await client.call("GET", "/services/data/v61.0/query/01gNone-200")
            #expect(locator.errorCode == "INVALID_QUERY_LOCATOR")
            let count = try await client.query("SELECT COUNT() FROM Account WHERE Type = 'Partner'")
            #expect(count.object["totalSize"] as? Int == 40)
            let described = try await client.call("GET", "/services/data/v61.0/sobjects/Contract/describe")
            let fields = try #require(described.object["fields"] as? [[String: Any]])
            #expect(
                fields.contains {
                    $0["name"] as? String == "SystemModstamp" && $0["filterable"] as? Bool == true
                })
            #expect(try await client.call("GET", "/services/data/v61.0/limits/").status == 200)
            #expect(try await client.call("GET", "/services/data/").status == 200)
            #expect(try await client.call("GET", "/services/data/v61.0/composite").errorCode == "NOT_FOUND")
        }
    }

    @Test func misbehavesOnDemandAndRecovers() async throws {
        try await PracticeClient.withCRM { client in
            func ask(_ kind: String) async throws -> PracticeClient.Answer {
                let added = try await client.control(
                    "POST", "faults", body: "{\"kind\":\"\(kind)\",\"count\":1}")
                #expect(added.status == 200)
                return try await client.query("SELECT Id FROM Contract")
            }
            #expect(try await ask("throttle").errorCode == "REQUEST_LIMIT_EXCEEDED")
            #expect(try await ask("unavailable").status == 503)
            #expect(try await ask("html").json == nil)
            #expect(try await ask("slow").status == 200)
            let loop = try await ask("pageLoop")
            #expect((loop.object["nextRecordsUrl"] as? String)?.hasSuffix("-0") == true)
            let foreign = try await ask("foreignNext")
            #expect((foreign.object["nextRecordsUrl"] as? String)?.hasPrefix("https://") == true)
            await #expect(throws: URLError.self) { _ = try await ask("truncate") }
            #expect(try await ask("unauthorized").errorCode == "INVALID_SESSION_ID")
            #expect(try await client.query("SELECT Id FROM Contract").status == 401)
            try await client.logIn()
            #expect(try await client.query("SELECT Id FROM Contract").status == 200)
            let wrong = try await client.control("POST", "faults", body: "{\"kind\":\"gremlin\",\"count\":1}")
            #expect(wrong.status == 400)
        }
    }

    @Test func recordsTermsAndTellsTheTruth() async throws {
        try await PracticeClient.withCRM { client in
            let account = try await client.query("SELECT Id FROM Account LIMIT 1")
            let records = try #require(account.object["records"] as? [[String: Any]])
            let partner = try #require(records.first?["Id"] as? String)
            let body = "[{\"partner\":\"\(partner)\",\"plan\":\"retention-bonus\"}]"
            let first = try await client.control("POST", "terms", body: body)
            #expect(first.object["changed"] as? Int == 1)
            let again = try await client.control("POST", "terms", body: body)
            #expect(again.object["changed"] as? Int == 0)
            let status = try await client.control("GET", "status")
            #expect(status.object["partnersByPlan"] as? [String: Int] == ["retention-bonus": 1])
            let answer = try await client.control("GET", "truth")
            let truth = try JSONDecoder().decode(Truth.self, from: answer.body)
            #expect(truth.effects.map(\.label) == [.gain, .harm])
            let back = try await client.control("POST", "clock", body: "{\"now\":\"2020-01-01T00:00:00Z\"}")
            #expect(back.status == 409)
        }
    }
}
