import Model
import Testing

@testable import Operations

@Suite struct SourceFailureTests {
    private func fail(_ programme: Programme, stream: String = "all") async throws {
        try await programme.operations.noteFailure(of: stream, in: "crm", reason: "the secret is refused")
    }

    @Test func aStreamThatStopsIsToldOnceUntilItHasWorkedAgain() async throws {
        let programme = try await Programme()
        for _ in 0..<3 { try await fail(programme) }
        let first = try await programme.messages(.syncFailed)
        #expect(first.count == 1)
        let body = try #require(first.first?.body)
        #expect(body.contains("\"source\":\"crm\"") && body.contains("the secret is refused"))
        programme.moveClock(to: start + 1)
        try await programme.ingest()
        try await fail(programme)
        #expect(try await programme.messages(.syncFailed).count == 2)
    }

    @Test func aStreamThatNeverWorkedIsNotTold() async throws {
        let programme = try await Programme()
        try await fail(programme, stream: "contracts")
        #expect(try await programme.messages(.syncFailed).isEmpty)
        #expect(try await programme.operations.status().sources.contains { $0.lastError != nil })
    }
}
