import Documents
import Foundation
import Model
import Testing

@Suite struct ConfigurationTests {
    private func faults(of text: String) throws -> [Fault] {
        let directory = try TemporaryDirectory()
        let path = try directory.write(text, to: "fairway.yaml")
        do {
            _ = try loadConfiguration(at: path)
            return []
        } catch {
            return error.faults
        }
    }

    /// The shipped file with its example lines switched on.
    static func everythingSet() throws -> String {
        try Repository.text("config/fairway.yaml").split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                guard line.hasPrefix("#"), let second = line.dropFirst().first else { return String(line) }
                let isExample = second.isLetter || line.dropFirst().hasPrefix("  ")
                return isExample ? String(line.dropFirst()) : String(line)
            }
            .joined(separator: "\n")
    }

    @Test func theShippedFileIsTheBuiltInDefaults() throws {
        let path = Repository.path("config/fairway.yaml")
        let directory = Repository.path("config")
        #expect(try loadConfiguration(at: path) == FairwayConfiguration(directory: directory))
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.0.1.1", true), ("::1", true), ("localhost", true), ("0.0.0.0", false),
    ])
    func onlyThisMachineIsLoopback(host: String, isLoopback: Bool) {
        #expect(FairwayConfiguration.Listen(host: host).isLoopback == isLoopback)
    }

    @Test func aMisspelledEventIsOneFault() throws {
        let found = try faults(
            of: "webhooks: {chat: {url: https://a.example, secret: {environment: S}, events: [pilot.start]}}")
        #expect(found.count == 1)
    }

    @Test func defaultPathsAreThoseOfTheProject() {
        let configuration = FairwayConfiguration(directory: "config")
        #expect(configuration.store == "data/fairway.sqlite")
        #expect(configuration.socket == "data/fairway.sock")
        #expect(configuration.experiments == "experiments")
        #expect(FairwayConfiguration(directory: "/etc/fairway").reports == "/etc/reports")
    }

    @Test func everyExampleLineOfTheShippedFileIsValid() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.everythingSet(), to: "config/fairway.yaml")
        let configuration = try loadConfiguration(at: path)
        guard case .service(let crm) = configuration.sources["crm"],
            case .clientCredentials(let app) = crm.auth
        else {
            Issue.record("the source 'crm' is not there")
            return
        }
        let defaults = ServiceConfiguration(
            kind: .salesforce, url: crm.url, mapping: crm.mapping, auth: crm.auth)
        #expect(crm.overlapMinutes == defaults.overlapMinutes && crm.totalSeconds == defaults.totalSeconds)
        #expect(crm.bulkAbove == defaults.bulkAbove && crm.reservePercent == defaults.reservePercent)
        #expect(crm.mapping == "\(directory.path)/config/mappings/salesforce.yaml")
        #expect(crm.caFile == "\(directory.path)/secrets/ca.pem")
        #expect(app.clientSecret == .environment("FAIRWAY_CRM_SECRET") && app.scope == "api")
        guard case .service(let subscriptions) = configuration.sources["subscriptions"] else {
            Issue.record("the source 'subscriptions' is not there")
            return
        }
        #expect(
            subscriptions.auth
                == .basic(
                    BasicConfiguration(
                        user: "", password: .environment("FAIRWAY_CHARGEBEE_PASSWORD"),
                        userSecret: .environment("FAIRWAY_CHARGEBEE_KEY"))))
        let chat = try #require(configuration.webhooks["chat"])
        #expect(chat.events == OutboxMessage.Kind.allCases.map(\.rawValue).sorted())
        #expect(chat.schedule.count == 9 && chat.schedule.last == .seconds(86_400))
        #expect(chat.secret == .file("\(directory.path)/secrets/webhook"))
        #expect(configuration.people == ["alice": [.finance], "bob": [.growth]])
    }

    /// Walks the loaded values, so that a property added to a struct must appear in the file, explained.
    @Test func everyKeyStandsInTheShippedFileBelowItsExplanation() throws {
        let directory = try TemporaryDirectory()
        let configuration = try loadConfiguration(
            at: directory.write(Self.everythingSet(), to: "fairway.yaml"))
        var keys = labels(of: configuration)
        for source in configuration.sources.values {
            switch source {
            case .service(let service):
                keys += labels(of: service)
                for kind in Mirror(reflecting: service.auth).children { keys += labels(of: kind.value) }
            case .csv(let csv): keys += labels(of: csv)
            case .files(let files): keys += labels(of: files)
            }
        }
        for webhook in configuration.webhooks.values { keys += labels(of: webhook) }
        keys += labels(of: configuration.listen)
        #expect(Set(keys).count > 60)
        let lines = try Repository.text("config/fairway.yaml").components(separatedBy: "\n")
        for key in keys {
            let index = lines.firstIndex { line in
                line.drop { $0 == "#" || $0 == " " }.hasPrefix("\(key):")
            }
            let place = try #require(index, "'\(key)' is not in config/fairway.yaml")
            let above = lines[place - 1].drop { $0 == " " }
            #expect(above.hasPrefix("# ") && above.count > 10, "'\(key)' is not explained")
        }
    }

    private func labels(of value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }

    static let mistakes: [(String, String)] = [
        ("stor: a", "1:1: unknown key 'stor'; did you mean 'store'?"),
        ("listen: {port: 99999}", "'listen.port' is '99999'; expected a whole number from 0 to 65535"),
        ("listen: 8080", "'listen' is '8080'; expected a mapping"),
        ("timeZone: CEST", "an IANA time zone"),
        ("baseURL: ftp://a.example", "'ftp' is not supported"),
        ("baseURL: https://me:pw@a.example", "a name or password does not belong into an address"),
        ("sources: {CRM: {kind: csv, partners: a.csv}}", "the key 'CRM' is not a name of small letters"),
        ("sources: {crm: {kind: salesfroce}}", "did you mean 'salesforce'?"),
        ("sources: {files: {kind: csv}}", "names no file"),
        ("sources: {drops: {kind: files, mapping: a.yaml}}", "the key 'directory' is missing"),
        (
            "sources: {crm: {kind: stripe, url: https://a.example, mapping: a.yaml}}",
            "the key 'auth' is missing"
        ),
        (
            "sources: {crm: {kind: stripe, url: http://a.example, mapping: a.yaml, auth: {kind: none}}}",
            "is not encrypted"
        ),
        (
            "sources: {crm: {kind: hubspot, url: https://a.example, mapping: a.yaml, auth: {kind: beerer}}}",
            "did you mean 'bearer'?"
        ),
        (
            "sources: {crm: {kind: generic, url: https://a.example, mapping: a.yaml, auth: {kind: basic}}}",
            "needs either 'user' or"
        ),
        (
            "sources: {crm: {kind: generic, url: https://a.example, mapping: a.yaml, auth: {kind: none}, pageSize: 9}}",
            "unknown key 'pageSize'"
        ),
        (
            "sources: {crm: {kind: generic, url: https://a.example, mapping: a.yaml, auth: {kind: header, name: 'a b', value: {environment: S}}}}",
            "expected a header's name"
        ),
        (
            "sources: {crm: {kind: hubspot, url: https://a.example, mapping: a.yaml, auth: {kind: bearer, token: pat-na1}}}",
            "must not hold the secret itself"
        ),
        (
            "sources: {crm: {kind: salesforce, url: https://a.example, mapping: a.yaml, clientID: x, clientSecret: {environment: S}, auth: {kind: none}}}",
            "unknown key 'clientID'"
        ),
        ("webhooks: {chat: {url: https://a.example}}", "the key 'secret' is missing in 'webhooks.chat'"),
        ("webhooks: {chat: {url: http://a.example, secret: {environment: S}}}", "is not encrypted"),
        (
            "webhooks: {chat: {url: https://a.example, secret: {environment: S}, events: [pilot.start]}}",
            "'webhooks.chat.events[0]' is 'pilot.start'"
        ),
        (
            "webhooks: {chat: {url: https://a.example, secret: {environment: S}, schedule: [5]}}",
            "a duration such as 5 s"
        ),
        ("webhooks: {chat: {url: https://a.example, secret: {}}}", "needs exactly one source"),
        (
            "webhooks: {chat: {url: https://a.example, secret: {environment: S}, allowPlainHTTP: yes}}",
            "'webhooks.chat.allowPlainHTTP' is 'yes'; expected true or false"
        ),
        ("people: {alice: [finanse]}", "did you mean 'finance'?"),
        ("people: {alice: []}", "'alice' has no role"),
        ("people: {alice: finance}", "expected a list"),
    ]

    @Test(arguments: mistakes)
    func eachMistakeIsTold(_ text: String, _ message: String) throws {
        let found = try faults(of: text)
        #expect(found.contains { $0.description.contains(message) }, "told instead: \(Faults(found))")
    }

    @Test func aSecretWrittenOutIsRefusedWithoutBeingRepeated() throws {
        let found = try faults(of: "webhooks: {chat: {url: https://a.example, secret: whsec_hunter2}}")
        #expect(found.count == 1)
        #expect(found[0].message.contains("must not hold the secret itself"))
        #expect(!found[0].description.contains("hunter2"))
    }

    @Test(arguments: [
        ("https://me:hunter2@a.example/b", "'https://…@a.example/b'"),
        ("https://a.example/b?key=hunter2", "'https://a.example/b?…'"),
        ("https://a.example/#hunter2", "'https://a.example/#…'"),
        ("https://me:hunter2/x@y@a.example?key=hunter2", "'https://…@a.example?…'"),
        ("me:hunter2@a.example", "'…@a.example'"),
        ("ftp://a.example", "'ftp://a.example'"),
    ])
    func aSecretInAnAddressIsNotRepeated(_ address: String, _ shown: String) throws {
        for text in ["baseURL: '\(address)'", "sources: {a: {kind: generic, proxy: '\(address)'}}"] {
            let told = Faults(try faults(of: text)).description
            #expect(told.contains(shown), "\(told)")
            #expect(!told.contains("hunter2"), "\(told)")
        }
    }

    @Test func theExampleOfAMappingIsOne() throws {
        let found = try faults(of: "sources: {a: {kind: files, directory: x, mapping: [b]}}")
        #expect(found.map(\.message).contains { $0.contains("such as mappings/salesforce.yaml") })
    }
}

@Suite struct SecretReferenceTests {
    @Test func readsAFileOfItsOwnerWithoutTheLastLineBreak() throws {
        let directory = try TemporaryDirectory()
        try directory.write("s3cret\n\n", to: "key")
        let secret = try SecretReference.file("key").resolve(
            for: "sources.crm.clientSecret", environment: [:], directory: directory.path)
        #expect(secret == "s3cret\n")
    }

    @Test(arguments: [0o640, 0o604, 0o644])
    func refusesAFileThatOthersMayRead(_ permissions: Int) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("s3cret", to: "key", permissions: permissions)
        let fault = #expect(throws: Fault.self) {
            try SecretReference.file(path).resolve(for: "sources.crm.clientSecret", environment: [:])
        }
        #expect(fault?.description.contains("chmod 600") == true)
        #expect(fault?.description.contains("s3cret") == false)
    }

    @Test func readsTheEnvironmentItIsGiven() throws {
        let reference = SecretReference.environment("KEY")
        #expect(try reference.resolve(for: "sources.crm.clientSecret", environment: ["KEY": "abc"]) == "abc")
        let fault = #expect(throws: Fault.self) {
            try reference.resolve(for: "sources.crm.clientSecret", environment: ["KEY": ""])
        }
        #expect(
            fault?.message
                == "the secret of 'sources.crm.clientSecret': the environment variable is not set; "
                + "set it to the secret")
    }

    @Test func refusesAMissingAndAnEmptyFile() throws {
        let directory = try TemporaryDirectory()
        let empty = try directory.write("\n", to: "key")
        #expect(throws: Fault.self) {
            try SecretReference.file(empty).resolve(for: "sources.crm.clientSecret", environment: [:])
        }
        #expect(throws: Fault.self) {
            try SecretReference.file("\(empty)x").resolve(for: "sources.crm.clientSecret", environment: [:])
        }
    }
}

@Suite struct ConfigurationPathTests {
    @Test(arguments: [
        ("../data/a", "config", "data/a"), ("../../a", "config", "../a"), ("/x/../y", "config", "/y"),
        ("a", "", "a"), ("./a", "b/./c", "b/c/a"), ("..", "config", "."), ("../a", "/etc", "/a"),
    ])
    func resolves(_ path: String, _ directory: String, _ expected: String) {
        #expect(ConfigurationPath.resolve(path, in: directory) == expected)
    }

    @Test func knowsTheDirectoryOfAFile() {
        #expect(ConfigurationPath.directory(of: "config/fairway.yaml") == "config")
        #expect(ConfigurationPath.directory(of: "fairway.yaml").isEmpty)
        #expect(ConfigurationPath.directory(of: "/fairway.yaml") == "/")
    }
}
