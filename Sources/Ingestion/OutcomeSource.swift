package import Model

/// A system outcomes are read from.
///
/// Delivery is at least once: a source may repeat a row, must never skip one. A page and the cursor after it
/// are stored together, so whatever was not stored is asked for again.
package protocol OutcomeSource: Sendable {
    /// Part of every fact's identity; never renamed once data has been ingested.
    var name: Source.Name { get }
    /// The streams it delivers, in the order they should be read.
    var streams: [String] { get }
    /// The page after `cursor` (`nil`: from the beginning), oldest first.
    func page(of stream: String, after cursor: Cursor?) async throws(SourceError) -> OutcomePage
}
