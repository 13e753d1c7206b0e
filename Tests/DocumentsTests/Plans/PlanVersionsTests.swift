import Documents
import Foundation
import Model
import Testing

@Suite struct PlanVersionsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ name: String, plan: String = "growth", _ lines: String...) throws {
        let head = "plan: \(plan)\nsummary: Something.\ncurrency: EUR\nrenewalBonus: {rate: 4 %}\n"
        try directory.write(head + lines.map { "\($0)\n" }.joined(), to: "plans/\(name)")
    }

    private var plans: String { "\(directory.path)/plans" }

    private func complaint(of id: IncentivePlan.ID = "growth") -> String {
        do throws(Faults) {
            _ = try loadPlanVersions(of: id, in: plans)
            return "accepted"
        } catch {
            return error.description
        }
    }

    private func pilotFaults(starts: String = "2027-03-01") throws -> String {
        try write("today.yaml", plan: "today")
        let text = PilotMutant.minimal.replacingOccurrences(of: "2026-01-05", with: starts)
            .replacingOccurrences(of: "bonus: retention-bonus", with: "bonus: growth")
        let path = try directory.write(text, to: "retention-bonus.yaml")
        do throws(Faults) {
            return "version \(try loadPilot(at: path).plan.variants[1].incentivePlan?.version ?? 0)"
        } catch {
            return error.description
        }
    }

    private func writeThreeVersions() throws {
        try write("growth.yaml", "effective: {until: 2026-12-31}")
        try write("growth@2.yaml", "version: 2", "effective: {from: 2027-01-01, until: 2027-06-30}")
        try write("growth@10.yaml", "version: 10", "effective: {from: 2027-08-01}")
    }

    @Test func versionsAreSortedByTheirDates() throws {
        try writeThreeVersions()
        try write("growth-2.yaml", plan: "growth-2")
        #expect(try loadPlanVersions(of: "growth", in: plans).map(\.version) == [1, 2, 10])
    }

    @Test(arguments: [
        ("2026-12-31", "version 1"), ("2027-01-01", "version 2"), ("2027-06-30", "version 2"),
        ("2028-01-01", "version 10"),
    ])
    func aVariantTakesTheVersionInForceOnThePilotsFirstDay(_ starts: String, _ expected: String) throws {
        try writeThreeVersions()
        #expect(try pilotFaults(starts: starts) == expected)
    }

    @Test func aDayWithoutAVersionIsTold() throws {
        try writeThreeVersions()
        let told = try pilotFaults(starts: "2027-07-15")
        #expect(
            told.contains(
                "retention-bonus.yaml:7:10: no version of the incentive plan 'growth' is in force on 2027-07-15, the"
                    + " pilot's first day; there is growth.yaml (until 2026-12-31), growth@2.yaml (2027-01-01 to"
                    + " 2027-06-30), growth@10.yaml (from 2027-08-01 on)"), "\(told)")
    }

    @Test func aResolvedPilotSaysTheVersion() throws {
        try writeThreeVersions()
        _ = try pilotFaults()
        let document = try loadPilot(at: "\(directory.path)/retention-bonus.yaml")
        #expect(document.resolvedYAML.contains(", version 2: Something."))
        try directory.write(document.resolvedYAML, to: "retention-bonus.yaml")
        #expect(try loadPilot(at: "\(directory.path)/retention-bonus.yaml") == document)
    }

    @Test func overlappingVersionsAreTold() throws {
        try write("growth.yaml", "effective: {from: 2026-01-01, until: 2027-03-31}")
        try write("growth@2.yaml", "version: 2", "effective: {from: 2027-01-01, until: 2027-06-30}")
        let told = complaint()
        #expect(
            told.contains(
                "growth@2.yaml:6:1: growth.yaml (2026-01-01 to 2027-03-31) and growth@2.yaml (2027-01-01 to"
                    + " 2027-06-30) are both in force, 2027-01-01 to 2027-03-31"), "\(told)")
    }

    @Test func anOpenEndClosesWhereTheNextVersionBegins() throws {
        try write("growth.yaml", "effective: {from: 2026-01-01}")
        try write("growth@2.yaml", "version: 2", "effective: {from: 2027-01-01}")
        let versions = try loadPlanVersions(of: "growth", in: "\(directory.path)/plans")
        #expect(versions.map(\.effective.until) == [Day(iso: "2026-12-31"), nil])
    }

    @Test func aLaterVersionBeginsLater() throws {
        try write("growth.yaml", "effective: {from: 2027-01-01}")
        try write("growth@2.yaml", "version: 2", "effective: {until: 2026-12-31}")
        #expect(complaint().contains("are in the wrong order; expected a later version to begin later"))
    }

    @Test func allVersionsPayInOneCurrency() throws {
        try write("growth.yaml", "effective: {until: 2026-12-31}")
        try directory.write(
            "plan: growth\nversion: 2\nsummary: A.\ncurrency: USD\nrenewalBonus: {rate: 4 %}\n"
                + "effective: {from: 2027-01-01}\n", to: "plans/growth@2.yaml")
        #expect(
            complaint().contains("growth@2.yaml:4:11: growth.yaml pays in EUR and growth@2.yaml in USD"),
            "\(complaint())")
    }

    @Test func namesThatAreNoVersionAreTold() throws {
        try write("growth.yaml", "effective: {until: 2026-12-31}")
        try write("growth@02.yaml", "version: 2", "effective: {from: 2027-01-01}")
        try write("growth@3.yaml", "effective: {from: 2028-01-01}")
        try write("growth@4.yaml", plan: "grow", "version: 4", "effective: {from: 2029-01-01}")
        let told = complaint()
        #expect(told.contains("growth@02.yaml: the file's name is no version of the plan 'growth'"))
        #expect(told.contains("'growth@3.yaml' holds version 1 of the plan 'growth'; expected 'version: 3'"))
        #expect(told.contains("'grow' stands in the file 'growth@4.yaml'; expected the file 'grow@4.yaml'"))
    }

    @Test func aNumberInAFileWithoutOneIsTold() throws {
        try write("growth.yaml", "version: 2")
        #expect(complaint().contains("growth.yaml:5:10: the file 'growth.yaml' holds version 2"))
        try write("growth.yaml", "version: 1")
        #expect(complaint() == "accepted")
    }

    @Test func aMissingPlanIsToldWithTheNearest() throws {
        try writeThreeVersions()
        #expect(complaint(of: "grwoth").contains("no incentive plan 'grwoth'"))
        #expect(complaint(of: "grwoth").contains("did you mean 'growth'?"))
    }

    // MARK: noWorseOff

    @Test(arguments: [
        ("limits: {period: quarter, floor: 5}", "has a guarantee of its own, 'limits'"),
        ("noWorseOff: {than: other, period: quarter}", "has a guarantee of its own, 'noWorseOff'"),
        ("noWorseOff: {than: growth, period: quarter}", "refers back to 'growth'"),
    ])
    func aReferenceHasNoGuarantee(_ line: String, _ expected: String) throws {
        try write("growth.yaml", "noWorseOff: {than: today, period: quarter}")
        try write("today.yaml", plan: "today", line)
        #expect(complaint().contains("growth.yaml:5:20: the plan 'today' \(expected)"), "\(complaint())")
    }

    @Test func aReferencePaysInTheSameCurrency() throws {
        try directory.write(
            "plan: today\nsummary: A.\ncurrency: USD\nrenewalBonus: {rate: 4 %}\n", to: "plans/today.yaml")
        try write("growth.yaml", "noWorseOff: {than: today, period: quarter}")
        #expect(complaint().contains("the plan 'today' pays in USD and this one in EUR"))
    }

    @Test func theReferencesOwnFaultsAreToldAtTheirPlaceOnce() throws {
        try write("today.yaml", plan: "today", "rebate: 5")
        try write("growth.yaml", "noWorseOff: {than: today, period: quarter}")
        let told = complaint().split(separator: "\n")
        #expect(told.count == 1 && told[0].contains("today.yaml:5:9: 'rebate' is '5'"), "\(told)")
    }

    @Test func theReferencesVersionIsThatOfThePlansFirstDay() throws {
        try writeThreeVersions()
        let line = "noWorseOff: {than: growth, period: quarter}"
        try write("safe.yaml", plan: "safe", line)
        #expect(complaint(of: "safe").contains("this plan has no 'effective.from' to choose by"))
        try write("safe.yaml", plan: "safe", line, "effective: {from: 2027-07-15}")
        #expect(complaint(of: "safe").contains("none is in force on 2027-07-15, the first day of this plan"))
        try write("safe.yaml", plan: "safe", line, "effective: {from: 2027-02-01}")
        #expect(try loadPlanVersions(of: "safe", in: plans)[0].noWorseOff?.plan.version == 2)
    }
}
