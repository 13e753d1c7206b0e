import Model
import Testing

@testable import Daemon

@Suite struct AcceptanceTests {
    @Test func nothingIsAcceptedThatIsNotHeldAndNothingUnnamed() async throws {
        try await RunningServer.run(csv: [.partner: "partner\np1\n"]) { server in
            for (sources, words) in [
                (["files"], "nothing of source 'files' is held back"), (nil, "named sources only"),
            ] as [(Set<Source.Name>?, String)] {
                do {
                    _ = try await server.perform(
                        .sync(SyncRequest(sources: sources, acceptMassChange: true)))
                    Issue.record("accepted what nobody has seen")
                } catch {
                    #expect("\(error)".contains(words), "\(error)")
                }
            }
        }
    }
}
