internal import Crypto
internal import Foundation
package import Transport

/// Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, so that a receiver can tell
/// who sent a message, that it is whole, and when.
package enum StandardWebhook {
    /// A key shared with one receiver, written `whsec_` + base64 of 24 to 64 random bytes.
    package struct SigningKey: Sendable {
        fileprivate let key: SymmetricKey

        package init(_ text: Secret) throws(SigningKeyError) {
            let prefix = "whsec_"
            let revealed = text.reveal()
            guard revealed.hasPrefix(prefix) else { throw SigningKeyError.missingPrefix }
            guard let bytes = Data(base64Encoded: String(revealed.dropFirst(prefix.count))) else {
                throw SigningKeyError.notBase64
            }
            guard (24...64).contains(bytes.count) else {
                throw SigningKeyError.wrongLength(bytes: bytes.count)
            }
            key = SymmetricKey(data: bytes)
        }
    }

    /// One signature, "v1,<base64>". `timestamp` is in seconds since 1970, of this attempt.
    package static func sign(id: String, timestamp: Int64, body: [UInt8], secret: SigningKey) -> String {
        var signer = HMAC<SHA256>(key: secret.key)
        signer.update(data: Data("\(id).\(timestamp).".utf8))
        signer.update(data: body)
        return "v1," + Data(signer.finalize()).base64EncodedString()
    }

    /// The three headers of a message, signed with every key: while a key is being replaced the receiver
    /// accepts either.
    package static func headers(
        id: String, timestamp: Int64, body: [UInt8], secrets: [SigningKey]
    ) -> [(name: String, value: String)] {
        let signatures = secrets.map { sign(id: id, timestamp: timestamp, body: body, secret: $0) }
        return [
            ("webhook-id", id), ("webhook-timestamp", String(timestamp)),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}

/// Why a text is not a signing key; never holds the text.
package enum SigningKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    case missingPrefix
    case notBase64
    case wrongLength(bytes: Int)

    package var description: String {
        let form = "expected 'whsec_' and the base64 of 24 to 64 random bytes"
        return switch self {
        case .missingPrefix: "the signing key does not start with 'whsec_'; \(form)"
        case .notBase64: "the signing key is not base64 after 'whsec_'; \(form)"
        case .wrongLength(let bytes): "the signing key is \(bytes) bytes long; \(form)"
        }
    }
}
