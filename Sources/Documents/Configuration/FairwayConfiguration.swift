package import Model

/// Where the daemon and the commands find things: the contents of `config/fairway.yaml`.
///
/// Property names are the file's keys. Paths in the file are relative to the file's directory; here they are
/// relative to the working directory, or absolute.
package struct FairwayConfiguration: Sendable, Hashable {
    package struct Listen: Sendable, Hashable {
        package var host: String
        /// 0 lets the system choose.
        package var port: Int

        package init(host: String = "127.0.0.1", port: Int = 8080) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine can ask.
        package var isLoopback: Bool {
            host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }

    /// The SQLite file.
    package var store: String
    package var listen: Listen
    /// The Unix socket at which a running daemon takes commands.
    package var socket: String
    /// IANA name; the zone of days that belong to no pilot. Pilots have their own.
    package var timeZone: String
    package var experiments: String
    package var reports: String
    /// What links in reports and messages begin with; without a slash at the end.
    package var baseURL: String
    package var sources: [String: SourceConfiguration]
    package var webhooks: [String: WebhookConfiguration]
    /// What each person answers for, by the name the operating system knows them under.
    package var people: [String: Set<Role>]

    /// The built-in defaults, for a configuration file that would stand in `directory`.
    package init(directory: String = "config") {
        store = ConfigurationPath.resolve("../data/fairway.sqlite", in: directory)
        listen = Listen()
        socket = FairwayConfiguration.socket(besideStore: store)
        timeZone = "UTC"
        experiments = ConfigurationPath.resolve("../experiments", in: directory)
        reports = ConfigurationPath.resolve("../reports", in: directory)
        baseURL = FairwayConfiguration.baseURL(of: Listen())
        sources = [:]
        webhooks = [:]
        people = [:]
    }

    static func socket(besideStore store: String) -> String {
        ConfigurationPath.resolve("fairway.sock", in: ConfigurationPath.directory(of: store))
    }

    static func baseURL(of listen: Listen) -> String {
        let host = listen.host.contains(":") ? "[\(listen.host)]" : listen.host
        return "http://\(host):\(listen.port)"
    }
}

/// A system that facts are read from.
package enum SourceConfiguration: Sendable, Hashable {
    case salesforce(SalesforceConfiguration)
    case csv(CSVConfiguration)
}

package struct SalesforceConfiguration: Sendable, Hashable {
    /// The organisation's own address; tokens are asked for there.
    package var url: String
    package var clientID: String
    package var clientSecret: SecretReference
    /// Path of the mapping file.
    package var mapping: String
    /// Changes of the last so many seconds are left for the next run.
    package var lagSeconds = 60
    /// How far each run reads back behind the one before.
    package var overlapMinutes = 15
    package var everyMinutes = 60
    package var allowPlainHTTP = false
    package var allowPrivateAddress = false
    package var apiVersion = "v61.0"
    /// Rows in a page.
    package var pageSize = 2000

    package init(url: String, clientID: String, clientSecret: SecretReference, mapping: String) {
        self.url = url
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.mapping = mapping
    }
}

/// Files in Fairway's own CSV layout; at least one of them is set.
package struct CSVConfiguration: Sendable, Hashable {
    package var partners: String?
    package var contracts: String?
    package var milestones: String?
    package var readings: String?
    package var payments: String?

    package init(
        partners: String?, contracts: String?, milestones: String? = nil, readings: String? = nil,
        payments: String? = nil
    ) {
        self.partners = partners
        self.contracts = contracts
        self.milestones = milestones
        self.readings = readings
        self.payments = payments
    }
}

/// An address that is told what happens.
package struct WebhookConfiguration: Sendable, Hashable {
    package var url: String
    package var secret: SecretReference
    /// Names of the events to send, sorted; all by default.
    package var events: [String]
    package var allowPlainHTTP = false
    package var allowPrivateAddress = false
    /// Waits before the second, third, … try; after the last one a message is a dead letter.
    package var schedule: [Duration]

    package init(url: String, secret: SecretReference, events: [String], schedule: [Duration]) {
        self.url = url
        self.secret = secret
        self.events = events
        self.schedule = schedule
    }
}
