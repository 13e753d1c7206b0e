import Foundation
import Model
import Testing

@testable import Sandbox

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite struct FaultQueueTests {
    private func order(_ kind: PracticeFault, path: String? = nil, after: Int? = nil, count: Int = 1)
        -> FaultOrder
    {
        var order = FaultOrder(kind, count: count)
        order.path = path
        order.after = after
        return order
    }

    @Test func faultsHitInOrderAndAsOftenAsAsked() {
        var queue = FaultQueue()
        queue.add(order(.throttle, count: 2))
        queue.add(order(.html))
        #expect(queue.count == 3)
        #expect((0..<4).map { _ in queue.next(path: "/x")?.kind } == [.throttle, .throttle, .html, nil])
    }

    @Test func aFaultWaitsForItsPathItsTurnAndACursor() {
        var queue = FaultQueue()
        queue.add(order(.throttle, path: "/crm/"))
        queue.add(order(.unavailable, after: 2))
        queue.add(order(.expireCursor))
        #expect(queue.next(path: "/services/a")?.kind == nil)
        #expect(queue.next(path: "/services/a", hasCursor: true)?.kind == .expireCursor)
        #expect(queue.next(path: "/services/a")?.kind == .unavailable)
        #expect(queue.next(path: "/crm/v3/objects/deals")?.kind == .throttle)
        #expect(queue.count == 0)
    }

    @Test func tokensAreHitOnlyByFaultsThatNameThem() {
        var queue = FaultQueue()
        queue.add(order(.throttle))
        #expect(queue.next(path: "/oauth/v1/token", isToken: true) == nil)
        queue.add(order(.unavailable, path: "/oauth/"))
        #expect(queue.next(path: "/oauth/v1/token", isToken: true)?.kind == .unavailable)
    }

    @Test func writesRetryAfterInBothForms() throws {
        let now = try PracticeFixture.instant("2026-01-05T23:59:50Z")
        var order = FaultOrder(.throttle)
        #expect(order.retryAfterText(now: now) == nil)
        #expect(order.retryAfterText(now: now, otherwise: 1) == "1")
        order.retryAfter = 20
        #expect(order.retryAfterText(now: now) == "20")
        order.retryAfterForm = .date
        #expect(order.retryAfterText(now: now) == "Tue, 06 Jan 2026 00:00:10 GMT")
    }
}

@Suite struct PageCutTests {
    private func cut(_ offset: Int, _ fault: PracticeFault? = nil) -> PageCut {
        PageCut(count: 25, at: .init(offset), size: 10, bentBy: fault)
    }

    @Test func cutsAListIntoPages() {
        #expect(cut(0).rows == 0..<10)
        #expect(cut(0).next == .init(10))
        #expect(cut(20).rows == 20..<25)
        #expect(cut(20).next == nil)
        #expect(PageCut(count: 20, at: .init(10), size: 10).next == nil)
        #expect(PageCut(count: 0, at: .init(0), size: 10) == PageCut(count: 0, at: .init(7), size: 10))
        #expect(PageCut(count: 3, at: .init(0), size: .max).rows == 0..<3)
    }

    @Test func bendsAPage() {
        #expect(cut(10, .pageLoop).next == .init(10))
        #expect(cut(20, .foreignNext).isForeign)
        #expect(cut(0, .changedPageSize).rows == 0..<5)
        #expect(cut(0, .changedPageSize).next == .init(5))
        #expect(cut(0, .duplicateRows).next == .init(8))
        #expect(cut(20, .duplicateRows).rows == 18..<25)
        #expect(cut(20, .duplicateRows).next == nil)
        let empty = cut(10, .emptyPage)
        #expect(empty.rows.isEmpty)
        #expect(empty.next == .init(10, turn: 1))
        #expect(empty.next?.text == "10.1")
    }

    @Test func readsItsOwnCursors() {
        for cursor in [PageCut.Cursor(0), .init(2000), .init(2000, turn: 3)] {
            #expect(PageCut.Cursor(cursor.text) == cursor)
        }
        for text in ["", "-1", "x", "1.0", "1.x", "1.2.3", "1."] { #expect(PageCut.Cursor(text) == nil) }
    }
}

/// Faults of the transfer over real HTTP, which are the same for every vendor.
@Suite struct TransferFaultTests {
    @Test func breaksOffABodyInEachOfThreeWays() async throws {
        try await PracticeClient.withCRM { client in
            for kind in ["truncate", "truncateChunked"] {
                try await client.fault(kind)
                await #expect(throws: URLError.self) { _ = try await client.query("SELECT Id FROM Contract") }
            }
            let whole = try await client.query("SELECT Id FROM Contract")
            try await client.fault("truncateClose")
            let half = try await client.query("SELECT Id FROM Contract")
            #expect(half.status == 200)
            #expect(half.header("Content-Length") == nil)
            #expect(half.header("Date") == "Mon, 05 Jan 2026 00:00:00 GMT")
            #expect(half.body == whole.body.prefix(whole.body.count / 2))
        }
    }

    @Test func malformsSwellsAndMislabels() async throws {
        try await PracticeClient.withCRM { client in
            try await client.fault("malformed")
            let broken = try await client.query("SELECT Id FROM Contract")
            #expect(broken.status == 200)
            #expect(broken.json == nil)
            // The client's zlib checks length and checksum of what it unpacks.
            try await client.fault("gzipBomb", "\"bytes\":1000000")
            let bomb = try await client.query("SELECT Id FROM Contract")
            let spaces = 1 + 1_000_000 / 258 * 258
            #expect(bomb.body.count == spaces + 2)
            #expect(bomb.json as? [String: String] == [:])
            try await client.fault("wrongCharset")
            let latin = try await client.query("SELECT Name FROM Account")
            #expect(latin.header("Content-Type") == "application/json;charset=UTF-8")
            #expect(String(validating: latin.body, as: UTF8.self) == nil)
            try await client.fault("hugeField", "\"bytes\":100000")
            let huge = try await client.query("SELECT Name FROM Account")
            let lengths = huge.rows("records").map { ($0["Name"] as? String ?? "").utf8.count }
            #expect(lengths.count { $0 > 100_000 } == 1)
            let size: Int = GzipBomb.compressed(size: 256 << 20).count
            #expect(size < 2_097_152)
        }
    }

    @Test func throttlesAndFailsAsAsked() async throws {
        try await PracticeClient.withCRM { client in
            try await client.fault("throttle", "\"retryAfter\":9,\"retryAfterForm\":\"date\"")
            let throttled = try await client.query("SELECT Id FROM Contract")
            #expect(throttled.status == 403)
            #expect(throttled.header("Retry-After") == "Mon, 05 Jan 2026 00:00:09 GMT")
            try await client.fault("unavailable", "\"status\":500,\"after\":1,\"path\":\"/services/data\"")
            #expect(try await client.query("SELECT Id FROM Contract").status == 200)
            #expect(try await client.query("SELECT Id FROM Contract").status == 500)
            try await client.fault("unavailable", "\"path\":\"/services/oauth2/\"")
            #expect(try await client.call("POST", "/services/oauth2/token", body: "x=y").status == 503)
            for wrong in [
                "\"count\":0", "\"status\":200", "\"retryAfter\":-1", "\"after\":-1", "\"bytes\":0",
            ] {
                let answer = try await client.control("POST", "faults", body: "{\"kind\":\"html\",\(wrong)}")
                #expect(answer.status == 400, "\(wrong)")
            }
        }
    }
}
