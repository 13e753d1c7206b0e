import Model

extension IncentivePlanReader {
    private static var expectedCommission: String {
        "a mapping such as {basis: newBookings, scheme: marginal, period: quarter, tiers: [{from: 0, rate: 10 %}]}"
            + ", or a list of them"
    }

    /// One mapping, or a list of them.
    func readCommissions() -> [TieredCommission] {
        guard let field = root.field("commission") else { return [] }
        guard field.isList else {
            guard let section = field.section(expecting: Self.expectedCommission) else { return [] }
            defer { section.finish() }
            return readCommission(section).map { [$0] } ?? []
        }
        var bases: [TieredCommission.Basis] = []
        let example =
            "{basis: newBookings, scheme: marginal, period: quarter, tiers: [{from: 0, rate: 10 %}]}"
        return field.items(example: example) { (section, _: TieredCommission?) in
            let basis = commissionBasis(of: section)
            if let basis, let other = bases.first(where: basis.overlaps) {
                section.fault(
                    "the basis '\(basis.rawValue)' overlaps '\(other.rawValue)' of a commission above, so one contract"
                        + " would earn twice; keep one of the two",
                    at: "basis")
            }
            if let basis { bases.append(basis) }
            return readCommission(section)
        } ?? []
    }

    /// The basis where it is sound, without a word where it is not.
    private func commissionBasis(of section: Section) -> TieredCommission.Basis? {
        section.field("basis")?.text.flatMap(TieredCommission.Basis.init)
    }

    private func readCommission(_ section: Section) -> TieredCommission? {
        let basis: TieredCommission.Basis? = section.required("basis", .choice)
        let scheme: TieredCommission.Scheme? = section.required("scheme", .choice)
        let period: TieredCommission.Period? = section.required("period", .choice)
        // A tier that is faulty otherwise has a place in the order all the same.
        var latest: Int64?
        let tiers = section.requiredItems("tiers", example: "{from: 0, rate: 10 %}") {
            (tier, _: TieredCommission.Tier?) in readTier(tier, after: &latest)
        }
        let payBase = readPayBase(of: section)
        let buffer = section.section("buffer").flatMap { readBuffer($0) }
        let gate = readGate(of: section)
        if scheme == .marginal, section.contains("buffer") {
            section.fault(
                "'\(section.name).buffer' keeps a tier, and slices of a marginal scheme have none to keep;"
                    + " expected 'scheme: cliff' with it, or no buffer",
                at: "buffer")
        }
        if basis == .recurringRevenue, payBase != nil {
            section.fault(
                "'recurringRevenue' counts the revenue of the period, so it has no other pay base;"
                    + " delete '\(section.name).payBase'",
                at: "payBase")
        }
        guard let basis, let scheme, let period, let tiers else { return nil }
        return TieredCommission(
            basis: basis, scheme: scheme, period: period, tiers: tiers, payBase: payBase, buffer: buffer,
            gate: gate)
    }

    private func readTier(
        _ section: Section, after latest: inout Int64?
    ) -> TieredCommission.Tier? {
        let rate = section.required("rate", .rate())
        let from = section.required("from", .volume(in: unit))
        guard let from else { return nil }
        section.checkAscending("the tiers", by: "from", from, after: latest)
        latest = from
        if section.name.hasSuffix("[0]"), from != 0 {
            section.fault(
                "the first tier begins at \(words(from)); expected 'from: 0'",
                at: "from")
        }
        return rate.map { TieredCommission.Tier(from: from, rate: $0) }
    }

    private func readBuffer(_ section: Section) -> TieredCommission.Buffer? {
        defer { section.finish() }
        let rolling = section.value("rolling", .integer(in: 1...60, example: 4), default: 1)
        let grace = section.value("grace", .integer(in: 0...60, example: 1), default: 0)
        if rolling == 1, grace == 0, section.keys.allSatisfy({ ["rolling", "grace"].contains($0) }) {
            section.fault(
                "'\(section.name)' keeps nothing; expected 'rolling' above 1 or 'grace' above 0, such as"
                    + " {rolling: 4, grace: 1}")
        }
        return TieredCommission.Buffer(rollingPeriods: rolling, gracePeriods: grace)
    }
}

// MARK: Pay bases

extension IncentivePlanReader {
    /// `nil` for annual amounts, and for what is faulty.
    func readPayBase(of section: Section) -> PayBase? {
        guard let field = section.field("payBase") else { return nil }
        let expectation = "annualAmount, contractValue or {lifetimeValue: {…}}"
        guard field.isSection else {
            let form: ScalarForm<PayBase?> = .choice([
                ("annualAmount", nil), ("contractValue", .contractValue),
            ])
            if field.text == "lifetimeValue" {
                field.fault(
                    "'\(field.path)' says nothing about the lifetime; expected {lifetimeValue: {grossMargin: 80 %,"
                        + " annualChurn: 15 %, discountRate: 10 %, years: 5}}")
                return nil
            }
            guard field.isText else {
                field.faultShape(expecting: expectation)
                return nil
            }
            return field.read(form) ?? nil
        }
        guard let base = field.section() else { return nil }
        defer { base.finish() }
        return base.requiredSection(
            "lifetimeValue",
            expecting: "{grossMargin: 80 %, annualChurn: 15 %, discountRate: 10 %, years: 5, cap: 60000}"
        ).flatMap(readLifetimeValue).map(PayBase.lifetimeValue)
    }

    private func readLifetimeValue(_ section: Section) -> LifetimeValue? {
        defer { section.finish() }
        let margin = section.required("grossMargin", .positiveRate(example: "80 %"))
        let churn = section.required("annualChurn", .rate(example: "15 %"))
        let discount = section.required("discountRate", .rate(example: "10 %"))
        let years = section.required("years", .integer(in: 1...50, example: 5))
        let cap = section.optional("cap", .positiveAmount(in: unit))
        guard let margin, let churn, let discount, let years else { return nil }
        return LifetimeValue(
            grossMargin: margin, annualChurn: churn, discountRate: discount, years: years, cap: cap)
    }
}
