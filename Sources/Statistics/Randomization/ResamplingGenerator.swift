/// A fast generator for simulation whose draws depend only on a seed and a draw number.
///
/// Draw n of a seed is the same whoever computes it and in whatever order, so results do not depend on the
/// number of threads. SplitMix64 from a hashed starting point; not for assigning partners.
///
/// - Source: Steele, Lea & Flood (2014), OOPSLA; bounded values by Lemire (2019), ACM TOMACS 29:3.
struct ResamplingGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, draw: UInt64) {
        state = ResamplingGenerator.mix(seed ^ ResamplingGenerator.mix(draw &+ 0x9E37_79B9_7F4A_7C15))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return ResamplingGenerator.mix(state)
    }

    /// Draws every word anew.
    mutating func fill(_ words: inout [UInt64]) {
        for index in words.indices { words[index] = next() }
    }

    /// A uniform integer in 0..<bound without modulo bias.
    ///
    /// - Precondition: `bound` is positive.
    mutating func below(_ bound: Int) -> Int {
        let bound = UInt64(bound)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
