import Model
import Synchronization
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct OAuthAuthorizerTests {
    @Test func clientCredentialsGoIntoTheForm() async throws {
        let office = try TokenOffice(fields: [("scope", "api read")])
        defer { office.server.stop() }
        let grant = try await office.authorizer.grant(replacing: nil)
        guard case .bearer(let token) = grant.authorization else {
            Issue.record("expected a bearer token")
            return
        }
        #expect(token.reveal() == "access-1" && grant.number == 1 && grant.instance == nil)
        let request = office.server.requests[0]
        #expect(request.method == "POST" && request.target == "/oauth2/token")
        #expect(
            request.text
                == "grant_type=client_credentials&client_id=app%20id&client_secret=s3c%26ret&scope=api%20read"
        )
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(request.headers["authorization"] == nil)
    }

    @Test func clientCredentialsGoIntoTheHeaderWhenAskedTo() async throws {
        let office = try TokenOffice(proof: .header(Secret("s3c&ret")))
        defer { office.server.stop() }
        _ = try await office.authorizer.grant(replacing: nil)
        let request = office.server.requests[0]
        #expect(request.text == "grant_type=client_credentials")
        // "app%20id:s3c%26ret"
        #expect(request.headers["authorization"] == "Basic YXBwJTIwaWQ6czNjJTI2cmV0")
    }

    @Test func fiftyRequestsWaitForOneToken() async throws {
        let gate = Gate()
        let office = try TokenOffice { number, _ in
            gate.wait()
            return .answer(200, "{\"access_token\":\"access-\(number)\"}")
        }
        defer { office.server.stop() }
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await office.authorizer.grant(replacing: nil).number } }
            await gate.arrival()
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers == [Int](repeating: 1, count: 50) && office.server.requests.count == 1)
        // All of them are refused: one more.
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await office.authorizer.grant(replacing: 1).number } }
            for try await number in group { #expect(number == 2) }
        }
        #expect(office.server.requests.count == 2)
    }

    @Test func aCancelledWaiterGoesAtOnceAndTheOthersGetTheToken() async throws {
        let gate = Gate()
        let office = try TokenOffice { number, _ in
            gate.wait()
            return .answer(200, "{\"access_token\":\"access-\(number)\"}")
        }
        defer { office.server.stop() }
        let staying = Task { try await office.authorizer.grant(replacing: nil).number }
        await gate.arrival()
        let leaving = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        }
        #expect(await leaving.value?.kind == .cancelled)
        gate.open()
        #expect(try await staying.value == 1)
        #expect(office.server.requests.count == 1)
    }

    @Test func aFetchThatNobodyWaitsForIsGivenUp() async throws {
        let gate = Gate()
        let office = try TokenOffice { number, _ in
            if number == 1 { gate.wait() }
            return .answer(200, "{\"access_token\":\"access-\(number)\"}")
        }
        defer { office.server.stop() }
        let leaving = Task { await sourceError { _ = try await office.authorizer.grant(replacing: nil) } }
        await gate.arrival()
        leaving.cancel()
        #expect(await leaving.value?.kind == .cancelled)
        #expect(try await office.authorizer.grant(replacing: nil).number == 2)
        gate.open()
        #expect(office.server.requests.count == 2)
    }

    @Test func aTokenIsReplacedAtFourFifthsOfItsLife() async throws {
        let office = try TokenOffice { number, _ in
            .answer(
                200, "{\"access_token\":\"access-\(number)\",\"token_type\":\"bearer\",\"expires_in\":1800}")
        }
        defer { office.server.stop() }
        for (second, number) in [(0.0, 1), (1439, 1), (1440, 2), (2000, 2), (2879, 2), (2880, 3)] {
            office.time.elapsed = second
            #expect(try await office.authorizer.grant(replacing: nil).number == number, "\(second)")
        }
    }

    @Test func aTokenOfUnknownLifeIsKept() async throws {
        let office = try TokenOffice()
        defer { office.server.stop() }
        for second in [0.0, 86_400, 31_536_000] {
            office.time.elapsed = second
            #expect(try await office.authorizer.grant(replacing: nil).number == 1)
        }
        #expect(try await office.authorizer.grant(replacing: 1).number == 2)
        // Refused long ago: the current one is another already.
        #expect(try await office.authorizer.grant(replacing: 1).number == 2)
        #expect(office.server.requests.count == 2)
    }

    @Test func aTokenThatStillHoldsOutlivesAnEndpointThatIsDown() async throws {
        let office = try TokenOffice { number, _ in
            number == 1 ? .answer(200, "{\"access_token\":\"a\",\"expires_in\":\"100\"}") : .answer(503)
        }
        defer { office.server.stop() }
        #expect(try await office.authorizer.grant(replacing: nil).number == 1)
        office.time.elapsed = 85
        #expect(try await office.authorizer.grant(replacing: nil).number == 1)
        #expect(office.server.requests.count == 5)
        #expect(office.time.elapsed == 88.5)  // 0.5 + 1 + 2 s between four tries
        #expect(try await office.authorizer.grant(replacing: nil).number == 1)
        #expect(office.server.requests.count == 5)
        office.time.elapsed = 200
        let error = await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        #expect(error?.kind == .serverFault)
    }

    @Test func aRefreshTokenThatIsReplacedIsReplaced() async throws {
        let office = try TokenOffice(flow: .refreshToken(Secret("r0"))) { number, _ in
            .answer(200, "{\"access_token\":\"a\(number)\",\"refresh_token\":\"r\(number)\"}")
        }
        defer { office.server.stop() }
        for refused in [nil, 1, 2] { _ = try await office.authorizer.grant(replacing: refused) }
        #expect(
            office.server.requests.map(\.text)
                == (0..<3).map {
                    "grant_type=refresh_token&refresh_token=r\($0)&client_id=app%20id&client_secret=s3c%26ret"
                })
    }

    @Test func theInstanceMustBeOneThatIsAccepted() async throws {
        let cases: [(String?, SourceError.Kind?)] = [
            ("https://acme.my.salesforce.com", nil), ("https://evilsalesforce.com", .foreignLink),
            ("http://acme.my.salesforce.com", .foreignLink),
            ("https://acme.salesforce.com@evil.example", .foreignLink),
            ("nonsense", .foreignLink), (nil, .malformed),
        ]
        for (url, kind) in cases {
            let office = try TokenOffice(expectsInstance: true) { _, _ in
                .answer(200, "{\"access_token\":\"a\"\(url.map { ",\"instance_url\":\"\($0)\"" } ?? "")}")
            }
            defer { office.server.stop() }
            let error = await sourceError {
                let grant = try await office.authorizer.grant(replacing: nil)
                #expect(grant.instance == HTTPOrigin(url: url ?? ""))
            }
            #expect(error?.kind == kind, "\(url ?? "none"): \(String(describing: error))")
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "<html>", "{\"access_token\":7}", "{\"access_token\":\"\"}",
        "{\"access_token\":\"a\\r\\nX-Evil: 1\"}", "{\"access_token\":\"a\",\"token_type\":\"mac\"}",
    ])
    func anAnswerWithoutAUsableTokenIsRefused(_ body: String) async throws {
        let office = try TokenOffice { _, _ in .answer(200, body) }
        defer { office.server.stop() }
        let error = await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        #expect(error?.kind == .malformed && office.server.requests.count == 1)
    }

    @Test func aTokenEndpointIsNotFollowedElsewhere() async throws {
        let canary = try ScriptedServer { _ in .answer(200, "{\"access_token\":\"a\"}") }
        defer { canary.stop() }
        let office = try TokenOffice { _, _ in .answer(307, headers: [("Location", canary.origin)]) }
        defer { office.server.stop() }
        let error = await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        #expect(error?.kind == .refused && canary.requests.isEmpty)
    }
}

/// A token endpoint, numbering its requests, and an authorizer that asks it.
struct TokenOffice {
    let server: ScriptedServer
    let time = ManualTime()
    let authorizer: OAuthAuthorizer

    init(
        flow: OAuthSettings.Flow = .clientCredentials,
        proof: OAuthSettings.ClientProof = .form(Secret("s3c&ret")),
        fields: [(name: String, value: String)] = [], expectsInstance: Bool = false,
        _ answer: @escaping @Sendable (Int, ScriptedServer.Request) -> [ScriptedServer.Step] = { number, _ in
            .answer(200, "{\"access_token\":\"access-\(number)\"}")
        }
    ) throws {
        let count = Mutex(0)
        server = try ScriptedServer { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return answer(number, request)
        }
        authorizer = OAuthAuthorizer(
            OAuthSettings(
                source: "crm", tokenURL: server.origin + "/oauth2/token", flow: flow, clientID: "app id",
                proof: proof, fields: fields, expectsInstance: expectsInstance,
                acceptsInstance: { $0.scheme == "https" && $0.host.hasSuffix(".salesforce.com") }),
            http: try loopbackHTTP(server), environment: time.environment)
    }
}

/// Holds a server's thread until it is opened.
final class Gate: Sendable {
    private let isOpen = Mutex(false)
    private let arrivals = AsyncStream.makeStream(of: Void.self)
    private let semaphore = Semaphore()

    func wait() {
        arrivals.continuation.yield()
        guard !isOpen.withLock({ $0 }) else { return }
        semaphore.wait()
    }

    func arrival() async {
        for await _ in arrivals.stream { break }
    }

    func open() {
        isOpen.withLock { $0 = true }
        semaphore.signal()
    }
}
