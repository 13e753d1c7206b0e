package import Model

/// A source that is described by its mapping alone: REST lists, OData, anything with a list and a next page.
package struct GenericConfiguration: Sendable {
    package var name: Source.Name
    /// Each stream says how it is asked for (``StreamMapping/request``).
    package var mapping: SourceMapping
    /// How far behind the source's clock a window ends: records show up later than their stamps say.
    package var lag: Duration
    /// How far a window reaches back behind the one before.
    package var overlap: Duration

    package init(
        name: Source.Name, mapping: SourceMapping, lag: Duration = .seconds(60),
        overlap: Duration = .seconds(600)
    ) {
        self.name = name
        self.mapping = mapping
        self.lag = lag
        self.overlap = overlap
    }
}

/// Where reading of a generic stream goes on. Two positions are equal exactly if the source would be asked the
/// same, so that walking in circles shows.
struct GenericPosition: Codable, Hashable {
    /// Path and query of the next page, below the source's address.
    var link: String?
    var cursor: String?
    /// Id of the last record delivered.
    var lastID: String?
    /// Records before the next one.
    var offset: Int?
    var page: Int?
}
