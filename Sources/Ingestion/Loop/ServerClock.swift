internal import Model

/// What the source's clock allows a run to claim.
struct ServerClock {
    /// The source's time as far as it may be believed: never ahead of this machine's by more than the limit.
    var now: Instant
    /// Seconds that windows reach further back.
    var widening: Double
    var events: [StreamEvent] = []

    /// - Parameters:
    ///   - machine: this machine's time; `nil` in a practice, whose clock is nobody's.
    init(
        server: Instant, before: Instant?, machine: Instant?, widening: Double, limits: LoopLimits
    ) {
        now = server
        self.widening = widening
        if let before {
            let back = before.seconds(since: server)
            if back > limits.jitterSeconds {
                self.widening = max(self.widening, back)
                events.append(
                    StreamEvent(
                        .clockMovedBack,
                        "the source's clock moved back by \(Int(back)) s, from \(before) to \(server); windows reach back further by as much"
                    ))
            }
        }
        if let machine {
            let skew = server.seconds(since: machine)
            if abs(skew) > limits.skewSeconds {
                self.widening = max(self.widening, abs(skew))
                now = min(server, machine.adding(seconds: limits.skewSeconds))
                events.append(
                    StreamEvent(
                        .clockSkew,
                        "the source's clock is \(Int(abs(skew))) s \(skew > 0 ? "ahead of" : "behind") this machine's; check both clocks; windows reach back further by as much"
                    ))
            }
        }
        self.widening = min(self.widening, limits.longestWidening)
    }
}

extension Instant {
    func seconds(since other: Instant) -> Double { Double(milliseconds - other.milliseconds) / 1000 }
}
