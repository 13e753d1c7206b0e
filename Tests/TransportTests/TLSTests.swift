import Foundation
import Glibc
import Testing

@testable import Transport

/// Against a real TLS server with a certificate of its own making.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
struct TLSTests {
    @Test func trustsACertificateOnlyWhenToldTo() async throws {
        let server = try TLSServer(subjectAlternativeName: "IP:127.0.0.1")
        defer { server.stop() }
        let url = "https://127.0.0.1:\(server.port)/"
        let stranger = try HTTPClient(policy: server.policy(caFile: nil))
        let error = await failure { _ = try await stranger.send(HTTPRequest(.get, url)) }
        #expect(error?.kind == .tls && error?.isRetryable == false, "\(String(describing: error))")
        let friend = try HTTPClient(policy: server.policy(caFile: server.certificate))
        let response = try await friend.send(HTTPRequest(.get, url))
        #expect(response.status == 200 && !response.isSelfDelimited)
    }

    @Test func refusesACertificateForAnotherHost() async throws {
        let server = try TLSServer(subjectAlternativeName: "DNS:elsewhere.example")
        defer { server.stop() }
        let client = try HTTPClient(policy: server.policy(caFile: server.certificate))
        let error = await failure {
            _ = try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        }
        #expect(error?.kind == .tls, "\(String(describing: error))")
    }

    @Test func refusesTLSBelow1_2() async throws {
        let server = try TLSServer(
            subjectAlternativeName: "IP:127.0.0.1", options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        defer { server.stop() }
        let client = try HTTPClient(policy: server.policy(caFile: server.certificate))
        let error = await failure {
            _ = try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        }
        #expect(error?.kind == .unreachable, "\(String(describing: error))")
        #expect(error?.detail.contains("TLS handshake") == true)
    }
}

/// `openssl s_server` on a port of its choice, answering every request with its status page.
private final class TLSServer {
    let port: Int
    let certificate: String
    private let process = Process()
    private let folder: URL

    init(subjectAlternativeName: String, options: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "fw-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "cert.pem").path
        let key = folder.appending(path: "key.pem").path
        let make = Process()
        make.executableURL = URL(filePath: "/usr/bin/openssl")
        make.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=fairway-test", "-addext", "subjectAltName=\(subjectAlternativeName)", "-keyout",
            key,
            "-out", certificate,
        ]
        make.standardError = FileHandle.nullDevice
        try make.run()
        make.waitUntilExit()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"] + options
        process.standardInput = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It says "ACCEPT 127.0.0.1:43555" once it listens.
        var text = ""
        while !text.contains("ACCEPT") || !text.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
        }
        let line = text.split(separator: "\n").last { $0.hasPrefix("ACCEPT") }
        port = line?.split(separator: ":").last.flatMap { Int($0) } ?? 0
    }

    func policy(caFile: String?) -> TransportPolicy {
        TransportPolicy(
            allowsPrivateAddresses: [HostPort(host: "127.0.0.1", port: port)], caFile: caFile)
    }

    func stop() {
        // A child of a worker thread inherits its signal mask, which holds back SIGTERM.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
