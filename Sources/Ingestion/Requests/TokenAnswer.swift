internal import Model
internal import Transport

/// What a token endpoint answered, read strictly.
enum TokenAnswer {
    /// A token, and what came with it.
    case token(Token)
    case refused(code: String, words: String)
    case unusable(String)

    struct Token {
        var access: String
        /// Seconds from now, when told.
        var lifetime: Double?
        var refresh: String?
        var instance: String?
    }

    init(_ response: HTTPResponse) {
        let value = try? JSONValue(parsing: response.body)
        guard response.status == 200 else {
            let code = value?["error"]?.string ?? ""
            self = .refused(code: code, words: value?["error_description"]?.string ?? "")
            return
        }
        guard let value, let access = value["access_token"]?.string, TokenAnswer.isSendable(access) else {
            self = .unusable("expected JSON with a printable 'access_token'")
            return
        }
        if let type = value["token_type"]?.string, type.lowercased() != "bearer" {
            self = .unusable("expected a token of type 'Bearer'")
            return
        }
        self = .token(
            Token(
                access: access, lifetime: TokenAnswer.seconds(value["expires_in"]),
                refresh: value["refresh_token"]?.string, instance: value["instance_url"]?.string))
    }

    /// Whether a header can carry it: visible ASCII, of a length no server refuses out of hand.
    private static func isSendable(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.count <= 16_384 && token.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }

    /// A number, or one written as text; anything that is no sensible life is not told.
    private static func seconds(_ value: JSONValue?) -> Double? {
        guard let seconds = value?.integer ?? value?.string.flatMap({ Int($0) }) else { return nil }
        return (1...315_360_000).contains(seconds) ? Double(seconds) : nil
    }
}
