import Foundation
import NIOSSL

/// A certificate authority for practice, and a server certificate it signed, in a folder.
///
/// Both are made by the `openssl` program. The authority is kept, so that a client that was told to trust it
/// still does after a restart; the server's certificate is made anew each time.
package struct PracticeTLS: Sendable {
    private let directory: URL

    /// What a client must trust: the value of `caFile`.
    package var authorityPath: String { directory.appendingPathComponent("ca.pem").path }
    private var authorityKey: String { directory.appendingPathComponent("ca-key.pem").path }
    private var certificate: String { directory.appendingPathComponent("server.pem").path }
    private var key: String { directory.appendingPathComponent("server-key.pem").path }

    /// Makes what is missing in `directory`.
    ///
    /// - Parameter names: host names the certificate is good for, besides localhost and the loopback addresses.
    package init(directory path: String, names: [String] = []) throws(PracticeTLSError) {
        directory = URL(fileURLWithPath: path, isDirectory: true)
        for name in names where !PracticeTLS.isHostName(name) {
            throw PracticeTLSError("'\(name)' is no host name; expected one such as acme.my.salesforce.com")
        }
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw PracticeTLSError(
                "the folder '\(path)' for certificates cannot be made: \(error.localizedDescription)")
        }
        let files = FileManager.default
        if !files.fileExists(atPath: authorityPath) || !files.fileExists(atPath: authorityKey) {
            try makeAuthority()
        }
        try makeCertificate(names)
    }

    func serverConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private func makeAuthority() throws(PracticeTLSError) {
        try makeKey(authorityKey)
        try run([
            "req", "-x509", "-new", "-key", authorityKey, "-sha256", "-days", "3650", "-out", authorityPath,
            "-subj", "/O=Fairway practice/CN=Fairway practice CA", "-addext",
            "basicConstraints=critical,CA:TRUE,pathlen:0", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        ])
    }

    private func makeCertificate(_ names: [String]) throws(PracticeTLSError) {
        try makeKey(key)
        let request = directory.appendingPathComponent("server.csr").path
        let extensions = directory.appendingPathComponent("server.ext").path
        defer {
            try? FileManager.default.removeItem(atPath: request)
            try? FileManager.default.removeItem(atPath: extensions)
        }
        let subjects = (["localhost"] + names).map { "DNS:\($0)" } + ["IP:127.0.0.1", "IP:::1"]
        let lines = [
            "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
            "extendedKeyUsage=serverAuth", "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid",
            "subjectAltName=\(subjects.joined(separator: ","))",
        ]
        do {
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: extensions))
        } catch {
            throw PracticeTLSError("'\(extensions)' cannot be written: \(error.localizedDescription)")
        }
        try run([
            "req", "-new", "-key", key, "-sha256", "-out", request, "-subj",
            "/O=Fairway practice/CN=localhost",
        ])
        var serial = "0x"
        for _ in 0..<16 { serial += String(UInt8.random(in: 16...127), radix: 16) }
        try run([
            "x509", "-req", "-in", request, "-CA", authorityPath, "-CAkey", authorityKey, "-set_serial",
            serial,
            "-sha256", "-days", "397", "-extfile", extensions, "-out", certificate,
        ])
    }

    /// A new P-256 key in a file that only its owner may read, from its first byte on.
    private func makeKey(_ path: String) throws(PracticeTLSError) {
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        try? FileManager.default.removeItem(atPath: path)
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: mode) else {
            throw PracticeTLSError("the key '\(path)' cannot be written; check that its folder has space")
        }
        try run(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path])
        do {
            try FileManager.default.setAttributes(mode, ofItemAtPath: path)
        } catch {
            throw PracticeTLSError("the key '\(path)' cannot be made private: \(error.localizedDescription)")
        }
    }

    private func run(_ arguments: [String]) throws(PracticeTLSError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let complaints = Pipe()
        process.standardError = complaints
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw PracticeTLSError("openssl cannot be started: \(error.localizedDescription)")
        }
        let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PracticeTLSError(
                "making a certificate with 'openssl \(arguments.first ?? "")' failed; is the openssl program "
                    + "installed? It said: \(text.suffix(400))")
        }
    }

    private static func isHostName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "*"):
                    true
                default: false
                }
            }
    }
}

/// Why there is no certificate to serve with.
package struct PracticeTLSError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
