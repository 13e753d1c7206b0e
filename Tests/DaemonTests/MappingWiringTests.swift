import Documents
import Foundation
import Model
import Storage
import Testing

@testable import Daemon

/// What configuration and mapping say and a source could not follow is told before anything is asked.
@Suite struct MappingWiringTests {
    private static let streams = """
        streams:
          - stream: deals
            object: deals
            kind: churn
            fields: {contract: id, churn: why, effectiveOn: day}

        """
    private static let everything =
        streams + """
                filter: a = 1
                associations: [{name: partner, object: companies, typeID: 5}]
                request: {path: /deals, records: "", id: id}

            """

    /// The faults of wiring a source of `kind` whose mapping is `text`; `nil` when it is wired.
    private func told(
        _ kind: ServiceConfiguration.Kind, _ text: String?, caFile: String? = nil
    ) throws -> [Fault]? {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fwm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let mapping = directory.appending(path: "mapping.yaml").path
        try text.map { try Data($0.utf8).write(to: URL(filePath: mapping)) }
        var service = ServiceConfiguration(
            kind: kind, url: "https://crm.example", mapping: mapping, auth: .none)
        if let caFile {
            service.caFile = directory.appending(path: "ca.pem").path
            try Data(caFile.utf8).write(to: URL(filePath: service.caFile ?? ""))
        }
        return faults(of: service)
    }

    private func faults(of service: ServiceConfiguration) -> [Fault]? {
        let wiring = SourceWiring(
            configuration: FairwayConfiguration(), environment: [:], now: { RunningServer.noon })
        do {
            _ = try wiring.source("crm", .service(service))
            return nil
        } catch let error as Faults {
            return error.faults
        } catch let error as Fault {
            return [error]
        } catch {
            return [Fault(file: "", line: nil, column: nil, message: "\(error)")]
        }
    }

    @Test(arguments: [
        (ServiceConfiguration.Kind.salesforce, ["associations", "request"]),
        (.dataverse, ["associations", "request"]), (.hubspot, ["filter", "request"]),
        (.stripe, ["associations", "filter", "request"]), (.generic, ["associations", "filter"]),
    ])
    func keysOfOtherKindsAreToldAtOnce(_ kind: ServiceConfiguration.Kind, _ keys: [String]) throws {
        let faults = try #require(try told(kind, Self.everything))
        #expect(faults.count == keys.count)
        for (fault, key) in zip(faults, keys) {
            #expect(fault.message.hasPrefix("stream 'deals': '\(key)' means nothing"), "\(fault)")
            #expect(fault.message.contains("kind \(kind.rawValue)"), "\(fault)")
        }
    }

    @Test func aMissingMappingNamesTheKeyThatNamesIt() throws {
        let faults = try #require(try told(.salesforce, nil))
        #expect(faults.map(\.isMissing) == [true])
        #expect(faults[0].message.contains("'sources.crm.mapping'"))
        #expect(exitCode(of: Faults(faults)) == 66)
    }

    @Test func aFileOfAuthoritiesHoldsACertificate() throws {
        let text = Self.streams
        let faults = try #require(try told(.hubspot, text, caFile: "-----BEGIN PRIVATE KEY-----\n"))
        #expect(
            faults[0].message.contains("no certificate") && faults[0].message.contains("'sources.crm.caFile'")
        )
        #expect(exitCode(of: faults[0]) == 65)
        #expect(try told(.hubspot, text, caFile: "Root\n-----BEGIN CERTIFICATE-----\n") == nil)
        var service = ServiceConfiguration(
            kind: .hubspot, url: "https://crm.example", mapping: "none.yaml", auth: .none)
        service.caFile = "/nowhere/ca.pem"
        let missing = try #require(self.faults(of: service)?.first)
        #expect(missing.file == "/nowhere/ca.pem" && missing.message.contains("'sources.crm.caFile'"))
        #expect(exitCode(of: missing) == 66)
    }

    @Test(arguments: [true, false])
    func doctorComparesClocksWithBusinessTime(isPractice: Bool) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fwd-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        var configuration = FairwayConfiguration(directory: directory.path)
        configuration.store = directory.appending(path: "store.sqlite").path
        _ = try Store.create(
            at: configuration.store, isPractice: isPractice, at: RunningServer.noon, by: Actor("tester"))
        let clock = await Doctor(configuration: configuration, environment: [:]).businessClock()
        let expected = isPractice ? RunningServer.noon : Instant(Date())
        #expect(abs(clock().milliseconds - expected.milliseconds) < 60_000)
    }
}
