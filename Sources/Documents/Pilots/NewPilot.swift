package import Model

/// One question of the dialogue that writes a new pilot file.
package struct Question: Sendable {
    /// What the answer is kept under.
    package let key: String
    package let prompt: String
    /// What an empty answer means; `nil` when one must be given.
    package let fallback: String?
    /// What is wrong with an answer, or `nil` when it will do.
    package let validate: @Sendable (_ answer: String) -> String?
}

/// The questions of the dialogue, in order.
///
/// - Parameters:
///   - today: decides the proposed start, the Monday after it.
///   - plans: ids of the incentive plans there are.
package func newPilotQuestions(today: Day, plans: [String]) -> [Question] {
    let monday = today + (8 - today.isoWeekday)
    let control = plans.contains("today") ? "today" : plans.first
    let choices = plans.isEmpty ? "" : " (one of \(plans.joined(separator: ", ")))"
    let margin = "the largest acceptable harm such as 3 points"
    return [
        question("pilot", "Name of the pilot (small letters, digits, hyphens)") { .slug },
        question("title", "What it is about, in a line") { .text(maxLength: 200) },
        question("type", "Partner type that takes part (empty for all partners)", fallback: "") {
            .text(maxLength: 200)
        },
        question("starts", "First day", fallback: monday.description) { .day },
        question("weeks", "Weeks it runs", fallback: "26") { .integer(in: 1...260) },
        question("control", "Incentive plan of today's terms\(choices)", fallback: control) {
            .plan(among: plans)
        },
        question("variant", "Name of the variant to try", fallback: "bonus") {
            ScalarForm.slug.only("a name other than control") { $0 != Variant.control.rawValue }
        },
        question("plan", "Incentive plan of that variant\(choices)") { .plan(among: plans) },
        question(
            "metric", "Metric that decides (renewalRate, churn, netRevenueRetention or discountDepth)",
            fallback: Metric.Kind.renewalRate.rawValue
        ) {
            ScalarForm<Metric.Kind>.choice.only("a metric that contracts show, such as renewalRate") {
                $0 != .binary
            }
        },
        question("churn", "Largest acceptable rise of churn, in percentage points", fallback: "3 points") {
            .points(margin, in: 0.000_001...1)
        },
        question(
            "discountDepth", "Largest acceptable rise of discounts, in percentage points",
            fallback: "2 points"
        ) {
            .points(margin, in: 0.000_001...1)
        },
    ]
}

private func question<Value>(
    _ key: String, _ prompt: String, fallback: String? = nil,
    form: @escaping @Sendable () -> ScalarForm<Value>
) -> Question {
    Question(key: key, prompt: prompt, fallback: fallback) { answer in
        if answer.isEmpty, fallback != nil { return nil }
        if answer.isEmpty { return "an answer is needed; expected \(form().expectation)" }
        return form().complaint(about: answer).map { "'\(answer.excerpt)' will not do; expected \($0)" }
    }
}

/// The pilot file that the answers stand for; unanswered questions take their fallback.
///
/// The answers have passed their questions' `validate`. The text names the schema on its first line, relative
/// to `experiments/`.
package func newPilotText(answers: [String: String], questions: [Question]) -> String {
    var given: [String: String] = [:]
    for question in questions {
        let answer = answers[question.key] ?? ""
        given[question.key] = answer.isEmpty ? question.fallback ?? "" : answer
    }
    func answer(_ key: String) -> String { given[key] ?? "" }
    let population = answer("type").isEmpty ? "" : "population:\n  type: \(YAMLText.scalar(answer("type")))\n"
    return """
        # yaml-language-server: $schema=../config/schemas/pilot.schema.json
        pilot: \(answer("pilot"))
        title: \(YAMLText.scalar(answer("title")))
        \(population)starts: \(answer("starts"))
        weeks: \(answer("weeks"))
        metric: \(answer("metric"))
        variants:
          control: \(answer("control"))  # names plans/\(answer("control")).yaml
          \(answer("variant")): \(answer("plan"))
        guardrails:  # the largest harm that is still acceptable; a breach pauses new promises
          churn: \(answer("churn"))
          discountDepth: \(answer("discountDepth"))

        """
}

extension ScalarForm where Value == String {
    fileprivate static func plan(among plans: [String]) -> ScalarForm {
        .choice(plans.map { (name: $0, value: $0) })
    }
}
