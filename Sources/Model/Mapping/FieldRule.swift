/// How a target field is filled from a row. A closed vocabulary: no expressions.
package struct FieldRule: Sendable, Hashable {
    /// Source fields in order of preference: the first that is not empty counts. A dotted path follows a
    /// relationship or an object. A moment or day keeps its precision.
    package var paths: [String]
    /// The source's value → ours; "*" stands for any other. Empty: values are taken as they are.
    package var map: [String: String]
    /// The field counts as empty unless this holds.
    package var when: FieldCondition?
    /// Instead of `paths`: the first case that holds gives the value.
    package var cases: [FieldCase]
    /// What is given when no case holds.
    package var otherwise: String?
    /// How a date is written; `nil`: `yyyy-MM-dd`, or a moment with its offset where a zone is known.
    package var format: DateFormat?
    /// IANA name of the zone that moments of this field become days in, before the stream's and the source's.
    package var timeZone: String?

    package init(
        paths: [String], map: [String: String] = [:], when: FieldCondition? = nil, cases: [FieldCase] = [],
        otherwise: String? = nil, format: DateFormat? = nil, timeZone: String? = nil
    ) {
        self.paths = paths
        self.map = map
        self.when = when
        self.cases = cases
        self.otherwise = otherwise
        self.format = format
        self.timeZone = timeZone
    }

    /// The field as it stands.
    package init(_ path: String) { self.init(paths: [path]) }

    /// Every source field the rule reads.
    package var sourceFields: [String] {
        paths + cases.map(\.condition.field) + (when.map { [$0.field] } ?? [])
    }
}

/// Whether a row's field has one of some values; a row without the field has none of them.
package struct FieldCondition: Sendable, Hashable {
    package var field: String
    /// Values as text: "true", "won", "2". Numbers compare as numbers, however written.
    package var values: [String]

    package init(field: String, values: [String]) {
        self.field = field
        self.values = values
    }
}

/// A value that is given where a condition holds.
package struct FieldCase: Sendable, Hashable {
    package var condition: FieldCondition
    package var gives: String

    package init(_ condition: FieldCondition, gives: String) {
        self.condition = condition
        self.gives = gives
    }
}

/// How a source writes days and moments.
package enum DateFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// `2026-03-01`.
    case date
    /// `2026-03-01T10:00:00.000+0000`: any ISO 8601 moment with an offset.
    case moment
    /// Seconds since 1970, as a number or text.
    case epochSeconds
    /// Milliseconds since 1970, as a number or text. Sources that write a date as its midnight in UTC need the
    /// field's zone to be UTC.
    case epochMilliseconds
    /// `2026-03-01 10:00:00` in the field's zone, else the stream's or source's. It becomes a day in the stream's
    /// or source's zone, else the field's.
    case localMoment
    /// An object with year, month, day and perhaps hour, minute, second, microsecond, in UTC.
    case calendarObject
}
