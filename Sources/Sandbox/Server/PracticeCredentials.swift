import Foundation

/// What clients of a practice CRM must know.
package struct PracticeCredentials: Sendable {
    package var clientID: String
    package var clientSecret: String
    /// The bearer token of the `/practice` routes.
    package var controlToken: String
    /// For the refresh grants of Salesforce and HubSpot; never changes.
    package var refreshToken: String
    /// HubSpot's static token of a private app.
    package var privateAppToken: String
    /// Who signs in by JWT, with the public key or certificate in PEM that verifies it; `nil` refuses JWTs.
    package var username: String
    package var assertionKey: String?

    package init(
        clientID: String, clientSecret: String, controlToken: String,
        refreshToken: String = "practice-refresh", privateAppToken: String = "pat-na1-practice",
        username: String = "fairway@practice.example", assertionKey: String? = nil
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.controlToken = controlToken
        self.refreshToken = refreshToken
        self.privateAppToken = privateAppToken
        self.username = username
        self.assertionKey = assertionKey
    }
}

/// The vendors whose protocols are spoken here; a token of one is none of another.
enum PracticeVendorName: Sendable, Hashable { case salesforce, hubspot, dataverse }

/// A request for a token: form fields, with the client's id and secret there or in Basic authentication.
struct TokenRequest: Sendable, Hashable {
    var grantType: String?
    var clientID: String?
    var clientSecret: String?
    var refreshToken: String?
    var assertion: String?
    var scope: String?

    init(form: FormFields, authorization: String?) {
        grantType = form["grant_type"]
        clientID = form["client_id"]
        clientSecret = form["client_secret"]
        refreshToken = form["refresh_token"]
        assertion = form["assertion"]
        scope = form["scope"]
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

/// A refusal of the `/practice` routes.
struct PracticeError: Error, Sendable, Hashable {
    var statusCode: Int
    var message: String
}
