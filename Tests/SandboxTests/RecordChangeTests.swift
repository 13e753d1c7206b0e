import Foundation
import Model
import Testing

@testable import Sandbox

/// What can be made to happen to records.
@Suite struct RecordChangeTests {
    private let credentials = PracticeCredentials(
        clientID: "practice", clientSecret: "s3cret", controlToken: "control")

    private func org(file: String? = nil) throws -> PracticeOrg {
        try PracticeOrg(
            configuration: PracticeFixture.configuration(), seed: 3, stateFile: file.map(StateFile.init),
            credentials: credentials)
    }

    private func contract(_ org: PracticeOrg, _ id: RecordID) async throws -> ContractRow {
        try #require(await org.records().contracts.rows.first { $0.id == id })
    }

    @Test func anEditOverridesAndTheSimulationGoesOn() async throws {
        let org = try org()
        try await org.advance(to: PracticeFixture.instant("2026-01-06T12:00:00Z"))
        let truth = await org.truth
        let id = try #require(try await org.change(RecordChange(change: .edit, amount: 4_200)).first)
        let edited = try await contract(org, id)
        #expect(edited.value(9) == .number(units: 4_200, scale: 100))
        #expect(edited.stampedAt == 1_767_700_800)
        _ = try await org.change(RecordChange(change: .edit, ids: [id.hubSpot], amount: 4_300))
        let again = try await contract(org, id)
        #expect(again.stampedAt == edited.stampedAt)
        #expect(again.version > edited.version)
        #expect(await org.truth == truth)
        let untouched = try self.org()
        for org in [org, untouched] {
            try await org.advance(to: PracticeFixture.instant("2026-06-01T00:00:00Z"))
        }
        let rows = await org.records().contracts.rows.map(\.contract.status)
        #expect(rows.count == (await untouched.records()).contracts.rows.count)
        #expect(try await contract(org, id).value(9) == .number(units: 4_300, scale: 100))
    }

    @Test func aFormulaChangesWithoutAStamp() async throws {
        let org = try org()
        let id = try #require(await org.records().contracts.rows.first).id
        let before = try await contract(org, id)
        _ = try await org.change(RecordChange(change: .formula, ids: [id.description], health: 7))
        let after = try await contract(org, id)
        #expect(after.value(16) == .number(units: 70, scale: 10))
        #expect(after.value(16) != before.value(16))
        #expect(after.stampedAt == before.stampedAt)
        #expect(after.version == before.version)
    }

    @Test func aLateRowIsStampedBeforeItIsVisible() async throws {
        let org = try org()
        try await org.advance(to: PracticeFixture.instant("2026-01-06T12:00:00Z"))
        let before = await org.records()
        let ids = try await org.change(RecordChange(change: .create, count: 3, secondsOlder: 240))
        let after = await org.records()
        #expect(Set(ids).count == 3)
        #expect(after.contracts.count == before.contracts.count + 3)
        for id in ids {
            let row = try await contract(org, id)
            #expect(row.stampedAt == 1_767_700_800 - 240)
            #expect(row.version > before.version)
            #expect(await org.companies().rows.contains { $0.id == row.customer })
        }
    }

    @Test func manyRowsShareOneStamp() async throws {
        let org = try org()
        try await org.advance(to: PracticeFixture.instant("2026-01-06T12:00:00Z"))
        let ids = try await org.change(RecordChange(change: .touch, count: 120))
        let rows = await org.records().contracts.rows
        #expect(rows.filter { $0.stampedAt == 1_767_700_800 }.map(\.id) == ids.sorted())
    }

    @Test func aMergeMovesContractsAndAnUndeleteBringsBack() async throws {
        let org = try org()
        let contracts = await org.records().contracts.rows
        let (loser, winner) = (
            contracts[0].partner, try #require(contracts.first { $0.partner != contracts[0].partner }).partner
        )
        let held = contracts.filter { $0.partner == loser }.count
        let had = contracts.filter { $0.partner == winner }.count
        _ = try await org.change(
            RecordChange(change: .merge, ids: [loser.guid], into: winner.description))
        let merged = await org.records()
        #expect(merged.contracts.rows.filter { $0.partner == winner }.count == held + had)
        #expect(merged.partners.rows.first { $0.id == loser }?.edit?.master == winner)
        _ = try await org.change(RecordChange(change: .undelete, ids: [loser.description], object: "Account"))
        let back = try #require(await org.records().partners.rows.first { $0.id == loser })
        #expect(!back.isDeleted)
        #expect(back.edit?.master == nil)
        let other = contracts[0].id
        _ = try await org.change(
            RecordChange(change: .reassign, ids: [other.description], into: loser.description))
        #expect(try await contract(org, other).partner == loser)
    }

    @Test func refusesWhatCannotHappenAndThenChangesNothing() async throws {
        let org = try org()
        let rows = await org.records()
        let contract = try #require(rows.contracts.rows.first).id.description
        let partner = try #require(rows.partners.rows.first).id.description
        for change in [
            RecordChange(change: .delete, ids: [contract, "800Fw0000000000AAA"]),
            RecordChange(change: .undelete, ids: [contract]), RecordChange(change: .edit, ids: [contract]),
            RecordChange(change: .formula, ids: [contract], health: 101),
            RecordChange(change: .edit, ids: [partner], object: "Account", amount: 1),
            RecordChange(change: .merge, ids: [partner], into: partner),
            RecordChange(change: .merge, ids: [contract], into: partner),
            RecordChange(change: .reassign, ids: [contract], into: contract),
            RecordChange(change: .touch, count: 0), RecordChange(change: .create, count: 100_001),
        ] {
            await #expect(throws: PracticeError.self, "\(change)") { _ = try await org.change(change) }
        }
        #expect(await org.status.edits == 0)
    }

    @Test func editsOutliveARestart() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("practice-\(UUID().uuidString).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try org(file: path)
        try await first.advance(to: PracticeFixture.instant("2026-01-06T12:00:00Z"))
        for change in [
            RecordChange(change: .delete, count: 2),
            RecordChange(change: .create, count: 2, secondsOlder: 60),
            RecordChange(change: .edit, count: 1, amount: 5),
        ] { _ = try await first.change(change) }
        try await first.advance(to: PracticeFixture.instant("2026-02-06T12:00:00Z"))
        let restarted = try org(file: path)
        let fields = ContractRow.schema.fields.map(\.name).joined(separator: ",")
        func rows(_ org: PracticeOrg) async throws -> [UInt8] {
            try await org.query("SELECT \(fields) FROM Contract", isAll: true, size: 100_000, basePath: "")
                .body()
        }
        #expect(try await rows(restarted) == rows(first))
    }
}

@Suite struct RecordIDFormsTests {
    @Test func readsBackEachVendorsForm() {
        for key: UInt64 in [0, 1, 977, 1 << 40, (1 << 59) - 1] as [UInt64] {
            for prefix in [RecordID.Prefix.account, .contract] {
                let id = RecordID(prefix, key: key)
                #expect(RecordID(guid: id.guid) == id)
                #expect(RecordID(hubSpot: id.hubSpot, prefix) == id)
                #expect(RecordID(anyVendor: id.description, .account) == id)
                #expect(UUID(uuidString: id.guid) != nil)
            }
        }
        #expect(RecordID(.account, key: 0).guid == "fa1e0001-0000-4000-8000-000000000000")
        #expect(RecordID(hubSpot: "1", .account) == nil)
        #expect(RecordID(guid: "fa1e0009-0000-4000-8000-000000000000") == nil)
        #expect(RecordID(guid: "fa1e0001-0000-4000-4000-000000000000") == nil)
    }
}
