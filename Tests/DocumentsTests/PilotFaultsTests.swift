import Documents
import Foundation
import Model
import Testing

/// Pilots that are wrong in one way each: the minimal pilot with one edit, and what its author is told.
struct PilotMutant: Sendable, CustomTestStringConvertible {
    let name: String
    let edit: [(String, String)]
    let line: Int?
    let message: String
    /// Whether a JSON Schema can see it too.
    let isVisibleToSchema: Bool

    init(_ name: String, _ edit: (String, String)..., line: Int?, schema: Bool = true, says message: String) {
        self.name = name
        self.edit = edit
        self.line = line
        self.message = message
        isVisibleToSchema = schema
    }

    var testDescription: String { name }

    static let minimal = """
        pilot: retention-bonus
        starts: 2026-01-05
        weeks: 26
        metric: renewalRate
        variants:
          control: today
          bonus: retention-bonus
        guardrails:
          churn: 3 points
          discountDepth: 2 points

        """

    var text: String {
        edit.reduce(Self.minimal) { text, edit in text.replacingOccurrences(of: edit.0, with: edit.1) }
    }

    static let all: [PilotMutant] = [
        .init(
            "unknown key", ("weeks:", "week: 3\nweeks:"), line: 3,
            says: "unknown key 'week'; did you mean 'weeks'?"),
        .init(
            "missing start", ("starts: 2026-01-05\n", ""), line: 1,
            says: "the key 'starts' is missing; expected a date such as 2026-01-05"),
        .init(
            "no value", ("weeks: 26", "weeks:"), line: 3, says: "'weeks' is nothing; expected a whole number"),
        .init(
            "date of another order", ("2026-01-05", "05.01.2026"), line: 2,
            says: "'starts' is '05.01.2026'; expected a date"),
        .init(
            "no such day", ("2026-01-05", "2026-02-30"), line: 2, schema: false,
            says: "'starts' is '2026-02-30'"),
        .init(
            "shorter than its grace", ("weeks: 26", "weeks: 4"), line: 3, schema: false,
            says: "'renewalRate' waits 30 days of grace; expected 5 weeks or more"),
        .init("octal weeks", ("weeks: 26", "weeks: 026"), line: 3, schema: false, says: "'weeks' is '026'"),
        .init("hexadecimal weeks", ("weeks: 26", "weeks: 0x1A"), line: 3, says: "'weeks' is '0x1A'"),
        .init("sexagesimal weeks", ("weeks: 26", "weeks: 1:10"), line: 3, says: "'weeks' is '1:10'"),
        .init("quoted weeks", ("weeks: 26", "weeks: \"26\""), line: 3, says: "the quoted text \"26\""),
        .init("too many weeks", ("weeks: 26", "weeks: 261"), line: 3, says: "from 1 to 260"),
        .init("no weeks", ("weeks: 26", "weeks: 0"), line: 3, says: "from 1 to 260"),
        .init(
            "pilot id with capitals", ("pilot: retention-bonus", "pilot: Retention"), line: 1,
            says: "small letters"),
        .init(
            "file of another name", ("pilot: retention-bonus", "pilot: other"), line: 1, schema: false,
            says: "expected the file 'other.yaml'"),
        .init("unknown metric", ("renewalRate", "renewalrate"), line: 4, says: "did you mean 'renewalRate'?"),
        .init(
            "binary without a trial", ("renewalRate", "binary"), line: 4,
            says: "outcome of an imported trial"),
        .init(
            "metric is a list", ("metric: renewalRate", "metric: [churn]"), line: 4,
            says: "'metric' is a list of 1"),
        .init(
            "no control", ("control: today", "controls: today"), line: 6,
            says: "no variant is named 'control'"),
        .init(
            "one variant", ("  bonus: retention-bonus\n", ""), line: 6,
            says: "'variants' has 1; expected at least two"),
        .init(
            "unknown plan", ("bonus: retention-bonus", "bonus: retention-bonsu"), line: 7, schema: false,
            says: "there is no incentive plan 'retention-bonsu'"),
        .init(
            "weight of nothing", ("bonus: retention-bonus", "bonus: {plan: retention-bonus, weight: 0}"),
            line: 7, says: "'variants.bonus.weight' is '0'"),
        .init(
            "negative weight", ("bonus: retention-bonus", "bonus: {plan: retention-bonus, weight: -1}"),
            line: 7, says: "'variants.bonus.weight' is '-1'"),
        .init(
            "variant without plan", ("bonus: retention-bonus", "bonus: {weight: 1}"), line: 7,
            says: "the key 'plan' is missing in 'variants.bonus'"),
        .init("guardrail of no metric", ("churn:", "chrun:"), line: 9, says: "did you mean 'churn'?"),
        .init(
            "guardrail twice", ("discountDepth: 2 points", "churn: 2 points"), line: 10, schema: false,
            says: "'churn' is set twice, first in line 9; keep one"),
        .init(
            "guardrail twice under two names",
            ("discountDepth: 2 points", "leaving: {kind: churn, maxHarm: 1 pp}"), line: 10, schema: false,
            says: "'leaving' guards the same as 'churn'"),
        .init(
            "primary guarded otherwise",
            ("churn: 3 points", "renewalRate: {maxHarm: 3 points, graceDays: 60}"), line: 9, schema: false,
            says: "defined otherwise"),
        .init("margin in per cent", ("3 points", "3 %"), line: 9, says: "write 'points' instead of '%'"),
        .init("margin without unit", ("3 points", "3"), line: 9, says: "write '3 points'"),
        .init("margin of nothing", ("3 points", "0"), line: 9, says: "above 0"),
        .init(
            "no guardrails", ("guardrails:\n  churn: 3 points\n  discountDepth: 2 points\n", ""), line: 1,
            says: "the key 'guardrails' is missing"),
        .init(
            "unknown severity", ("3 points", "{maxHarm: 3 points, severity: stop}"), line: 9,
            says: "one of alert, pause"),
        .init(
            "horizon beyond the pilot", ("3 points", "{maxHarm: 3 points, horizonDays: 183}"), line: 9,
            schema: false, says: "from 1 to 182"),
        .init(
            "horizon of a rate", ("2 points", "{maxHarm: 2 points, horizonDays: 30}"), line: 10,
            schema: false, says: "belongs to metrics of kind 'churn' only"),
        .init(
            "enrolment before the start", ("weeks:", "enrolUntil: 2026-01-04\nweeks:"), line: 3,
            schema: false, says: "before the pilot starts on 2026-01-05"),
        .init(
            "enrolment after the end", ("weeks:", "enrolUntil: 2026-07-06\nweeks:"), line: 3, schema: false,
            says: "before the pilot ends on 2026-07-06"),
        .init(
            "looks rarer than the pilot is long", ("weeks: 26", "weeks: 4\nlookEveryWeeks: 5"), line: 4,
            schema: false, says: "from 1 to 4"),
        .init(
            "block of uneven size", ("weeks:", "design: {blockSize: 5}\nweeks:"), line: 3, schema: false,
            says: "a multiple of 2"),
        .init(
            "stratum with a blank", ("weeks:", "design: {strata: [\"big ones\"]}\nweeks:"), line: 3,
            says: "'design.strata[0]'"),
        .init(
            "design of no kind", ("weeks:", "design: externl\nweeks:"), line: 3,
            says: "did you mean 'external'?"),
        .init(
            "external without trial", ("weeks:", "design: external\nweeks:"), line: 1,
            says: "the key 'trial' is missing"),
        .init(
            "trial without external", ("weeks:", "trial: {partner: a}\nweeks:"), line: 3,
            says: "expected 'design: external' with it"),
        .init(
            "mechanism without external", ("weeks:", "mechanism: by lot\nweeks:"), line: 3,
            says: "expected 'design: external' with it"),
        .init(
            "unknown time zone", ("weeks:", "timeZone: Europe/Berlim\nweeks:"), line: 3, schema: false,
            says: "did you mean 'Europe/Berlin'?"),
        .init(
            "alpha of a half", ("weeks:", "decision: {alpha: 0.5}\nweeks:"), line: 3,
            says: "above 0 and below 0.5"),
        .init(
            "alpha of nothing", ("weeks:", "decision: {guardrailAlpha: 0}\nweeks:"), line: 3,
            says: "above 0 and below 0.5"),
        .init(
            "unknown spending", ("weeks:", "decision: {spending: obrienflemming}\nweeks:"), line: 3,
            says: "did you mean 'obrienFleming'?"),
        .init(
            "spending without parameter", ("weeks:", "decision: {spending: kimDeMets}\nweeks:"), line: 3,
            says: "kimDeMets(3)"),
        .init(
            "decision key", ("weeks:", "decision: {alhpa: 0.05}\nweeks:"), line: 3,
            says: "unknown key 'alhpa' in 'decision'; did you mean 'alpha'?"),
        .init(
            "another currency", ("weeks:", "economics: {currency: USD}\nweeks:"), line: 7, schema: false,
            says: "pays in EUR and the pilot counts in USD"),
        .init(
            "margin above one", ("weeks:", "economics: {grossMargin: 80}\nweeks:"), line: 3,
            says: "write '80 %' for per cent"),
        .init(
            "holdout of most", ("weeks:", "holdout: 60 %\nweeks:"), line: 3, schema: false,
            says: "from 0 % to 50 %"),
        .init("promise for ever", ("weeks:", "promiseDays: 10000\nweeks:"), line: 3, says: "from 1 to 731"),
        .init(
            "population of nobody", ("weeks:", "population: {type: []}\nweeks:"), line: 3,
            says: "admits no value"),
        .init(
            "secondary twice", ("weeks:", "secondary: [renewalRate]\nweeks:"), line: 3, schema: false,
            says: "the metric 'renewalRate' stands there already"),
    ]
}

@Suite struct PilotFaultsTests {
    private func faults(of text: String, named name: String = "retention-bonus") throws -> [Fault] {
        let directory = try TemporaryDirectory()
        let path = try directory.write(text, to: "\(name).yaml")
        do {
            _ = try loadPilot(at: path, plansDirectory: Repository.path("experiments/plans"))
            return []
        } catch {
            return error.faults
        }
    }

    @Test func theMinimalPilotHasNoneAndAtMostTwelveKeys() throws {
        #expect(try faults(of: PilotMutant.minimal).isEmpty)
        #expect(PilotMutant.minimal.split(separator: "\n").filter { $0.contains(":") }.count <= 12)
    }

    @Test(arguments: PilotMutant.all)
    func eachMutantIsToldAtItsPlace(_ mutant: PilotMutant) throws {
        try #require(mutant.text != PilotMutant.minimal)
        let found = try faults(of: mutant.text)
        let expected = found.first { $0.message.contains(mutant.message) }
        #expect(expected != nil, "told instead: \(Faults(found))")
        if let expected { #expect(expected.line == mutant.line) }
    }

    @Test func allFaultsAreToldAtOnceInTheFilesOrder() throws {
        let text = PilotMutant.minimal
            .replacingOccurrences(of: "26", with: "many")
            .replacingOccurrences(of: "renewalRate", with: "renewals")
            .replacingOccurrences(of: "3 points", with: "3 %")
        let lines = try faults(of: text).compactMap(\.line)
        #expect(lines == [2, 3, 4, 9])
    }

    @Test func faultsOfAPlanFileCarryThePlanFilesPlace() throws {
        let directory = try TemporaryDirectory()
        let today = try Repository.text("experiments/plans/today.yaml")
        try directory.write(today, to: "plans/today.yaml")
        try directory.write(
            """
            plan: retention-bonus
            summary: Two tiers in the wrong order.
            currency: EUR
            commission:
              basis: newBookings
              scheme: marginal
              period: quarter
              tiers: [{from: 10, rate: 8 %}, {from: 5, rate: 120 %}, {from: 5, rate: 9 %}]
            """, to: "plans/retention-bonus.yaml")
        let path = try directory.write(PilotMutant.minimal, to: "retention-bonus.yaml")
        let error = #expect(throws: Faults.self) { try loadPilot(at: path) }
        let faults = try #require(error).faults
        #expect(faults.allSatisfy { $0.file.hasSuffix("plans/retention-bonus.yaml") && $0.line == 8 })
        #expect(
            faults.map { String($0.message.prefix(24)) } == [
                "the first tier begins at", "the tiers do not ascend;", "'commission.tiers[1].rat",
                "the tiers do not ascend;",
            ])
    }

    @Test func aMissingPilotFileIsNamed() throws {
        let error = #expect(throws: Faults.self) { try loadPilot(at: "nowhere/no-such.yaml") }
        #expect(error?.description == "nowhere/no-such.yaml: there is no such file")
    }
}
