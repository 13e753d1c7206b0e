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
    /// Days after the one that is looked at up to which every source has to be read before a look is recorded.
    package var settleDays: Int
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
        settleDays = 1
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
