/// A version of Stripe's API, as `Stripe-Version` names it: `2024-06-20`, or `2025-03-31.basil`.
struct StripeVersion: Sendable, Hashable {
    let text: String
    private let date: String

    /// What the account is pinned to: requests without the header and events are in this version.
    static let ofAccount = StripeVersion(known: "2024-06-20")

    private init(known text: String) {
        self.text = text
        date = text
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let shape = parts[0].utf8.map { (48...57).contains($0) ? UInt8(ascii: "0") : $0 }
        guard parts.count <= 2, shape == Array("0000-00-00".utf8), parts[0] >= "2011-01-01",
            parts.count == 1 || !parts[1].isEmpty && parts[1].allSatisfy(\.isLetter)
        else { return nil }
        self.text = text
        date = String(parts[0])
    }

    /// Since "basil", billing periods are the items' and an invoice's subscription is its parent's.
    var isBasil: Bool { date >= "2025-03-31" }
}
