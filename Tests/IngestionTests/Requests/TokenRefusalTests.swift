import CryptoExtras
import Foundation
import Model
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct TokenRefusalTests {
    @Test func aRefusalKeepsItsWordsAndLosesTheSecret() async throws {
        let office = try TokenOffice { _, request in
            .answer(
                400, "{\"error\":\"invalid_client\",\"error_description\":\"no s3c&ret, no \(request.text)\"}"
            )
        }
        defer { office.server.stop() }
        let error = await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        #expect(error?.kind == .unauthorized && office.server.requests.count == 1)
        let text = "\(String(describing: error)) \(String(reflecting: error))"
        #expect(text.contains("invalid_client: no <redacted>"))
        #expect(!text.contains("s3c&ret") && !text.contains("s3c%26ret"))
    }

    @Test func waitsWhenAskedTo() async throws {
        let office = try TokenOffice { number, _ in
            number == 1
                ? .answer(429, headers: [("Retry-After", "20")]) : .answer(200, "{\"access_token\":\"a\"}")
        }
        defer { office.server.stop() }
        _ = try await office.authorizer.grant(replacing: nil)
        #expect(office.time.sleeps == [20])
    }

    @Test func doesNotWaitLongerThanAQuarterOfAnHour() async throws {
        let office = try TokenOffice { _, _ in
            .answer(400, headers: [("Retry-After", "7200")], "{\"error\":\"rate_limit_exceeded\"}")
        }
        defer { office.server.stop() }
        let error = await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        #expect(error?.kind == .throttled(seconds: 7200) && office.time.sleeps.isEmpty)
        #expect(error?.detail.contains("throttled until 2027-01-15T10:00:00Z") == true)
    }

    @Test func repeatsWhatPasses() async throws {
        let office = try TokenOffice { number, _ in
            switch number {
            case 1: [.reset]
            case 2: .answer(502, "<html>")
            default: .answer(200, "{\"access_token\":\"a\"}")
            }
        }
        defer { office.server.stop() }
        _ = try await office.authorizer.grant(replacing: nil)
        #expect(office.time.sleeps == [0.5, 1])
    }

    @Test func anAssertionIsSignedForTwoAndAHalfMinutes() async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let office = try TokenOffice(flow: assertion(key.pemRepresentation), proof: .none)
        defer { office.server.stop() }
        _ = try await office.authorizer.grant(replacing: nil)
        let fields = office.server.requests[0].text.split(separator: "&").map { $0.split(separator: "=") }
        #expect(fields[0] == ["grant_type", "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"])
        #expect(fields[2] == ["client_id", "app%20id"])
        let parts = fields[1][1].split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        #expect(try decoded(parts[0]) == Array("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".utf8))
        let claims =
            "{\"aud\":\"https://login.example.com\",\"exp\":1800000150,\"iss\":\"app id\",\"sub\":\"me@example.com\"}"
        #expect(try decoded(parts[1]) == Array(claims.utf8))
        let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(try decoded(parts[2])))
        #expect(
            key.publicKey.isValidSignature(
                signature, for: Data("\(parts[0]).\(parts[1])".utf8), padding: .insecurePKCS1v1_5))
    }

    /// Both forms of PEM, with OpenSSL's own word on the signature.
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")),
        arguments: [["-traditional"], []])
    func openSSLAgreesWithTheSignature(_ form: [String]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fw-jwt-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appending(path: name).path }
        #expect(try openSSL(["genrsa"] + form + ["-out", path("key"), "2048"]) == 0)
        #expect(try openSSL(["rsa", "-in", path("key"), "-pubout", "-out", path("public")]) == 0)
        let pem = try String(contentsOfFile: path("key"), encoding: .utf8)
        #expect(pem.contains("RSA PRIVATE KEY") == !form.isEmpty)
        let assertion = JWTAssertion(issuer: "i", subject: "s", audience: "a", privateKey: Secret(pem))
        let parts = try #require(assertion.signed(at: ManualTime().instant)).split(separator: ".")
        try Data("\(parts[0]).\(parts[1])".utf8).write(to: folder.appending(path: "text"))
        try Data(try decoded(String(parts[2]))).write(to: folder.appending(path: "signature"))
        let verify = ["dgst", "-sha256", "-verify", path("public"), "-signature", path("signature")]
        #expect(try openSSL(verify + [path("text")]) == 0)
        #expect(try openSSL(verify + [path("public")]) != 0)
    }

    private func openSSL(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test(arguments: [(-312, "312 s behind"), (45, "45 s ahead of"), (10, nil)] as [(Int, String?)])
    func aWrongClockIsNamed(_ skew: Int, _ expected: String?) async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let office = try TokenOffice(flow: assertion(key.pemRepresentation), proof: .none) { _, _ in
            .answer(
                400, headers: [("Date", "Fri, 15 Jan 2027 08:10:00 GMT")],
                "{\"error\":\"invalid_grant\",\"error_description\":\"invalid assertion\"}")
        }
        defer { office.server.stop() }
        office.time.elapsed = 600 + Double(skew)
        let error = await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        #expect(error?.kind == .unauthorized)
        #expect(error?.detail.contains("invalid_grant: invalid assertion") == true)
        #expect(error?.detail.contains("this machine's clock") == (expected != nil))
        if let expected { #expect(error?.detail.contains(expected) == true) }
    }

    @Test func aKeyThatCannotBeUsedIsNotShown() async throws {
        let office = try TokenOffice(flow: assertion("s3cret is no key"), proof: .none)
        defer { office.server.stop() }
        let error = await sourceError { _ = try await office.authorizer.grant(replacing: nil) }
        #expect(error?.kind == .refused && office.server.requests.isEmpty)
        #expect(String(reflecting: error).contains("s3cret") == false)
    }

    @Test func foreignWordsArePrintableAndShort() {
        let text = ForeignText.printable(
            "a\u{0}b\r\n\u{202e}c" + String(repeating: "é", count: 500), without: [])
        #expect(text.hasPrefix("a b   cé") && text.unicodeScalars.count == 200)
        #expect(
            ForeignText.printable("key=abcdef, abc", without: ["abc", "abcdef"])
                == "key=<redacted>, <redacted>")
        #expect(ForeignText.printable("a user", without: ["a", ""]) == "a user")
    }

    private func assertion(_ pem: String) -> OAuthSettings.Flow {
        .jwtBearer(
            JWTAssertion(
                issuer: "app id", subject: "me@example.com", audience: "https://login.example.com",
                privateKey: Secret(pem)))
    }

    private func decoded(_ text: String) throws -> [UInt8] {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        return Array(try #require(Data(base64Encoded: base64 + padding)))
    }
}
