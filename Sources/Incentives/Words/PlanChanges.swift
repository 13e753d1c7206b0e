package import Model

/// What differs between two plans, a line each: "The commission from 50,000.00 EUR rises from 8 % to 10 %".
///
/// Empty exactly when the plans agree in everything but id, version and summary.
package func changes(from old: IncentivePlan, to new: IncentivePlan) -> [String] {
    let difference = PlanChanges(old: PlanWording(old), new: PlanWording(new))
    return difference.conditions + difference.commissions + difference.bonuses + difference.fixedSums
        + difference.rules + difference.guarantees + difference.extras
}

/// Compares two plans setting by setting; the settings of each kind stand in an extension.
struct PlanChanges {
    let old: PlanWording
    let new: PlanWording

    var before: IncentivePlan { old.plan }
    var after: IncentivePlan { new.plan }

    /// A setting that is a number: it rises, falls, comes or goes.
    func number(
        _ name: String, _ before: Int64?, _ after: Int64?, _ text: (PlanWording, Int64) -> String
    ) -> String? {
        switch (before, after) {
        case (nil, nil): return nil
        case (nil, let after?): return "\(name) is new: \(text(new, after))"
        case (let before?, nil): return "\(name) is dropped; it was \(text(old, before))"
        case (let before?, let after?):
            let texts = (text(old, before), text(new, after))
            guard texts.0 != texts.1 else { return nil }
            let verb =
                old.plan.currency != new.plan.currency ? "changes" : before < after ? "rises" : "falls"
            return "\(name) \(verb) from \(texts.0) to \(texts.1)"
        }
    }

    func amount(_ name: String, _ before: Int64?, _ after: Int64?) -> String? {
        number(name, before, after) { words, amount in words.money(amount) }
    }

    func rate(_ name: String, _ before: Rate?, _ after: Rate?) -> String? {
        number(name, before?.partsPerMillion, after?.partsPerMillion) { _, parts in
            "\(Rate(partsPerMillion: parts))"
        }
    }

    func times(_ name: String, _ before: Multiplier?, _ after: Multiplier?) -> String? {
        number(name, before?.partsPerMillion, after?.partsPerMillion) { _, parts in decimal(millionths: parts)
        }
    }

    func count(_ name: String, _ before: Int?, _ after: Int?, _ noun: String) -> String? {
        number(name, before.map(Int64.init), after.map(Int64.init)) { _, count in
            counted(Int(count), noun)
        }
    }

    /// A setting that is no number.
    func text(_ name: String, _ before: String?, _ after: String?) -> String? {
        switch (before, after) {
        case (nil, let after?): "\(name) is new: \(after)"
        case (let before?, nil): "\(name) is dropped; it was \(before)"
        case (let before?, let after?) where before != after: "\(name) changes from \(before) to \(after)"
        case (_?, _?), (nil, nil): nil
        }
    }

    /// Compares a part of the plan that both, one or none has.
    ///
    /// - Parameter settings: what can differ where both have it; where they do and this finds nothing, the
    ///   part's sentences say it.
    func part<Value: Equatable>(
        _ name: String, _ before: Value?, _ after: Value?, _ sentences: (PlanWording) -> [String],
        settings: (Value, Value) -> [String?]
    ) -> [String] {
        switch (before, after) {
        case (nil, nil): return []
        case (nil, _?): return ["New, \(name): \(sentences(new).joined(separator: " "))"]
        case (_?, nil): return ["No longer, \(name): \(sentences(old).joined(separator: " "))"]
        case (let before?, let after?):
            guard before != after else { return [] }
            let found = settings(before, after).compactMap(\.self)
            guard found.isEmpty else { return found }
            let (was, becomes) = (sentences(old), sentences(new))
            let gone = was.filter { !becomes.contains($0) }.joined(separator: " ")
            let come = becomes.filter { !was.contains($0) }.joined(separator: " ")
            return ["The \(name) changes. Before: \(gone) Now: \(come)"]
        }
    }

    func gate(_ name: String, _ before: String?, _ after: String?) -> String? {
        text("What the \(name) waits for", before.map { "'\($0)'" }, after.map { "'\($0)'" })
    }
}
