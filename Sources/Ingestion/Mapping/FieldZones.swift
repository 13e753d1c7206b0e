internal import Foundation
internal import Model

/// The zones that can count for a field: its own, its stream's, its source's.
struct FieldZones: Sendable {
    /// In which moments become days.
    let day: Zone?
    /// In which moments without an offset are written.
    let local: Zone?
    /// In which such moments become days: the business's zone rather than the one they are written in.
    let localDay: Zone?

    init(field: Zone?, stream: Zone?, source: Zone?) {
        day = field ?? stream ?? source
        local = field ?? stream ?? source
        localDay = stream ?? source ?? field
    }
}

/// A zone of the IANA database.
struct Zone: Sendable {
    let name: String
    /// `nil` when this machine does not know the name.
    private let zone: TimeZone?
    private let isUTC: Bool

    init(_ name: String) {
        self.name = name
        isUTC = name == "UTC"
        zone = TimeZone(identifier: name)
    }

    var isKnown: Bool { zone != nil }

    /// The day `instant` falls on; in UTC for a zone that is not known, which is refused before.
    func day(of instant: Instant) -> Day {
        guard !isUTC, let zone else {
            let (days, rest) = instant.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
            return Day(number: Int32(clamping: rest < 0 ? days - 1 : days))
        }
        return Day(instant, in: zone)
    }

    /// The moment at which clocks of the zone show what `shown`, read as UTC, is.
    ///
    /// A time that clocks show twice is the first of both; one that they skip is read with the offset before the
    /// change, as people mean it who did not think of the change.
    func instant(showing shown: Instant) -> Instant {
        guard !isUTC, let zone else { return shown }
        func offset(_ instant: Instant) -> Int64 { Int64(zone.secondsFromGMT(for: instant.date)) * 1000 }
        let before = offset(Instant(milliseconds: shown.milliseconds - 86_400_000))
        let after = offset(Instant(milliseconds: shown.milliseconds + 86_400_000))
        let early = Instant(milliseconds: shown.milliseconds - before)
        let late = Instant(milliseconds: shown.milliseconds - after)
        if offset(early) == before { return early }
        return offset(late) == after ? late : early
    }
}
