import Statistics

// Every key is always there: null says that there is no such number, and `unavailable` why.

extension TableAnalysis: Encodable {
    private enum Key: String, CodingKey {
        case rows, unassignedRows, missingCells, partners, variants, control, design, strata, confidenceLevel,
            draws
        case seed, metrics, warnings
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rowCount, forKey: .rows)
        try container.encode(unassignedRows, forKey: .unassignedRows)
        try container.encode(missingCells, forKey: .missingCells)
        try container.encode(partnerCount, forKey: .partners)
        try container.encode(variants, forKey: .variants)
        try container.encode(variants.first, forKey: .control)
        try container.encode(design, forKey: .design)
        try container.encode(stratumCount, forKey: .strata)
        try container.encode(confidenceLevel, forKey: .confidenceLevel)
        try container.encode(draws, forKey: .draws)
        // As text: a 64-bit number loses digits in other readers.
        try container.encode(String(seed), forKey: .seed)
        try container.encode(metrics, forKey: .metrics)
        try container.encode(warnings, forKey: .warnings)
    }
}

extension MetricAnalysis: Encodable {
    private enum Key: String, CodingKey {
        case kind, columns, rows, leftOutRows, arms, comparisons, jointTests
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(columns, forKey: .columns)
        try container.encode(rowCount, forKey: .rows)
        try container.encode(leftOutRows, forKey: .leftOutRows)
        try container.encode(arms, forKey: .arms)
        try container.encode(comparisons, forKey: .comparisons)
        try container.encode(jointTests, forKey: .jointTests)
    }
}

extension ArmSummary: Encodable {
    private enum Key: String, CodingKey {
        case variant, partners, effectivePartners, rows, value, largestShare, largestPartner
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(variant, forKey: .variant)
        try container.encode(partners.raw, forKey: .partners)
        try container.encode(partners.effective, forKey: .effectivePartners)
        try container.encode(customers, forKey: .rows)
        try container.encode(value, forKey: .value)
        try container.encode(largestShare, forKey: .largestShare)
        try container.encode(largestPartner, forKey: .largestPartner)
    }
}

extension MetricComparison: Encodable {
    private enum Key: String, CodingKey {
        case treatment, control, recommended, reason, adjustedPValue, intraclassCorrelation, designEffect
        case leaveOneOut, methods
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(treatment, forKey: .treatment)
        try container.encode(control, forKey: .control)
        try container.encode(recommended?.method, forKey: .recommended)
        try container.encode(reason, forKey: .reason)
        try container.encode(adjustedPValue, forKey: .adjustedPValue)
        try container.encode(intraclassCorrelation, forKey: .intraclassCorrelation)
        try container.encode(designEffect, forKey: .designEffect)
        try container.encode(leaveOneOut, forKey: .leaveOneOut)
        try container.encode(rows, forKey: .methods)
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

extension MethodRow: Encodable {
    private enum Key: String, CodingKey {
        case method, estimand, scale, value, standardError, degreesOfFreedom, pValue, interval, unavailable,
            note
        case isRecommended
    }

    private enum IntervalKey: String, CodingKey { case lower, upper, confidenceLevel, validity }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(method, forKey: .method)
        try container.encode(estimand, forKey: .estimand)
        try container.encode(scale, forKey: .scale)
        try container.encode(value, forKey: .value)
        try container.encode(standardError, forKey: .standardError)
        try container.encode(degreesOfFreedom, forKey: .degreesOfFreedom)
        try container.encode(pValue, forKey: .pValue)
        if let interval {
            var ends = container.nestedContainer(keyedBy: IntervalKey.self, forKey: .interval)
            // JSON has no infinity: an end without a bound is null.
            try ends.encode(interval.lower.isFinite ? interval.lower : nil, forKey: .lower)
            try ends.encode(interval.upper.isFinite ? interval.upper : nil, forKey: .upper)
            try ends.encode(interval.confidenceLevel, forKey: .confidenceLevel)
            try ends.encode(interval.validity, forKey: .validity)
        } else {
            try container.encodeNil(forKey: .interval)
        }
        try container.encode(unavailable, forKey: .unavailable)
        try container.encode(note, forKey: .note)
        try container.encode(isRecommended, forKey: .isRecommended)
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
