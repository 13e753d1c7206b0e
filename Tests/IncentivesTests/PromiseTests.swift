import Incentives
import Model
import Testing

@Suite struct PromiseTests {
    private func due(
        _ assignments: [Assignment], _ promises: [Promise] = [], paused: Set<Variant.ID> = [],
        days: Int = 30, on iso: String, ends: String = "2027-01-04"
    ) throws -> [Promise] {
        promisesDue(
            assignments: assignments, promises: promises, paused: paused, promiseDays: days,
            on: try day(iso), pilotEnds: try day(ends))
    }

    private func promise(
        _ partner: Partner.ID, _ variant: Variant.ID, pilot: Pilot.ID = "spiff-q3", _ from: String,
        _ until: String
    ) throws -> Promise {
        Promise(
            pilot: pilot, partner: partner, variant: variant, from: try day(from), until: try day(until))
    }

    @Test func theFirstPromiseRunsFromTheAssignment() throws {
        let granted = try due(
            [try assignment("q", "bonus"), try assignment("p", "control")], on: "2026-07-08")
        #expect(
            granted == [
                try promise("p", "control", "2026-07-06", "2026-08-04"),
                try promise("q", "bonus", "2026-07-06", "2026-08-04"),
            ])
    }

    @Test func aPromiseIsRenewedOnTheDayAfterItsLastAndNotBefore() throws {
        let partners = [try assignment("p", "bonus")]
        let held = [try promise("p", "bonus", "2026-07-06", "2026-08-04")]
        #expect(try due(partners, held, on: "2026-08-04").isEmpty)
        #expect(
            try due(partners, held, on: "2026-08-05")
                == [try promise("p", "bonus", "2026-08-05", "2026-09-03")])
    }

    @Test func aRoundThatComesLateLeavesNoDayWithoutTerms() throws {
        let partners = [try assignment("p", "bonus")]
        #expect(try due(partners, on: "2026-08-04")[0].from == day("2026-07-06"))
        let both = [
            try promise("p", "bonus", "2026-07-06", "2026-08-04"),
            try promise("p", "bonus", "2026-08-05", "2026-09-03"),
        ]
        #expect(try due(partners, on: "2026-08-05") == both)
        #expect(try due(partners, Array(both.prefix(1)), on: "2026-09-03") == Array(both.suffix(1)))
    }

    @Test func noPromiseOutlastsThePilot() throws {
        let partners = [try assignment("p", "bonus")]
        let held = [try promise("p", "bonus", "2026-07-06", "2026-12-24")]
        #expect(
            try due(partners, held, on: "2026-12-25")
                == [try promise("p", "bonus", "2026-12-25", "2027-01-03")])
        let last = [try promise("p", "bonus", "2026-12-25", "2027-01-03")]
        #expect(try due(partners, last, on: "2027-01-04").isEmpty)
    }

    @Test func pausedVariantsGrantNone() throws {
        let partners = [try assignment("p", "bonus"), try assignment("q", "control")]
        #expect(try due(partners, paused: ["bonus"], on: "2026-07-06").map(\.partner) == ["q"])
    }

    @Test func promisesOfOtherPilotsDoNotCount() throws {
        let held = [try promise("p", "bonus", pilot: "other", "2026-07-01", "2026-12-31")]
        #expect(try due([try assignment("p", "bonus")], held, on: "2026-07-06").count == 1)
    }

    @Test func daysRunInAnyRhythmNeverOverlap() throws {
        for seed in 0..<100 as Range<UInt64> {
            var random = SplitMix64(seed)
            let partners = [try assignment("p", "bonus"), try assignment("q", "bonus", on: "2026-08-01")]
            var held: [Promise] = []
            var today = try day("2026-08-01")
            let ends = try day("2027-01-04")
            while today < ends + 10 {
                held += promisesDue(
                    assignments: partners, promises: held, paused: [], promiseDays: 30, on: today,
                    pilotEnds: ends)
                today = today + Int.random(in: 1...20, using: &random)
            }
            for partner in ["p", "q"] as [Partner.ID] {
                let mine = held.filter { $0.partner == partner }.sorted { $0.from < $1.from }
                #expect(mine.count >= 4)
                #expect(mine.allSatisfy { $0.from <= $0.until && $0.until < ends })
                for (earlier, later) in zip(mine, mine.dropFirst()) {
                    #expect(earlier.until + 1 == later.from, "\(partner), seed \(seed)")
                }
            }
        }
    }

    @Test func aPauseKeepsAPromiseToItsEndAndThenFallsBackToControl() throws {
        let standard = try incentives("standard", commission: threeTiers(.marginal))
        let bonus = try incentives(
            "bonus", commission: threeTiers(.marginal),
            renewalBonus: RenewalBonus(rate: percent(4), cap: nil))
        var paused = try pilot(control: standard, treatment: bonus)
        paused.pausedVariants = ["bonus"]
        let partners = [try assignment("p", "bonus")]
        let held = [try promise("p", "bonus", "2026-07-06", "2026-08-04")]
        func terms(on iso: String) throws -> Terms {
            Incentives.terms(
                of: "p", on: try day(iso), pilots: [paused], assignments: partners, promises: held)
        }
        let last = try terms(on: "2026-08-04")
        #expect(last.entries.map(\.component) == [.commission, .renewalBonus])
        #expect(last.entries.map(\.variant) == ["bonus", "bonus"])
        #expect(try last.entries.allSatisfy { $0.until == (try day("2026-08-04")) })
        #expect(last.entries.allSatisfy { !$0.sentences.isEmpty })
        let after = try terms(on: "2026-08-05")
        #expect(after.entries.map(\.component) == [.commission])
        #expect(after.entries.map(\.plan) == ["standard"])
        #expect(after.entries.map(\.variant) == [Variant.control])
        #expect(after.entries.map(\.until) == [nil], "nothing is promised")
        let before = try terms(on: "2026-07-05")
        #expect(before.entries.isEmpty)
    }

    @Test func layersAddUpAndStrangersHoldNothing() throws {
        let renewals = try pilot(
            "renewals-q3", control: try incentives(renewalBonus: RenewalBonus(rate: percent(1), cap: nil)),
            treatment: try incentives(renewalBonus: RenewalBonus(rate: percent(4), cap: nil)),
            state: .concluded)
        let bookings = try pilot(
            "bookings-q3", control: try incentives(commission: threeTiers(.marginal)),
            treatment: try incentives(commission: threeTiers(.cliff)))
        let imported = try pilot("imported", control: nil, treatment: nil)
        let partners = [
            try assignment("p", "bonus", pilot: "renewals-q3"),
            try assignment("p", "bonus", pilot: "bookings-q3"),
            try assignment("p", "bonus", pilot: "imported"),
        ]
        let held = [
            try promise("p", "bonus", pilot: "renewals-q3", "2026-07-06", "2026-08-04"),
            try promise("p", "bonus", pilot: "bookings-q3", "2026-07-06", "2026-10-03"),
        ]
        let together = terms(
            of: "p", on: try day("2026-07-20"), pilots: [renewals, bookings, imported],
            assignments: partners, promises: held)
        #expect(together.entries.map(\.pilot) == ["bookings-q3", "renewals-q3"])
        #expect(together.entries.map(\.until) == [try day("2026-10-03"), try day("2026-08-04")])
        #expect(together.entries.map(\.component) == [.commission, .renewalBonus])
        #expect(together.entries.map(\.variant) == ["bonus", "bonus"])
        let stranger = terms(
            of: "stranger", on: try day("2026-07-20"), pilots: [renewals, bookings], assignments: partners,
            promises: held)
        #expect(stranger.entries.isEmpty)
    }
}
