import Model
import Storage

/// What follows from a recorded look, in its transaction.
extension PilotOperations {
    /// A new breach is journalled and told once; one that pauses also stops new promises of its variant.
    func actOnBreaches(
        _ look: Look, after earlier: [Look], of pilot: Pilot, at now: Instant, _ transaction: Transaction
    ) throws {
        for breach in look.guardrails where breach.state == .breached {
            let isKnown = earlier.contains { look in
                look.guardrails.contains {
                    $0.metric == breach.metric && $0.variant == breach.variant && $0.state == .breached
                }
            }
            guard !isKnown else { continue }
            try transaction.journal(
                .guardrailBreached, of: pilot.id.rawValue, at: now, by: .daemon,
                detail: [
                    "metric": breach.metric.id.rawValue, "variant": breach.variant.rawValue,
                    "look": String(look.index),
                ])
            if breach.severity == .pause,
                try transaction.pause(breach.variant, of: pilot.id, look: look.index)
            {
                try transaction.journal(
                    .variantPaused, of: pilot.id.rawValue, at: now, by: .daemon,
                    detail: ["variant": breach.variant.rawValue, "metric": breach.metric.id.rawValue])
            }
            try transaction.enqueue(
                message(
                    .guardrailBreached, of: pilot, key: "\(look.index)/\(breach.metric.id)/\(breach.variant)",
                    at: now,
                    data: [
                        "look": String(look.index), "variant": breach.variant.rawValue,
                        "metric": breach.metric.id.rawValue, "severity": breach.severity.rawValue,
                        "reason": breach.reason,
                        "done": done(pausing: breach.severity == .pause ? [breach.variant] : []),
                        "report": environment.reportURL("\(pilot.id)/\(look.asOf.isoWeek)"),
                    ]),
                to: environment.endpoints(.guardrailBreached))
        }
    }

    /// A look that advises against a variant it found harmful also stops new promises of it.
    ///
    /// - Returns: the variants that are paused now and were not before.
    func pauseHarmful(
        _ look: Look, of pilot: Pilot, at now: Instant, _ transaction: Transaction
    ) throws -> [Variant.ID] {
        guard [.stop, .pause].contains(look.recommendation.action) else { return [] }
        let harmful = look.verdicts.filter { $0.kind == .harmful }.map(\.variant)
        return try harmful.filter { variant in
            guard try transaction.pause(variant, of: pilot.id, look: look.index) else { return false }
            try transaction.journal(
                .variantPaused, of: pilot.id.rawValue, at: now, by: .daemon,
                detail: ["variant": variant.rawValue, "look": String(look.index)])
            return true
        }
    }

    private func done(pausing variants: [Variant.ID]) -> String {
        guard !variants.isEmpty else { return "nothing was paused" }
        let names = variants.map { "'\($0)'" }.joined(separator: ", ")
        return "new promises of \(names) are paused; promised and earned pay goes on"
    }

    /// A recommendation to scale or to stop ends the looks, and so does the last look: people decide now. They
    /// are told, and also when a variant was paused on the way.
    func conclude(
        _ look: Look, of pilot: Pilot, pausing paused: [Variant.ID], at now: Instant,
        _ transaction: Transaction
    ) throws {
        let action = look.recommendation.action
        let isConcluded = look.isFinal || action == .scale || action == .stop
        guard isConcluded || !paused.isEmpty else { return }
        if isConcluded {
            try transaction.setState(.concluded, of: pilot.id)
            try transaction.journal(
                .pilotConcluded, of: pilot.id.rawValue, at: now, by: .daemon,
                detail: ["look": String(look.index), "recommendation": action.rawValue])
        }
        var data = [
            "look": String(look.index), "recommendation": action.rawValue,
            "reason": look.recommendation.reasons.first ?? "",
            "done": done(pausing: try transaction.pilot(pilot.id)?.pausedVariants ?? []),
            "report": environment.reportURL("\(pilot.id)/\(look.asOf.isoWeek)"),
        ]
        data["variant"] = look.recommendation.variant?.rawValue
        try transaction.enqueue(
            message(.recommendationIssued, of: pilot, key: String(look.index), at: now, data: data),
            to: environment.endpoints(.recommendationIssued))
    }
}
