import Foundation
import Model
import Statistics

/// Reads the top level of a pilot file; each part has its own extension.
struct PilotReader {
    let document: YAMLDocument
    let plans: PlanDirectory
    var root: Section { document.root }

    /// `nil` when a value that has no default is missing or faulty.
    func read() -> Plan? {
        let pilot: Pilot.ID? = root.required("pilot", .slugID())
        let schedule = readSchedule()
        let isExternal = readDesignKind() == .external
        let trial = readTrial(isExternal: isExternal)
        let variants = isExternal ? trial.map(importedVariants) : readVariants(starts: schedule?.starts)
        let weights = (variants ?? []).reduce(0) { $0 + $1.weight }
        let design = readDesign(isExternal: isExternal, weights: weights)
        let primary = readPrimary(weeks: schedule?.weeks, isExternal: isExternal)
        let secondary = readSecondary(weeks: schedule?.weeks, isExternal: isExternal)
        let guardrails = readGuardrails(weeks: schedule?.weeks, isExternal: isExternal)
        checkMetricIDs(primary: primary, secondary: secondary, guardrails: guardrails)
        if let primary, let weeks = schedule?.weeks {
            checkDuration(weeks: weeks, of: [primary] + secondary + guardrails.map(\.metric))
        }
        let economics = readEconomics()
        checkCurrencies(of: variants ?? [], against: economics.currency)
        checkPlansTogether(of: variants ?? [])
        let title = root.value("title", .text(maxLength: 200), default: pilot?.rawValue ?? "")
        let layer: Layer.ID = root.value("layer", .slugID(), default: PilotDefaults.layer)
        let population = readPopulation()
        let holdout = root.value(
            "holdout", .rate(in: .upToHalf, example: "5 %"), default: PilotDefaults.holdout)
        let decision = readDecision()
        let promiseDays = root.value("promiseDays", .integer(in: 1...731), default: PilotDefaults.promiseDays)
        let timeZone = root.value("timeZone", .timeZone, default: PilotDefaults.timeZone)
        guard let pilot, let schedule, let variants, let primary else { return nil }
        return Plan(
            pilot: pilot, title: title, layer: layer, population: population, design: design,
            holdout: holdout, variants: variants, schedule: schedule, primary: primary,
            secondary: secondary, guardrails: guardrails, decision: decision, economics: economics,
            promiseDays: promiseDays, timeZone: timeZone, trial: trial)
    }

    private func readSchedule() -> Schedule? {
        let starts = root.required("starts", .day)
        let weeks = root.required("weeks", .integer(in: 1...260, example: 26))
        let enrolUntil = root.optional("enrolUntil", .day)
        let every = root.value(
            "lookEveryWeeks", .integer(in: 1...(weeks ?? 260)), default: PilotDefaults.lookEveryWeeks)
        guard let starts, let weeks else { return nil }
        let schedule = Schedule(
            starts: starts, weeks: weeks,
            enrolUntil: enrolUntil ?? PilotDefaults.enrolUntil(starts: starts, weeks: weeks),
            lookEveryWeeks: every)
        if schedule.enrolUntil < starts {
            root.fault(
                "'enrolUntil' is \(schedule.enrolUntil), before the pilot starts on \(starts)",
                at: "enrolUntil")
        }
        if schedule.enrolUntil >= schedule.ends {
            root.fault(
                "'enrolUntil' is \(schedule.enrolUntil); expected a day before the pilot ends on \(schedule.ends)",
                at: "enrolUntil")
        }
        return schedule
    }

    private func readPopulation() -> [String: [String]] {
        var population: [String: [String]] = [:]
        guard let section = root.section("population") else { return population }
        for field in section.fields() {
            let name = field.readKey(.slug)
            guard let values = field.oneOrMany(of: .text(example: "reseller", maxLength: 200)), let name
            else {
                continue
            }
            if values.isEmpty {
                field.fault("'\(field.path)' admits no value, so no partner; name at least one")
            }
            if Set(values).count < values.count { field.fault("'\(field.path)' names a value twice") }
            population[name] = values
        }
        return population
    }

    private func readEconomics() -> Economics {
        let section = root.section("economics")
        defer { section?.finish() }
        return Economics(
            grossMargin: section?.optional("grossMargin", .rate(example: "80 %"))
                ?? PilotDefaults.grossMargin,
            currency: section?.optional("currency", .currency) ?? PilotDefaults.currency)
    }
}
