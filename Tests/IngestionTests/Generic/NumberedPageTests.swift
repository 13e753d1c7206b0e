import Model
import Synchronization
import TestServers
import Testing
import Transport

@testable import Ingestion

/// Lists by page numbers, whose rows move when rows before them come and go.
@Suite struct NumberedPageTests {
    @Test func everyRecordOfAStandingListIsReadOnce() async throws {
        for count in 0...7 {
            let rows = (0..<count).map { "r\($0)" }
            let list = try NumberedList(rows)
            #expect(try await list.walk(changingBeforeRequest: 0) { _ in } == rows)
        }
    }

    /// Whatever moves and whenever: what was there all the time is read, or the walk is begun anew.
    @Test(arguments: 2...9)
    func recordsThatComeAndGoTakeNoneAlong(_ request: Int) async throws {
        let all = ["a", "b", "c", "d", "e", "f", "g", "h"]
        let changes: [(String, @Sendable (inout [String]) -> Void)] = [
            ("a goes", { $0.removeAll { $0 == "a" } }),
            ("c goes", { $0.removeAll { $0 == "c" } }),
            ("one comes", { $0.insert("x", at: 0) }),
            ("three come", { $0.insert(contentsOf: ["x", "y", "z"], at: 0) }),
            ("a moves to the end", { $0.append($0.removeFirst()) }),
            ("two move to the end", { rows in for _ in 0..<2 { rows.append(rows.removeFirst()) } }),
        ]
        for (what, change) in changes {
            let list = try NumberedList(all)
            do {
                let read = try await list.walk(changingBeforeRequest: request, change)
                let lost = Set(all).subtracting(["a", "c"]).subtracting(read)
                #expect(lost.isEmpty, "\(what) before request \(request): read \(read)")
            } catch let error as SourceError {
                #expect(error.kind == .forgottenPosition, "\(what) before request \(request)")
            }
        }
    }

    /// The step back is what finds them: no restart is needed for one row.
    @Test func oneRowThatLeavesNeedsNoRestart() async throws {
        let list = try NumberedList(["a", "b", "c", "d", "e", "f", "g"])
        let read = try await list.walk(changingBeforeRequest: 2) { $0.removeAll { $0 == "a" } }
        #expect(read == ["a", "b", "c", "d", "e", "f", "g"])
    }

    @Test func aPlaceThatIsGoneBeginsAnew() async throws {
        let list = try NumberedList(["a", "b", "c", "d", "e", "f"])
        let error = await #expect(throws: SourceError.self) {
            try await list.walk(changingBeforeRequest: 2) { $0.removeAll { "abc".contains($0) } }
        }
        #expect(error?.kind == .forgottenPosition)
    }
}

/// A list in pages of three that can change between two requests.
private struct NumberedList {
    let served: Served

    private final class Rows: Sendable {
        let state: Mutex<(list: [String], requests: Int)>
        let changes = Mutex<(before: Int, change: @Sendable (inout [String]) -> Void)>((0, { _ in }))
        init(_ list: [String]) { state = Mutex((list, 0)) }

        func page(_ number: Int) -> [String] {
            let (before, change) = changes.withLock { $0 }
            return state.withLock { state in
                state.requests += 1
                if state.requests == before { change(&state.list) }
                return Array(state.list.dropFirst(3 * (number - 1)).prefix(3))
            }
        }
    }

    private let rows: Rows

    init(_ list: [String]) throws {
        let rows = Rows(list)
        self.rows = rows
        served = try Served(.page(parameter: "page", first: 1), records: "", pageSize: 3) { request in
            let number = request.target.split(separator: "page=").last.flatMap { Int($0) } ?? 0
            return .answer(
                200, "[" + rows.page(number).map { #"{"id":"\#($0)"}"# }.joined(separator: ",") + "]")
        }
    }

    func walk(
        changingBeforeRequest number: Int, _ change: @escaping @Sendable (inout [String]) -> Void
    ) async throws -> [String] {
        rows.changes.withLock { $0 = (number, change) }
        return try await served.walk(.full(upper: noon)).ids
    }
}
