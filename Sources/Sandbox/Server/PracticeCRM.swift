import Hummingbird

/// A practice CRM: Salesforce's REST protocol in front of a simulated vendor whose truth is known.
///
/// It serves plain HTTP and holds no real data; bind it to a loopback address.
package struct PracticeCRM: Sendable {
    private let org: PracticeOrg
    private let host: String
    private let port: Int
    private let controlToken: String
    private let slowAnswer: Duration
    private let onRunning: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - stateFile: where clock movements and terms are kept; `nil` to forget them at the end.
    ///   - port: 0 for any free one.
    ///   - slowAnswer: how long an answer waits that is asked to be slow.
    ///   - onRunning: called with the bound port once connections are accepted.
    package init(
        configuration: VendorConfiguration, seed: UInt64, stateFile: String? = nil,
        host: String = "127.0.0.1", port: Int = 0, credentials: PracticeCredentials,
        slowAnswer: Duration = .seconds(5), onRunning: @escaping @Sendable (Int) async -> Void
    ) throws {
        org = try PracticeOrg(
            configuration: configuration, seed: seed, stateFile: stateFile.map(StateFile.init),
            credentials: credentials)
        self.host = host
        self.port = port
        controlToken = credentials.controlToken
        self.slowAnswer = slowAnswer
        self.onRunning = onRunning
    }

    /// Serves until the task is cancelled or the surrounding service group shuts down.
    package func run() async throws {
        let router = Router()
        let salesforce = SalesforceRoutes(
            org: org, fallbackAuthority: "\(host):\(port)", slowAnswer: slowAnswer)
        salesforce.add(to: router)
        PracticeRoutes(org: org, controlToken: controlToken).add(to: router)
        try await PracticeServer(
            host: host, port: port, responder: router.buildResponder(), now: { await org.now },
            onRunning: onRunning
        ).run()
    }
}
