import Foundation

extension ScalarForm where Value == String {
    /// A file or directory, relative to the file that names it, or absolute.
    package static var path: ScalarForm { text(example: "../data/fairway.sqlite", maxLength: 1000) }

    /// A mapping file, named like any other.
    package static var mappingPath: ScalarForm { text(example: "mappings/salesforce.yaml", maxLength: 1000) }

    package static var environmentName: ScalarForm {
        ScalarForm("a variable's name such as FAIRWAY_CRM_SECRET") { text in
            guard let first = text.utf8.first, !(48...57).contains(first) else { return nil }
            let isName = text.utf8.allSatisfy {
                (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || $0 == 95
            }
            return isName ? text : nil
        }
    }

    /// An absolute web address without user, query and fragment; a slash at its end is dropped.
    ///
    /// Names, passwords and keys that stand in a refused one are not repeated.
    package static var webAddress: ScalarForm {
        ScalarForm("a web address such as https://fairway.example.com") { text throws(Refusal) in
            guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
                let host = url.host, !host.isEmpty
            else { throw Refusal() }
            guard scheme == "https" || scheme == "http" else {
                throw Refusal(hint: "'\(scheme)' is not supported")
            }
            guard url.user == nil, url.password == nil else {
                throw Refusal(hint: "a name or password does not belong into an address")
            }
            guard url.query == nil, url.fragment == nil else {
                throw Refusal(hint: "without '?' and '#'")
            }
            return text.last == "/" ? String(text.dropLast()) : text
        }.repeating(withoutSecrets)
    }

    /// `https://…@host/path?…`: all before the last '@' and behind the first '?' or '#' may be a secret, also where the
    /// text is no address.
    private static func withoutSecrets(_ text: String) -> String {
        var shown = text[...]
        if let at = shown.lastIndex(of: "@") {
            let start = shown.firstRange(of: "//").map(\.upperBound).flatMap { $0 <= at ? $0 : nil }
            shown = shown[..<(start ?? shown.startIndex)] + "…" + shown[at...]
        }
        if let tail = shown.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            shown = shown[...tail] + "…"
        }
        return String(shown)
    }

    package static var salesforceVersion: ScalarForm {
        ScalarForm("an API version such as v61.0") { text in
            guard text.hasPrefix("v"), text.hasSuffix(".0"), text.utf8.count == 5,
                text.dropFirst().prefix(2).utf8.allSatisfy({ (48...57).contains($0) })
            else { return nil }
            return text
        }
    }

    package static var clientID: ScalarForm { text(example: "3MVG9…", maxLength: 500) }

    /// A path of a web address: `/crm/v3`.
    package static var urlPath: ScalarForm {
        ScalarForm("a path such as /crm/v3") { text in
            let isPath = text.utf8.allSatisfy {
                (65...90).contains($0) || (97...122).contains($0) || (45...57).contains($0) || $0 == 95
            }
            guard text.hasPrefix("/"), !text.hasSuffix("/"), isPath, !text.contains("..") else { return nil }
            return text
        }
    }

    /// The name of an HTTP header (RFC 9110 §5.1, letters, digits and hyphens only).
    package static var headerName: ScalarForm {
        ScalarForm("a header's name such as x-api-token") { text in
            let isName = text.utf8.allSatisfy {
                (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || $0 == 45
            }
            return isName && !text.isEmpty && text.utf8.count <= 100 ? text : nil
        }
    }
}
