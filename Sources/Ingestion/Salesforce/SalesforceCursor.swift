internal import Foundation
internal import Model

/// Where reading of a Salesforce object stands; stored as JSON text between pages.
///
/// A window delivers everything with lower ≤ SystemModstamp ≤ `upper`, ordered by (SystemModstamp, Id), so the
/// last row read says where to go on even when Salesforce has forgotten the query.
struct SalesforceCursor: Codable, Hashable {
    /// Rows of one query: Salesforce hands them out in pages linked by locators.
    struct Chain: Codable, Hashable {
        /// Path of the next page.
        var locator: String
        /// Rows the query found, and rows read of it so far.
        var total: Int
        var read: Int
    }

    /// The last row read in this window.
    struct Position: Codable, Hashable {
        var stamp: Instant
        var id: String
    }

    /// The upper end of the last complete window.
    var completedThrough: Instant?
    /// The upper end of the open window; `nil` between windows.
    var upper: Instant?
    var position: Position?
    var chain: Chain?
    /// Queries started in this window: a window begun again is not a repeated cursor.
    var queries = 0

    init() {}

    init?(_ cursor: Cursor) {
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(cursor.text.utf8)) else {
            return nil
        }
        self = value
    }

    func encoded() throws -> Cursor {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Cursor(String(decoding: try encoder.encode(self), as: UTF8.self))
    }

    /// The moment before which a new window need not look; `nil` for the first.
    func lowerBound(overlap: Duration) -> Instant? {
        completedThrough?.adding(seconds: -Double(overlap.components.seconds))
    }
}
