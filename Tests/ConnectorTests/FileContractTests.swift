import Foundation
import Model
import Storage
import Testing

@testable import Ingestion

/// What the connector of files owes as every other: the book ends equal to the files, row by row, or the run is red.
@Suite struct FileContractTests {
    typealias Row = FileLaboratory.Row
    typealias Form = FileLaboratory.Form

    /// What the files say together: the last of them by name has the last word on a record.
    private func truth(_ files: [Int: [Row]]) -> [String: Row?] {
        var truth: [String: Row?] = [:]
        for (_, rows) in files.sorted(by: { $0.key < $1.key }) {
            for row in rows { truth[row.id] = .some(row) }
        }
        return truth
    }

    private func rows(_ ids: Range<Int>, amount: Int = 0) -> [Row] {
        ids.map {
            Row(id: "c\($0)", amount: 100 + $0 + amount, cancelledOn: $0 % 7 == 3 ? "2026-05-01" : nil)
        }
    }

    @Test(arguments: Form.allCases)
    func survivesBeingKilledAtAnyPage(_ form: Form) async throws {
        // The first file takes two pages.
        var files = [1: rows(0..<2_100), 2: rows(0..<5, amount: 7), 3: rows(3..<9, amount: 9)]
        for page in [1, -1, 2, -2, 3, -3, 4, -4, 5, -5] {
            files[2] = rows(0..<5, amount: 7)
            let lab = try FileLaboratory(form)
            defer { lab.close() }
            for (number, rows) in files { try lab.write(number, lab.text(rows)) }
            await #expect(throws: Door.Killed.self) { try await lab.run(interrupt: page) }
            files[2] = rows(0..<5, amount: 21)
            try lab.write(2, lab.text(rows(0..<5, amount: 21)))
            #expect(try await lab.failure() == nil, "killed at \(page)")
            #expect(try await lab.book() == truth(files), "killed at \(page)")
            let before = try await lab.store.read { try $0.latestSequence() }
            #expect(try await lab.failure() == nil)
            #expect(try await lab.store.read { try $0.latestSequence() } == before, "killed at \(page)")
        }
    }

    @Test func aLaterFileWithoutACancellationColumnTakesNothingBack() async throws {
        let lab = try FileLaboratory(.kinds)
        defer { lab.close() }
        var files = [1: rows(0..<9)]
        try lab.write(1, lab.text(rows(0..<9)))
        #expect(try await lab.failure() == nil)
        #expect(try await lab.book()["c3"] == .some(Row(id: "c3", amount: 103, cancelledOn: "2026-05-01")))
        let facts = try await lab.store.read { try $0.latestSequence() }
        let reduced = lab.text(rows(2..<4), cancellations: false)
        for text in [reduced, reduced + "c9,\"x\"y\n", "", lab.text([], cancellations: false)] {
            try lab.write(2, text)
            for _ in 0..<2 {
                #expect(try await lab.failure()?.kind == .unmappable)
                #expect(try await lab.store.read { try $0.latestSequence() } == facts)
                #expect(try await lab.aside().isEmpty)
            }
        }
        files[2] = rows(2..<4, amount: 3)
        try lab.write(2, lab.text(rows(2..<4, amount: 3)))
        #expect(try await lab.failure() == nil)
        #expect(try await lab.book() == truth(files))
    }

    @Test(arguments: Form.allCases)
    func aBrokenFileLeavesNothingUntilItIsMended(_ form: Form) async throws {
        let whole = rows(0..<30)
        for cut in [1, 2, 15, 60, 200] {
            let lab = try FileLaboratory(form)
            defer { lab.close() }
            try lab.write(1, lab.text(rows(0..<3, amount: 50)))
            try lab.write(2, String(lab.text(whole).dropLast(cut)))
            #expect(try await lab.failure()?.kind == .malformed)
            #expect(try await lab.book().isEmpty)
            try lab.write(2, lab.text(whole))
            #expect(try await lab.failure() == nil)
            #expect(try await lab.book() == truth([2: whole]))
        }
    }

    @Test func aRowOfAnotherLengthStandsAsideUntilItIsMended() async throws {
        let lab = try FileLaboratory(.mapped)
        defer { lab.close() }
        let whole = lab.text(rows(0..<3))
        try lab.write(1, whole.replacing("c1,p1,", with: "c1,p1,,"))
        #expect(try await lab.failure() == nil)
        #expect(try await lab.aside() == ["contracts-1.csv line 3"])
        #expect(try await lab.book() == truth([1: [rows(0..<3)[0], rows(0..<3)[2]]]))
        try lab.write(1, whole)
        #expect(try await lab.failure() == nil)
        #expect(try await lab.aside().isEmpty)
        #expect(try await lab.book() == truth([1: rows(0..<3)]))
    }

    @Test(arguments: Form.allCases)
    func whatAShrunkenOrMissingFileNoLongerTellsStays(_ form: Form) async throws {
        let lab = try FileLaboratory(form)
        defer { lab.close() }
        try lab.write(1, lab.text(rows(0..<9)))
        #expect(try await lab.failure() == nil)
        try lab.write(1, lab.text(rows(0..<4, amount: 2)))
        #expect(try await lab.failure() == nil)
        let words = truth([1: rows(0..<9), 2: rows(0..<4, amount: 2)])
        #expect(try await lab.book() == words)
        try lab.write(2, lab.text([]))
        try lab.remove(1)
        #expect(try await lab.failure() == nil)
        #expect(try await lab.book() == words)
    }

    /// A year of drops, edits, copies and accidents, with deaths in between.
    @Test(arguments: Form.allCases, [1, 2, 3, 4] as [UInt64])
    func endsEqualToItsFilesOrRed(_ form: Form, seed: UInt64) async throws {
        let lab = try FileLaboratory(form)
        defer { lab.close() }
        var chance = Chance(seed)
        var files: [Int: [Row]] = [:]
        var broken: Set<Int> = []
        var reds = 0
        for step in 0..<30 {
            let number = chance.below(6)
            var rows = (0..<chance.below(6)).map { _ in
                Row(
                    id: "c\(chance.below(8))", amount: 100 + chance.below(3),
                    cancelledOn: chance.below(2) == 0 ? "2026-05-01" : nil)
            }
            // Some say again what another file says, or what they said.
            if chance.below(4) == 0 { rows = files[chance.below(6)] ?? rows }
            // What is missing stays, so that a file that told a record goes on telling it.
            let kept = (files[number] ?? []).filter { old in !rows.contains { $0.id == old.id } }
            rows = kept + rows
            if chance.below(4) == 0, !broken.contains(number), step > 3 {
                broken.insert(number)
                try lab.write(number, String(lab.text(rows + self.rows(0..<1)).dropLast(1 + chance.below(9))))
            } else {
                broken.remove(number)
                files[number] = rows
                try lab.write(number, lab.text(rows))
            }
            if chance.below(3) == 0 {
                do {
                    try await lab.run(interrupt: [1, -1, 2, -2, 3, -3][chance.below(6)])
                } catch is Door.Killed {} catch is SourceError {}
            }
            if chance.below(2) == 0 { continue }
            let error = try await lab.failure()
            if broken.isEmpty || error == nil {
                #expect(error == nil && broken.isEmpty, "step \(step): \(error?.description ?? "green")")
                #expect(try await lab.book() == truth(files), "step \(step)")
            } else {
                reds += 1
            }
        }
        for number in broken { try lab.write(number, lab.text(files[number] ?? [])) }
        #expect(try await lab.failure() == nil)
        #expect(try await lab.book() == truth(files))
        #expect(reds > 0, "no accident was met")
    }

    /// SplitMix64.
    private struct Chance {
        private var state: UInt64

        init(_ seed: UInt64) { state = seed }

        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((word ^ (word >> 31)) % UInt64(bound))
        }
    }
}
