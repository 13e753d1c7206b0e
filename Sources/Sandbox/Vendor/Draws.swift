import Foundation

/// Uniform and normal draws that are hashes of (seed, subject, purpose, index).
///
/// No draw depends on another having been made, so a change to one partner's terms moves that partner's
/// outcomes and nothing else's. The hash is three rounds of the SplitMix64 finaliser (Steele, Lea & Flood
/// 2014, "Fast splittable pseudorandom number generators", OOPSLA).
struct Draws: Sendable {
    /// What a draw decides; draws for different purposes are independent.
    enum Purpose: UInt64 {
        case size = 1, partnerEffect, churnPropensity, activity, region
        case term, elapsedTerm, signingLead, listAmount, expansion, discount
        case renewal, signingOffset, lateOffset, departure, newCustomers, importHour
        case restatement, restatementDelay, restatementSize
    }

    let seed: UInt64

    /// A value in the open interval (0, 1), on a grid of 2⁻⁵³.
    func uniform(_ subject: UInt64, _ purpose: Purpose, index: UInt64 = 0) -> Double {
        let keyed = mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* purpose.rawValue)
        let hash = mix(mix(keyed ^ subject) ^ index)
        return (Double(hash >> 11) + 0.5) * 0x1p-53
    }

    /// A standard normal value (Box & Muller 1958).
    func normal(_ subject: UInt64, _ purpose: Purpose) -> Double {
        let radius = (-2 * log(uniform(subject, purpose, index: 0))).squareRoot()
        return radius * cos(2 * .pi * uniform(subject, purpose, index: 1))
    }

    /// An integer in `range`, each equally likely.
    func integer(_ subject: UInt64, _ purpose: Purpose, in range: ClosedRange<Int>) -> Int {
        let width = Double(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(uniform(subject, purpose) * width)
    }

    private func mix(_ input: UInt64) -> UInt64 {
        var word = input &+ 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
