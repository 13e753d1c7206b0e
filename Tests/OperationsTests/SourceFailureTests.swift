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

    @Test func aFirstLoadThatNeverCompletesIsToldOncePerClass() async throws {
        let programme = try await Programme()
        for _ in 0..<2 {
            for kind in ["unauthorized", "throttled"] {
                try await programme.operations.noteFailure(
                    of: "contracts", in: "crm", reason: "no", class: kind)
            }
        }
        #expect(try await programme.messages(.syncFailed).count == 2)
        #expect(try await programme.operations.status().sources.contains { $0.lastError != nil })
    }

    /// A page that is stored in between clears the error but not what was told.
    @Test func anotherFailureOfTheSameRunIsToldAndTheSameOneIsNot() async throws {
        let programme = try await Programme()
        func page() async throws {
            _ = try await programme.operations.ingest(
                OutcomePage(
                    source: "crm", stream: "all", records: [], quarantined: [], next: Cursor("next"),
                    completedThrough: nil,
                    part: RunPart(startedAt: noon(start), rows: 0, duplicates: 0, isLast: false)))
        }
        for kind in ["throttled", "throttled", "incomplete", "throttled"] {
            try await page()
            try await programme.operations.noteFailure(of: "all", in: "crm", reason: "no", class: kind)
        }
        #expect(try await programme.messages(.syncFailed).count == 2)
    }
}
