import Model

@testable import Reporting

/// Every report the fixtures make, by name.
enum Reports {
    static let all: [(name: String, report: WeeklyReport)] = [
        ("gain", report(LookFixture.gain(), LookFixture.history())),
        (
            "breach",
            WeeklyReport(
                pilot: PilotFixture.pilot(paused: ["bonus"]), look: LookFixture.breach(), previous: [])
        ),
        ("fragile", report(LookFixture.fragile(), LookFixture.history())),
        ("nothing counted", report(LookFixture.empty(week: 1), [])),
        (
            "external",
            WeeklyReport(
                pilot: PilotFixture.pilot(PilotFixture.externalPlan()), look: LookFixture.external(),
                previous: [])
        ),
    ]

    static func report(_ look: Look, _ previous: [Look]) -> WeeklyReport {
        WeeklyReport(pilot: PilotFixture.pilot(), look: look, previous: previous)
    }
}
