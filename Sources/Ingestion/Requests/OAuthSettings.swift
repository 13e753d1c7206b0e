package import Model
package import Transport

/// How a source's token endpoint is asked (RFC 6749, RFC 7523).
package struct OAuthSettings: Sendable {
    package enum Flow: Sendable {
        case clientCredentials
        /// A token endpoint that hands out another refresh token replaces this one for as long as the process runs;
        /// after a restart the configured one is used again, so an endpoint that accepts each only once needs a new
        /// one then.
        case refreshToken(Secret)
        case jwtBearer(JWTAssertion)
    }

    /// How the client proves itself.
    package enum ClientProof: Sendable {
        /// By what it sends beside its id: nothing, or a signed assertion.
        case none
        /// Id and secret in the form.
        case form(Secret)
        /// Id and secret in the Authorization header.
        case header(Secret)
    }

    package var source: Source.Name
    package var tokenURL: String
    package var flow: Flow
    package var clientID: String
    package var proof: ClientProof
    /// Further fields of the form: `scope`, `resource`.
    package var fields: [(name: String, value: String)]
    /// Whether the answer must name the instance to use (Salesforce).
    package var expectsInstance: Bool
    /// Whether a named instance may be used, beside the token endpoint's own origin.
    package var acceptsInstance: @Sendable (HTTPOrigin) -> Bool

    package init(
        source: Source.Name, tokenURL: String, flow: Flow, clientID: String, proof: ClientProof = .none,
        fields: [(name: String, value: String)] = [], expectsInstance: Bool = false,
        acceptsInstance: @escaping @Sendable (HTTPOrigin) -> Bool = { _ in false }
    ) {
        self.source = source
        self.tokenURL = tokenURL
        self.flow = flow
        self.clientID = clientID
        self.proof = proof
        self.fields = fields
        self.expectsInstance = expectsInstance
        self.acceptsInstance = acceptsInstance
    }
}

/// Who a signed assertion is about and whom it is for.
package struct JWTAssertion: Sendable {
    /// `iss`; the client's id.
    package var issuer: String
    /// `sub`; the user the app reads as.
    package var subject: String
    /// `aud`.
    package var audience: String
    /// An RSA key of at least 2048 bits in PEM form (PKCS #1 or #8).
    package var privateKey: Secret

    package init(issuer: String, subject: String, audience: String, privateKey: Secret) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.privateKey = privateKey
    }
}
