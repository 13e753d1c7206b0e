import Foundation
import Testing

@testable import Sandbox

@Suite struct PracticeTLSTests {
    private func withFolder(_ test: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "practice-\(UUID().uuidString)"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await test(path)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    /// Status and the end of what a program printed.
    private func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func makesPrivateKeysAndKeepsTheAuthority() async throws {
        try await withFolder { path in
            let first = try PracticeTLS(directory: path)
            #expect(first.authorityPath == "\(path)/ca.pem")
            for key in ["ca-key.pem", "server-key.pem"] { #expect(try mode("\(path)/\(key)") == 0o600) }
            #expect(try mode(path) == 0o700)
            let authority = try Data(contentsOf: URL(fileURLWithPath: first.authorityPath))
            let server = try Data(contentsOf: URL(fileURLWithPath: "\(path)/server.pem"))
            _ = try PracticeTLS(directory: path, names: ["acme.my.salesforce.com"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: first.authorityPath)) == authority)
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(path)/server.pem")) != server)
            let verified = try run([
                "openssl", "verify", "-CAfile", first.authorityPath, "-verify_hostname",
                "acme.my.salesforce.com",
                "\(path)/server.pem",
            ])
            #expect(verified.status == 0)
            #expect(throws: PracticeTLSError.self) {
                try PracticeTLS(directory: path, names: ["a\nDNS:evil"])
            }
        }
    }

    @Test func servesHTTPSToWhoeverTrustsTheAuthority() async throws {
        try await withFolder { path in
            let tls = try PracticeTLS(directory: path)
            try await PracticeClient.withCRM(tls: tls) { client in
                let form = "grant_type=client_credentials&client_id=practice&client_secret=s3cret"
                let address = "\(client.base)/services/oauth2/token"
                let trusting = try run(["curl", "-s", "--cacert", tls.authorityPath, "-d", form, address])
                #expect(trusting.status == 0)
                #expect(trusting.text.contains("\"instance_url\":\"\(client.base)\""))
                // 60 is curl's word for a certificate that it does not trust.
                #expect(try run(["curl", "-s", "-d", form, address]).status == 60)
            }
        }
    }
}
