import Model

extension IncentivePlanReader {
    func readRenewalBonus(_ section: Section) -> RenewalBonus? {
        defer { section.finish() }
        let rate = section.required("rate", .rate())
        let cap = section.optional("cap", .positiveAmount(in: unit))
        let payBase = readPayBase(of: section)
        let health = section.section("health").flatMap(readHealthWeight)
        let survivalDays = section.optional("survivalDays", .days())
        let gate = readGate(of: section)
        return rate.map {
            RenewalBonus(
                rate: $0, cap: cap, payBase: payBase, health: health, survivalDays: survivalDays, gate: gate)
        }
    }

    private func readHealthWeight(_ section: Section) -> HealthWeight? {
        defer { section.finish() }
        let measure = section.value("measure", .measure, default: "health")
        let withinDays = section.value("withinDays", .days(), default: 90)
        let otherwise = section.value(
            "otherwise", .multiplier(), default: Multiplier(partsPerMillion: 1_000_000))
        let bands = section.requiredItems("bands", example: "{from: 60, times: 1}") {
            (band, previous: MultiplierBand?) in
            let from = band.required("from", .measureValue)
            let times = band.required("times", .multiplier())
            guard let from else { return nil }
            band.checkAscending("the bands", by: "from", from, after: previous?.from)
            return times.map { MultiplierBand(from: from, times: $0) }
        }
        return bands.map {
            HealthWeight(measure: measure, withinDays: withinDays, bands: $0, otherwise: otherwise)
        }
    }

    func readRecurringBonus(_ section: Section) -> RecurringBonus? {
        defer { section.finish() }
        let rate = section.required("rate", .rate())
        let every: CalendarPeriod.Length? = section.required("every", .choice)
        let afterMonths = section.value("afterMonths", .integer(in: 0...120, example: 3), default: 0)
        let forMonths = section.optional("forMonths", .integer(in: 1...600, example: 24))
        if let every, let forMonths, !forMonths.isMultiple(of: every.months) {
            section.fault(
                "'\(section.name).forMonths' is \(forMonths), and the months after the last \(every.rawValue) would earn"
                    + " nothing; expected a multiple of \(every.months)",
                at: "forMonths")
        }
        let gate = readGate(of: section)
        guard let rate, let every else { return nil }
        return RecurringBonus(
            rate: rate, every: every, afterMonths: afterMonths, forMonths: forMonths, gate: gate)
    }

    func readRebate(_ section: Section) -> Rebate? {
        defer { section.finish() }
        let bookings = TieredCommission.Basis.allCases.filter { $0 != .recurringRevenue }
        let basis = section.required("basis", .choice(bookings.map { ($0.rawValue, $0) }))
        let period: CalendarPeriod.Length? = section.required("period", .choice)
        let threshold = section.required("threshold", .positiveAmount(in: unit))
        let rate = section.required("rate", .rate(example: "2 %"))
        let paysOn: Rebate.Share? = section.required("paysOn", .choice)
        let accrualRate = section.optional("accrualRate", .rate(example: "1 %"))
        guard let basis, let period, let threshold, let rate, let paysOn else { return nil }
        return Rebate(
            basis: basis, period: period, threshold: threshold, rate: rate, paysOn: paysOn,
            accrualRate: accrualRate ?? rate)
    }
}
