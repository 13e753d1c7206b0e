import ArgumentParser
import Foundation
import Model
import Sandbox

/// `fairway sandbox`: a practice CRM to rehearse on.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run a practice CRM that speaks Salesforce, HubSpot, Dataverse and Stripe.",
        discussion:
            "A simulated vendor with known truth stands behind it; docs/SANDBOX.md says how to steer it.")

    @Option(help: ArgumentHelp("What the vendor is like.", valueName: "path")) var vendor =
        "config/sandbox.yaml"
    @Option(help: "Decides everything that chance decides.") var seed: UInt64 = 7
    @Option(help: "The port on 127.0.0.1; 0 takes any free one.") var port = 8090
    @Option(help: ArgumentHelp("Keeps clock, terms and edits here, for a restart.", valueName: "path"))
    var state: String?
    @Option(help: "Client id that 'sources' must name.") var clientID = "practice"
    @Option(help: "Environment variable that holds the client secret; 'practice-secret' when it is not set.")
    var secretVariable = "FAIRWAY_PRACTICE_SECRET"
    @Option(help: "Environment variable that holds the control token; 'practice-control' when it is not set.")
    var controlVariable = "FAIRWAY_PRACTICE_CONTROL"
    @Flag(help: "Serve HTTPS with a certificate of an authority made for practice; needs openssl.") var tls =
        false
    @Option(
        help: ArgumentHelp(
            "Folder of the authority and the certificate; beside the state file when not given.",
            valueName: "path"))
    var tlsDir: String?
    @Option(help: ArgumentHelp("A further host name the certificate is good for.", valueName: "name"))
    var tlsName: [String] = []
    @Option(
        help: ArgumentHelp(
            "Public key or certificate in PEM that verifies JWTs of user 'fairway@practice.example'.",
            valueName: "path"))
    var jwtPublicKey: String?
    @Option(help: .hidden) var scale = 1.0
    @OptionGroup var child: ChildOptions

    func run() async throws {
        try await telling {
            let environment = ProcessInfo.processInfo.environment
            var configuration = try VendorConfiguration(path: vendor)
            if scale != 1 { configuration = configuration.scaled(by: scale) }
            child.watchParent()
            let certificate = tls ? try PracticeTLS(directory: certificateFolder, names: tlsName) : nil
            let scheme = certificate == nil ? "http" : "https"
            let assertions = try jwtPublicKey.map { path in
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                    throw ValidationError("the key '\(path)' cannot be read; expected a PEM file")
                }
                return AssertionCheck(key: text) {
                    Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
                }
            }
            let crm = try PracticeCRM(
                configuration: configuration, seed: seed, stateFile: state, port: port,
                credentials: PracticeCredentials(
                    clientID: clientID, clientSecret: environment[secretVariable] ?? "practice-secret",
                    controlToken: environment[controlVariable] ?? "practice-control",
                    assertions: assertions),
                tls: certificate
            ) { port in
                child.tell("practice CRM on \(scheme)://127.0.0.1:\(port), client id '\(clientID)'")
                if let certificate { child.tell("caFile: \(certificate.authorityPath)") }
                child.announce("\(scheme)://127.0.0.1:\(port)")
            }
            try await crm.run()
        }
    }

    private var certificateFolder: String {
        if let tlsDir { return tlsDir }
        let beside = state.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? "."
        return beside + "/practice-tls"
    }
}
