package import Model

/// Where the loop puts what it reads.
package protocol BookDoor: Sendable {
    /// What the book knows of a stream.
    func standing(of stream: String, in source: Source.Name) async throws -> StreamStanding
    /// Stores a page with its progress and sweep, all of it or nothing.
    ///
    /// - Throws: ``MassChange`` when the page's limits forbid what would vanish.
    func store(_ page: OutcomePage) async throws -> PageReceipt
}

/// How a page's rows become facts.
package typealias PageMapping =
    @Sendable (SourcePage) -> (
        records: [MappedRecord], quarantined: [QuarantinedRow]
    )
