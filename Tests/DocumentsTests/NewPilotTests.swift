import Documents
import Foundation
import Model
import Testing

@Suite struct NewPilotTests {
    let plans = ["retention-bonus", "today"]
    var questions: [Question] {
        newPilotQuestions(today: Day(number: 20_454), plans: plans)  // 2026-01-01, a Thursday
    }

    private func question(_ key: String) throws -> Question {
        try #require(questions.first { $0.key == key })
    }

    @Test func theAnswersMakeAPilotThatLoads() throws {
        let answers = [
            "pilot": "spring", "title": "Bonus: now \"or\" never", "plan": "retention-bonus", "type": "no",
        ]
        let text = newPilotText(answers: answers, questions: questions)
        #expect(text.hasPrefix("# yaml-language-server: $schema=../config/schemas/pilot.schema.json\n"))
        let directory = try TemporaryDirectory()
        let path = try directory.write(text, to: "spring.yaml")
        let plan = try loadPilot(at: path, plansDirectory: Repository.path("experiments/plans")).plan
        #expect(plan.title == "Bonus: now \"or\" never")
        #expect(plan.population == ["type": ["no"]])
        #expect(plan.schedule.starts == Day(iso: "2026-01-05"))
        #expect(plan.variants.map(\.id.rawValue) == ["control", "bonus"])
    }

    @Test func theFirstDayProposedIsTheMondayAfterToday() throws {
        #expect(try question("starts").fallback == "2026-01-05")
        let monday = newPilotQuestions(today: Day(number: 20_458), plans: plans)
        #expect(monday.first { $0.key == "starts" }?.fallback == "2026-01-12")
    }

    @Test(arguments: [
        ("pilot", "Spring", "small letters"), ("pilot", "", "an answer is needed"),
        ("starts", "tomorrow", "a date"),
        ("weeks", "0", "from 1 to 260"), ("variant", "control", "other than control"),
        ("plan", "retention-bonsu", "did you mean 'retention-bonus'?"), ("churn", "3 %", "write 'points'"),
        ("metric", "binary", "that contracts show"), ("title", "a\nb", "one line"),
    ])
    func eachBadAnswerIsTold(_ key: String, _ answer: String, _ message: String) throws {
        let told = try question(key).validate(answer)
        #expect(told?.contains(message) == true, "told instead: \(told ?? "nothing")")
    }

    @Test func everyFallbackPassesItsOwnQuestion() {
        for question in questions {
            guard let fallback = question.fallback else { continue }
            #expect(question.validate(fallback) == nil)
            #expect(question.validate("") == nil)
        }
    }
}
