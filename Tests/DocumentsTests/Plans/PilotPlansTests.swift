import Documents
import Foundation
import Model
import Testing

/// What the plans of one pilot's variants must agree on.
@Suite struct PilotPlansTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let commission =
        "commission: {basis: newBookings, scheme: marginal, period: quarter, tiers: [{from: 0, rate: 9 %}]}"
    private static let bonus = "renewalBonus: {rate: 2 %}"
    private static let marketing = "coMarketing: {amount: 500, period: quarter}"

    private func told(control: [String], variant: [String]) throws -> String {
        for (name, lines) in [("today", control), ("retention-bonus", variant)] {
            let head = "plan: \(name)\nsummary: Something.\ncurrency: EUR\n"
            try directory.write(head + lines.map { "\($0)\n" }.joined(), to: "plans/\(name).yaml")
        }
        let path = try directory.write(PilotMutant.minimal, to: "retention-bonus.yaml")
        do throws(Faults) {
            _ = try loadPilot(at: path)
            return "accepted"
        } catch {
            return error.description
        }
    }

    private func contingency(times: String) -> String {
        "contingency: {appliesTo: [commission], period: quarter, below: 70 %, times: \(times), from: 2026-01-01,"
            + " until: 2026-12-31, costCap: 50000}"
    }

    @Test func contingenciesAreTheSame() throws {
        let (some, other) = (contingency(times: "1.2"), contingency(times: "1.3"))
        #expect(
            try told(control: [Self.commission, some], variant: [Self.commission, some]) == "accepted")
        for lines in [[Self.commission], [Self.commission, other]] {
            let told = try told(control: [Self.commission, some], variant: lines)
            #expect(
                told.contains(
                    "retention-bonus.yaml:7:10: the variants 'bonus' (plan 'retention-bonus') and 'control' (plan"
                        + " 'today') have different contingencies"), "\(told)")
        }
    }

    @Test func effectsAreComputedAtOneTable() throws {
        func rates(_ rule: String, _ dollar: String) -> String {
            "rates: {source: ECB, rule: \(rule), effectsOn: 2026-01-02, tables: [{on: 2026-01-02, USD: \(dollar)}]}"
        }
        let control = [Self.bonus, rates("earned", "1.1")]
        #expect(try told(control: control, variant: [Self.bonus, rates("effects", "1.1")]) == "accepted")
        for lines in [[Self.bonus], [Self.bonus, rates("earned", "1.2")]] {
            let told = try told(control: control, variant: lines)
            #expect(told.contains("have different exchange rates for effects"), "\(told)")
        }
    }

    @Test(arguments: [("external", "fairway"), ("fairway", "external")])
    func twoSystemsNeverPayOneFact(_ control: String, _ variant: String) throws {
        let control = [Self.commission, Self.marketing, "paidBy: \(control)"]
        let adding = ["basis: addsTo", "paidBy: \(variant)"]
        let shared = try told(control: control, variant: [Self.commission, Self.marketing] + adding)
        #expect(
            shared.contains("both have commission: two systems would pay one fact for one component"),
            "\(shared)")
        #expect(try told(control: control, variant: [Self.bonus, Self.marketing] + adding) == "accepted")
        #expect(
            try told(control: control, variant: [Self.commission, "paidBy: \(variant)"]) == "accepted")
    }

    @Test func oneSystemMayPayAComponentTwice() throws {
        let told = try told(control: [Self.commission], variant: [Self.commission, "basis: addsTo"])
        #expect(told == "accepted")
    }

    @Test func theControlAddsToNothing() throws {
        let told = try told(control: [Self.commission, "basis: addsTo"], variant: [Self.bonus])
        #expect(
            told.contains(
                "retention-bonus.yaml:6:12: the control's plan 'today' adds to what the control pays, which is itself"
            ), "\(told)")
    }
}
