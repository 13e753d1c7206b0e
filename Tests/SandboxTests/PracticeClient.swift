import Foundation
import Testing

@testable import Sandbox

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A client of a running practice CRM.
struct PracticeClient {
    struct Answer {
        var status: Int
        var headers: [AnyHashable: Any]
        var body: Data

        var json: Any? { try? JSONSerialization.jsonObject(with: body) }
        var object: [String: Any] { json as? [String: Any] ?? [:] }
        /// Salesforce's.
        var errorCode: String? { (json as? [[String: Any]])?.first?["errorCode"] as? String }
        /// Dataverse's.
        var odataCode: String? { (object["error"] as? [String: Any])?["code"] as? String }
        var text: String { String(decoding: body, as: UTF8.self) }
        func rows(_ name: String) -> [[String: Any]] { object[name] as? [[String: Any]] ?? [] }
        func header(_ name: String) -> String? {
            headers.first { "\($0.key)".lowercased() == name.lowercased() }.map { "\($0.value)" }
        }
        /// HubSpot's cursor of the next page.
        var after: String? {
            ((object["paging"] as? [String: Any])?["next"] as? [String: Any])?["after"] as? String
        }
    }

    let base: String
    var token: String?

    func call(
        _ method: String, _ path: String, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        let address = path.hasPrefix("http") ? path : base + path
        var request = URLRequest(url: try #require(URL(string: address)))
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return Answer(status: http.statusCode, headers: http.allHeaderFields, body: data)
    }

    func query(_ soql: String, all: Bool = false, headers: [String: String] = [:]) async throws -> Answer {
        let kind = all ? "queryAll" : "query"
        return try await call("GET", "/services/data/v61.0/\(kind)/?q=\(encoded(soql))", headers: headers)
    }

    /// `path?name=value` with the value percent-encoded.
    func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    func control(_ method: String, _ path: String, body: String? = nil) async throws -> Answer {
        try await call(method, "/practice/\(path)", body: body, headers: ["Authorization": "Bearer control"])
    }

    /// Orders a fault; `options` are further members, `"after": 1`.
    func fault(_ kind: String, _ options: String = "\"count\":1") async throws {
        let answer = try await control("POST", "faults", body: "{\"kind\":\"\(kind)\",\(options)}")
        #expect(answer.status == 200, "\(answer.text)")
    }

    /// Makes something happen to records; their ids as each vendor writes them.
    @discardableResult
    func change(_ body: String) async throws -> [[String: String]] {
        let answer = try await control("POST", "records", body: body)
        #expect(answer.status == 200, "\(answer.text)")
        return answer.object["changed"] as? [[String: String]] ?? []
    }

    func moveClock(to instant: String) async throws {
        let answer = try await control("POST", "clock", body: "{\"now\":\"\(instant)\"}")
        #expect(answer.status == 200, "\(answer.text)")
    }

    mutating func logIn() async throws {
        token = nil
        let answer = try await call(
            "POST", "/services/oauth2/token",
            body: "grant_type=client_credentials&client_id=practice&client_secret=s3cret",
            headers: ["Content-Type": "application/x-www-form-urlencoded"])
        #expect(answer.status == 200)
        #expect(answer.object["instance_url"] as? String == base)
        token = answer.object["access_token"] as? String
    }

    /// Signs in to Dataverse.
    mutating func enter() async throws {
        token = nil
        let answer = try await call(
            "POST", "/tenant/oauth2/v2.0/token",
            body: "grant_type=client_credentials&client_id=practice&client_secret=s3cret"
                + "&scope=https%3A%2F%2Forg.example%2F.default")
        token = try #require(answer.object["access_token"] as? String)
    }

    /// Runs a test against a practice CRM, signed in to Salesforce.
    static func withCRM(
        assertions: AssertionCheck? = nil, tls: PracticeTLS? = nil,
        _ test: (inout PracticeClient) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let crm = try PracticeCRM(
            configuration: PracticeFixture.configuration(), seed: 2,
            credentials: PracticeCredentials(
                clientID: "practice", clientSecret: "s3cret", controlToken: "control",
                assertions: assertions),
            tls: tls, slowAnswer: .milliseconds(1), onRunning: { continuation.yield($0) })
        let serving = Task { try await crm.run() }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        var client = PracticeClient(base: "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)")
        if tls == nil { try await client.logIn() }
        try await test(&client)
    }
}
