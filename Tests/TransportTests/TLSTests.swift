import Foundation
import Glibc
import Synchronization
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

    @Test func refusesACertificateThatHasExpired() async throws {
        let server = try TLSServer(subjectAlternativeName: "IP:127.0.0.1", days: -1)
        defer { server.stop() }
        let client = try HTTPClient(policy: server.policy(caFile: server.certificate))
        let error = await failure {
            _ = try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        }
        #expect(
            error?.kind == .tls && error?.detail.contains("expired") == true, "\(String(describing: error))")
    }

    /// The server agrees to HTTP/2 and then does not speak it.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func leavesHTTP2AloneForAnHourAfterTwoFailures() async throws {
        let server = try TLSServer(subjectAlternativeName: "IP:127.0.0.1", breaksHTTP2: true)
        defer { server.stop() }
        let start = ContinuousClock.now
        let elapsed = Mutex(Duration.zero)
        let client = try HTTPClient(
            policy: server.policy(caFile: server.certificate), now: { start + elapsed.withLock { $0 } })
        func send() async throws(TransportError) -> HTTPResponse {
            try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        }
        for _ in 0..<2 {
            let error = await failure { _ = try await send() }
            #expect(error?.isRetryable == true, "\(String(describing: error))")
        }
        #expect(try await send().status == 200)
        elapsed.withLock { $0 = .seconds(3599) }
        #expect(try await send().status == 200)
        elapsed.withLock { $0 = .seconds(3601) }
        let error = await failure { _ = try await send() }
        #expect(error?.isRetryable == true)
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

    /// `breaksHTTP2`: offers HTTP/2, and closes the connection when that is chosen.
    init(
        subjectAlternativeName: String, days: Int = 2, options: [String] = [], breaksHTTP2: Bool = false
    ) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "fw-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "cert.pem").path
        let key = folder.appending(path: "key.pem").path
        let request = folder.appending(path: "request.pem").path
        try TLSServer.openSSL([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=fairway-test", "-addext", "subjectAltName=\(subjectAlternativeName)", "-keyout", key, "-out",
            request,
        ])
        try TLSServer.openSSL([
            "x509", "-req", "-in", request, "-signkey", key, "-days", String(days), "-copy_extensions",
            "copy",
            "-out", certificate,
        ])
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"] + options
        if breaksHTTP2 {
            process.executableURL = URL(filePath: "/usr/bin/python3")
            process.arguments = ["-c", TLSServer.breakingHTTP2, certificate, key]
        }
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

    private static let breakingHTTP2 = """
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        context.set_alpn_protocols(["h2", "http/1.1"])
        listener = socket.create_server(("127.0.0.1", 0))
        print("ACCEPT 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
        while True:
            try:
                connection = context.wrap_socket(listener.accept()[0], server_side=True)
                connection.recv(1000)
                if connection.selected_alpn_protocol() == "http/1.1":
                    connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
                connection.close()
            except OSError:
                pass
        """

    private static func openSSL(_ arguments: [String]) throws {
        let make = Process()
        make.executableURL = URL(filePath: "/usr/bin/openssl")
        make.arguments = arguments
        make.standardError = FileHandle.nullDevice
        try make.run()
        make.waitUntilExit()
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
