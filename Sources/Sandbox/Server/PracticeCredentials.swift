import Foundation

/// What clients of a practice CRM must know.
package struct PracticeCredentials: Sendable {
    package var clientID: String
    package var clientSecret: String
    /// The bearer token of the `/practice` routes.
    package var controlToken: String

    package init(clientID: String, clientSecret: String, controlToken: String) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.controlToken = controlToken
    }
}

/// A request for a session: form fields, with the client's id and secret there or in Basic authentication.
struct TokenRequest: Sendable, Hashable {
    var grantType: String?
    var clientID: String?
    var clientSecret: String?

    init(form: FormFields, authorization: String?) {
        grantType = form["grant_type"]
        clientID = form["client_id"]
        clientSecret = form["client_secret"]
        guard let authorization, authorization.lowercased().hasPrefix("basic "),
            let decoded = Data(base64Encoded: String(authorization.dropFirst(6)))
        else { return }
        let pair = String(decoding: decoded, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { return }
        clientID = pair[0].removingPercentEncoding
        clientSecret = pair[1].removingPercentEncoding
    }
}

/// A refusal of the token endpoint (RFC 6749 §5.2, with Salesforce's codes).
struct OAuthError: Error, Sendable, Hashable {
    var error: String
    var description: String

    static let unsupportedGrantType = OAuthError(
        error: "unsupported_grant_type", description: "grant type not supported")
    static let invalidClientID = OAuthError(
        error: "invalid_client_id", description: "client identifier invalid")
    static let invalidClient = OAuthError(error: "invalid_client", description: "invalid client credentials")
}

/// A refusal of the `/practice` routes.
struct PracticeError: Error, Sendable, Hashable {
    var statusCode: Int
    var message: String
}

/// The pairs of an `application/x-www-form-urlencoded` text; the first of a repeated name counts.
struct FormFields: Sendable, Hashable {
    private var pairs: [String: String] = [:]

    init(_ text: some StringProtocol) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = FormFields.decoded(parts[0])
            if pairs[name] == nil { pairs[name] = parts.count == 2 ? FormFields.decoded(parts[1]) : "" }
        }
    }

    subscript(name: String) -> String? { pairs[name] }

    private static func decoded(_ text: some StringProtocol) -> String {
        let spaced = text.replacingOccurrences(of: "+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}
