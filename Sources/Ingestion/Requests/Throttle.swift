/// How long a whole source wants to be left alone: a floor that all its requests share.
struct Throttle {
    /// No source is believed to mean more than this.
    static let longestAsked = 86_400.0

    private(set) var until = -Double.infinity
    private var length = 0.0

    /// Seconds still to wait, `nil` when there are none. Never more than was asked, should the clock be set back.
    func remaining(at now: Double) -> Double? {
        let left = min(until - now, length)
        return left > 0 ? left : nil
    }

    /// Only ever moves the floor later.
    mutating func ask(_ seconds: Double, at now: Double) {
        let asked = min(max(seconds, 0), Throttle.longestAsked)
        guard now + asked > until || until - now > length else { return }
        until = now + asked
        length = asked
    }
}
