package import Model

/// Reads the configuration file at `path`. What it leaves out has its default; what it says twice, wrongly
/// or in unknown words is told, all at once.
package func loadConfiguration(at path: String) throws(Faults) -> FairwayConfiguration {
    let document = try YAMLDocument(path: path)
    let reader = ConfigurationReader(root: document.root, directory: ConfigurationPath.directory(of: path))
    let configuration = reader.read()
    document.root.finish()
    try document.throwIfFaulty()
    return configuration
}

struct ConfigurationReader {
    let root: Section
    let directory: String

    func read() -> FairwayConfiguration {
        var configuration = FairwayConfiguration(directory: directory)
        if let store = path("store", in: root) { configuration.store = store }
        if let listen = root.section("listen") {
            configuration.listen = readListen(listen)
        }
        configuration.socket =
            path("socket", in: root) ?? FairwayConfiguration.socket(besideStore: configuration.store)
        configuration.timeZone = root.value("timeZone", .timeZone, default: configuration.timeZone)
        configuration.settleDays = root.value(
            "settleDays", .integer(in: 0...60, example: 1), default: configuration.settleDays)
        if let experiments = path("experiments", in: root) { configuration.experiments = experiments }
        if let reports = path("reports", in: root) { configuration.reports = reports }
        configuration.baseURL =
            root.optional("baseURL", .webAddress) ?? FairwayConfiguration.baseURL(of: configuration.listen)
        configuration.sources = named(root.section("sources"), read: readSource)
        configuration.webhooks = named(root.section("webhooks"), read: readWebhook)
        configuration.people = readPeople(root.section("people"))
        return configuration
    }

    func path(_ key: String, in section: Section) -> String? {
        section.optional(key, .path).map { ConfigurationPath.resolve($0, in: directory) }
    }

    private func readListen(_ section: Section) -> FairwayConfiguration.Listen {
        defer { section.finish() }
        let standard = FairwayConfiguration.Listen()
        return FairwayConfiguration.Listen(
            host: section.value("host", .text(example: "127.0.0.1", maxLength: 255), default: standard.host),
            port: section.value("port", .integer(in: 0...65_535, example: 8080), default: standard.port))
    }

    private func named<Value>(_ section: Section?, read: (Section) -> Value?) -> [String: Value] {
        var result: [String: Value] = [:]
        for field in section?.fields() ?? [] {
            let name = field.readKey(.slug)
            guard let inner = field.section() else { continue }
            let value = read(inner)
            inner.finish()
            if let name, let value { result[name] = value }
        }
        return result
    }
}

// MARK: People

extension ConfigurationReader {
    private func readPeople(_ section: Section?) -> [String: Set<Role>] {
        var people: [String: Set<Role>] = [:]
        for field in section?.fields() ?? [] {
            let name = field.readKey(.text(example: "alice", maxLength: 255))
            let roles: [Role]? = field.list(of: .choice)
            guard let name, let roles else { continue }
            if field.isList, field.items()?.isEmpty == true {
                field.fault("'\(name)' has no role; expected a list such as [finance]")
            }
            people[name] = Set(roles)
        }
        return people
    }
}

// MARK: Webhooks

extension ConfigurationReader {
    /// Growing waits over three and a half days, as Standard Webhooks 1.0.0 suggests.
    package static let retrySchedule: [Duration] = [
        5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]
    .map { .seconds($0) }

    private func readWebhook(_ section: Section) -> WebhookConfiguration? {
        let url = section.required("url", .webAddress)
        let secret = section.requiredSecret("secret", directory: directory)
        let allEvents = OutboxMessage.Kind.allCases.map(\.rawValue).sorted()
        let events = section.field("events")?.list(of: ScalarForm<OutboxMessage.Kind>.choice.map(\.rawValue))
        if let field = section.field("events"), field.isList, field.items()?.isEmpty == true {
            section.fault("'\(section.name).events' names no event", at: "events")
        }
        let schedule = section.field("schedule")?.list(of: .duration)
        if let schedule, schedule.count > 20 {
            section.fault("'\(section.name).schedule' has more than 20 waits", at: "schedule")
        }
        let (plain, isPrivate) = readAddressRules(section, url: url)
        guard let url, let secret else { return nil }
        var webhook = WebhookConfiguration(
            url: url, secret: secret, events: events.map { Array(Set($0)).sorted() } ?? allEvents,
            schedule: schedule ?? Self.retrySchedule)
        webhook.allowPlainHTTP = plain
        webhook.allowPrivateAddress = isPrivate
        return webhook
    }
}
