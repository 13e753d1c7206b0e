package import Model

/// What a source's text or number for a date or time says.
package enum WrittenMoment: Hashable, Sendable {
    /// A date without a time: it is that day in every zone.
    case day(Day)
    case instant(Instant)
    /// A time without an offset: what clocks show, written as if it were UTC.
    case clock(Instant)

    /// Reads `bytes` as `format`; with `nil` a date or a moment with its offset. `nil` for anything else.
    ///
    /// An epoch is a moment, also one at midnight UTC: for a source that writes dates so, the field's zone is UTC.
    package init?(_ bytes: ArraySlice<UInt8>, format: DateFormat?) {
        let value: WrittenMoment? =
            switch format {
            case nil: Day(isoBytes: bytes).map { .day($0) } ?? Instant(isoBytes: bytes).map { .instant($0) }
            case .date: Day(isoBytes: bytes).map { .day($0) }
            case .moment: Instant(isoBytes: bytes).map { .instant($0) }
            case .epochSeconds: WrittenMoment.epoch(bytes, decimals: 3)
            case .epochMilliseconds: WrittenMoment.epoch(bytes, decimals: 0)
            case .localMoment: WrittenMoment.clock(bytes)
            case .calendarObject: WrittenMoment.calendar(bytes)
            }
        guard let value else { return nil }
        self = value
    }

    /// Milliseconds of the year 9999's end.
    private static let latest: Int64 = 253_402_300_799_999

    private static func epoch(_ bytes: ArraySlice<UInt8>, decimals: Int) -> WrittenMoment? {
        let milliseconds: Int64? =
            switch DecimalNumber(bytes)?.scaled(by: decimals) {
            case .exact(let value): value
            // Finer than a millisecond.
            case .between(let below, _): below
            case .tooLarge, nil: nil
            }
        guard let milliseconds, milliseconds.magnitude <= latest.magnitude else { return nil }
        return .instant(Instant(milliseconds: milliseconds))
    }

    /// `2026-03-01 10:00:00`, with "T" or a blank, perhaps a fraction, perhaps without seconds.
    private static func clock(_ bytes: ArraySlice<UInt8>) -> WrittenMoment? {
        guard bytes.count >= 16 else { return nil }
        let seconds: [UInt8] = bytes.count == 16 ? Array(":00Z".utf8) : Array("Z".utf8)
        return Instant(isoBytes: ArraySlice(Array(bytes) + seconds)).map { .clock($0) }
    }

    private static func calendar(_ bytes: ArraySlice<UInt8>) -> WrittenMoment? {
        guard let object = try? JSONValue(parsing: Array(bytes)), let year = object["year"]?.integer,
            let month = object["month"]?.integer, let dayOfMonth = object["day"]?.integer,
            let day = Day(year: year, month: month, day: dayOfMonth)
        else { return nil }
        guard let hour = object["hour"] else {
            return object["minute"] == nil && object["second"] == nil ? .day(day) : nil
        }
        let minute = object["minute"] ?? .number("0")
        let second = object["second"] ?? .number("0")
        let microsecond = object["microsecond"] ?? .number("0")
        guard let hour = hour.integer, (0..<24).contains(hour), let minute = minute.integer,
            (0..<60).contains(minute), let second = second.integer, (0...60).contains(second),
            let microsecond = microsecond.integer, (0..<1_000_000).contains(microsecond)
        else { return nil }
        let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return .instant(Instant(milliseconds: seconds * 1000 + Int64(microsecond / 1000)))
    }
}

extension Instant {
    /// The moment a source wrote, for stamps: a time without an offset is read in `timeZone`, and a date is its
    /// first moment there. `nil` when the text is none of `format`, or needs a zone and there is none.
    package init?(written bytes: ArraySlice<UInt8>, format: DateFormat?, timeZone: String?) {
        let zone = timeZone.map { Zone($0) }
        switch WrittenMoment(bytes, format: format) {
        case .instant(let instant): self = instant
        case .clock(let shown):
            guard let zone, zone.isKnown else { return nil }
            self = zone.instant(showing: shown)
        case .day(let day):
            guard let zone, zone.isKnown else { return nil }
            self = zone.instant(showing: Instant(milliseconds: Int64(day.number) * 86_400_000))
        case nil: return nil
        }
    }
}
