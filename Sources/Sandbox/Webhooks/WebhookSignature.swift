import Crypto
import Foundation

/// Verification of Standard Webhooks 1.0.0 symmetric signatures.
///
/// The signature is HMAC-SHA256 of `id.timestamp.body` under the secret's bytes, in base 64 behind `v1,`; the
/// header holds one or several, separated by spaces, so that secrets can be rotated.
package struct WebhookVerifier: Sendable {
    private let key: SymmetricKey
    /// How far a delivery's timestamp may be from the receiver's clock: replays older than this are refused.
    package static let toleranceSeconds: Int64 = 300

    /// - Parameter secret: `whsec_` and base 64, or base 64 alone; `nil` for anything else.
    package init?(secret: String) {
        let encoded = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
        guard let bytes = Data(base64Encoded: encoded), !bytes.isEmpty else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// - Parameter now: seconds since 1970.
    func verifies(id: String?, timestamp: String?, signatures: String?, body: Data, now: Int64) -> Bool {
        guard let id, !id.isEmpty, let timestamp, let sentAt = Int64(timestamp), let signatures,
            sentAt.subtractingReportingOverflow(now).partialValue.magnitude
                <= WebhookVerifier.toleranceSeconds.magnitude
        else { return false }
        let signed = Data("\(id).\(timestamp).".utf8) + body
        return signatures.split(separator: " ").contains { signature in
            let parts = signature.split(separator: ",", maxSplits: 1)
            guard parts.count == 2, parts[0] == "v1", let code = Data(base64Encoded: String(parts[1])) else {
                return false
            }
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key)
        }
    }
}
