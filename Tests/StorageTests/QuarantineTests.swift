import Model
import Testing

@testable import Storage

@Suite struct QuarantineTests {
    let directory: TemporaryDirectory
    let store: Store
    private let bad = QuarantinedRow(place: "c9", reason: "'ends' is empty; expected a date", payload: "{}")

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    private func standing() async throws -> [QuarantinedRow] {
        try await store.read { try $0.setAsideRows().filter { $0.correctedAt == nil }.compactMap(\.row) }
    }

    private func counted() async throws -> Int {
        try await store.read { try $0.streamStatuses().reduce(0) { $0 + $1.quarantined } }
    }

    @Test func aRowStandsUntilItsRecordIsReadWell() async throws {
        #expect(try await store.store(page([], quarantined: [bad])).quarantined == 1)
        #expect(try await store.store(page([try contract("c1")])).quarantined == 0)
        #expect(try await counted() == 1)
        try await store.store(page([try contract("c9")]), at: noon.adding(seconds: 60))
        #expect(try await counted() == 0)
        let rows = try await store.read { try $0.setAsideRows() }
        #expect(rows.map(\.row) == [bad] && rows.map(\.correctedAt) == [noon.adding(seconds: 60)])
    }

    @Test func aRecordThatIsWrongInAnotherWayStandsOnce() async throws {
        var other = bad
        other.payload = "{\"ends\":\"soon\"}"
        try await store.store(page([], quarantined: [bad]))
        #expect(try await store.store(page([], quarantined: [other])).quarantined == 1)
        #expect(try await standing() == [other])
        #expect(try await store.store(page([], quarantined: [bad])).quarantined == 1)
        #expect(try await standing() == [bad], "the old fault is back")
    }

    @Test func aFileReadWholeWithoutTheRowCorrectsIt() async throws {
        var row = bad
        row.place = "line 3"
        var file = page([try contract("c1")], quarantined: [row])
        file.isWholeStream = true
        try await store.store(file)
        #expect(try await standing() == [row])
        file.quarantined = []
        try await store.store(file)
        #expect(try await standing().isEmpty)
    }
}
