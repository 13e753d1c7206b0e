/// A system that facts are read from. Property names are the file's keys.
package enum SourceConfiguration: Sendable, Hashable {
    case service(ServiceConfiguration)
    case csv(CSVConfiguration)
    case files(FilesConfiguration)

    /// Minutes between two runs.
    package var everyMinutes: Int {
        switch self {
        case .service(let service): service.everyMinutes
        case .csv, .files: 60
        }
    }
}

/// A system that is asked over HTTP.
package struct ServiceConfiguration: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case salesforce, hubspot, dataverse, stripe, generic
    }

    package var kind: Kind
    /// The system's own address.
    package var url: String
    /// Path of the mapping file.
    package var mapping: String
    package var auth: SignInConfiguration
    /// Further addresses that its answers may lead to: scheme, host and port.
    package var allowHosts: [String] = []
    package var allowPlainHTTP = false
    package var allowPrivateAddress = false
    /// PEM file of the authorities its certificate may come from, instead of the system's.
    package var caFile: String?
    package var proxy: String?
    /// IANA zone in which its moments become days.
    package var timeZone: String?
    /// Changes of the last so many seconds are left for the next run; `nil` takes the connector's own default.
    package var lagSeconds: Int?
    /// How far each run reads back behind the one before.
    package var overlapMinutes = 15
    package var everyMinutes = 60
    /// Rows in a page; `nil` takes the most that the system allows.
    package var pageSize: Int?
    package var apiVersion: String?
    /// Begin of the paths of HubSpot's objects.
    package var pathPrefix: String?
    /// From how many rows on a first load is a bulk job (Salesforce).
    package var bulkAbove = 50_000
    /// Requests that Fairway makes in 24 hours at most.
    package var requestsPerDay: Int?
    /// Share of the system's own daily limit that is left to others, in per cent.
    package var reservePercent = 20
    package var connectSeconds = 10
    /// How long an answer may stand still.
    package var silenceSeconds = 150
    package var totalSeconds = 300

    package init(kind: Kind, url: String, mapping: String, auth: SignInConfiguration) {
        self.kind = kind
        self.url = url
        self.mapping = mapping
        self.auth = auth
    }
}

/// How a service's requests are signed.
package enum SignInConfiguration: Sendable, Hashable {
    /// OAuth 2.0 client credentials.
    case clientCredentials(ClientCredentialsConfiguration)
    /// OAuth 2.0 JWT bearer (RFC 7523), signed RS256.
    case jwtBearer(JWTBearerConfiguration)
    case refreshToken(RefreshTokenConfiguration)
    /// A token that does not change.
    case bearer(BearerConfiguration)
    case basic(BasicConfiguration)
    /// A header of the service's own.
    case header(HeaderConfiguration)
    case none
}

package struct ClientCredentialsConfiguration: Sendable, Hashable {
    package var clientID: String
    package var clientSecret: SecretReference
    package var scope: String?
    /// `nil` takes the service's usual one.
    package var tokenURL: String?
    /// Whether id and secret go into the Authorization header instead of the form.
    package var secretInHeader = false
}

package struct JWTBearerConfiguration: Sendable, Hashable {
    package var clientID: String
    package var username: String
    /// PEM of the RSA key.
    package var privateKey: SecretReference
    /// `nil` takes the service's address.
    package var audience: String?
    package var tokenURL: String?
}

package struct RefreshTokenConfiguration: Sendable, Hashable {
    package var clientID: String
    package var clientSecret: SecretReference?
    package var refreshToken: SecretReference
    package var tokenURL: String?
}

package struct BearerConfiguration: Sendable, Hashable {
    package var token: SecretReference
}

package struct BasicConfiguration: Sendable, Hashable {
    package var user: String
    /// `nil` for services whose key is the user and that want no password.
    package var password: SecretReference?
    /// The user itself is the secret.
    package var userSecret: SecretReference?

    package init(user: String, password: SecretReference? = nil, userSecret: SecretReference? = nil) {
        self.user = user
        self.password = password
        self.userSecret = userSecret
    }
}

package struct HeaderConfiguration: Sendable, Hashable {
    package var name: String
    package var value: SecretReference
}

/// Files in Fairway's own column names, or directories of them, by what their rows are; at least one is set.
package struct CSVConfiguration: Sendable, Hashable {
    package var partners: String?
    package var contracts: String?
    package var milestones: String?
    package var readings: String?
    package var payments: String?
    package var renewals: String?
    package var churn: String?
    package var discounts: String?
    package var opportunities: String?
    package var forecasts: String?
    package var attributions: String?

    package init() {}
}

/// Files with column names of their own: the mapping's objects are files or directories below `directory`.
package struct FilesConfiguration: Sendable, Hashable {
    package var directory: String
    package var mapping: String
    /// Text that stands for no value, beside the empty one.
    package var nullToken: String?
    package var timeZone: String?

    package init(directory: String, mapping: String, nullToken: String? = nil, timeZone: String? = nil) {
        self.directory = directory
        self.mapping = mapping
        self.nullToken = nullToken
        self.timeZone = timeZone
    }
}
