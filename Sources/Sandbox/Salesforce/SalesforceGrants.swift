import CryptoExtras
import Foundation
import Model
import NIOSSL

/// A refusal of a token endpoint (RFC 6749 §5.2, with Salesforce's codes).
struct OAuthError: Error, Sendable, Hashable {
    var error: String
    var description: String
    var statusCode = 400

    static let unsupportedGrantType = OAuthError(
        error: "unsupported_grant_type", description: "grant type not supported")
    static let invalidClientID = OAuthError(
        error: "invalid_client_id", description: "client identifier invalid")
    static let invalidClient = OAuthError(error: "invalid_client", description: "invalid client credentials")
    static let expiredRefreshToken = OAuthError(
        error: "invalid_grant", description: "expired access/refresh token")
    static let unapproved = OAuthError(
        error: "invalid_grant", description: "user hasn't approved this consumer")
    static let rateLimit = OAuthError(
        error: "rate_limit_exceeded", description: "number of login requests exceeded", statusCode: 429)

    static func assertion(_ description: String) -> OAuthError {
        OAuthError(error: "invalid_grant", description: description)
    }
}

extension PracticeOrg {
    /// A new session token for Salesforce's grants; throws the OAuth error of a wrong request.
    ///
    /// - Parameter base: the server's own address, which an assertion may name as its audience.
    func token(for request: TokenRequest, base: String = "") throws(OAuthError) -> String {
        switch request.grantType {
        case "client_credentials":
            guard request.clientID == credentials.clientID else { throw .invalidClientID }
            guard request.clientSecret == credentials.clientSecret else { throw .invalidClient }
        case "refresh_token":
            guard request.clientID == credentials.clientID else { throw .invalidClientID }
            if let secret = request.clientSecret, secret != credentials.clientSecret { throw .invalidClient }
            guard request.refreshToken == credentials.refreshToken else { throw .expiredRefreshToken }
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
            try SignedAssertion(request.assertion ?? "").verify(
                credentials: credentials,
                audiences: ["https://login.salesforce.com", "https://test.salesforce.com", base])
        default: throw .unsupportedGrantType
        }
        return openSession(.salesforce, prefix: "00DFw0000000001!")
    }
}

/// The assertion of the JWT bearer flow (RFC 7523), signed by RS256.
struct SignedAssertion {
    private let signed: String
    private let signature: Data
    private let algorithm: String?
    private let claims: [String: Any]

    /// The longest time an assertion may still be valid for: three minutes, and two for clocks that differ.
    private static let longestSeconds: Int64 = 300

    init(_ text: String) throws(OAuthError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = SignedAssertion.object(parts[0]),
            let claims = SignedAssertion.object(parts[1]), let signature = SignedAssertion.data(parts[2])
        else { throw .assertion("invalid assertion") }
        signed = "\(parts[0]).\(parts[1])"
        self.signature = signature
        algorithm = header["alg"] as? String
        self.claims = claims
    }

    func verify(credentials: PracticeCredentials, audiences: [String]) throws(OAuthError) {
        guard claims["iss"] as? String == credentials.clientID else { throw .invalidClientID }
        guard let check = credentials.assertions else { throw .unapproved }
        guard algorithm == "RS256", isSigned(byKey: check.key) else { throw .assertion("invalid assertion") }
        let named = (claims["aud"] as? [String]) ?? (claims["aud"] as? String).map { [$0] } ?? []
        guard named.contains(where: audiences.contains) else { throw .assertion("audience is invalid") }
        // The claim is a number; a client of Salesforce's writes it as text.
        let expiry =
            (claims["exp"] as? NSNumber)?.int64Value ?? (claims["exp"] as? String).flatMap(Int64.init)
        let seconds = check.now().milliseconds.dividedDown(by: 1000)
        guard let expiry, expiry > seconds else { throw .assertion("assertion expired") }
        guard expiry - seconds <= SignedAssertion.longestSeconds else {
            throw .assertion("expiration too far in the future")
        }
        guard claims["sub"] as? String == check.username else { throw .unapproved }
    }

    private func isSigned(byKey pem: String) -> Bool {
        guard let key = SignedAssertion.key(pem) else { return false }
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: Data(signed.utf8),
            padding: .insecurePKCS1v1_5)
    }

    /// A public key, or the one of a certificate, which is what Salesforce keeps.
    static func key(_ pem: String) -> _RSA.Signing.PublicKey? {
        guard pem.contains("CERTIFICATE") else { return try? _RSA.Signing.PublicKey(pemRepresentation: pem) }
        guard let certificate = try? NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem),
            let bytes = try? certificate.extractPublicKey().toSPKIBytes()
        else { return nil }
        return try? _RSA.Signing.PublicKey(derRepresentation: Data(bytes))
    }

    private static func object(_ text: some StringProtocol) -> [String: Any]? {
        data(text).flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]
    }

    private static func data(_ text: some StringProtocol) -> Data? {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}
