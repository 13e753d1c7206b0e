internal import Model

extension MappedRow {
    func day(_ target: Target) throws(MappingFault) -> Day {
        guard let day = try optionalDay(target) else { throw fault(target, "is empty; a date is needed") }
        return day
    }

    /// A date stays the date it is. A moment becomes the day it falls on in the field's, the stream's or the
    /// source's zone; without any of them it is refused, since nobody knows which day it is.
    func optionalDay(_ target: Target) throws(MappingFault) -> Day? {
        if let column = mapper.dayColumn(target), let day = batch.plainDay(row: row, field: column) {
            return day
        }
        guard let value = try find(target) else { return nil }
        let rule = mapper[target]
        guard (value.kind == .structure) == (rule.format == .calendarObject),
            let written = WrittenMoment(value.bytes, format: value.column == nil ? .date : rule.format)
        else {
            throw fault(
                target, value, "\(shown(value)) is not a date; expected \(MappedRow.expectation(rule.format))"
            )
        }
        let day =
            switch written {
            case .day(let day): day
            case .instant(let instant): try zone(rule.zones.day, target, value).day(of: instant)
            case .clock(let shown):
                try zone(rule.zones.localDay, target, value).day(
                    of: zone(rule.zones.local, target, value).instant(showing: shown))
            }
        // Systems without a value write 0001-01-01; no contract is as old.
        guard day.civil.year >= 1900 else {
            throw fault(target, value, "\(shown(value)) is no date of a contract; expected one from 1900 on")
        }
        return day
    }

    private func zone(
        _ zone: Zone?, _ target: Target, _ value: FoundValue
    ) throws(MappingFault) -> Zone {
        guard let zone else {
            throw fault(
                target, value,
                "\(shown(value)) is a moment, and which day it is depends on the zone; give the field, the"
                    + " stream or the source a 'timeZone' such as Europe/Berlin")
        }
        guard zone.isKnown else {
            throw fault(
                target, value, "the time zone '\(zone.name)' is unknown; expected one such as Europe/Berlin")
        }
        return zone
    }

    private func shown(_ value: FoundValue) -> String {
        value.kind == .structure ? "a structure" : "'\(excerpt(value.bytes))'"
    }

    private static func expectation(_ format: DateFormat?) -> String {
        switch format {
        case nil: "yyyy-MM-dd, or a date and time with its offset; other forms need a 'format'"
        case .date: "yyyy-MM-dd"
        case .moment: "a date and time with its offset such as 2026-03-01T10:00:00Z"
        case .epochSeconds: "seconds since 1970"
        case .epochMilliseconds: "milliseconds since 1970"
        case .localMoment: "a date and time without offset such as 2026-03-01 10:00:00"
        case .calendarObject: "an object with year, month and day"
        }
    }
}
