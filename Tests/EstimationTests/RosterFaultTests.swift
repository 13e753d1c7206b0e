import Estimation
import Foundation
import Testing

/// What keeps a text from being analysed.
func rosterFaults(
    _ text: String, _ roles: TableRoles, _ options: AnalysisOptions = .init(draws: 99)
) -> [String] {
    do throws(TableFaults) {
        _ = try analyze(
            scanTable(Array(text.utf8).span, columns: roles.requests), roles: roles, options: options)
        return []
    } catch {
        return error.description.split(separator: "\n").map(String.init)
    }
}

@Suite struct RosterFaultTests {
    @Test("faults of cells, of partners and of options are told together, each with its lines")
    func tellsAllFaultsAtOnce() {
        var roles = renewal
        roles.stratum = "s"
        let text = "partner,arm,renewed,s\np,a,1,1\nq,b,oops,1\n\np,b,1,2\nr,a,0,\nt,b,1,1\n"
        let told = rosterFaults(text, roles, .init(control: "z"))
        #expect(told.contains("line 3: column 'renewed' holds 'oops', expected a number"))
        #expect(
            told.contains {
                $0.hasPrefix("line 5: partner 'p' has several variants (line 2: 'a'; line 5: 'b')")
            })
        #expect(
            told.contains {
                $0.hasPrefix("line 5: partner 'p' stands in several strata (line 2: '1'; line 5: '2')")
            })
        #expect(told.contains { $0.hasPrefix("line 6: partner 'r' has no stratum") })
        #expect(told.contains { $0.contains("no partner has the control variant 'z'") })
        #expect(told.count == 5)
    }

    @Test("a column that is not there hides no fault of the options")
    func tellsFaultsBesidesTheHeader() {
        let told = rosterFaults(
            "partner,arm,renewd\np,a,1\nq,b,0\n", renewal, .init(design: .paired, control: "z"))
        #expect(told.contains { $0.contains("no column 'renewed'") })
        #expect(told.contains { $0.contains("paired design needs the column of the pairs") })
        #expect(told.contains { $0.contains("control variant 'z'") })
    }

    @Test("a line that could not be read keeps nobody from being accused of what it might have said")
    func accusesNobodyForALostLine() {
        var roles = renewal
        roles.stratum = "s"
        let told = rosterFaults("partner,arm,renewed,s\np,a,1,1\nq,b,1\n", roles, .init(design: .paired))
        #expect(told == ["line 3: the line has 3 cells, expected 4 as in the header"])
    }

    @Test("variants that differ in blanks or capitals are one variant written in two manners")
    func refusesNearlyEqualVariants() {
        let told = rosterFaults("partner,arm,renewed\np,gift,1\nq,Gift ,0\nr,none,1\n", renewal)
        #expect(told.count == 1 && told[0].hasPrefix("line 3: variants differ in blanks or capitals only"))
        #expect(told[0].contains("line 2: 'gift'; line 3: 'Gift '"))
    }

    @Test func warnsOfNearlyEqualPartners() throws {
        let text = trial([("a", 4, 0), ("b", 4, 1)]) + "A0,a,1\n"
        #expect(
            try analysis(text, renewal).warnings.contains {
                $0.hasPrefix("partners 'a0' and 'A0' differ in blanks or capitals only")
            })
    }

    @Test("numbers as names of variants have the order of numbers, and the choice of control is said")
    func ordersVariants() throws {
        func variants(_ names: [String]) throws -> TableAnalysis {
            try analysis(trial(names.map { ($0, 3, 1) }), renewal)
        }
        #expect(try variants(["10", "9"]).variants == ["9", "10"])
        let first = try variants(["placebo", "active"])
        #expect(first.controlChoice == .first && first.text.contains("(first by name; --control chooses)"))
        #expect(first.warnings.contains { $0.hasPrefix("no variant is called control; control is 'active'") })
        let called = try variants(["Control", "A"])
        #expect(called.controlChoice == .called && called.variants[0] == "Control")
        #expect(!called.warnings.contains { $0.contains("called control") })
    }

    @Test func refusesAColumnInTwoPartsThatContradictEachOther() {
        func complaints(_ change: (inout TableRoles) -> Void) -> Int {
            var roles = renewal
            change(&roles)
            return roles.complaints.count
        }
        #expect(complaints { $0.covariate = "renewed" } == 1)
        #expect(complaints { $0.stratum = "partner" } == 1)
        #expect(complaints { ($0.numerator, $0.denominator) = ("x", "x") } == 1)
        #expect(complaints { ($0.stratum, $0.covariate) = ("tier", "tier") } == 0)
        #expect(complaints { ($0.time, $0.weight, $0.outcome) = ("t", "w", nil) } == 2)
    }
}

@Suite struct AuditTests {
    @Test("outcomes missing in one variant above all are told by variant, with a warning")
    func comparesMissingOutcomes() throws {
        let text =
            trial([("a", 12, 0), ("b", 12, 1)])
            + (0..<12).flatMap { k in (0..<4).map { _ in "b\(k),b,\n" } }.joined()
        let warnings = try analysis(text, renewal).warnings
        #expect(warnings.contains { $0.contains("0 of 48 of 'a' (0 %), 48 of 96 of 'b' (50 %)") })
        #expect(warnings.contains { $0.contains("missing in different shares") })
    }

    @Test func comparesPartnersWithTheirPlannedShares() throws {
        let text = trial([("control", 30, 0), ("gift", 5, 1)])
        let equal = try analysis(text, renewal)
        #expect((equal.balance.sharesPValue ?? 1) < 0.001)
        #expect(equal.warnings.contains { $0.contains("do not fit the planned shares") })
        let planned = try analysis(text, renewal, .init(shares: ["control": 6, "gift": 1], draws: 99))
        #expect(planned.balance.sharesPValue == 1)
        #expect(rosterFaults(text, renewal, .init(shares: ["control": 1])).count == 1)
    }

    @Test("JSON says which ends have no bound, why keys are null, and where the numbers come from")
    func writesWhatAnotherProgramNeeds() throws {
        var result = try analysis(trial([("a", 5, 0), ("b", 5, 1)]), renewal, .init(confidenceLevel: 0.99))
        result.file = "table.csv"
        let data = try JSONEncoder().encode(result)
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(root["file"] as? String == "table.csv")
        #expect((root["columns"] as? [String: String])?["variant"] == "arm")
        let metric = try #require((root["metrics"] as? [[String: Any]])?.first)
        let comparison = try #require((metric["comparisons"] as? [[String: Any]])?.first)
        #expect(comparison["smallestAttainable"] is Double)
        let methods = try #require(comparison["methods"] as? [[String: Any]])
        for method in methods {
            let reasons = try #require(method["reasons"] as? [String: String])
            for key in ["value", "standardError", "degreesOfFreedom", "pValue", "interval", "hazardRatio"]
            where method[key] is NSNull { #expect(reasons[key] != nil, "\(method["id"] ?? "") \(key)") }
        }
        let interval = try #require(methods[0]["interval"] as? [String: Any])
        #expect(interval["lowerUnbounded"] is Bool && interval["upperUnbounded"] is Bool)
    }
}
