import Foundation
package import Model

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
    /// Stripe's secret key.
    package var stripeKey: String
    /// Who may sign in by JWT; `nil` refuses JWTs.
    package var assertions: AssertionCheck?

    package init(
        clientID: String, clientSecret: String, controlToken: String,
        refreshToken: String = "practice-refresh", privateAppToken: String = "pat-na1-practice",
        stripeKey: String = "sk_test_practice",
        assertions: AssertionCheck? = nil
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.controlToken = controlToken
        self.refreshToken = refreshToken
        self.privateAppToken = privateAppToken
        self.stripeKey = stripeKey
        self.assertions = assertions
    }
}

/// How a signed assertion is checked.
package struct AssertionCheck: Sendable {
    package var username: String
    /// The public key, or a certificate with it, in PEM.
    package var key: String
    /// The time of the machine, not the simulation's: assertions are made with it.
    package var now: @Sendable () -> Instant

    package init(
        username: String = "fairway@practice.example", key: String, now: @escaping @Sendable () -> Instant
    ) {
        self.username = username
        self.key = key
        self.now = now
    }
}

/// Why assertions cannot be checked.
package struct AssertionKeyError: Error, Sendable, CustomStringConvertible {
    package var description: String {
        "the key for signed assertions cannot be read; expected an RSA public key or a certificate in PEM, of "
            + "2048 bits or more"
    }
}

/// The vendors whose protocols are spoken here; a token of one is none of another.
enum PracticeVendorName: Sendable, Hashable { case salesforce, hubspot, dataverse, stripe }

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
