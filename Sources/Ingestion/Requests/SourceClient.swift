package import Model
package import Transport

/// Where waiting, randomness and the time of day come from. Transport time is always real, also in a practice.
package struct SourceEnvironment: Sendable {
    package var now: @Sendable () -> Instant
    /// Seconds.
    package var sleep: @Sendable (Double) async throws -> Void
    /// Uniform in [0, 1).
    package var random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Double) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }
}

/// Sends a connector's requests: signs them, keeps to the source's budget and to what it asked to wait, repeats
/// what may succeed later, and stops asking a source that is down.
package actor SourceClient {
    package nonisolated let source: Source.Name
    /// The configured address: what relative links are resolved against.
    package nonisolated let origin: HTTPOrigin
    private let http: HTTPClient
    private let authorizer: any Authorizer
    private let faults: any FaultReader
    let environment: SourceEnvironment

    package init(
        source: Source.Name, origin: HTTPOrigin, http: HTTPClient, authorizer: any Authorizer,
        faults: any FaultReader, environment: SourceEnvironment
    ) {
        self.source = source
        self.origin = origin
        self.http = http
        self.authorizer = authorizer
        self.faults = faults
        self.environment = environment
    }

    /// The origin requests go to: the one the token endpoint named, else the configured one.
    package func instance() async throws(SourceError) -> HTTPOrigin {
        try await authorizer.grant(replacing: nil).instance ?? origin
    }

    /// A successful answer. Faults of kinds `unexpected` connectors handle themselves
    /// (`tooLarge`, `forgottenPosition`, `forgottenToken`) are thrown as ``SourceError`` with that kind.
    package func send(_ request: SourceRequest) async throws(SourceError) -> HTTPResponse {
        let grant = try await authorizer.grant(replacing: nil)
        var message = HTTPRequest(
            request.method, request.url, headers: request.headers, body: request.body)
        switch grant.authorization {
        case .none: break
        case .bearer(let token): message.bearer = token
        case .basic, .header: break
        }
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await http.send(message)
        } catch {
            throw SourceError(error, source: source)
        }
        guard let fault = faults.fault(in: response) else { return response }
        throw SourceError(fault, source: source, action: request.action, status: response.status)
    }
}
