import Foundation
import Ingestion
import Model
import Storage
import Synchronization
import Transport

/// Reads the contracts of one organisation into a store, page by page, with the parts the daemon uses.
struct IngestJob {
    private let source: SalesforceSource
    private let store: Store
    private let environment = SourceEnvironment(
        now: { Instant(Date()) }, sleep: { try await Task.sleep(for: .seconds($0)) },
        random: { Double.random(in: 0..<1) })

    /// - Parameters:
    ///   - address: where the organisation answers.
    ///   - path: of the store, which is made where there is none.
    ///   - name: of the source, part of each fact's identity: under another name the same records are new ones.
    init(address: String, storePath path: String, name: String) throws {
        guard let origin = HTTPOrigin(url: address) else {
            throw BenchmarkFault("'\(address)' is no address; expected one such as http://127.0.0.1:8099")
        }
        var policy = TransportPolicy()
        policy.allowsPlainHTTP = [origin.hostPort]
        policy.allowsPrivateAddresses = [origin.hostPort]
        let client = SourceClient(
            source: Source.Name(name), origin: origin, http: try HTTPClient(policy: policy),
            authorizer: FixedAuthorizer(.bearer(Secret("of-a-benchmark"))), faults: SalesforceFaultReader(),
            environment: environment)
        // Never by a bulk job: what is measured are the pages of a query.
        source = try SalesforceSource(
            SalesforceConfiguration(
                name: Source.Name(name), mapping: SourceMapping(streams: [contractMapping]), bulkAbove: nil),
            client: client)
        store =
            FileManager.default.fileExists(atPath: path)
            ? try Store.open(at: path, .readWrite)
            : try Store.create(at: path, isPractice: false, at: Instant(Date()), by: Actor("bench"))
    }

    func measure() async throws -> Measurement {
        let door = TimingDoor(store: store)
        let mapper = StreamMapper(mapping: contractMapping)
        let before = (processor: processorSeconds(), wall: ContinuousClock.now)
        let summary = try await pull(
            source, source.streams[0], into: door, map: { mapper.map(page: $0) }, environment: environment)
        let processor = processorSeconds() - before.processor
        let wall = before.wall.duration(to: .now) / .seconds(1)
        let peak = try peakMegabytes()
        let contracts = try await contracts()
        var measurement = Measurement(
            job: "ingest", cpu: processor, wall: wall, peak_rss_mb: peak, threads: 2,
            result: [
                "rows": Double(contracts.count), "amount": Double(contracts.amount),
                "quarantined": Double(summary.quarantined),
            ])
        measurement.pages = door.pages
        measurement.anonymous_mb = door.anonymousMegabytes
        return measurement
    }

    /// What this source's facts come to.
    private func contracts() async throws -> (count: Int, amount: Int64) {
        let name = source.name
        return try await store.read { transaction in
            var sum = (count: 0, amount: Int64(0))
            for fact in try transaction.facts() where fact.source == name {
                guard case .contract(let contract) = fact.body else { continue }
                sum.count += 1
                sum.amount += contract.annualAmount.minorUnits
            }
            return sum
        }
    }
}

/// Stores pages, and notes what each took and how much memory the process had then.
private final class TimingDoor: BookDoor {
    private struct Notes {
        var pages: [PageTime] = []
        var anonymousMegabytes = 0.0
        var last: (processor: Double, wall: ContinuousClock.Instant)?
    }

    private let store: Store
    private let notes = Mutex(Notes())

    init(store: Store) { self.store = store }

    var pages: [PageTime] { notes.withLock(\.pages) }
    /// The most after any page.
    var anonymousMegabytes: Double { notes.withLock(\.anonymousMegabytes) }

    func standing(of stream: String, in source: Source.Name) async throws -> StreamStanding {
        try await store.read { try $0.standing(of: stream, in: source) }
    }

    func store(_ page: OutcomePage) async throws -> PageReceipt {
        let now = Instant(Date())
        let stored = try await store.write { try $0.store(page, learnedAt: now) }
        let memory = try anonymousMegabytesNow()
        let time = (processor: processorSeconds(), wall: ContinuousClock.now)
        notes.withLock { notes in
            // The first page's time is that of a process that begins.
            if let last = notes.last {
                notes.pages.append(
                    PageTime(
                        cpu: time.processor - last.processor,
                        wall: last.wall.duration(to: time.wall) / .seconds(1)))
            }
            notes.last = time
            notes.anonymousMegabytes = max(notes.anonymousMegabytes, memory)
        }
        return PageReceipt(
            newFacts: stored.newFacts, repeated: stored.repeated, restated: stored.restated,
            quarantined: stored.quarantined, sweep: stored.sweep)
    }
}

/// How the generated records become contracts.
let contractMapping = StreamMapping(
    stream: "contracts", object: "Contract", kind: .contract,
    fields: [
        "contract": FieldRule("Id"), "partner": FieldRule("Partner__c"), "customer": FieldRule("AccountId"),
        "renews": FieldRule("Renews__c"), "signedOn": FieldRule("CustomerSignedDate"),
        "startsOn": FieldRule("StartDate"), "endsOn": FieldRule("EndDate"),
        "cancelledOn": FieldRule("CancelledDate__c"), "annualAmount": FieldRule("AnnualAmount__c"),
        "currency": FieldRule("CurrencyIsoCode"), "discount": FieldRule("Discount__c"),
    ])
