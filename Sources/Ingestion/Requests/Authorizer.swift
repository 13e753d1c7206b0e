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
