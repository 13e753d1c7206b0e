import Model
import Statistics

extension PilotReader {
    func readDecision() -> DecisionRule {
        var rule = PilotDefaults.decision
        guard let section = root.section("decision") else { return rule }
        defer { section.finish() }
        let level = ScalarForm<Rate>.rate().map(\.fraction)
            .only("a level above 0 and below 0.5 such as 0.05") { $0 > 0 && $0 < 0.5 }
        let gain = ScalarForm.points("a gain in the metric's unit such as 2 points, or 0 points", in: 0...1)
        rule.alphaTwoSided = section.value("alpha", level, default: rule.alphaTwoSided)
        rule.guardrailAlphaOneSided = section.value(
            "guardrailAlpha", level, default: rule.guardrailAlphaOneSided)
        rule.spending = section.value("spending", .spending, default: rule.spending)
        rule.guardrailSpending = section.value(
            "guardrailSpending", .spending, default: rule.guardrailSpending)
        rule.worthwhileGain = section.value("worthwhileGain", gain, default: rule.worthwhileGain)
        rule.maxStalenessDays = section.value(
            "maxStalenessDays", .integer(in: 1...60, example: 3), default: rule.maxStalenessDays)
        return rule
    }
}

extension ScalarForm where Value == SpendingFunction {
    /// `obrienFleming`, `pocock`, or a family with its parameter: `kimDeMets(3)`, `hwangShihDeCani(-4)`.
    static var spending: ScalarForm {
        ScalarForm("a spending function: obrienFleming, pocock, kimDeMets(3) or hwangShihDeCani(-4)") {
            text throws(Refusal) in
            let parts = text.split(separator: "(", maxSplits: 1)
            let number = parts.count == 2 && text.hasSuffix(")") ? String(parts[1].dropLast()) : ""
            let parameter = isPlainDecimal(number) ? Double(number) : nil
            switch (parts.first, parameter) {
            case ("obrienFleming", nil) where parts.count == 1: return .obrienFleming
            case ("pocock", nil) where parts.count == 1: return .pocock
            case ("kimDeMets", let rho?) where (0.1...20).contains(rho): return .kimDeMets(rho: rho)
            case ("hwangShihDeCani", let gamma?) where (-40...40).contains(gamma) && gamma != 0:
                return .hwangShihDeCani(gamma: gamma)
            default:
                let name = nearestName(
                    to: parts.first.map(String.init) ?? "",
                    among: ["obrienFleming", "pocock", "kimDeMets", "hwangShihDeCani"])
                throw Refusal(hint: name.flatMap { $0 == text ? nil : "did you mean '\($0)'?" })
            }
        }
    }
}

extension SpendingFunction {
    /// The spelling that ``ScalarForm/spending`` reads.
    var spelling: String {
        guard let parameter else { return kind.rawValue }
        let number = parameter == parameter.rounded() ? String(Int(parameter)) : String(parameter)
        return "\(kind.rawValue)(\(number))"
    }
}

extension ClosedRange<Rate> {
    /// A holdout larger than half the layer would be the study itself.
    static var upToHalf: Self { Rate(partsPerMillion: 0)...Rate(partsPerMillion: 500_000) }
}
