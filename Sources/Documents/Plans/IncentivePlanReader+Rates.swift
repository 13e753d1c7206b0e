import Model

extension IncentivePlanReader {
    func readRates() -> CurrencyRates? {
        guard
            let section = root.field("rates")?.section(
                expecting:
                    "{source: …, rule: earned, effectsOn: 2027-01-04, tables: [{on: 2027-01-04, USD: 1.085}]}"
            )
        else { return nil }
        defer { section.finish() }
        let source = section.required("source", .text(example: "ECB euro reference rates", maxLength: 200))
        let rule: CurrencyRates.Rule? = section.required("rule", .choice)
        let effectsOn = section.required("effectsOn", .planDay)
        let tables = section.requiredItems(
            "tables", example: "{on: 2027-01-04, USD: 1.085}", read: readRatesTable)
        if let effectsOn, let tables, !tables.contains(where: { $0.on == effectsOn }) {
            let days = tables.map(\.on.description).joined(separator: ", ")
            section.fault(
                "'rates.effectsOn' is \(effectsOn), and no table stands for that day; expected one of \(days), or a"
                    + " table of that day",
                at: "effectsOn")
        }
        if let effectsOn, let table = tables?.first(where: { $0.on == effectsOn }) {
            let missing = Set((tables ?? []).flatMap(\.perUnit.keys)).subtracting(table.perUnit.keys).sorted()
            if !missing.isEmpty {
                let codes = missing.map { "'\($0)'" }.joined(separator: ", ")
                section.fault(
                    "the table of 'rates.effectsOn' has no rate for \(codes), which another table has, so contracts"
                        + " would be paid that no effect counts; add it to that table",
                    at: "effectsOn")
            }
        }
        guard let source, let rule, let effectsOn, let tables else { return nil }
        return CurrencyRates(source: source, rule: rule, effectsOn: effectsOn, tables: tables)
    }

    private func readRatesTable(
        _ section: Section, after previous: CurrencyRates.Table?
    ) -> CurrencyRates.Table? {
        let on = section.required("on", .planDay)
        if let on { section.checkAscending("the tables", by: "on", on, after: previous?.on) }
        let fields = section.fields().filter { $0.key != "on" }
        if fields.isEmpty {
            section.fault("'\(section.name)' has no rate; expected one such as 'USD: 1.085'")
        }
        var perUnit: [Currency: Int64] = [:]
        for field in fields {
            let code = field.readKey(.currency)
            let rate = field.read(.exchangeRate)
            if let code, code == currency {
                field.keyFault(
                    "'\(code)' is the plan's own currency, which is always worth 1; delete it from the table")
            }
            if let code, let rate { perUnit[code] = rate }
        }
        guard let on, perUnit.count == fields.count else { return nil }
        return CurrencyRates.Table(on: on, perUnit: perUnit)
    }
}
