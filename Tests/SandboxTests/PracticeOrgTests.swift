import Foundation
import Model
import Testing

@testable import Sandbox

@Suite struct PracticeOrgTests {
    private let credentials = PracticeCredentials(
        clientID: "practice", clientSecret: "s3cret", controlToken: "control")

    private func org(seed: UInt64 = 11, file: String?) throws -> PracticeOrg {
        try PracticeOrg(
            configuration: PracticeFixture.configuration(), seed: seed, stateFile: file.map(StateFile.init),
            credentials: credentials)
    }

    private func allContracts(_ org: PracticeOrg) async throws -> [UInt8] {
        let fields = ContractRow.schema.fields.map(\.name).joined(separator: ",")
        let page = try await org.query("SELECT \(fields) FROM Contract", size: 100_000, basePath: "")
        return page.body()
    }

    @Test func theFolderOfTheStateFileIsMade() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("practice-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("deep/state.jsonl").path
        let later = try PracticeFixture.instant("2026-01-12T06:00:00Z")
        try await org(file: path).advance(to: later)
        #expect(try await org(file: path).now == later)
    }

    @Test func aStateFileOfAnotherSeedIsNotTheDisksFault() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("practice-\(UUID().uuidString).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try org(file: path)
        let other = #expect(throws: StateFileError.self) { _ = try org(seed: 12, file: path) }
        #expect(other?.isUnwritable == false)
        let unwritable = #expect(throws: StateFileError.self) { _ = try org(file: "\(path)/state.jsonl") }
        #expect(unwritable?.isUnwritable == true)
    }

    @Test func aRestartFromTheStateFileIsInTheSameState() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("practice-\(UUID().uuidString).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try org(file: path)
        let partners = SimulatedVendor(configuration: PracticeFixture.configuration(), seed: 11).partners
        try await first.advance(to: PracticeFixture.instant("2026-01-12T06:00:00Z"))
        let terms = partners.map { PostedTerms(partner: $0.id.description, plan: "discount-freedom") }
        #expect(try await first.post(terms) == terms.count)
        #expect(try await first.post(terms) == 0)
        try await first.advance(to: PracticeFixture.instant("2026-07-01T12:00:00Z"))
        let restarted = try org(file: path)
        #expect(try await restarted.now == PracticeFixture.instant("2026-07-01T12:00:00Z"))
        #expect(try await allContracts(restarted) == allContracts(first))
        let untold = try org(file: nil)
        try await untold.advance(to: PracticeFixture.instant("2026-07-01T12:00:00Z"))
        #expect(try await allContracts(untold) != allContracts(first))
        #expect(throws: StateFileError.self) { try org(seed: 12, file: path) }
    }

    @Test func aTornLastLineOfTheStateFileIsCutOff() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("practice-\(UUID().uuidString).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await org(file: path).advance(to: PracticeFixture.instant("2026-01-12T06:00:00Z"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try (whole + Data("{\"clock\":{\"now\":\"2027".utf8)).write(to: URL(fileURLWithPath: path))
        let restarted = try org(file: path)
        #expect(try await restarted.now == PracticeFixture.instant("2026-01-12T06:00:00Z"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
        try (whole + Data("nonsense\n".utf8)).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StateFileError.self) { try org(file: path) }
        #expect(error?.description.contains("line 3") == true)
    }

    @Test func theClockNeverMovesBackAndUnknownPartnersAreRefused() async throws {
        let org = try org(file: nil)
        try await org.advance(to: PracticeFixture.instant("2026-02-01T00:00:00Z"))
        try await org.advance(to: PracticeFixture.instant("2026-02-01T00:00:00Z"))
        await #expect(throws: PracticeError.self) {
            try await org.advance(to: PracticeFixture.instant("2026-01-31T00:00:00Z"))
        }
        await #expect(throws: PracticeError.self) {
            _ = try await org.post([PostedTerms(partner: "001000000000001", plan: "retention-bonus")])
        }
    }

    @Test func pagesStayPutWhileTheClockMovesOn() async throws {
        let org = try org(file: nil)
        let first = try await org.query("SELECT Id FROM Contract", size: 50, basePath: "/v")
        let locator = String(first.path.dropFirst("/v/query/".count)) + "-50"
        let before = try await org.page(locator: locator, size: 50, basePath: "/v").body()
        try await org.advance(to: PracticeFixture.instant("2026-06-01T00:00:00Z"))
        #expect(try await org.page(locator: locator, size: 50, basePath: "/v").body() == before)
        await #expect(throws: SalesforceError.invalidLocator) {
            _ = try await org.page(locator: "01gFw0000000000ZZZ-0", size: 50, basePath: "/v")
        }
    }
}
