import Statistics

// Every key is always there: null says that there is no such number, and `unavailable` or `reasons` why.

extension TableAnalysis: Encodable {
    private enum Key: String, CodingKey {
        case file, engineVersion, columns, rows, unassignedRows, missingCells, partners, variants, control
        case controlChoice, design, strata, estimand, confidenceLevel, draws, seed, balance, metrics, warnings
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(file, forKey: .file)
        try container.encode(engineVersion, forKey: .engineVersion)
        try container.encode(
            Dictionary(roles.columns.map { ($0.role, $0.column) }) { first, _ in first }, forKey: .columns)
        try container.encode(rowCount, forKey: .rows)
        try container.encode(unassignedRows, forKey: .unassignedRows)
        try container.encode(missingCells, forKey: .missingCells)
        try container.encode(partnerCount, forKey: .partners)
        try container.encode(variants, forKey: .variants)
        try container.encode(variants.first, forKey: .control)
        try container.encode(controlChoice, forKey: .controlChoice)
        try container.encode(design, forKey: .design)
        try container.encode(stratumCount, forKey: .strata)
        try container.encode(estimand, forKey: .estimand)
        try container.encode(confidenceLevel, forKey: .confidenceLevel)
        try container.encode(draws, forKey: .draws)
        // As text: a 64-bit number loses digits in other readers.
        try container.encode(String(seed), forKey: .seed)
        try container.encode(balance, forKey: .balance)
        try container.encode(metrics, forKey: .metrics)
        try container.encode(warnings, forKey: .warnings)
    }
}

extension AssignmentBalance: Encodable {
    private enum Key: String, CodingKey {
        case partners, shares, sharesPValue, rowsPerPartner, rowsPValues, reasons
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(partners, forKey: .partners)
        try container.encode(shares, forKey: .shares)
        try container.encode(sharesPValue, forKey: .sharesPValue)
        try container.encode(rowsPerPartner, forKey: .rowsPerPartner)
        try container.encode(rowsPValues, forKey: .rowsPValues)
        var reasons: [String: String] = [:]
        if sharesPValue == nil { reasons[Key.sharesPValue.rawValue] = "the counts fit no planned shares" }
        if rowsPValues.contains(nil) {
            reasons[Key.rowsPValues.rawValue] =
                "a variant has a single partner, or all partners have as many rows"
        }
        try container.encode(reasons, forKey: .reasons)
    }
}

extension MetricAnalysis: Encodable {
    private enum Key: String, CodingKey {
        case kind, columns, rows, leftOutRows, horizon, arms, comparisons, jointTests, reasons
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(columns, forKey: .columns)
        try container.encode(rowCount, forKey: .rows)
        try container.encode(leftOutRows, forKey: .leftOutRows)
        try container.encode(horizon, forKey: .horizon)
        try container.encode(arms, forKey: .arms)
        try container.encode(comparisons, forKey: .comparisons)
        try container.encode(jointTests, forKey: .jointTests)
        var reasons: [String: String] = [:]
        if horizon == nil {
            reasons["horizon"] =
                kind == .survival
                ? "at no time are 10 customers of 5 partners observed in both arms"
                : "only times to a loss have a horizon"
        }
        try container.encode(reasons, forKey: .reasons)
    }
}

extension ArmSummary: Encodable {
    private enum Key: String, CodingKey {
        case variant, partners, effectivePartners, assignedPartners, partnersWithoutData, rows, leftOutRows
        case events, value, largestShare, largestPartner, reasons
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(variant, forKey: .variant)
        try container.encode(partners.raw, forKey: .partners)
        try container.encode(partners.effective, forKey: .effectivePartners)
        try container.encode(assignedPartners, forKey: .assignedPartners)
        try container.encode(partnersWithoutData, forKey: .partnersWithoutData)
        try container.encode(customers, forKey: .rows)
        try container.encode(leftOutRows, forKey: .leftOutRows)
        try container.encode(events, forKey: .events)
        try container.encode(value, forKey: .value)
        try container.encode(largestShare, forKey: .largestShare)
        try container.encode(largestPartner, forKey: .largestPartner)
        var reasons: [String: String] = [:]
        if events == nil { reasons["events"] = "only times to a loss have events" }
        if value == nil {
            reasons["value"] =
                events == nil
                ? "the variant has nothing to measure" : "the share kept is not known at a horizon"
        }
        if largestShare == nil { reasons["largestShare"] = "the variant has nothing to measure" }
        if largestPartner == nil { reasons["largestPartner"] = "the variant has nothing to measure" }
        try container.encode(reasons, forKey: .reasons)
    }
}

extension MetricComparison: Encodable {
    private enum Key: String, CodingKey {
        case treatment, control, recommended, recommendedID, intervalID, reason, adjustedPValue
        case smallestAttainable, intraclassCorrelation, designEffect, leaveOneOut, methods, reasons
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(treatment, forKey: .treatment)
        try container.encode(control, forKey: .control)
        try container.encode(recommended?.method, forKey: .recommended)
        try container.encode(recommended?.id, forKey: .recommendedID)
        try container.encode(interval?.id, forKey: .intervalID)
        try container.encode(reason, forKey: .reason)
        try container.encode(adjustedPValue, forKey: .adjustedPValue)
        try container.encode(smallestAttainable, forKey: .smallestAttainable)
        try container.encode(intraclassCorrelation, forKey: .intraclassCorrelation)
        try container.encode(designEffect, forKey: .designEffect)
        try container.encode(leaveOneOut, forKey: .leaveOneOut)
        try container.encode(rows, forKey: .methods)
        try container.encode(reasons, forKey: .reasons)
    }

    /// Why keys are null.
    private var reasons: [String: String] {
        var reasons: [String: String] = [:]
        if recommended == nil {
            for key in [Key.recommended, .recommendedID, .intervalID] { reasons[key.rawValue] = reason }
        }
        if adjustedPValue == nil {
            reasons[Key.adjustedPValue.rawValue] =
                recommended == nil ? reason : "a single variant is compared with control"
        }
        if smallestAttainable == nil {
            reasons[Key.smallestAttainable.rawValue] = "the assignment was not drawn again"
        }
        let isSurvival = rows.contains { $0.estimand == .survivalCurve }
        let other = isSurvival ? "not computed for times to a loss" : "undefined for these numbers"
        if intraclassCorrelation == nil { reasons[Key.intraclassCorrelation.rawValue] = other }
        if designEffect == nil { reasons[Key.designEffect.rawValue] = other }
        if leaveOneOut == nil { reasons[Key.leaveOneOut.rawValue] = other }
        return reasons
    }
}

extension LeaveOneOutRange: Encodable {
    private enum Key: String, CodingKey { case lower, upper, mostInfluential, withoutMostInfluential }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(lower, forKey: .lower)
        try container.encode(upper, forKey: .upper)
        try container.encode(mostInfluential, forKey: .mostInfluential)
        try container.encode(withoutMostInfluential, forKey: .withoutMostInfluential)
    }
}

extension JointTest: Encodable {
    private enum Key: String, CodingKey { case method, statistic, degreesOfFreedom, pValue, unavailable }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(method, forKey: .method)
        try container.encode(statistic, forKey: .statistic)
        try container.encode(degreesOfFreedom, forKey: .degreesOfFreedom)
        try container.encode(pValue, forKey: .pValue)
        try container.encode(unavailable, forKey: .unavailable)
    }
}
