import Testing

@testable import Daemon

@Suite struct TurnTests {
    @Test func whoWaitsCanBeCancelledAndTheNextStillComes() async throws {
        let turn = Turn()
        let (gate, continuation) = AsyncStream<Void>.makeStream()
        let (began, isIn) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await turn.take {
                isIn.finish()
                for await _ in gate {}
            }
        }
        for await _ in began {}
        let second = Task { try await turn.take {} }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        let third = Task { try await turn.take { "in" } }
        continuation.finish()
        try await first.value
        #expect(try await third.value == "in")
    }
}
