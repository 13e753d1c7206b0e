package import Model

/// One Dataverse (Dynamics 365) environment to read.
package struct DataverseConfiguration: Sendable {
    package var name: Source.Name
    package var apiVersion: String
    /// A stream's `object` is the table's logical name ("account") or its entity set ("accounts").
    package var mapping: SourceMapping
    /// Rows asked for a page, at most 5,000; Dataverse may send fewer.
    package var pageSize: Int
    /// Whether delta links are used where a table and a stream allow them.
    package var usesChangeTracking: Bool
    /// How far behind the server's clock a window ends, for streams that are read by windows.
    package var lag: Duration
    /// How far a window reaches back behind the one before.
    package var overlap: Duration

    package init(
        name: Source.Name, mapping: SourceMapping, apiVersion: String = "v9.2", pageSize: Int = 5000,
        usesChangeTracking: Bool = true, lag: Duration = .seconds(60), overlap: Duration = .seconds(900)
    ) {
        self.name = name
        self.mapping = mapping
        self.apiVersion = apiVersion
        self.pageSize = pageSize
        self.usesChangeTracking = usesChangeTracking
        self.lag = lag
        self.overlap = overlap
    }
}
