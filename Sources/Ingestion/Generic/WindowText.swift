internal import Foundation
internal import Model

/// Writes a window's ends the way a source reads them.
///
/// What the format cannot say exactly is rounded outwards: the lower end down, the upper end up. Reading a row
/// twice costs nothing, missing one is a loss.
struct WindowText {
    var format: DateFormat
    /// IANA name; `nil`: UTC.
    var zone: String?

    func lower(_ instant: Instant) -> String { text(instant, isUpper: false) }

    func upper(_ instant: Instant) -> String { text(instant, isUpper: true) }

    private func text(_ instant: Instant, isUpper: Bool) -> String {
        let seconds = whole(instant.milliseconds, 1000, isUpper: isUpper)
        switch format {
        case .date:
            let local = seconds + offset(at: instant, isUpper: isUpper)
            return Day(number: Int32(clamping: whole(local, 86_400, isUpper: isUpper))).description
        case .moment: return Instant(milliseconds: seconds * 1000).description
        case .epochSeconds: return "\(seconds)"
        case .epochMilliseconds: return "\(instant.milliseconds)"
        case .localMoment:
            let local = Instant(milliseconds: (seconds + offset(at: instant, isUpper: isUpper)) * 1000)
            return "\(local.description.dropLast())".replacing("T", with: " ")
        case .calendarObject:
            let day = whole(seconds, 86_400, isUpper: false)
            let (civil, time) = (Day(number: Int32(clamping: day)).civil, seconds - day * 86_400)
            return #"{"__class__":"datetime","year":\#(civil.year),"month":\#(civil.month),"#
                + #""day":\#(civil.day),"hour":\#(time / 3600),"minute":\#(time / 60 % 60),"#
                + #""second":\#(time % 60),"microsecond":0}"#
        }
    }

    /// The zone's distance from UTC. Where clocks change nearby, the local time that can only be read as a
    /// moment farther out.
    private func offset(at instant: Instant, isUpper: Bool) -> Int64 {
        guard let zone = zone.flatMap({ TimeZone(identifier: $0) }) else { return 0 }
        let offsets = [-10_800.0, 0, 10_800].map { shift in
            Int64(zone.secondsFromGMT(for: instant.adding(seconds: shift).date))
        }
        return (isUpper ? offsets.max() : offsets.min()) ?? 0
    }

    private func whole(_ value: Int64, _ unit: Int64, isUpper: Bool) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
        if remainder > 0, isUpper { return quotient + 1 }
        if remainder < 0, !isUpper { return quotient - 1 }
        return quotient
    }
}
