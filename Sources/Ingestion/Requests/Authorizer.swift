package import Transport

/// Signs a source's requests.
package enum Authorization: Sendable {
    case none
    case bearer(Secret)
    /// HTTP Basic (RFC 7617).
    case basic(user: String, password: Secret)
    /// A header of the source's own: `x-api-token: …`.
    case header(name: String, value: Secret)
}

extension Authorization: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind alone: with some sources the user is the secret.
    package var description: String {
        switch self {
        case .none: "unsigned"
        case .bearer: "bearer"
        case .basic: "basic"
        case .header(let name, _): "header '\(name)'"
        }
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Texts that must not be repeated in a message.
    var secrets: [String] {
        switch self {
        case .none: []
        case .bearer(let token): [token.reveal()]
        case .basic(let user, let password): [user, password.reveal()]
        case .header(_, let value): [value.reveal()]
        }
    }

    func sign(_ request: inout HTTPRequest) {
        switch self {
        case .none: break
        case .bearer(let token): request.bearer = token
        case .basic(let user, let password): request.basic = (user, password)
        case .header(let name, let value): request.secretHeaders.append((name, value))
        }
    }
}

/// What a source's requests are signed with; tokens are fetched when they are first needed, before they run out,
/// and when they have been refused, once for however many requests wait.
package protocol Authorizer: Sendable {
    /// The current grant; another one than number `refused`.
    func grant(replacing refused: Int?) async throws(SourceError) -> Grant
}

/// What to sign with and where it is valid.
package struct Grant: Sendable {
    package var authorization: Authorization
    /// The address the token endpoint told to use, when it told one; checked before it is used.
    package var instance: HTTPOrigin?
    /// Counts grants, so that a refusal names the one that was refused.
    package var number: Int

    package init(authorization: Authorization, instance: HTTPOrigin? = nil, number: Int) {
        self.authorization = authorization
        self.instance = instance
        self.number = number
    }
}

/// Credentials that never change.
package struct FixedAuthorizer: Authorizer {
    private let authorization: Authorization

    package init(_ authorization: Authorization) { self.authorization = authorization }

    package func grant(replacing refused: Int?) async throws(SourceError) -> Grant {
        Grant(authorization: authorization, number: 0)
    }
}
