import Model
import Testing

@Suite struct JournalTests {
    private func entry(previousHash: String = "") throws -> JournalEntry {
        try JournalEntry(
            number: 1, at: Instant(milliseconds: 1_783_333_230_000), actor: Actor("ines"),
            action: .pilotStarted, subject: "spiff-q3", detail: ["seed": "0f1e", "planHash": "ab"],
            previousHash: previousHash)
    }

    @Test func aNewEntryIsSealed() throws {
        let entry = try entry()
        #expect(entry.isSealed)
        #expect(entry.hash.count == 64)
        #expect(try entry == self.entry())
    }

    /// The hash of the entry's canonical JSON with an empty `hash`, spelled out.
    @Test func theSealIsTheHashOfTheSpelledEntry() throws {
        let spelled =
            #"{"action":"pilotStarted","actor":"ines","at":"2026-07-06T10:20:30Z","detail":"#
            + #"{"planHash":"ab","seed":"0f1e"},"hash":"","number":1,"previousHash":"","subject":"spiff-q3"}"#
        #expect(try entry().hash == ContentHash(of: Array(spelled.utf8)).hex)
    }

    @Test func anyChangeBreaksTheSeal() throws {
        let changes: [(inout JournalEntry) -> Void] = [
            { $0.number = 2 }, { $0.at.milliseconds += 1 }, { $0.actor.name = "otto" },
            { $0.action = .variantPaused }, { $0.subject = "spiff-q4" }, { $0.detail["seed"] = "0f1f" },
            { $0.detail["note"] = "" }, { $0.previousHash = "00" }, { $0.hash = "" },
        ]
        for (index, change) in changes.enumerated() {
            var forged = try entry()
            change(&forged)
            #expect(!forged.isSealed, "change \(index)")
        }
    }

    @Test func theSealDependsOnTheEntryBefore() throws {
        #expect(try entry(previousHash: "aa").hash != entry(previousHash: "ab").hash)
    }

    @Test func theSealSurvivesJSON() throws {
        let entry = try entry(previousHash: "aa")
        let decoded = try CanonicalJSON.decode(
            JournalEntry.self, from: CanonicalJSON.encode(entry))
        #expect(decoded == entry)
        #expect(decoded.isSealed)
    }
}
