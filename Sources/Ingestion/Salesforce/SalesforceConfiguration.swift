package import Model
package import Transport

/// One Salesforce organisation to read.
package struct SalesforceConfiguration: Sendable {
    package var name: Source.Name
    /// The organisation's own domain, "https://acme.my.salesforce.com"; the client-credentials flow does not
    /// work on login.salesforce.com.
    package var loginURL: String
    package var clientID: String
    package var clientSecret: Secret
    package var apiVersion: String
    package var mapping: SourceMapping
    /// How far behind the server's clock a window ends: rows become visible when their transaction commits,
    /// with the stamp of when it wrote them.
    package var lag: Duration
    /// How far a window reaches back behind the previous one, for transactions longer than the lag.
    package var overlap: Duration
    /// Rows asked for a page, 200 to 2,000; Salesforce may send fewer.
    package var pageSize: Int

    package init(
        name: Source.Name, loginURL: String, clientID: String, clientSecret: Secret,
        apiVersion: String = "61.0",
        mapping: SourceMapping = .salesforceDefault, lag: Duration = .seconds(60),
        overlap: Duration = .seconds(900), pageSize: Int = 2000
    ) {
        self.name = name
        self.loginURL = loginURL
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.apiVersion = apiVersion
        self.mapping = mapping
        self.lag = lag
        self.overlap = overlap
        self.pageSize = pageSize
    }
}
