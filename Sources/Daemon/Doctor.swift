package import Documents
import Foundation
import Ingestion
import Model
import Operations
import Storage
import Transport

/// What `fairway doctor` found.
package struct DoctorReport: Sendable, Hashable, Codable {
    package enum Result: String, Sendable, Hashable, Codable { case ok, warning, failure }

    package struct Finding: Sendable, Hashable, Codable {
        /// "store", "clock", "source crm".
        package var about: String
        package var subject: String
        package var result: Result
        /// What was found; on a warning or failure also what to do.
        package var detail: String
    }

    package var findings: [Finding]

    package var isHealthy: Bool { !findings.contains { $0.result == .failure } }
}

/// Looks whether Fairway can work: reads everything, changes nothing.
package struct Doctor: Sendable {
    private let configuration: FairwayConfiguration
    private let environment: [String: String]

    package init(configuration: FairwayConfiguration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
    }

    /// What can be looked at: "store", "folders" and each source by its name.
    package var subjects: [String] { ["store", "folders"] + configuration.sources.keys.sorted() }

    /// - Parameters:
    ///   - names: what to look at; everything when empty.
    ///   - isOffline: leaves out what asks another machine.
    package func examine(_ names: Set<String> = [], isOffline: Bool = false) async throws -> DoctorReport {
        if let unknown = names.subtracting(subjects).sorted().first {
            throw OperationError(
                .notFound,
                "there is nothing called '\(unknown)' to look at\(suggestion(for: unknown, among: subjects)); "
                    + "expected some of \(subjects.joined(separator: ", "))")
        }
        func isWanted(_ name: String) -> Bool { names.isEmpty || names.contains(name) }
        let clock = await businessClock()
        var findings: [DoctorReport.Finding] = []
        if isWanted("store") { findings += store() }
        if isWanted("folders") { findings += folders() }
        for (name, source) in configuration.sources.sorted(by: { $0.key < $1.key }) where isWanted(name) {
            findings += await examine(name, source, clock, isOffline: isOffline)
        }
        return DoctorReport(findings: findings)
    }

    private func store() -> [DoctorReport.Finding] {
        do {
            let store = try Store.open(at: configuration.store, .readOnly)
            let kind = store.identity.isPractice ? "a practice store" : "a store"
            return [finding("store", "opens", .ok, "'\(configuration.store)' is \(kind) of this version")]
        } catch {
            return [finding("store", "opens", .failure, "\(error)")]
        }
    }

    private func folders() -> [DoctorReport.Finding] {
        let manager = FileManager.default
        let experiments =
            manager.isReadableFile(atPath: configuration.experiments)
            ? finding("folders", "experiments", .ok, "'\(configuration.experiments)' can be read")
            : finding(
                "folders", "experiments", .failure,
                "'\(configuration.experiments)' cannot be read; make it, or correct 'experiments'")
        let folder =
            manager.fileExists(atPath: configuration.reports)
            ? configuration.reports : ConfigurationPath.directory(of: configuration.reports)
        let reports =
            manager.isWritableFile(atPath: folder.isEmpty ? "." : folder)
            ? finding("folders", "reports", .ok, "'\(configuration.reports)' can be written")
            : finding(
                "folders", "reports", .failure,
                "'\(configuration.reports)' cannot be written; correct its rights, or 'reports'")
        return [experiments, reports]
    }

    private func examine(
        _ name: String, _ settings: SourceConfiguration, _ clock: @escaping @Sendable () -> Instant,
        isOffline: Bool
    ) async -> [DoctorReport.Finding] {
        let about = "source \(name)"
        let wired: WiredSource
        do {
            var requests = SourceEnvironment.live
            requests.now = clock
            let wiring = SourceWiring(
                configuration: configuration, environment: environment, now: clock, requests: requests,
                signing: .live)
            wired = try wiring.source(Source.Name(name), settings)
        } catch {
            return [finding(about, "configuration", .failure, "\(error)")]
        }
        let configured = finding(about, "configuration", .ok, "secrets and mapping can be read")
        guard !isOffline || !settings.asksOthers else {
            return [configured, finding(about, "connection", .warning, "not looked at: offline")]
        }
        var findings = [configured]
        var hint = hint(on: name, settings)
        for check in await wired.source.checks() {
            let isAboutTrust = check.result == .failure && check.detail.contains("certificate")
            findings.append(
                DoctorReport.Finding(
                    about: about, subject: check.subject,
                    result: DoctorReport.Result(rawValue: check.result.rawValue) ?? .failure,
                    detail: check.detail + (isAboutTrust ? hint : "")))
            if isAboutTrust { hint = "" }
        }
        return findings
    }

    /// What sources' clocks are compared with: the machine's, in a practice store the simulated one, from now on.
    func businessClock() async -> @Sendable () -> Instant {
        guard let store = try? Store.open(at: configuration.store, .readOnly), store.identity.isPractice,
            let clock = try? await store.read({ try $0.clock() })
        else { return { Instant(Date()) } }
        let lead = clock.milliseconds - Instant(Date()).milliseconds
        return { Instant(milliseconds: Instant(Date()).milliseconds + lead) }
    }

    /// The key that makes a certificate acceptable, where none is named yet.
    private func hint(on name: String, _ settings: SourceConfiguration) -> String {
        guard case .service(let service) = settings, service.caFile == nil else { return "" }
        return "; where an authority of your own has signed it, name the authority's PEM file in "
            + "'sources.\(name).caFile'"
    }

    private func finding(
        _ about: String, _ subject: String, _ result: DoctorReport.Result, _ detail: String
    ) -> DoctorReport.Finding {
        DoctorReport.Finding(about: about, subject: subject, result: result, detail: detail)
    }
}

extension SourceConfiguration {
    fileprivate var asksOthers: Bool {
        switch self {
        case .service: true
        case .csv, .files: false
        }
    }
}
