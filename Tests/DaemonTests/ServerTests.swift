import Documents
import Foundation
import Model
import Operations
import Storage
import Testing
import Transport

@testable import Daemon

@Suite struct ServerTests {
    @Test func answersForItsHealthItsPilotsAndItsPages() async throws {
        try await RunningServer.run { server in
            for path in ["/healthz", "/readyz", "/api/v1/pilots", "/api/v1/status"] {
                let response = try await server.get(path)
                #expect(response.status == 200, "\(path)")
                #expect(response.header("Content-Type") == "application/json", "\(path)")
            }
            let page = try await server.get("/reports/")
            #expect(page.status == 200)
            #expect(page.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
        }
    }

    @Test func countsWhatItReadForPrometheus() async throws {
        let partners = "partner,name\np1,One\np2,Two\n"
        try await RunningServer.run(csv: [.partner: partners]) { server in
            _ = try await server.perform(.sync(SyncRequest()))
            _ = try await server.perform(.sync(SyncRequest()))
            let response = try await server.get("/metrics")
            #expect(response.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            let lines = String(decoding: response.body, as: UTF8.self).split(separator: "\n")
            let stream = "{source=\"files\",stream=\"partner\"}"
            #expect(lines.contains("fairway_source_facts_total\(stream) 2"), "\(lines)")
            #expect(lines.contains("fairway_source_failures_total\(stream) 0"))
            #expect(lines.contains("fairway_round_seconds_count 2"))
            #expect(lines.contains("fairway_deliveries_pending 0.0"))
        }
    }

    @Test func saysThatItsPortIsTakenAndWhatToDo() async throws {
        try await RunningServer.run { server in
            let port = try #require(HTTPOrigin(url: server.address)?.port)
            let error = await #expect(throws: AddressInUse.self) {
                try await RunningServer.run(port: port) { _ in }
            }
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
            #expect(exitCode(of: try #require(error)) == 69)
        }
    }

    @Test func aRefusedCommandCarriesTheExitCodeOfItsReason() async throws {
        try await RunningServer.run { server in
            let error = await #expect(throws: CommandRefused.self) {
                _ = try await server.perform(.recordLook("nobody"))
            }
            #expect(error?.exitCode == 66)
        }
    }

    @Test func aStoreThatWasMovedAwayEndsReadinessAndWriting() async throws {
        try await RunningServer.run { server in
            let path = server.configuration.store
            try FileManager.default.moveItem(atPath: path, toPath: path + ".aside")
            #expect(try await server.get("/readyz").status == 503)
            let refusal = await #expect(throws: CommandRefused.self) {
                try await server.perform(.advanceClock(RunningServer.noon.adding(seconds: 60)))
            }
            #expect(refusal?.description.contains("was moved away") == true && refusal?.exitCode == 78)
        }
    }

    @Test func tellsWhatIsMissingAsAProblem() async throws {
        try await RunningServer.run { server in
            let paths = [
                "/api/v1/pilots/nobody", "/api/v1/pilots/nobody/looks", "/api/v1/partners/p404/terms",
                "/reports/nobody/2026-W05.html", "/reports/nobody/..%2F..%2Fstore.sqlite",
            ]
            for path in paths {
                let response = try await server.get(path)
                #expect(response.status == 404, "\(path)")
                #expect(response.header("Content-Type") == "application/problem+json", "\(path)")
            }
        }
    }

    @Test func onlyItsOwnerMayGiveCommands() async throws {
        try await RunningServer.run { server in
            let attributes = try FileManager.default.attributesOfItem(atPath: server.configuration.socket)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            guard case .address(let address) = try await server.perform(.address) else {
                Issue.record("the daemon did not say where it answers")
                return
            }
            #expect(address == server.address)
        }
    }

    @Test func keepsASecondDaemonOffItsStore() async throws {
        try await RunningServer.run { server in
            let path = server.configuration.store
            #expect(throws: StoreError.locked(path: path)) { try Workspace(server.configuration, .readWrite) }
        }
    }

    @Test func readsItsFilesWhenTheClockMovesAndReadingAgainChangesNothing() async throws {
        let partners = "partner,name,type\np1,Acme,reseller\np2,Bolt,reseller\n"
        try await RunningServer.run(csv: [.partner: partners]) { server in
            let later = RunningServer.noon.adding(seconds: 86_400)
            guard case .cycled(let first) = try await server.perform(.advanceClock(later)),
                case .cycled(let again) = try await server.perform(.sync(SyncRequest()))
            else {
                Issue.record("the daemon did not run a round")
                return
            }
            #expect(first.readings.map(\.newFacts) == [2])
            #expect(again.readings.map(\.newFacts) == [0])
            #expect(again.readings.map(\.repeated) == [0])
            let terms = try await server.get("/api/v1/partners/p1/terms")
            #expect(terms.status == 200)
            #expect(String(decoding: terms.body, as: UTF8.self).contains("Acme"))
        }
    }

    @Test func aRefusedCommandSaysWhy() async throws {
        try await RunningServer.run(isPractice: false) { server in
            let refusal = await #expect(throws: CommandRefused.self) {
                try await server.perform(.advanceClock(RunningServer.noon))
            }
            #expect(refusal?.description.contains("store of real business") == true)
        }
    }
}
