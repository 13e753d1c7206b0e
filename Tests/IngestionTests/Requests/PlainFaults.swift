import Foundation
import Ingestion
import Model
import Synchronization
import TestServers
import Testing
import Transport

/// Reads statuses as most protocols mean them, and a quota written "used/limit".
struct PlainFaults: FaultReader {
    func fault(in response: HTTPResponse) -> SourceFault? {
        let words = String(decoding: response.body, as: UTF8.self)
        switch response.status {
        case 200..<300: return nil
        case 401: return SourceFault(.expiredToken, detail: words)
        case 403: return SourceFault(.unauthorized, detail: words)
        case 429: return SourceFault(.throttled(seconds: nil), detail: words)
        case 500...: return SourceFault(.transient, detail: words)
        default: return SourceFault(.permanent, detail: words)
        }
    }

    func quota(in response: HTTPResponse) -> SourceQuota? {
        let parts = response.header("X-Usage")?.split(separator: "/").compactMap { Int($0) } ?? []
        return parts.count == 2 ? SourceQuota(used: parts[0], limit: parts[1]) : nil
    }
}

/// Hands out "token-1", "token-2", …, another one when one was refused.
actor CountingAuthorizer: Authorizer {
    private(set) var number = 1
    private let instance: HTTPOrigin?

    init(instance: HTTPOrigin? = nil) { self.instance = instance }

    func grant(replacing refused: Int?) async throws(SourceError) -> Grant {
        if refused == number { number += 1 }
        return Grant(authorization: .bearer(Secret("token-\(number)")), instance: instance, number: number)
    }
}

/// Answers in this order, then the last one for ever.
final class Script: Sendable {
    private let steps: Mutex<[[ScriptedServer.Step]]>

    init(_ steps: [[ScriptedServer.Step]]) { self.steps = Mutex(steps) }

    func next() -> [ScriptedServer.Step] {
        steps.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
    }
}

/// A server, a client of it and the time both live in.
struct Bench {
    let server: ScriptedServer
    let time: ManualTime
    let client: SourceClient

    init(
        _ answers: [[ScriptedServer.Step]], pace: SourcePace = SourcePace(),
        authorizer: any Authorizer = FixedAuthorizer(.bearer(Secret("token-0")))
    ) throws {
        let script = Script(answers)
        try self.init(pace: pace, authorizer: authorizer) { _ in script.next() }
    }

    init(
        pace: SourcePace = SourcePace(),
        authorizer: any Authorizer = FixedAuthorizer(.bearer(Secret("token-0"))),
        allowed: [ScriptedServer] = [], time: ManualTime = ManualTime(),
        environment: SourceEnvironment? = nil, _ handler: @escaping ScriptedServer.Handler
    ) throws {
        server = try ScriptedServer(handler)
        self.time = time
        client = SourceClient(
            source: "crm", origin: try #require(HTTPOrigin(url: server.origin)),
            http: try loopbackHTTP(server), authorizer: authorizer, faults: PlainFaults(),
            environment: environment ?? time.environment, pace: pace,
            allowedOrigins: Set(allowed.compactMap { HTTPOrigin(url: $0.origin) }))
    }

    func get(_ path: String = "/page", lane: String? = nil) -> SourceRequest {
        SourceRequest(.get, server.origin + path, action: "reading stream 'contracts'", lane: lane)
    }

    var job: SourceRequest {
        SourceRequest(.post, server.origin + "/job", body: [], action: "starting a job")
    }
}

/// A client that may use any port of this machine without TLS.
func loopbackHTTP(_ servers: ScriptedServer...) throws -> HTTPClient {
    let hosts = Set(servers.map { HostPort(host: "127.0.0.1", port: $0.port) })
    return try HTTPClient(
        policy: TransportPolicy(allowsPlainHTTP: hosts, allowsPrivateAddresses: hosts))
}

/// The error `body` throws, if it throws one.
func sourceError(_ body: () async throws -> Void) async -> SourceError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? SourceError
    }
}
