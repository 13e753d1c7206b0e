import Statistics

extension MethodRow: Encodable {
    private enum Key: String, CodingKey {
        case id, method, estimand, scale, value, standardError, degreesOfFreedom, pValue, interval
        case hazardRatio, unavailable, reasons, note, isRecommended, hasIntervalToRead
    }

    private enum IntervalKey: String, CodingKey {
        case lower, upper, lowerUnbounded, upperUnbounded, confidenceLevel, validity
    }

    private enum HazardKey: String, CodingKey {
        case value, lower, upper, upperUnbounded
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(method, forKey: .method)
        try container.encode(estimand, forKey: .estimand)
        try container.encode(scale, forKey: .scale)
        try container.encode(value, forKey: .value)
        try container.encode(standardError, forKey: .standardError)
        try container.encode(degreesOfFreedom, forKey: .degreesOfFreedom)
        try container.encode(pValue, forKey: .pValue)
        if let interval {
            var ends = container.nestedContainer(keyedBy: IntervalKey.self, forKey: .interval)
            // JSON has no infinity: an end without a bound is null, and said to have none.
            try ends.encode(interval.lower.isFinite ? interval.lower : nil, forKey: .lower)
            try ends.encode(interval.upper.isFinite ? interval.upper : nil, forKey: .upper)
            try ends.encode(interval.lower == -.infinity, forKey: .lowerUnbounded)
            try ends.encode(interval.upper == .infinity, forKey: .upperUnbounded)
            try ends.encode(interval.confidenceLevel, forKey: .confidenceLevel)
            try ends.encode(interval.validity, forKey: .validity)
        } else {
            try container.encodeNil(forKey: .interval)
        }
        if let hazardRatio {
            var hazards = container.nestedContainer(keyedBy: HazardKey.self, forKey: .hazardRatio)
            try hazards.encode(hazardRatio.value, forKey: .value)
            try hazards.encode(hazardRatio.lower, forKey: .lower)
            try hazards.encode(hazardRatio.upper.flatMap { $0.isFinite ? $0 : nil }, forKey: .upper)
            try hazards.encode(hazardRatio.upper == .infinity, forKey: .upperUnbounded)
        } else {
            try container.encodeNil(forKey: .hazardRatio)
        }
        try container.encode(unavailable, forKey: .unavailable)
        try container.encode(reasons, forKey: .reasons)
        try container.encode(note, forKey: .note)
        try container.encode(isRecommended, forKey: .isRecommended)
        try container.encode(hasIntervalToRead, forKey: .hasIntervalToRead)
    }

    /// Why keys are null.
    private var reasons: [String: String] {
        var reasons: [String: String] = [:]
        let isResampled =
            [EffectMethod.studentizedRandomization, .logRankRandomization, .wildBootstrap].contains(method)
        let none: (String) -> String = { unavailable ?? $0 }
        if value == nil { reasons[Key.value.rawValue] = none("the estimate is not finite") }
        if standardError == nil {
            reasons[Key.standardError.rawValue] = none("the method has no standard error of its own")
        }
        if degreesOfFreedom == nil {
            reasons[Key.degreesOfFreedom.rawValue] = none(
                isResampled ? "resampling needs no degrees of freedom" : "the method refers to no t")
        }
        if pValue == nil { reasons[Key.pValue.rawValue] = none("the method gives an interval only") }
        if interval == nil {
            reasons[Key.interval.rawValue] = none(
                scale == .score
                    ? "a score has no unit"
                    : method == .fieller ? "the set is not an interval" : "the method gives a p-value only")
        }
        if hazardRatio == nil {
            reasons[Key.hazardRatio.rawValue] =
                scale == .logHazardRatio ? none("the estimate is not finite") : "another scale"
        }
        return reasons
    }
}
