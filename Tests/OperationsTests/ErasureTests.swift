import Foundation
import Model
import Reporting
import Storage
import Testing

@testable import Operations

/// Erasing somebody changes names and nothing else.
@Suite struct ErasureTests {
    private let partner = ErasableSubject(kind: .partner, id: Programme.partner(0).rawValue)

    private func bytes(_ value: some Encodable) throws -> Data { try CanonicalJSON.encode(value) }

    private func running() async throws -> Programme {
        let programme = try await Programme()
        try await programme.operations.start(plan())
        var number = 0
        try await programme.addRenewals(
            { _ in
                number += 1
                return 5 + number % 3
            }, of: "spiff")
        programme.moveClock(to: start + 91)
        try await programme.ingest()
        return programme
    }

    @Test func aLookReplaysToTheSameBytes() async throws {
        let programme = try await running()
        let operations = programme.operations
        let preview = try bytes(try await operations.previewLook(of: "spiff"))
        let before = try await programme.store.read { (try $0.facts(), try $0.summary()) }
        let summary = try await operations.erase(partner, by: ada)
        #expect(summary.names == 1 && summary.rows == 0 && summary.erasedBefore == nil)
        #expect(try bytes(try await operations.previewLook(of: "spiff")) == preview)
        let recorded = try await programme.recordDueLooks()
        #expect(try bytes(recorded[0]) == preview)
        // And a look that was recorded stays what it is, with the rows it was computed from.
        let rows = try await operations.exportOutcomes(of: "spiff", allLooks: true).csv()
        for other in 1..<24 {
            let subject = ErasableSubject(kind: .partner, id: Programme.partner(other).rawValue)
            _ = try await operations.erase(subject, by: ada)
        }
        #expect(try await operations.exportOutcomes(of: "spiff", allLooks: true).csv() == rows)
        #expect(try await operations.recordedLooks(of: "spiff") == recorded)
        let after = try await programme.store.read { (try $0.facts(), try $0.summary()) }
        #expect(after.0 == before.0 && after.1.assignments == before.1.assignments)
    }

    @Test func namesFallBackToTheID() async throws {
        let programme = try await running()
        let id = Programme.partner(0)
        func statement() async throws -> String {
            try await programme.operations.statement(
                of: id, period: CalendarPeriod(containing: start, .quarter)
            ).markdown()
        }
        #expect(try await statement().contains("Name of p00"))
        #expect(try await programme.operations.terms(of: id).name == "Name of p00")
        _ = try await programme.operations.erase(partner, by: ada)
        let after = try await statement()
        #expect(!after.contains("Name of p00") && after.contains("p00"))
        #expect(try await programme.operations.terms(of: id).name == "p00")
        let names = try await programme.operations.exportFacts()
        let column = try #require(names.columns.firstIndex(of: "name"))
        #expect(names.rows.allSatisfy { $0[column] != .text("Name of p00") })
    }

    @Test func theJournalNamesNobody() async throws {
        let programme = try await running()
        _ = try await programme.operations.erase(partner, by: ada)
        let entry = try #require(try await programme.store.read { try $0.journalEntries().last })
        #expect(entry.action == .subjectErased && entry.actor == ada && entry.subject == "partner")
        #expect(
            entry.detail == ["subject": partner.hash.hex, "names": "1", "rows": "0"])
        #expect(!String(decoding: try bytes(entry), as: UTF8.self).contains("p00"))
        _ = try await programme.store.read { try $0.summary() }
    }

    @Test func anUnknownIDIsRefusedWithTheNearest() async throws {
        let programme = try await Programme()
        let message = await refusal(of: .notFound) {
            try await programme.operations.erase(ErasableSubject(kind: .partner, id: "p0O"), by: ada)
        }
        #expect(message.hasPrefix("there is no partner 'p0O' in the store (did you mean 'p0"))
        #expect(message.hasSuffix("nothing was erased"))
        #expect(try await programme.journal().contains(.subjectErased) == false)
        #expect(
            await refusal(of: .notFound) {
                try await programme.operations.erase(ErasableSubject(kind: .customer, id: "p00"), by: ada)
            }.contains("no customer 'p00'"))
    }

    @Test func whoIsKnownFromSetAsideRowsAloneIsErased() async throws {
        let programme = try await Programme()
        let bad = QuarantinedRow(
            place: "C9", reason: "field 'amount': is empty", payload: #"{"customer":"K4","name":"Erika"}"#)
        _ = try await programme.operations.ingest(
            OutcomePage(
                source: "crm", stream: "all", records: [], quarantined: [bad], next: Cursor("x"),
                completedThrough: nil))
        // A part of a word is no mention.
        _ = await refusal(of: .notFound) {
            try await programme.operations.erase(ErasableSubject(kind: .customer, id: "K"), by: ada)
        }
        let summary = try await programme.operations.erase(
            ErasableSubject(kind: .customer, id: "K4"), by: ada)
        #expect(summary.rows == 1 && summary.names == 0)
        let exported = try await programme.operations.exportQuarantine()
        #expect(exported.rows.map { Array($0[3...4]) } == [[.missing, .missing]])
    }

    @Test func aSecondErasureSaysWhenTheFirstWas() async throws {
        let programme = try await Programme()
        _ = try await programme.operations.erase(partner, by: ada)
        programme.moveClock(to: start + 1)
        let again = try await programme.operations.erase(partner, by: Actor("bob"))
        #expect(again.names == 0 && again.erasedBefore == noon(start))
    }

    @Test func textIsKeptForNinetyDays() async throws {
        let programme = try await Programme()
        let bad = QuarantinedRow(place: "line 3", reason: "'ends' is empty", payload: "{}")
        _ = try await programme.operations.ingest(
            OutcomePage(
                source: "crm", stream: "all", records: [], quarantined: [bad], next: Cursor("x"),
                completedThrough: nil))
        programme.moveClock(to: start + 90)
        #expect(try await programme.operations.purgeErasable() == PurgeSummary(names: 0, rows: 0))
        #expect(try await programme.journal().contains(.textPurged) == false)
        programme.moveClock(to: start + 91)
        #expect(try await programme.operations.purgeErasable() == PurgeSummary(names: 0, rows: 1))
        #expect(try await programme.journal().last == .textPurged)
        let exported = try await programme.operations.exportQuarantine()
        #expect(exported.rows.map { Array($0[2...4]) } == [[.text("line 3"), .missing, .missing]])
    }
}
