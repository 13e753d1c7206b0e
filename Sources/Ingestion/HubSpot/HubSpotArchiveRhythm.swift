internal import Model

/// When the list of archived rows is read: in the windows that pass a full period of the source's clock.
///
/// Windows follow each other with an overlap, so that without their last `overlap` seconds they tile time: each full
/// period lies in exactly one of them. That window tells what was archived since the one that passed the period
/// before. Nothing has to be remembered for it.
struct HubSpotArchiveRhythm: Sendable {
    var period: Duration
    var overlap: Duration

    /// From when on archived rows are told in a window; `nil` when the list is not read in it.
    func lower(_ lower: Instant, _ upper: Instant) -> Instant? {
        let length = Int64(period.seconds * 1000)
        guard length > 0 else { return lower }
        func start(_ moment: Instant) -> Int64 {
            let beyond = moment.milliseconds % length
            return moment.milliseconds - (beyond < 0 ? beyond + length : beyond)
        }
        let first = start(lower)
        guard start(upper.adding(seconds: -overlap.seconds)) > first else { return nil }
        return Instant(milliseconds: first).adding(seconds: -overlap.seconds)
    }
}
