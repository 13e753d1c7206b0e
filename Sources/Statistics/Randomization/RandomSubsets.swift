/// Random subsets of one size, a bit for every element, exactly uniform.
///
/// Every element starts in the subset independently with nearly the wanted share; then uniformly chosen
/// elements change sides until the size is right. Both steps treat all elements alike, so all subsets of
/// the size are equally likely, while only about 0.4·√n elements have to change.
struct RandomSubsets {
    private let count: Int
    private let wordCount: Int
    /// Word w of subset q stands at w · count + q, so that neighbours in memory share a byte's table.
    private var words: [UInt64]

    /// Draws `count` subsets of `chosen` out of `size` elements.
    init(size: Int, chosen: Int, count: Int, using random: inout ResamplingGenerator) {
        self.count = count
        wordCount = (size + 63) / 64
        words = [UInt64](repeating: 0, count: wordCount * count)
        let lastMask = size % 64 == 0 ? UInt64.max : (1 << UInt64(size % 64)) - 1
        let share = BinaryShare(Double(chosen) / Double(size))
        let (wordCount, count) = (wordCount, count)
        unsafe words.withUnsafeMutableBufferPointer { words in
            for subset in 0..<count {
                var found = 0
                for word in 0..<wordCount {
                    let bits = share.word(using: &random) & (word == wordCount - 1 ? lastMask : .max)
                    unsafe words[word * count + subset] = bits
                    found += bits.nonzeroBitCount
                }
                while found != chosen {
                    let element = random.below(size)
                    let index = (element >> 6) * count + subset
                    let bit: UInt64 = 1 << UInt64(element & 63)
                    let isInside = unsafe words[index] & bit != 0
                    if isInside == (found > chosen) {
                        unsafe words[index] ^= bit
                        found += isInside ? -1 : 1
                    }
                }
            }
        }
    }

    /// Calls `body` with every subset's number and its bits for the 32 elements from 32·index on.
    @inline(__always)
    func withHalfWords(at index: Int, _ body: (_ subset: Int, _ bits: UInt32) -> Void) {
        let start = index / 2 * count
        let shift = UInt64(index % 2 * 32)
        unsafe words.withUnsafeBufferPointer { words in
            for subset in 0..<count {
                body(subset, UInt32(truncatingIfNeeded: unsafe words[start + subset] >> shift))
            }
        }
    }
}

/// A share as six binary digits, from which words of bits that are 1 with that probability follow.
private struct BinaryShare {
    /// The digits after the point, the last one that is 1 first; none for a share next to 0 or 1.
    private var digits: [Bool]
    private let start: UInt64

    init(_ share: Double) {
        let sixtyFourths = Int((share * 64).rounded())
        digits = (0..<6).map { sixtyFourths >> $0 & 1 == 1 }
        digits.removeFirst(digits.firstIndex(of: true) ?? digits.count)
        start = sixtyFourths == 64 ? .max : 0
    }

    /// Starting from 0, a digit 1 turns probability p into (1 + p)/2 and a digit 0 into p/2.
    @inline(__always)
    func word(using random: inout ResamplingGenerator) -> UInt64 {
        var word = start
        for digit in digits {
            let bits = random.next()
            word = digit ? word | bits : word & bits
        }
        return word
    }
}
