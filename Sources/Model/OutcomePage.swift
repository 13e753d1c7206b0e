/// Where reading of one stream of a source stands, opaque to everybody but its connector.
package struct Cursor: Sendable, Hashable, Codable {
    package var text: String
    package init(_ text: String) { self.text = text }
}

/// One page of a stream. The page and the cursor after it are stored in one transaction.
package struct OutcomePage: Sendable, Hashable {
    package var source: Source.Name
    package var stream: String
    package var records: [MappedRecord]
    package var quarantined: [QuarantinedRow]
    /// Where to go on; stored with the records.
    package var next: Cursor
    /// Set on the last page of a run: everything the source changed up to here has been delivered.
    package var completedThrough: Instant?
    /// Whether the page is all there is of the stream: a file, read from its first line to its last.
    package var isWholeStream: Bool

    package init(
        source: Source.Name, stream: String, records: [MappedRecord], quarantined: [QuarantinedRow],
        next: Cursor, completedThrough: Instant?, isWholeStream: Bool = false
    ) {
        self.source = source
        self.stream = stream
        self.records = records
        self.quarantined = quarantined
        self.next = next
        self.completedThrough = completedThrough
        self.isWholeStream = isWholeStream
    }
}

/// How far a stream of a source has been read completely.
package struct StreamStatus: Sendable, Hashable, Codable {
    package var source: Source.Name
    package var stream: String
    /// Everything the source changed up to here is in the book; `nil` before the first complete run.
    package var completedThrough: Instant?
    /// Facts it has given; reading a record again that says nothing new gives none.
    package var facts: Int
    /// Rows set aside and not corrected since.
    package var quarantined: Int
    /// Why the last run failed, if it did.
    package var lastError: String?

    package init(
        source: Source.Name, stream: String, completedThrough: Instant?, facts: Int, quarantined: Int,
        lastError: String?
    ) {
        self.source = source
        self.stream = stream
        self.completedThrough = completedThrough
        self.facts = facts
        self.quarantined = quarantined
        self.lastError = lastError
    }
}
