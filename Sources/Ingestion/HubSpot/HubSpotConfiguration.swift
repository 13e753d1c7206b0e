package import Model

/// One HubSpot account ("portal") to read.
package struct HubSpotConfiguration: Sendable {
    package var name: Source.Name
    package var mapping: SourceMapping
    /// How far behind the server's clock a window ends: the search index shows a change seconds to minutes after it
    /// was made, and HubSpot publishes no bound.
    package var lag: Duration
    /// How far a window reaches back behind the one before, for what the index showed later still.
    package var overlap: Duration
    /// How often archived rows are looked for: their list can neither be filtered nor sorted, and all of it is read
    /// each time. Zero: in every window.
    package var archivedEvery: Duration
    /// Where the CRM's paths begin: "/crm/v3", or a dated version as "/crm/2026-03".
    package var pathPrefix: String
    /// Rows asked for a page of a search, at most 200.
    package var searchPageSize: Int
    /// Rows asked for a page of a list, at most 100.
    package var listPageSize: Int

    package init(
        name: Source.Name, mapping: SourceMapping, lag: Duration = .seconds(120),
        overlap: Duration = .seconds(900), archivedEvery: Duration = .seconds(6 * 3600),
        pathPrefix: String = "/crm/v3", searchPageSize: Int = 200,
        listPageSize: Int = 100
    ) {
        self.name = name
        self.mapping = mapping
        self.lag = lag
        self.overlap = overlap
        self.archivedEvery = archivedEvery
        self.pathPrefix = pathPrefix
        self.searchPageSize = searchPageSize
        self.listPageSize = listPageSize
    }

    /// Where the refresh-token flow of a public app sends its form (RFC 6749 §6).
    package static let tokenPath = "/oauth/v1/token"
}
