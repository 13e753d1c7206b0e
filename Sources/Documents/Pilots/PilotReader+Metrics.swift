import Model

extension PilotReader {
    private static var expectedGuardrails: String {
        "a margin for each metric, such as {churn: 3 points}, or {} for none"
    }

    func readPrimary(weeks: Int?, isExternal: Bool) -> Metric? {
        let kinds = Metric.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let field = root.requiredField("metric", expecting: "one of \(kinds)") else { return nil }
        guard let metric = readMetric(field, weeks: weeks) else { return nil }
        if isExternal, metric.kind != .binary {
            field.fault("the metric of an imported trial is 'binary'; found '\(metric.kind.rawValue)'")
        }
        if !isExternal { refuseBinary(metric, at: field) }
        return metric
    }

    func readSecondary(weeks: Int?, isExternal: Bool) -> [Metric] {
        guard !isExternal, let field = root.field("secondary"),
            let items = field.items(expecting: "a list such as [netRevenueRetention]")
        else { return [] }
        return items.compactMap { item in
            let metric = readMetric(item, weeks: weeks)
            if let metric { refuseBinary(metric, at: item) }
            return metric
        }
    }

    func readGuardrails(weeks: Int?, isExternal: Bool) -> [Guardrail] {
        guard !isExternal,
            let section = root.requiredSection("guardrails", expecting: Self.expectedGuardrails)
        else { return [] }
        var guardrails: [Guardrail] = []
        for field in section.fields() {
            guard let guardrail = readGuardrail(field, weeks: weeks) else { continue }
            if let twin = guardrails.first(where: { $0.metric.hasSameDefinition(as: guardrail.metric) }) {
                field.keyFault("'\(field.key)' guards the same as '\(twin.metric.id)'; keep one")
            }
            guardrails.append(guardrail)
        }
        return guardrails
    }

    /// `churn: 3 points`, or `churn: {maxHarm: 3 points, severity: alert, horizonDays: 84}`.
    private func readGuardrail(_ field: Field, weeks: Int?) -> Guardrail? {
        let maxHarm = ScalarForm.points(
            "the largest acceptable harm such as 3 points or 0.03, above 0", in: 0.000_001...1)
        let expectation = "\(maxHarm.expectation), or {maxHarm: 3 points, severity: pause}"
        let section = field.isText ? nil : field.section(expecting: expectation)
        guard field.isText || section != nil else { return nil }
        defer { section?.finish() }
        let kind: Metric.Kind?
        if let field = section?.field("kind") {
            kind = field.read(.choice)
        } else {
            kind = field.readKey(.choice)
        }
        let margin = section.map { $0.required("maxHarm", maxHarm) } ?? field.read(maxHarm)
        let severity: Guardrail.Severity =
            section?.value("severity", .choice, default: PilotDefaults.severity) ?? PilotDefaults.severity
        guard let kind, let id = readMetricID(field.key, of: kind, fault: field.keyFault) else { return nil }
        let metric = readDefinition(id: id, kind: kind, section: section, weeks: weeks)
        refuseBinary(metric, at: field)
        return margin.map { Guardrail(metric: metric, maxHarm: $0, severity: severity) }
    }

    /// A kind's name, or `{kind: churn, id: early-churn, horizonDays: 28}`.
    private func readMetric(_ field: Field, weeks: Int?) -> Metric? {
        if field.isText {
            guard let kind: Metric.Kind = field.read(.choice) else { return nil }
            return readDefinition(id: Metric.ID(kind.rawValue), kind: kind, section: nil, weeks: weeks)
        }
        guard let section = field.section(expecting: "a metric such as renewalRate, or {kind: churn}") else {
            return nil
        }
        defer { section.finish() }
        let name = section.optional("id", .text(example: "early-churn", maxLength: 63))
        guard let kind: Metric.Kind = section.required("kind", .choice),
            let id = readMetricID(
                name ?? kind.rawValue, of: kind, fault: { section.fault($0, at: "id") })
        else { return nil }
        return readDefinition(id: id, kind: kind, section: section, weeks: weeks)
    }

    /// A metric's id is its kind's name, or a slug that tells a second metric of the kind apart.
    private func readMetricID(_ name: String, of kind: Metric.Kind, fault: (String) -> Void) -> Metric.ID? {
        if name == kind.rawValue || Slug.isValid(name), Metric.Kind(rawValue: name) ?? kind == kind {
            return Metric.ID(name)
        }
        fault(
            "'\(name)' cannot name a metric of kind '\(kind.rawValue)';"
                + " expected that word, or small letters, digits and hyphens")
        return nil
    }

    private func readDefinition(id: Metric.ID, kind: Metric.Kind, section: Section?, weeks: Int?) -> Metric {
        let graceDays =
            kind == .binary ? 0 : section?.optional("graceDays", .integer(in: 0...365, example: 30))
        let grace = graceDays ?? PilotDefaults.graceDays
        var metric = Metric(
            id: id, kind: kind,
            estimand: section?.optional("estimand", .choice) ?? PilotDefaults.estimand,
            graceDays: grace, origin: PilotDefaults.origin, horizonDays: 0)
        guard kind == .churn else {
            for key in ["origin", "horizonDays"] where section?.field(key) != nil {
                section?.fault("'\(key)' belongs to metrics of kind 'churn' only; delete it", at: key)
            }
            return metric
        }
        metric.origin = section?.optional("origin", .choice) ?? PilotDefaults.origin
        let pilotDays = (weeks ?? 260) * 7
        // Customers enter the clock of their contract's age late, so that clock runs longer than the pilot.
        let longest = metric.origin == .contractStart ? 3650 : pilotDays
        metric.horizonDays =
            section?.optional("horizonDays", .integer(in: 1...longest, example: 84))
            ?? PilotDefaults.horizonDays(weeks: weeks ?? 260, graceDays: grace)
        return metric
    }

    private func refuseBinary(_ metric: Metric, at field: Field) {
        if metric.kind == .binary {
            field.fault("'binary' is the outcome of an imported trial; expected a metric that contracts show")
        }
    }

    /// A pilot that ends within a metric's grace period never sees an outcome of it.
    func checkDuration(weeks: Int, of metrics: [Metric]) {
        guard let slowest = metrics.filter({ $0.kind != .binary }).max(by: { $0.graceDays < $1.graceDays }),
            weeks * 7 <= slowest.graceDays
        else { return }
        root.fault(
            "'weeks' is \(weeks), and nothing could be counted in them: '\(slowest.id)' waits \(slowest.graceDays) days of grace; "
                + "expected \(slowest.graceDays / 7 + 1) weeks or more, or a shorter 'graceDays'",
            at: "weeks")
    }

    /// One id means one thing: the primary may be guarded too, but not under another definition.
    func checkMetricIDs(primary: Metric?, secondary: [Metric], guardrails: [Guardrail]) {
        var definitions: [Metric.ID: Metric] = [:]
        if let primary { definitions[primary.id] = primary }
        for metric in secondary {
            if definitions.updateValue(metric, forKey: metric.id) != nil {
                root.fault(
                    "the metric '\(metric.id)' stands there already; delete it or give it an 'id'",
                    at: "secondary")
            }
        }
        for guardrail in guardrails {
            let id = guardrail.metric.id
            guard let other = definitions[id], other != guardrail.metric else { continue }
            root.section("guardrails")?.fault(
                "the guardrail '\(id)' is defined otherwise than the metric '\(id)' above;"
                    + " define both alike, or name the guardrail differently and give its 'kind'",
                at: id.rawValue)
        }
    }
}

extension Metric {
    /// Whether both count the same, whatever they are called.
    fileprivate func hasSameDefinition(as other: Metric) -> Bool {
        var renamed = other
        renamed.id = id
        return renamed == self
    }
}
