internal import Foundation
internal import Model

/// Where reading of a walk goes on; stored as JSON text between pages.
enum SalesforcePosition: Codable, Hashable {
    case query(QueryPlace)
    case bulk(BulkPlace)
    case deletions(DeletionPlace)

    /// The last row that was read: what follows is known even when Salesforce has forgotten the query.
    struct Key: Codable, Hashable {
        /// `nil` in walks that are ordered by id.
        var stamp: Instant?
        var id: String
    }

    struct QueryPlace: Codable, Hashable {
        var last: Key?
        var chain: Chain?
        /// The part of the walk that is being read; `nil`: all of it.
        var slice: Slice?

        init() {}
    }

    /// Rows of one query: Salesforce hands them out in pages linked by locators.
    struct Chain: Codable, Hashable {
        /// Path of the next page.
        var locator: String
        /// Rows the query found, and rows read of it so far.
        var total: Int
        var read: Int
    }

    /// A span of time, short enough for Salesforce to answer.
    struct Slice: Codable, Hashable {
        /// The end of the slice before; not included.
        var after: Instant?
        var end: Instant
        var seconds: Int64
    }

    struct BulkPlace: Codable, Hashable {
        enum Step: Codable, Hashable {
            /// The job runs, or nothing of it has been read.
            case start
            case chunk(locator: String)
            /// Everything was read; the job can go.
            case end
        }

        var job: String
        /// Results are given only in the version of the API that the job was made in.
        var version: String
        /// Rows the job found; known when it is complete.
        var total: Int?
        var step: Step
        /// Rows asked for a chunk, once the usual number was too many.
        var chunkRows: Int?
    }

    struct DeletionPlace: Codable, Hashable {
        var start: Instant
        var minutes: Int64
    }

    init?(_ position: Position) {
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(position.text.utf8)) else {
            return nil
        }
        self = value
    }

    func encoded() throws -> Position {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Position(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
