/// Where HubSpot's endpoints are, for both ways it has of writing versions.
///
/// `/crm/v3/objects/deals` with `/crm/v4/associations/…` beside it, or `/crm/objects/2026-03/deals`.
struct HubSpotPaths: Sendable, Hashable {
    private let base: String
    private let version: String
    private let isDated: Bool

    /// `nil` when `prefix` is not a path that ends in a version.
    init?(prefix: String) {
        let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty, let version = parts.last,
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0 != ".." && $0.utf8.allSatisfy(Self.isPathByte) })
        else { return nil }
        let isNumbered = version.first == "v" && version.dropFirst().allSatisfy { ("0"..."9").contains($0) }
        let isDated = version.first.map { ("0"..."9").contains($0) } ?? false
        guard isDated || (isNumbered && version.count > 1) else { return nil }
        base = parts.dropLast().joined(separator: "/")
        self.version = String(version)
        self.isDated = isDated
    }

    func objects(_ type: String) -> String { path("objects", type) }
    func search(_ type: String) -> String { objects(type) + "/search" }
    func batch(_ type: String) -> String { objects(type) + "/batch/read" }
    func properties(_ type: String) -> String { path("properties", type) }
    func pipelines(_ type: String) -> String { path("pipelines", type) }
    func associations(from: String, to: String) -> String { pair(from, to) + "/batch/read" }
    func labels(from: String, to: String) -> String { pair(from, to) + "/labels" }
    /// The account's time zone and currencies; not part of the CRM and versioned on its own.
    static let account = "/account-info/v3/details"

    private func path(_ family: String, _ type: String) -> String {
        isDated ? "\(base)/\(family)/\(version)/\(type)" : "\(base)/\(version)/\(family)/\(type)"
    }

    private func pair(_ from: String, _ to: String) -> String {
        isDated
            ? "\(base)/associations/\(version)/\(from)/\(to)" : "\(base)/v4/associations/\(from)/\(to)"
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
            || byte == 46 || byte == 95
    }
}
