internal import Foundation
internal import Model
internal import Transport

/// Asks a token endpoint for one token, patiently.
struct TokenEndpoint: Sendable {
    struct Token: Sendable {
        var access: Secret
        var lifetime: Double?
        var refresh: Secret?
        var instance: HTTPOrigin?
    }

    static let timeout: Duration = .seconds(15)
    static let attempts = 4
    /// Seconds: an endpoint that asks to wait longer is not waited for.
    static let longestWait = 900.0
    /// Seconds between this clock and the endpoint's that are worth telling.
    static let worthTelling = 30

    let settings: OAuthSettings
    let http: HTTPClient
    let environment: SourceEnvironment

    private enum Try {
        case token(Token)
        /// `asked`: seconds by Retry-After.
        case later(SourceError, asked: Double?)
    }

    var cancelled: SourceError { error(.cancelled, "cancelled while waiting for a token") }

    func token(refreshToken: Secret?) async throws(SourceError) -> Token {
        var failures = 0
        while true {
            switch try await attempt(refreshToken) {
            case .token(let token): return token
            case .later(let error, let asked):
                failures += 1
                let delay = max(asked ?? 0, Backoff.delay(after: failures, random: environment.random()))
                guard failures < TokenEndpoint.attempts, delay <= TokenEndpoint.longestWait else {
                    throw error
                }
                do {
                    try await environment.sleep(delay)
                } catch {
                    throw cancelled
                }
            }
        }
    }

    private func attempt(_ refreshToken: Secret?) async throws(SourceError) -> Try {
        let (request, secrets) = try request(refreshToken)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await http.send(request)
        } catch {
            let found = SourceError(error, source: settings.source)
            let named = self.error(found.kind, "asking for a token: \(found.detail)")
            guard error.isRetryable else { throw named }
            return .later(named, asked: nil)
        }
        switch TokenAnswer(response) {
        case .token(let token): return .token(try checked(token))
        case .unusable(let expected):
            throw error(.malformed, "the token endpoint answered without a usable token; \(expected)")
        case .refused(let code, let words):
            return try refusal(response, code: code, words: words, secrets: secrets)
        }
    }

    /// The form, and the texts in it that must not be repeated.
    private func request(_ refreshToken: Secret?) throws(SourceError) -> (HTTPRequest, secrets: [String]) {
        var fields: [(name: String, value: String)]
        var secrets: [String] = []
        switch settings.flow {
        case .clientCredentials:
            fields = [("grant_type", "client_credentials")]
        case .refreshToken(let configured):
            let token = (refreshToken ?? configured).reveal()
            fields = [("grant_type", "refresh_token"), ("refresh_token", token)]
            secrets.append(token)
        case .jwtBearer(let assertion):
            guard let signed = assertion.signed(at: environment.now()) else {
                throw error(
                    .refused,
                    "the private key cannot be used; expected an RSA key of at least 2048 bits in PEM form")
            }
            fields = [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", signed),
            ]
            secrets.append(signed)
        }
        let headers = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Accept", value: "application/json"),
        ]
        var basic: (user: String, password: Secret)?
        switch settings.proof {
        case .none: fields.append(("client_id", settings.clientID))
        case .form(let secret):
            fields += [("client_id", settings.clientID), ("client_secret", secret.reveal())]
            secrets.append(secret.reveal())
        case .header(let secret):
            // RFC 6749 §2.3.1: both are form-encoded first.
            basic = (
                FormEncoding.encoded(settings.clientID), Secret(FormEncoding.encoded(secret.reveal()))
            )
            secrets.append(secret.reveal())
        }
        var request = HTTPRequest(
            .post, settings.tokenURL, headers: headers,
            body: Array(FormEncoding.text(fields + settings.fields).utf8))
        request.basic = basic
        request.bodyLimit = .failAbove(64 << 10)
        request.totalTimeout = TokenEndpoint.timeout
        return (request, secrets + secrets.map { FormEncoding.encoded($0) })
    }

    private func checked(_ token: TokenAnswer.Token) throws(SourceError) -> Token {
        var result = Token(
            access: Secret(token.access), lifetime: token.lifetime, refresh: token.refresh.map { Secret($0) })
        guard let url = token.instance else {
            guard !settings.expectsInstance else {
                throw error(
                    .malformed, "the token endpoint answered without the 'instance_url' that was expected")
            }
            return result
        }
        guard settings.expectsInstance else { return result }
        guard let instance = HTTPOrigin(url: url),
            instance == HTTPOrigin(url: settings.tokenURL) || settings.acceptsInstance(instance)
        else {
            let place = HTTPOrigin(url: url).map { "'\($0)'" } ?? "something that is no address"
            throw error(
                .foreignLink,
                "the token endpoint named \(place) as the instance to use; add it to 'allowHosts' if it is yours"
            )
        }
        result.instance = instance
        return result
    }

    private func refusal(
        _ response: HTTPResponse, code: String, words: String, secrets: [String]
    ) throws(SourceError) -> Try {
        let told = [code, words].filter { !$0.isEmpty }.map { ForeignText.printable($0, without: secrets) }
            .joined(separator: ": ")
        let detail = "asking for a token: status \(response.status)" + (told.isEmpty ? "" : ", \(told)")
        let asked = response.retryAfter(orAt: Int(environment.seconds))
        switch response.status {
        case _ where response.status == 429 || code == "rate_limit_exceeded":
            let until = asked.map { seconds in
                let moment = Instant(milliseconds: Int64(((environment.seconds + seconds) * 1000).rounded()))
                return ", throttled until \(moment)"
            }
            return .later(error(.throttled(seconds: asked), detail + (until ?? "")), asked: asked)
        case 408, 500...599:
            return .later(error(.serverFault, detail), asked: asked)
        case 300..<400:
            throw error(.refused, detail + "; redirects are not followed, set 'tokenURL' to where it is now")
        case 400, 401, 403:
            throw error(.unauthorized, detail + skew(response, code: code))
        default:
            throw error(.refused, detail + "; is 'tokenURL' right?")
        }
    }

    /// Assertions are valid for minutes, so that a clock that is wrong makes them refused.
    private func skew(_ response: HTTPResponse, code: String) -> String {
        guard case .jwtBearer = settings.flow, code == "invalid_grant", let theirs = response.serverTime
        else {
            return ""
        }
        let ahead = Int(environment.seconds) - theirs
        guard abs(ahead) >= TokenEndpoint.worthTelling else { return "" }
        return
            "; this machine's clock is \(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") the server's, which "
            + "makes signed assertions invalid: correct it"
    }

    private func error(_ kind: SourceError.Kind, _ detail: String) -> SourceError {
        SourceError(kind, source: settings.source, detail: detail)
    }
}
