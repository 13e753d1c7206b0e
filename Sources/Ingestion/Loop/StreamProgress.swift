internal import Foundation
package import Model

/// Where reading of a stream stands: stored as the stream's cursor, in the transaction of each page.
package struct StreamProgress: Sendable, Hashable {
    /// Everything the source changed up to here has been read. Never moves back.
    package var completedThrough: Instant?
    /// What is being read; `nil` between runs.
    package var run: OpenRun?
    /// Where the next delta goes on, for sources that hand out tokens.
    package var token: String?
    /// The upper end of the last complete reading of everything.
    package var lastFull: Instant?
    /// When the book was last held against everything the source lists (source's clock).
    package var lastReconcile: Instant?
    /// The source's clock when it was last asked.
    package var serverTime: Instant?
    /// Seconds that windows reach further back than planned, until one has ended beyond where a wrong clock led.
    package var widening: Double
    /// A walk over everything is over, and what it did not list waits for later changes to confirm it.
    package var closing: Closing?
    /// The mapping by which everything was last read to the end; another one owes a reading of everything.
    package var mapping: String?
    /// When everything was last read to bring what the book lacked (source's clock).
    package var lastLostReading: Instant?
    /// The mass change that was held last, until a run ends or somebody lets it pass.
    package var held: MassChange?

    package struct Closing: Sendable, Hashable, Codable {
        /// A window that ends here or later has seen whatever moved while the walk was read.
        package var readBy: Instant
        /// So many missing records an operator has looked at and let pass.
        package var acceptedMissing = 0
        /// The source did not count: rows it left out leave no trace, and only a second walk confirms what the
        /// first one did not list.
        package var needsWalk = false
        /// Later changes have been read, so that what the book lacks is known.
        package var isSettled = false
    }

    package init() { widening = 0 }

    /// What a stored cursor says. Cursors of the connector that came before count up to where they are complete;
    /// `nil` for anything else, so that everything is read.
    package init?(_ cursor: Cursor) {
        let data = Data(cursor.text.utf8)
        if let progress = try? JSONDecoder().decode(StreamProgress.self, from: data) {
            self = progress
        } else if let legacy = try? JSONDecoder().decode(LegacyProgress.self, from: data) {
            self.init()
            completedThrough = legacy.completedThrough
            lastFull = legacy.completedThrough
        } else {
            return nil
        }
    }

    /// The text that is stored.
    package var cursor: Cursor {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and lists of them always encode.
        return Cursor((try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
}

/// Only what the Salesforce connector of earlier versions kept between windows.
private struct LegacyProgress: Decodable {
    var completedThrough: Instant?
    var queries: Int
}

extension StreamProgress: Codable {
    private enum CodingKeys: String, CodingKey {
        case format, completedThrough, run, token, lastFull, lastReconcile, serverTime, widening, closing
        case mapping, held, lastLostReading
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard try values.decode(Int.self, forKey: .format) == 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: values, debugDescription: "written by another version")
        }
        completedThrough = try values.decodeIfPresent(Instant.self, forKey: .completedThrough)
        run = try values.decodeIfPresent(OpenRun.self, forKey: .run)
        token = try values.decodeIfPresent(String.self, forKey: .token)
        lastFull = try values.decodeIfPresent(Instant.self, forKey: .lastFull)
        lastReconcile = try values.decodeIfPresent(Instant.self, forKey: .lastReconcile)
        serverTime = try values.decodeIfPresent(Instant.self, forKey: .serverTime)
        widening = try values.decodeIfPresent(Double.self, forKey: .widening) ?? 0
        closing = try values.decodeIfPresent(Closing.self, forKey: .closing)
        mapping = try values.decodeIfPresent(String.self, forKey: .mapping)
        lastLostReading = try values.decodeIfPresent(Instant.self, forKey: .lastLostReading)
        held = try values.decodeIfPresent(MassChange.self, forKey: .held)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(1, forKey: .format)
        try values.encodeIfPresent(completedThrough, forKey: .completedThrough)
        try values.encodeIfPresent(run, forKey: .run)
        try values.encodeIfPresent(token, forKey: .token)
        try values.encodeIfPresent(lastFull, forKey: .lastFull)
        try values.encodeIfPresent(lastReconcile, forKey: .lastReconcile)
        try values.encodeIfPresent(serverTime, forKey: .serverTime)
        if widening > 0 { try values.encode(widening, forKey: .widening) }
        try values.encodeIfPresent(closing, forKey: .closing)
        try values.encodeIfPresent(mapping, forKey: .mapping)
        try values.encodeIfPresent(lastLostReading, forKey: .lastLostReading)
        try values.encodeIfPresent(held, forKey: .held)
    }
}
