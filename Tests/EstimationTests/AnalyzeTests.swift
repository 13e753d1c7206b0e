import Estimation
import Foundation
import Statistics
import Testing

/// A table of the golden data, as text.
func golden(_ name: String) throws -> String {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(
        contentsOf: here.appending(path: "StatisticsTests/Golden/data/\(name).csv"), encoding: .utf8)
}

/// Analyses a text.
func analysis(_ text: String, _ roles: TableRoles, _ options: AnalysisOptions = .init(draws: 499))
    throws(TableFaults)
    -> TableAnalysis
{
    try analyze(try table(text, roles.requests), roles: roles, options: options)
}

let renewal = TableRoles(partner: "partner", variant: "arm", outcome: "renewed")

extension TableAnalysis {
    /// The rows of the first comparison of the first metric.
    func row(_ method: String, _ estimand: Estimand = .customerAverage, metric: Int = 0) -> MethodRow? {
        metrics[metric].comparisons[0].rows.first {
            $0.method.rawValue.hasPrefix(method) && $0.estimand == estimand
        }
    }
}

func close(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-7) -> Bool {
    a.map { abs($0 - b) <= tolerance * max(abs(b), 1e-3) } ?? false
}

@Suite("Agreement with clubSandwich 0.5.8, t.test and wildboottest 0.3.2 of the reference cases")
struct AgreementTests {
    @Test func sandwichErrorsOfTwelvePartners() throws {
        let result = try analysis(try golden("p12"), renewal)
        let cr2 = try #require(result.row("CR2, Satterthwaite"))
        #expect(close(cr2.value, -0.0215731828742118) && close(cr2.standardError, 0.0674077439021082))
        #expect(close(cr2.degreesOfFreedom, 7.32839059275671) && close(cr2.pValue, 0.757870330703312))
        #expect(
            close(cr2.interval?.lower, -0.179530608451311) && close(cr2.interval?.upper, 0.136384242702887))
        let cr1 = try #require(result.row("CR1"))
        #expect(close(cr1.standardError, 0.0618857760022147) && cr1.degreesOfFreedom == 11)
        #expect(close(cr1.pValue, 0.733972610418463))
        #expect(close(result.row("CV3")?.standardError, 0.0757707551342668))
        #expect(abs((result.row("wild")?.pValue ?? 0) - 0.75146484375) < 5e-4)
    }

    @Test func sandwichErrorsOfThirtyPartners() throws {
        let result = try analysis(try golden("p30"), renewal)
        let cr2 = try #require(result.row("CR2, Satterthwaite"))
        #expect(close(cr2.value, 0.055) && close(cr2.standardError, 0.0908207855468656))
        #expect(close(cr2.degreesOfFreedom, 20.9093819135671) && close(cr2.pValue, 0.551305645411205))
        let welch = try #require(result.row("Welch", .partnerAverage))
        #expect(close(welch.value, 0.0372396029150062) && close(welch.standardError, 0.0898880172836932))
        #expect(close(welch.degreesOfFreedom, 24.9296053792662) && close(welch.pValue, 0.682205655412423))
    }

    @Test func randomizationOfTwelvePartnersIsExact() throws {
        let result = try analysis(try golden("p12"), renewal)
        let row = try #require(result.row("randomisation", .partnerAverage))
        #expect(close(row.pValue, 0.9675324675324676) && close(row.value, 0.005291518580818888))
        #expect(row.note == "exact, all 924 assignments")
    }

    @Test func ratioOfRevenue() throws {
        let roles = TableRoles(
            partner: "partner", variant: "arm", numerator: "arr_after", denominator: "arr_before")
        let result = try analysis(try golden("p30"), roles)
        #expect(close(result.metrics[0].arms[0].value, 0.570504503812832))
        #expect(close(result.metrics[0].arms[1].value, 0.663790123908052))
        #expect(close(result.row("log-ratio", .revenueWeighted)?.value, 0.163514257068555))
    }
}

@Suite struct AnalyzeTests {
    @Test("the order of rows changes nothing")
    func ignoresRowOrder() throws {
        let roles = TableRoles(
            partner: "partner", variant: "arm", outcome: "renewed", stratum: "stratum", covariate: "xpre",
            time: "time", event: "event", numerator: "arr_after", denominator: "arr_before")
        let text = try golden("p30")
        let lines = text.split(separator: "\n")
        var random = SystemlessGenerator(state: 3)
        let shuffled = ([lines[0]] + lines.dropFirst().shuffled(using: &random)).joined(separator: "\n")
        let (left, right) = (try analysis(text, roles), try analysis(shuffled, roles))
        #expect(left.warnings == right.warnings)
        for (a, b) in zip(left.metrics, right.metrics) {
            for (x, y) in zip(a.comparisons[0].rows, b.comparisons[0].rows) {
                #expect(x.method == y.method && x.isRecommended == y.isRecommended)
                #expect(x.value.map { close(y.value, $0, 1e-9) } ?? (y.value == nil))
                #expect(x.pValue.map { close(y.pValue, $0, 1e-9) } ?? (y.pValue == nil))
            }
        }
    }

    @Test func takesControlByNameThenByOrder() throws {
        let text = trial([("b", 3, 0), ("Control", 3, 0)])
        #expect(try analysis(text, renewal).variants == ["Control", "b"])
        #expect(try analysis(text, renewal, .init(control: "b")).variants == ["b", "Control"])
        #expect(try analysis(trial([("z", 3, 0), ("y", 3, 0)]), renewal).variants == ["y", "z"])
        #expect(throws: TableFaults.self) { try analysis(text, renewal, .init(control: "c")) }
    }

    @Test func refusesOneVariant() {
        #expect(throws: TableFaults.self) { try analysis(trial([("a", 4, 0)]), renewal) }
    }

    @Test func refusesAPartnerWithTwoVariants() throws {
        do throws(TableFaults) {
            _ = try analysis("partner,arm,renewed\np,a,1\nq,b,0\np,b,1\nr,a,0\n", renewal)
            Issue.record("expected a fault")
        } catch {
            #expect(error.count == 1)
            #expect(
                error.description.hasPrefix(
                    "line 4: partner 'p' has several variants (line 2: 'a'; line 4: 'b')"))
        }
    }

    @Test func refusesPairsThatAreNone() {
        var roles = renewal
        roles.stratum = "pair"
        let text = "partner,arm,renewed,pair\np,a,1,1\nq,b,0,1\nr,a,1,2\ns,a,0,2\n"
        #expect(throws: TableFaults.self) { try analysis(text, roles, .init(design: .paired)) }
        #expect(throws: TableFaults.self) { try analysis(text, renewal, .init(design: .paired)) }
    }

    @Test("rows without partner or variant, and cells without an outcome, are left out and counted")
    func countsWhatIsLeftOut() throws {
        let text = trial([("a", 12, 0), ("b", 12, 1)])
        let full = try analysis(text, renewal)
        let holed = try analysis(text + ",a,1\nx,,1\na0,a,NA\nb1,b,\n", renewal)
        #expect(holed.unassignedRows == 2 && holed.metrics[0].leftOutRows == 2)
        #expect(holed.missingCells["renewed"] == 2 && holed.partnerCount == full.partnerCount)
        #expect(holed.metrics[0].comparisons == full.metrics[0].comparisons)
    }

    @Test("Trap 4: one treated partner gets an estimate and no p-value")
    func stopsAtOnePartner() throws {
        let result = try analysis(trial([("a", 8, 0), ("b", 1, 2)]), renewal)
        let comparison = result.metrics[0].comparisons[0]
        #expect(comparison.recommended == nil && comparison.reason.contains("has 1 partner"))
        #expect(
            comparison.rows.allSatisfy { $0.pValue == nil && $0.interval == nil && $0.unavailable != nil })
        #expect(close(result.row("CR2, Imbens")?.value, 0.5 - 0.375))
    }

    @Test("a design that can give no small p-value recommends nothing")
    func saysWhenNoTestCanReject() throws {
        let result = try analysis(trial([("a", 3, 0), ("b", 3, 2)]), renewal)
        let comparison = result.metrics[0].comparisons[0]
        #expect(comparison.recommended == nil && comparison.reason.contains("no p-value below 0.1"))
    }

    @Test(arguments: [(6, "with fewer than 10"), (20, "from 10 to 40"), (50, "with more than 40")])
    func marksTheReplayedAssignment(_ partners: Int, _ reason: String) throws {
        let result = try analysis(trial([("a", partners, 0), ("b", partners, 1)]), renewal)
        let comparison = result.metrics[0].comparisons[0]
        #expect(
            comparison.recommended?.method == .studentizedRandomization && comparison.reason.contains(reason))
        #expect(comparison.recommended?.interval != nil)
        #expect(comparison.rows.count { $0.isRecommended } == 1)
    }

    @Test("without a mechanism CV3 below ten partners, CR2 above, and a bound where an arm does not vary")
    func marksWhatNeedsNoMechanism() throws {
        func method(_ arms: [(name: String, partners: Int, shift: Int)]) throws -> String? {
            try analysis(trial(arms), renewal, .init(design: .external)).metrics[0].comparisons[0]
                .recommended?.method
                .rawValue
        }
        #expect(try method([("a", 6, 0), ("b", 6, 1)])?.hasPrefix("CV3") == true)
        #expect(try method([("a", 20, 0), ("b", 20, 1)]) == "CR2, Imbens–Kolesár df")
        #expect(try method([("a", 20, 0), ("b", 20, 4)]) == "Wilson limits at the effective size")
    }

    @Test("three variants: each against control with Holm, and both at once")
    func comparesThreeVariants() throws {
        let result = try analysis(try golden("p24_three_arms"), renewal)
        let metric = result.metrics[0]
        #expect(metric.arms.count == 3 && metric.comparisons.map(\.control) == ["0", "0"])
        let marked = metric.comparisons.compactMap { $0.recommended?.pValue }
        #expect(metric.comparisons.compactMap(\.adjustedPValue) == adjustedPValues(marked, method: .holm))
        #expect(metric.jointTests.count == 3 && metric.jointTests.allSatisfy { $0.pValue != nil })
    }

    @Test("a weight of 2 is two customers in the average")
    func weighsRows() throws {
        var roles = renewal
        roles.weight = "w"
        let text =
            "partner,arm,renewed,w\n"
            + (0..<6).flatMap { k in
                ["p\(k),\(k % 2),1,2", "p\(k),\(k % 2),0,\(k + 1)"]
            }.joined(separator: "\n")
        let result = try analysis(text, roles)
        #expect(result.metrics[0].kind == .weightedMean)
        #expect(
            close(result.metrics[0].arms[0].value, 6.0 / 15)
                && close(result.metrics[0].arms[1].value, 6.0 / 18))
    }

    @Test func warnsOfSharedCustomersAndWhales() throws {
        var roles = renewal
        roles.customer = "c"
        let text =
            "partner,arm,renewed,c\n"
            + (0..<40).map {
                "p\($0 < 30 ? 0 : $0),0,\($0 % 3 == 0 ? 1 : 0),\($0)\nq\($0),1,\($0 % 2),\($0 + 39)\n"
            }.joined()
        let result = try analysis(text, roles)
        #expect(
            result.warnings.contains {
                $0.hasPrefix("1 customer has partners of different variants")
            })
        #expect(result.warnings.contains { $0.contains("partner 'p0' is 75 % of '0'") })
    }

    @Test func comparesTimesToALoss() throws {
        let roles = TableRoles(
            partner: "partner", variant: "arm", entry: "entry", time: "time", event: "event")
        let result = try analysis(try golden("p30"), roles)
        #expect(result.metrics[0].kind == .survival)
        for method in ["clustered log-rank", "randomisation test of log-rank", "restricted mean", "Cox"] {
            let row = result.metrics[0].comparisons[0].rows.first { $0.method.rawValue.hasPrefix(method) }
            #expect(row?.pValue != nil, "\(method)")
        }
    }

    @Test func refusesRolesThatMakeNoSense() {
        #expect(TableRoles(partner: "p", variant: "v").complaints.isEmpty == false)
        #expect(TableRoles(partner: "p", variant: "v", time: "t").complaints.isEmpty == false)
        #expect(TableRoles(partner: "p", variant: "v", numerator: "n").complaints.isEmpty == false)
        #expect(TableRoles(partner: "p", variant: "v", event: "e").complaints.isEmpty == false)
        #expect(renewal.complaints.isEmpty)
    }
}

@Suite struct OutputTests {
    @Test("JSON has every key of a method: null with a reason where there is no number")
    func writesNullWithAReason() throws {
        let result = try analysis("partner,arm,renewed\na,0,1\na,0,0\nb,0,1\nc,1,1\n", renewal)
        let data = try JSONEncoder().encode(result)
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let metric = try #require((root["metrics"] as? [[String: Any]])?.first)
        let comparison = try #require((metric["comparisons"] as? [[String: Any]])?.first)
        let methods = try #require(comparison["methods"] as? [[String: Any]])
        #expect(comparison["recommended"] is NSNull)
        for method in methods {
            #expect(method.count == 15 && method["pValue"] is NSNull && method["unavailable"] is String)
        }
    }

    @Test func printsAnAlignedTableWithAnArrow() throws {
        let text = try analysis(try golden("p30"), renewal).text
        #expect(text.contains("30 partners, 2 variants; control is '0'"))
        #expect(text.components(separatedBy: "→").count == 2)
        #expect(text.split(separator: "\n").allSatisfy { $0.last != " " })
    }
}
