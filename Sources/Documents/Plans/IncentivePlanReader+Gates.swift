import Model

extension IncentivePlanReader {
    /// The gate that a component waits for.
    func readGate(of section: Section) -> String? {
        guard let field = section.field("gate"), let name = field.read(.slug) else { return nil }
        gates.use(name, by: field)
        return name
    }

    /// Called after the components: what they wait for is known then.
    func readGates() -> [EvidenceGate] {
        guard
            let section = root.field("gates")?.section(
                expecting: "{onboarded: {all: [{milestone: go-live, byDay: 90}], expiresAfterDays: 180}}")
        else { return [] }
        let fields = section.fields()
        if fields.isEmpty {
            root.fault("'gates' defines no gate; define one, or delete the key", at: "gates")
        }
        let read = fields.compactMap { field in readGate(field).map { (field: field, gate: $0) } }
        for field in fields where !gates.used.contains(field.key) {
            field.keyFault(
                "the gate '\(field.key.excerpt)' is used by nothing; name it in a component's 'gate' or in another gate's"
                    + " 'needs', or delete it")
        }
        checkCircles(read)
        return read.map(\.gate)
    }

    private func readGate(_ field: Field) -> EvidenceGate? {
        let name = field.readKey(.slug)
        guard
            let section = field.section(
                expecting: "{all: [{milestone: go-live, byDay: 90}], expiresAfterDays: 180}")
        else { return nil }
        defer { section.finish() }
        let expiresAfterDays = section.required("expiresAfterDays", .days(example: 180))
        let needs = readNeeds(of: section)
        var conditions: [EvidenceGate.Condition]? = []
        if let all = section.field("all"), !(all.isEmptyList && section.contains("needs")) {
            conditions = all.items(example: "{milestone: go-live, byDay: 90}") {
                (condition, _: EvidenceGate.Condition?) in
                readCondition(condition, before: expiresAfterDays)
            }
        } else if !section.contains("needs") {
            section.fault(
                "the gate '\(field.key.excerpt)' waits for nothing; expected 'all' with at least one condition, 'needs',"
                    + " or both")
        }
        guard let name, let expiresAfterDays, let needs, let conditions else { return nil }
        return EvidenceGate(
            name: name, conditions: conditions, needs: needs, expiresAfterDays: expiresAfterDays)
    }

    private func readNeeds(of section: Section) -> [String]? {
        guard let field = section.field("needs") else { return [] }
        guard let items = field.items(expecting: "a list of gates such as [onboarded]") else { return nil }
        if items.isEmpty { field.fault("'\(field.path)' is an empty list; name a gate, or delete the key") }
        var needs: [String] = []
        for item in items {
            guard let name = item.read(.slug) else { continue }
            if needs.contains(name) { item.fault("'\(field.path)' names '\(name)' twice; keep one") }
            gates.use(name, by: item)
            needs.append(name)
        }
        return needs
    }

    private func readCondition(_ section: Section, before expiry: Int?) -> EvidenceGate.Condition? {
        let isRise = section.contains("rises")
        let dayKey = isRise ? "withinDays" : "byDay"
        let day = section.required(dayKey, .days(from: isRise ? 1 : 0))
        if let day, let expiry, day > expiry {
            section.fault(
                "'\(section.name).\(dayKey)' is \(day), after the gate expires; expected at most \(expiry), the gate's"
                    + " 'expiresAfterDays'",
                at: dayKey)
        }
        if section.contains("milestone") {
            guard let milestone = section.required("milestone", .milestone), let day else { return nil }
            return .milestone(milestone, byDay: day)
        }
        guard section.contains("measure") || section.contains("atLeast") || isRise else {
            section.fault(
                "'\(section.name)' says nothing to wait for; expected {milestone: go-live, byDay: 90},"
                    + " {measure: health, atLeast: 60, byDay: 90} or {measure: health, rises: 10, withinDays: 90}"
            )
            return nil
        }
        let measure = section.required("measure", .measure)
        if isRise {
            let rise = section.required("rises", .rise)
            guard let measure, let rise, let day else { return nil }
            return .rise(measure: measure, by: rise, withinDays: day)
        }
        let level = section.required("atLeast", .measureValue)
        guard let measure, let level, let day else { return nil }
        return .level(measure: measure, atLeast: level, byDay: day)
    }

    /// Reports circles that have no gate in common, each at the gate it is entered by.
    private func checkCircles(_ read: [(field: Field, gate: EvidenceGate)]) {
        let fields = Dictionary(read.map { ($0.gate.name, $0.field) }) { first, _ in first }
        var reported: Set<String> = []
        for circle in circles(of: read.map(\.gate)) where reported.isDisjoint(with: circle) {
            reported.formUnion(circle)
            fields[circle[0]]?.keyFault(
                "gates need each other in a circle, \(circle.joined(separator: " → ")), so none ever opens;"
                    + " delete one of the 'needs'")
        }
    }

    /// A walk along `needs`, depth first; every way back to a gate that is still being walked is a circle.
    private func circles(of gates: [EvidenceGate]) -> [[String]] {
        let needs = Dictionary(gates.map { ($0.name, $0.needs) }) { first, _ in first }
        var circles: [[String]] = []
        var places: [String: Int] = [:]
        var done: Set<String> = []
        for gate in gates where !done.contains(gate.name) {
            var path = [(name: gate.name, next: 0)]
            places[gate.name] = 0
            while let (name, next) = path.last {
                guard let needed = needs[name], next < needed.count else {
                    done.insert(name)
                    places[name] = nil
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                if let place = places[needed[next]] {
                    circles.append(path[place...].map(\.name) + [needed[next]])
                } else if !done.contains(needed[next]) {
                    places[needed[next]] = path.count
                    path.append((needed[next], 0))
                }
            }
        }
        return circles
    }
}

extension Field {
    fileprivate var isEmptyList: Bool { if case .list(let items, _) = node { items.isEmpty } else { false } }
}
