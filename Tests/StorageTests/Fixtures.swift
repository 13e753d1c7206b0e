import Foundation
import Model
import Testing

@testable import Storage

/// A directory that is removed when the test is done with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "storage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func makeStore(_ name: String = "fairway.db", isPractice: Bool = false) throws -> Store {
        try Store.create(at: file(name), isPractice: isPractice, at: noon, by: Actor("ada"))
    }
}

func day(_ iso: String) -> Day {
    guard let day = Day(iso: iso) else { preconditionFailure("'\(iso)' is no day") }
    return day
}

/// 2026-07-06 12:00 UTC.
let noon = Instant(milliseconds: Int64(day("2026-07-06").number) * 86_400_000 + 43_200_000)
let crm: Source.Name = "crm"

func partner(_ id: Partner.ID, region: String = "emea", version: String = "1") -> MappedRecord {
    MappedRecord(
        nativeID: id.rawValue, nativeVersion: version,
        body: .partner(PartnerFact(partner: id, attributes: ["region": region])),
        name: SubjectName(kind: .partner, id: id.rawValue, name: "Partner \(id)"))
}

func contract(
    _ id: Contract.ID, of partner: Partner.ID = "p1", renews: Contract.ID? = nil, cancelled: String? = nil,
    minorUnits: Int64 = 120_000, version: String = "1"
) throws -> MappedRecord {
    MappedRecord(
        nativeID: id.rawValue, nativeVersion: version,
        body: .contract(
            ContractFact(
                contract: id, partner: partner, customer: Customer.ID("customer of \(id)"), renews: renews,
                signedOn: day("2025-07-20"), startsOn: day("2025-08-01"), endsOn: day("2026-07-31"),
                cancelledOn: cancelled.map { day($0) },
                annualAmount: Money(minorUnits: minorUnits, currency: try #require(Currency("EUR"))),
                discount: Rate(partsPerMillion: 125_000))))
}

func deletion(of id: String, _ kind: FactKind = .contract) -> MappedRecord {
    MappedRecord(nativeID: id, nativeVersion: "2", body: .deleted(kind))
}

func page(
    _ records: [MappedRecord], quarantined: [QuarantinedRow] = [], next: String = "cursor 1",
    completedThrough: Instant? = nil
) -> OutcomePage {
    OutcomePage(
        source: crm, stream: "contracts", records: records, quarantined: quarantined, next: Cursor(next),
        completedThrough: completedThrough)
}

extension Store {
    @discardableResult
    func store(_ page: OutcomePage, at instant: Instant = noon) async throws -> StoredPage {
        try await write { try $0.store(page, learnedAt: instant) }
    }

    func facts() async throws -> [Fact] { try await read { try $0.facts() } }
    func summary() async throws -> StoreSummary { try await read { try $0.summary() } }
}
