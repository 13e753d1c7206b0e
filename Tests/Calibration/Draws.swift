import Statistics

/// A generator whose stream depends only on a seed and a number, so that replicates can run in any order.
struct Draws: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = Self.mix(seed &+ Self.mix(stream &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// SplitMix64 (Steele, Lea & Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in (0, 1).
    mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    mutating func normal() -> Double { Normal.quantile(uniform()) }

    /// Successes of `trials` independent ones.
    mutating func binomial(_ trials: Int, _ probability: Double) -> Int {
        if probability <= 0 { return 0 }
        if probability >= 1 { return trials }
        var successes = 0
        for _ in 0..<trials where uniform() < probability { successes += 1 }
        return successes
    }
}
