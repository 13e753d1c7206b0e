package import Ingestion
package import Model

/// What the first page of each stream would become, and which streams could not be asked.
package struct SyncPreview: Sendable, Hashable, Codable {
    package struct Failure: Sendable, Hashable, Codable {
        package var source: Source.Name
        package var stream: String
        package var reason: String
        /// The mapping has to be corrected, rather than the source or the way to it.
        package var isOfMapping: Bool
    }

    package var previews: [StreamPreview] = []
    package var failures: [Failure] = []
}
