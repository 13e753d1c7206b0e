import Hummingbird
import Model
import NIOSSL

/// A practice CRM: the protocols of Salesforce, HubSpot, Dataverse and Stripe, on one port, in front of one
/// simulated vendor whose truth is known.
///
/// It holds no real data; bind it to a loopback address.
package struct PracticeCRM: Sendable {
    private let org: PracticeOrg
    private let host: String
    private let port: Int
    private let controlToken: String
    private let slowAnswer: Duration
    private let tls: PracticeTLS?
    private let onRunning: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - stateFile: where clock movements, terms and edits are kept; `nil` to forget them at the end.
    ///   - port: 0 for any free one.
    ///   - tls: the certificate of an HTTPS server; `nil` for plain HTTP.
    ///   - slowAnswer: how long an answer takes that is asked to be slow.
    ///   - onRunning: called with the bound port once connections are accepted.
    package init(
        configuration: VendorConfiguration, seed: UInt64, stateFile: String? = nil,
        host: String = "127.0.0.1", port: Int = 0, credentials: PracticeCredentials, tls: PracticeTLS? = nil,
        slowAnswer: Duration = .seconds(5), onRunning: @escaping @Sendable (Int) async -> Void
    ) throws {
        if let check = credentials.assertions, SignedAssertion.key(check.key) == nil {
            throw AssertionKeyError()
        }
        org = try PracticeOrg(
            configuration: configuration, seed: seed, stateFile: stateFile.map(StateFile.init),
            credentials: credentials)
        self.host = host
        self.port = port
        controlToken = credentials.controlToken
        self.slowAnswer = slowAnswer
        self.tls = tls
        self.onRunning = onRunning
    }

    /// Serves until the task is cancelled or the surrounding service group shuts down.
    package func run() async throws {
        let router = Router()
        let site = PracticeSite(
            scheme: tls == nil ? "http" : "https", fallbackAuthority: "\(host):\(port)",
            slowAnswer: slowAnswer)
        SalesforceRoutes(org: org, site: site).add(to: router)
        HubSpotRoutes(org: org, site: site).add(to: router)
        DataverseRoutes(org: org, site: site).add(to: router)
        StripeRoutes(org: org, site: site).add(to: router)
        PracticeRoutes(org: org, controlToken: controlToken).add(to: router)
        try await PracticeServer(
            host: host, port: port, responder: router.buildResponder(), now: { await org.now },
            tls: try tls?.serverConfiguration(), onRunning: onRunning
        ).run()
    }
}
