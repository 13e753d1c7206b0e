import Crypto
import CryptoExtras
import Foundation
import Model
import Testing

@testable import Sandbox

/// What Salesforce offers beyond plain queries.
@Suite struct SalesforceProtocolTests {
    @Test func countsTheLatestStampAndTheVersions() async throws {
        try await PracticeClient.withCRM { client in
            let rows = try await client.query("SELECT Id, SystemModstamp, Renews__c FROM Contract")
            let stamps = rows.rows("records").compactMap { $0["SystemModstamp"] as? String }
            let answer = try await client.query(
                "SELECT MAX(SystemModstamp) latest, MIN(SystemModstamp), COUNT(Renews__c) FROM Contract")
            let record = try #require(answer.rows("records").first)
            #expect(record["latest"] as? String == stamps.max())
            #expect(record["expr1"] as? String == stamps.min())
            let renewals = rows.rows("records").filter { $0["Renews__c"] is String }
            #expect(record["expr2"] as? Int == renewals.count)
            let mixed = try await client.query("SELECT Id, MAX(SystemModstamp) FROM Contract")
            #expect(mixed.errorCode == "MALFORMED_QUERY")
            let versions = try #require(
                try await client.call("GET", "/services/data").json as? [[String: String]])
            #expect(versions.contains { $0["version"] == "61.0" && $0["url"] == "/services/data/v61.0" })
            #expect(try await client.call("GET", "/services/data/v30.0/limits").errorCode == "NOT_FOUND")
        }
    }

    @Test func aVersionTellsItsResourcesAndWhoIsSignedIn() async throws {
        try await PracticeClient.withCRM { client in
            for path in ["/services/data/v61.0/", "/services/data/v61.0"] {
                let answer = try await client.call("GET", path)
                #expect(answer.object["query"] as? String == "/services/data/v61.0/query")
                #expect(answer.header("Sforce-Limit-Info")?.hasPrefix("api-usage=") == true)
                let identity = try #require(answer.object["identity"] as? String)
                #expect(identity.hasPrefix("\(client.base)/id/00D"))
                let user = try await client.call("GET", "/services/oauth2/userinfo")
                #expect(user.object["sub"] as? String == identity)
                #expect(identity.hasSuffix("/\(user.object["user_id"] as? String ?? "none")"))
            }
            #expect(try await client.call("GET", "/services/data/v30.0/").errorCode == "NOT_FOUND")
            client.token = "gone"
            #expect(try await client.call("GET", "/services/data/v61.0/").errorCode == "INVALID_SESSION_ID")
            #expect(try await client.call("GET", "/services/oauth2/userinfo").status == 401)
        }
    }

    @Test func runsABulkJobToItsEnd() async throws {
        try await PracticeClient.withCRM { client in
            let jobs = "/services/data/v61.0/jobs/query"
            let soql = "SELECT Id, CancelledDate__c, SystemModstamp FROM Contract"
            let created = try await client.call(
                "POST", jobs, body: "{\"operation\":\"query\",\"query\":\"\(soql)\"}")
            let id = try #require(created.object["id"] as? String)
            #expect(id.hasPrefix("750"))
            #expect(created.object["state"] as? String == "UploadComplete")
            #expect(try await client.call("GET", "\(jobs)/\(id)/results").errorCode == "INVALIDJOBSTATE")
            #expect(try await client.call("GET", "\(jobs)/\(id)").object["state"] as? String == "InProgress")
            let done = try await client.call("GET", "\(jobs)/\(id)")
            #expect(done.object["state"] as? String == "JobComplete")
            let total = try #require(done.object["numberRecordsProcessed"] as? Int)
            var lines: [String] = []
            var locator: String?
            var told = 0
            repeat {
                let cursor = locator.map { "&locator=\(client.encoded($0))" } ?? ""
                let chunk = try await client.call("GET", "\(jobs)/\(id)/results?maxRecords=70\(cursor)")
                #expect(chunk.header("Content-Type")?.hasPrefix("text/csv") == true)
                told += Int(chunk.header("Sforce-NumberOfRecords") ?? "") ?? 0
                let rows = chunk.text.split(separator: "\n").map(String.init)
                #expect(rows.first == "\"Id\",\"CancelledDate__c\",\"SystemModstamp\"")
                lines += rows.dropFirst()
                locator = chunk.header("Sforce-Locator")
            } while locator != "null"
            #expect(told == total)
            #expect(lines.count == total)
            #expect(lines.allSatisfy { $0.hasSuffix(".000Z\"") && $0.contains(",\"\",") })
            let rest = try await client.query("SELECT COUNT() FROM Contract")
            #expect(rest.object["totalSize"] as? Int == total)
            let other = try await client.call("GET", "/services/data/v60.0/jobs/query/\(id)")
            #expect(other.status == 409)
            #expect(try await client.call("GET", jobs).rows("records").first?["id"] as? String == id)
            #expect(try await client.call("DELETE", "\(jobs)/\(id)").status == 204)
            #expect(try await client.call("GET", "\(jobs)/\(id)").status == 404)
        }
    }

    @Test func refusesWhatBulkJobsCannotRun() async throws {
        try await PracticeClient.withCRM { client in
            let jobs = "/services/data/v61.0/jobs/query"
            let wrong = try await client.call(
                "POST", jobs, body: "{\"operation\":\"query\",\"query\":\"SELECT Nope FROM Contract\"}")
            #expect(wrong.errorCode == "API_ERROR")
            let count = try await client.call(
                "POST", jobs, body: "{\"operation\":\"query\",\"query\":\"SELECT COUNT() FROM Contract\"}")
            let id = try #require(count.object["id"] as? String)
            let failed = try await client.call("GET", "\(jobs)/\(id)")
            #expect(failed.object["state"] as? String == "Failed")
            #expect((failed.object["errorMessage"] as? String)?.contains("not supported in Bulk") == true)
        }
    }

    @Test func tellsWhatWasDeletedAndUpdated() async throws {
        try await PracticeClient.withCRM { client in
            try await client.moveClock(to: "2026-01-20T12:00:00Z")
            let gone = try await client.change("{\"change\":\"delete\",\"count\":2}").compactMap {
                $0["salesforce"]
            }
            let purged = try await client.change("{\"change\":\"purge\",\"count\":1}").compactMap {
                $0["salesforce"]
            }
            try await client.moveClock(to: "2026-01-20T12:05:00Z")
            let live = try await client.query("SELECT Id FROM Contract WHERE IsDeleted = true")
            #expect(live.object["totalSize"] as? Int == 0)
            let bin = try await client.query(
                "SELECT Id, SystemModstamp FROM Contract WHERE IsDeleted = true", all: true)
            #expect(Set(bin.rows("records").compactMap { $0["Id"] as? String }) == Set(gone))
            #expect(
                bin.rows("records").allSatisfy {
                    $0["SystemModstamp"] as? String == "2026-01-20T12:00:00.000+0000"
                })
            let span = "start=2026-01-20T11:00:00%2B00:00&end=2026-01-20T12:05:00%2B00:00"
            let objects = "/services/data/v61.0/sobjects/Contract"
            let deleted = try await client.call("GET", "\(objects)/deleted/?\(span)")
            let ids = deleted.rows("deletedRecords").compactMap { $0["id"] as? String }
            #expect(Set(ids) == Set(gone + purged))
            #expect(deleted.object["earliestDateAvailable"] as? String == "2026-01-05T12:05:00.000+0000")
            #expect(deleted.object["latestDateCovered"] as? String == "2026-01-20T12:05:00.000+0000")
            try await client.change("{\"change\":\"undelete\",\"ids\":[\"\(gone[0])\"]}")
            let updated = try await client.call(
                "GET", "\(objects)/updated/?start=2026-01-20T12:04:00Z&end=2026-01-20T12:06:00Z")
            #expect(updated.object["ids"] as? [String] == [gone[0]])
            let old = try await client.call(
                "GET", "\(objects)/deleted/?start=2025-12-01T00:00:00Z&end=2026-01-20T00:00:00Z")
            #expect(old.errorCode == "INVALID_REPLICATION_DATE")
            #expect(try await client.call("GET", "\(objects)/\(gone[0])").object["Id"] as? String == gone[0])
            #expect(try await client.call("GET", "\(objects)/\(gone[1])").errorCode == "ENTITY_IS_DELETED")
        }
    }

    @Test func refreshesAndSignsInByAssertion() async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let other = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let check = AssertionCheck(key: key.publicKey.pemRepresentation) {
            Instant(milliseconds: 1_800_000_000_000)
        }
        try await PracticeClient.withCRM(assertions: check) { client in
            let soon = 1_800_000_120
            func ask(_ form: String) async throws -> PracticeClient.Answer {
                try await client.call("POST", "/services/oauth2/token", body: form)
            }
            func assertion(
                by key: _RSA.Signing.PrivateKey, audience: String = "https://login.salesforce.com",
                expiry: Int,
                subject: String = "fairway@practice.example"
            ) throws -> String {
                let parts = [
                    "{\"alg\":\"RS256\"}",
                    "{\"iss\":\"practice\",\"sub\":\"\(subject)\",\"aud\":\"\(audience)\",\"exp\":\(expiry)}",
                ].map { base64URL(Data($0.utf8)) }
                let signed = parts.joined(separator: ".")
                let signature = try key.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
                return "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
                    + signed + "." + base64URL(signature.rawRepresentation)
            }
            #expect(try await ask(assertion(by: key, expiry: soon)).object["access_token"] is String)
            #expect(try await ask(assertion(by: key, audience: client.base, expiry: soon)).status == 200)
            for (form, description) in [
                (try assertion(by: other, expiry: soon), "invalid assertion"),
                (
                    try assertion(by: key, audience: "https://example.net", expiry: soon),
                    "audience is invalid"
                ),
                (try assertion(by: key, expiry: soon - 600), "assertion expired"),
                (try assertion(by: key, expiry: soon + 3600), "expiration too far in the future"),
                (try assertion(by: key, expiry: soon, subject: "x"), "user hasn't approved this consumer"),
            ] {
                let answer = try await ask(form)
                #expect(answer.status == 400)
                #expect(answer.object["error"] as? String == "invalid_grant")
                #expect(answer.object["error_description"] as? String == description)
            }
            let refresh = "grant_type=refresh_token&client_id=practice&client_secret=s3cret&refresh_token="
            #expect(try await ask(refresh + "practice-refresh").object["access_token"] is String)
            let stale = try await ask(refresh + "other")
            #expect(stale.object["error_description"] as? String == "expired access/refresh token")
        }
    }

    private func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}
