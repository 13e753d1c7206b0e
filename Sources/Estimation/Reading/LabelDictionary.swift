/// Numbers distinct texts in the order in which they appear, without a `String` a row.
///
/// Small whole numbers, as ids often are, are looked up in an array; other texts by a hash of their bytes.
struct LabelDictionary {
    /// Distinct texts so far.
    private(set) var count = 0
    /// Numbers below this may be looked up in the array: 16 MB at most.
    private static let integerLimit = 1 << 22
    /// The code of a whole number written without a sign or leading zeros, or `LabelColumn.missing`.
    private var integerCodes: [Int32] = []
    /// An open-addressing hash table of codes; its length is a power of two.
    private var slots: [Int32] = []
    /// Hashes and bytes of every label.
    private var hashes: [UInt64] = []
    private var ends: [Int] = []
    private var bytes: [UInt8] = []
    /// Labels that are in the hash table.
    private var hashedCount = 0

    /// The code of the text in the buffer, which is given a new one when it was not seen before.
    ///
    /// - Returns: nil when a new text is not UTF-8.
    @inline(__always)
    mutating func code(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
        if let integer = unsafe LabelDictionary.integer(text), integer < integerCodes.count {
            let code = integerCodes[integer]
            if code >= 0 { return code }
        }
        return unsafe newOrHashedCode(of: text)
    }

    /// The whole number a text is the shortest way of writing; nil when it is none, or a large one.
    @inline(__always)
    private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count > 0, text.count <= 7, unsafe text[0] != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        var value = 0
        for byte in unsafe text {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value < integerLimit ? value : nil
    }

    @inline(never)
    private mutating func newOrHashedCode(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
        if let integer = unsafe LabelDictionary.integer(text) {
            if integer >= integerCodes.count {
                let length = max(integer + 1, min(2 * integerCodes.count, LabelDictionary.integerLimit), 256)
                integerCodes += [Int32](
                    repeating: LabelColumn.missing, count: length - integerCodes.count)
            }
            let code = unsafe append(text, hash: 0)
            integerCodes[integer] = code
            return code
        }
        if 2 * (hashedCount + 1) > slots.count { grow() }
        let hash = unsafe LabelDictionary.hash(text)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            if hashes[Int(slots[slot])] == hash, unsafe isLabel(Int(slots[slot]), text) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard unsafe String(validating: text, as: UTF8.self) != nil else { return nil }
        let code = unsafe append(text, hash: hash)
        slots[slot] = code
        hashedCount += 1
        return code
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int32 {
        unsafe bytes.append(contentsOf: text)
        ends.append(bytes.count)
        hashes.append(hash)
        count += 1
        return Int32(count - 1)
    }

    private func range(_ code: Int) -> Range<Int> { (code == 0 ? 0 : ends[code - 1])..<ends[code] }

    private func isLabel(_ code: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        unsafe bytes[range(code)].elementsEqual(text)
    }

    private mutating func grow() {
        var larger = [Int32](repeating: LabelColumn.missing, count: max(64, 2 * slots.count))
        for code in slots where code >= 0 {
            var slot = Int(truncatingIfNeeded: hashes[Int(code)]) & (larger.count - 1)
            while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = code
        }
        slots = larger
    }

    /// Bytes are mixed eight at a time by multiplication and folding.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let multiplier: UInt64 = 0x9e37_79b9_7f4a_7c15
        var hash = UInt64(text.count) &* multiplier
        var index = 0
        while index < text.count {
            var word: UInt64 = 0
            let length = min(8, text.count - index)
            for offset in 0..<length { word |= unsafe UInt64(text[index + offset]) << UInt64(8 * offset) }
            let product = (hash ^ word).multipliedFullWidth(by: multiplier)
            hash = product.high ^ product.low
            index += length
        }
        return hash ^ (hash >> 32)
    }

    /// The distinct texts, by code.
    var labels: [String] { (0..<count).map { String(decoding: bytes[range($0)], as: UTF8.self) } }
}
