internal import CryptoExtras
internal import Foundation
internal import Model
internal import Transport

extension JWTAssertion {
    /// Below the three minutes that Salesforce allows, so that a clock may be a little fast.
    static let lifetime = 150

    /// The assertion in compact form (RFC 7515), signed RS256; `nil` when the key cannot be used.
    func signed(at now: Instant) -> String? {
        let claims = JSONValue.object([
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(audience),
            "exp": .number(String(now.milliseconds / 1000 + Int64(JWTAssertion.lifetime))),
        ])
        let header = JSONValue.object(["alg": .string("RS256"), "typ": .string("JWT")])
        let text = Base64URL.text(Array(header.text.utf8)) + "." + Base64URL.text(Array(claims.text.utf8))
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: privateKey.reveal()),
            let signature = try? key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
        else { return nil }
        return text + "." + Base64URL.text(Array(signature.rawRepresentation))
    }
}

/// Base 64 for URLs, without padding (RFC 4648 §5).
enum Base64URL {
    static func text(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}

/// `application/x-www-form-urlencoded`.
enum FormEncoding {
    static func text(_ fields: [(name: String, value: String)]) -> String {
        fields.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")
    }

    /// All but the unreserved characters of RFC 3986.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }
}
