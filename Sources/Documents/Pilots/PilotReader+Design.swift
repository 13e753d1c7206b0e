import Model

extension PilotReader {
    private static var expectedDesign: String {
        "'external', or a mapping such as {strata: [size], blockSize: 4}"
    }

    func readDesignKind() -> Design.Kind {
        guard let field = root.field("design"), field.isText else { return .stratified }
        if field.text == Design.Kind.external.rawValue { return .external }
        let hint = suggestion(for: field.text ?? "", among: [Design.Kind.external.rawValue])
        field.faultShape(expecting: Self.expectedDesign + hint)
        return .stratified
    }

    func readDesign(isExternal: Bool, weights: Int) -> Design {
        let mechanism = root.optional("mechanism", .text(example: "\"drawn by the ministry, by village\""))
        if isExternal { return Design(kind: .external, strata: [], blockSize: 0, mechanism: mechanism) }
        if mechanism != nil {
            root.fault(
                "'mechanism' describes lots drawn elsewhere; expected 'design: external' with it",
                at: "mechanism")
        }
        var design = Design(
            kind: .stratified, strata: PilotDefaults.strata,
            blockSize: PilotDefaults.blocksOfWeights * weights, mechanism: nil)
        guard let field = root.field("design"), field.isSection,
            let section = field.section(expecting: Self.expectedDesign)
        else {
            if let field = root.field("design"), !field.isText {
                field.faultShape(expecting: Self.expectedDesign)
            }
            return design
        }
        defer { section.finish() }
        if let strata = section.field("strata")?.list(of: .slug) {
            if Set(strata).count < strata.count {
                section.fault("a stratum is named twice in 'design.strata'", at: "strata")
            }
            design.strata = strata
        }
        if let blockSize = section.optional("blockSize", .integer(in: 1...10_000, example: 4)) {
            if weights > 0, !blockSize.isMultiple(of: weights) {
                section.fault(
                    "'design.blockSize' is \(blockSize); expected a multiple of \(weights), the sum of the weights",
                    at: "blockSize")
            }
            design.blockSize = blockSize
        }
        return design
    }

    /// The columns of an imported trial; a fault when a trial and the design do not go together.
    func readTrial(isExternal: Bool) -> TrialFile? {
        let example = "the file's columns, such as {partner: village, outcome: renewed, variant: {…}}"
        guard isExternal else {
            if root.field("trial") != nil {
                root.fault(
                    "'trial' describes an imported trial; expected 'design: external' with it", at: "trial")
            }
            return nil
        }
        for key in ["variants", "secondary", "guardrails", "population", "holdout"]
        where root.field(key) != nil {
            let reason =
                key == "variants"
                ? "its variants are those under 'trial.variant.values'" : "its file has no data for it"
            root.fault("'\(key)' does not go with an imported trial: \(reason); delete it", at: key)
        }
        guard let section = root.requiredSection("trial", expecting: example) else { return nil }
        defer { section.finish() }
        let column = ScalarForm.text(example: "partner_id", maxLength: 200)
        let partner = section.required("partner", column)
        let outcome = section.required("outcome", column)
        let customer = section.optional("customer", column)
        let baseline = section.optional("baseline", column)
        let variant = section.requiredSection(
            "variant", expecting: "{column: arm, values: {0: control, 1: bonus}}"
        ).flatMap(readVariantColumn)
        guard let partner, let outcome, let variant else { return nil }
        return TrialFile(
            partner: partner, customer: customer, outcome: outcome, baseline: baseline,
            variantColumn: variant.column, variantValues: variant.values)
    }

    private func readVariantColumn(_ section: Section) -> (column: String, values: [String: Variant.ID])? {
        defer { section.finish() }
        let column = section.required("column", .text(example: "arm", maxLength: 200))
        guard let mapping = section.requiredSection("values", expecting: "{0: control, 1: bonus}") else {
            return nil
        }
        var values: [String: Variant.ID] = [:]
        for field in mapping.fields() {
            if let id: Variant.ID = field.read(.slugID()) { values[field.key] = id }
        }
        if Set(values.values).count < 2 {
            section.fault("'\(mapping.name)' names fewer than two variants", at: "values")
        }
        if !values.values.contains(Variant.control) {
            section.fault(
                "no value of '\(mapping.name)' stands for 'control'; expected one that does", at: "values")
        }
        return column.map { ($0, values) }
    }
}
