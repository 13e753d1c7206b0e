import Foundation

/// The pairs of an `application/x-www-form-urlencoded` text, a request's query or body.
struct FormFields: Sendable, Hashable {
    private var pairs: [String: [String]] = [:]

    init(_ text: some StringProtocol) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs[FormFields.decoded(parts[0]), default: []].append(
                parts.count == 2 ? FormFields.decoded(parts[1]) : "")
        }
    }

    /// The first value of a name.
    subscript(name: String) -> String? { pairs[name]?.first }

    /// All values of a name, each split at its commas.
    func list(_ name: String) -> [String] {
        (pairs[name] ?? []).flatMap { $0.split(separator: ",") }.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    /// Some clients write `True`.
    func isTrue(_ name: String) -> Bool { self[name]?.lowercased() == "true" }

    var names: some Collection<String> { pairs.keys }

    private static func decoded(_ text: some StringProtocol) -> String {
        let spaced = text.replacingOccurrences(of: "+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}
