import Model
import Synchronization
import TestServers
import Testing
import Transport

@testable import Ingestion

/// Lists by offset, whose rows move when rows before them come and go.
@Suite struct OffsetTests {
    @Test func everyRecordOfAStandingListIsReadOnce() async throws {
        let list = try ShiftingList(["a", "b", "c", "d", "e"])
        #expect(try await list.served.walk(.full(upper: noon)).ids == ["a", "b", "c", "d", "e"])
    }

    @Test func anEmptyListIsRead() async throws {
        #expect(try await ShiftingList([]).served.walk(.full(upper: noon)).ids.isEmpty)
    }

    @Test func aSourceMayCapThePageSize() async throws {
        let list = try ShiftingList(["a", "b", "c", "d", "e"], pageSize: 4, cap: 1)
        #expect(try await list.served.walk(.full(upper: noon)).ids == ["a", "b", "c", "d", "e"])
    }

    @Test func aRecordDeletedBeforeThePlaceLosesNone() async throws {
        let list = try ShiftingList(["a", "b", "c", "d", "e", "f", "g"])
        let read = try await list.walk(changingAfterPage: 2) { $0.removeAll { $0 == "a" } }
        #expect(Set(read) == ["a", "b", "c", "d", "e", "f", "g"])
    }

    @Test func aRecordInsertedBeforeThePlaceLosesNone() async throws {
        let list = try ShiftingList(["b", "c", "d", "e", "f", "g"])
        let read = try await list.walk(changingAfterPage: 2) { $0.insert("a", at: 0) }
        // The new one comes with the next window; the ones that were there must all have come.
        #expect(Set(read).isSuperset(of: ["b", "c", "d", "e", "f", "g"]))
    }

    @Test func aRecordThatMovesToTheEndIsReadThereAndTakesNoneAlong() async throws {
        let list = try ShiftingList(["a", "b", "c", "d", "e", "f"])
        let read = try await list.walk(changingAfterPage: 1) { rows in
            rows.append(rows.removeFirst())
        }
        #expect(Set(read) == ["a", "b", "c", "d", "e", "f"])
    }

    @Test func aPlaceThatIsGoneBeginsAnew() async throws {
        let list = try ShiftingList(["a", "b", "c", "d", "e", "f"])
        let error = await #expect(throws: SourceError.self) {
            try await list.walk(changingAfterPage: 1) { $0.removeAll { "abc".contains($0) } }
        }
        #expect(error?.kind == .forgottenPosition)
    }
}

/// A list that can change between two requests.
private struct ShiftingList {
    let served: Served
    private let rows: Rows

    final class Rows: Sendable {
        let list: Mutex<[String]>
        init(_ list: [String]) { self.list = Mutex(list) }
    }

    init(_ list: [String], pageSize: Int = 3, cap: Int = .max) throws {
        let rows = Rows(list)
        self.rows = rows
        served = try Served(.offset(parameter: "start"), records: "", pageSize: pageSize) { request in
            let start = request.target.split(separator: "start=").last.flatMap { Int($0) } ?? 0
            let page = rows.list.withLock { $0.dropFirst(start).prefix(min(pageSize, cap)) }
            return .answer(200, "[" + page.map { #"{"id":"\#($0)"}"# }.joined(separator: ",") + "]")
        }
    }

    func walk(changingAfterPage number: Int, _ change: (inout [String]) -> Void) async throws -> [String] {
        var ids: [String] = []
        var position: Position?
        var pages = 0
        repeat {
            let page = try await served.page(.full(upper: noon), position)
            ids += page.rows.map(\.id)
            position = page.next
            pages += 1
            if pages == number { rows.list.withLock { change(&$0) } }
            try #require(pages < 30)
        } while position != nil
        return ids
    }
}
