import Statistics

extension TableAnalysis {
    /// The analysis for a terminal: facts, one aligned table for each comparison, and warnings.
    package var text: String {
        var lines = facts
        for metric in metrics {
            lines += ["", metric.title] + metric.armLines(of: self)
            for comparison in metric.comparisons { lines += [""] + comparison.lines }
            lines += metric.jointTests.isEmpty ? [] : [""]
            lines += metric.jointTests.map(\.line)
        }
        if !warnings.isEmpty { lines += ["", "Warnings"] + warnings.map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }

    private var facts: [String] {
        let missing = missingCells.filter { $0.value > 0 }.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)" }
        let unit = design == .paired ? "pairs" : "strata"
        let choice =
            switch controlChoice {
            case .asked, .called: ""
            case .first: " (first by name; --control chooses)"
            }
        return [
            "\(counted(rowCount, "row")), \(counted(partnerCount, "partner")), \(variants.count) variants; "
                + "control is '\(variants[0])'\(choice)",
            "design \(design.rawValue)\(stratumCount > 0 ? ", \(stratumCount) \(unit)" : ""); averages over "
                + "\(estimand.rawValue); level \(shortForm(confidenceLevel, digits: 6)), \(draws) draws, "
                + "seed \(seed)",
            "missing cells: \(missing.isEmpty ? "none" : missing.joined(separator: ", "))",
        ] + balance.lines
    }
}

extension MetricAnalysis {
    fileprivate var title: String {
        switch kind {
        case .share: "Share of \(columns[0])"
        case .mean: "Mean of \(columns[0])"
        case .weightedMean: "Mean of \(columns[0]), weighted by \(columns[1])"
        case .ratio: "Ratio of \(columns[0]) to \(columns[1])"
        case .survival: "Time to a loss, from \(columns.joined(separator: ", "))"
        }
    }

    fileprivate func armLines(of analysis: TableAnalysis) -> [String] {
        let isSurvival = kind == .survival
        let value = !isSurvival ? "value" : horizon.map { "kept at \(shortForm($0, digits: 6))" } ?? "kept"
        var table = TextTable(
            header: ["variant", "partners", "effective", "rows"] + (isSurvival ? ["lost"] : [])
                + [value, "largest partner"],
            rightAligned: isSurvival ? [1, 2, 3, 4, 5] : [1, 2, 3, 4])
        for arm in arms {
            let largest = arm.largestShare.map {
                "\(shortForm(100 * $0, digits: 3)) % ('\(arm.largestPartner ?? "")')"
            }
            table.rows.append(
                [
                    arm.variant, String(arm.partners.raw), shortForm(arm.partners.effective, digits: 4),
                    String(arm.customers),
                ] + (arm.events.map { [String($0)] } ?? [])
                    + [arm.value.map { shortForm($0, digits: 6) } ?? "-", largest ?? "-"])
        }
        return table.lines.map { "  \($0)" }
    }
}

extension MetricComparison {
    fileprivate var lines: [String] {
        var table = TextTable(
            header: ["", "method", "estimand", "estimate", "std. error", "df", "p", "interval", "note"],
            rightAligned: [3, 4, 5, 6])
        table.rows = rows.map(\.cells)
        var lines = ["  '\(treatment)' against '\(control)'"] + table.lines.map { "  \($0)" }
        lines.append("  \(reason)")
        if let adjustedPValue {
            lines.append("  p after Holm's adjustment for several variants: \(pValueForm(adjustedPValue))")
        }
        var facts: [String] = []
        if let intraclassCorrelation {
            facts.append("intraclass correlation \(shortForm(intraclassCorrelation, digits: 3))")
        }
        if let designEffect { facts.append("design effect \(shortForm(designEffect, digits: 3))") }
        if let range = leaveOneOut {
            facts.append(
                "leaving one partner out: \(shortForm(range.lower, digits: 4)) to "
                    + "\(shortForm(range.upper, digits: 4)), "
                    + "\(shortForm(range.withoutMostInfluential, digits: 4)) without "
                    + "'\(range.mostInfluential)'"
            )
        }
        if !facts.isEmpty { lines.append("  " + facts.joined(separator: "; ")) }
        return lines
    }
}

extension MethodRow {
    fileprivate var cells: [String] {
        func form(_ value: Double?) -> String { value.map { shortForm($0, digits: 5) } ?? "" }
        let ends =
            interval.map { "[\(shortForm($0.lower, digits: 4)), \(shortForm($0.upper, digits: 4))]" } ?? ""
        let scaleNote: String? =
            switch scale {
            case .difference: nil
            case .relativeDifference, .logRatio, .logHazardRatio, .score: note == nil ? scale.rawValue : nil
            }
        return [
            isRecommended ? "→" : hasIntervalToRead ? "↔" : "", method.rawValue, estimand.phrase, form(value),
            form(standardError),
            degreesOfFreedom.map { shortForm($0, digits: 4) } ?? "", pValue.map(pValueForm) ?? "", ends,
            [unavailable, note, scaleNote].compactMap(\.self).joined(separator: "; "),
        ]
    }
}

extension Estimand {
    fileprivate var phrase: String {
        switch self {
        case .customerAverage: "customers"
        case .partnerAverage: "partners"
        case .revenueWeighted: "weighted"
        case .precisionWeighted: "precision"
        case .customerQuantile: "quantile"
        case .survivalCurve: "curve"
        case .restrictedMeanTime: "time kept"
        }
    }
}

extension JointTest {
    fileprivate var line: String {
        let df = degreesOfFreedom.map {
            " on " + $0.map { shortForm($0, digits: 4) }.joined(separator: " and ") + " df"
        }
        let result =
            pValue.map { p in
                (statistic.map { "\(shortForm($0, digits: 4))\(df ?? ""), " } ?? "") + "\(pValueWords(p))"
            } ?? unavailable ?? ""
        return "  all variants alike, \(method): \(result)"
    }
}
