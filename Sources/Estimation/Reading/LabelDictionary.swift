/// Numbers distinct texts in the order in which they appear, without a `String` a row.
///
/// Small whole numbers, as ids often are, are looked up in an array; other texts by a hash of their bytes.
struct LabelDictionary: Sendable {
    /// A distinct text.
    private struct Entry {
        /// Where the bytes begin, or the whole number that the text stands for.
        var start: Int
        /// How many bytes there are; nil for a whole number.
        var length: Int32?
    }

    /// A place in the hash table.
    private struct Slot {
        var hash: UInt32 = 0
        var code = LabelColumn.missing
    }

    /// Numbers from here on are looked up by their bytes: the array takes 16 MB at most.
    private static let integerLimit = 1 << 22

    private var entries: [Entry] = []
    /// The code of a whole number written without a sign or leading zeros, or `missing`.
    private var integerCodes: [Int32] = []
    /// Open addressing; the length is a power of two.
    private var slots: [Slot] = []
    private var hashedCount = 0
    private var bytes: [UInt8] = []

    /// Distinct texts so far.
    var count: Int { entries.count }

    /// The code of the text at the pointer when it is a small whole number or was seen before, moving to the comma or
    /// line end behind it; nil, the pointer anywhere, for everything else.
    ///
    /// - Precondition: a comma or line feed follows somewhere.
    @inline(__always)
    mutating func takePlain(_ p: inout UnsafePointer<UInt8>) -> Int32? {
        let start = unsafe p
        var integer = 0
        while true {
            let digit = unsafe p[0] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            integer = integer &* 10 &+ Int(digit)
            unsafe p += 1
        }
        let length = unsafe p - start
        if unsafe CellScanner.isDelimiter(p), length > 0, length <= 7,
            unsafe start[0] != UInt8(ascii: "0") || length == 1
        {
            guard integer < integerCodes.count, integerCodes[integer] != LabelColumn.missing else {
                return integer < LabelDictionary.integerLimit ? code(of: integer) : nil
            }
            return integerCodes[integer]
        }
        while unsafe !CellScanner.isDelimiter(p) { unsafe p += 1 }
        return unsafe knownText(UnsafeBufferPointer(start: start, count: p - start))
    }

    /// The code of a text that is no small whole number; nil when it was not seen before.
    private func knownText(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard !slots.isEmpty else { return nil }
        let slot = slots[unsafe place(of: text, hash: LabelDictionary.hash(text))]
        return slot.code == LabelColumn.missing ? nil : slot.code
    }

    /// Where a text stands in the hash table, or would be put.
    private func place(of text: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
        var place = Int(hash) & (slots.count - 1)
        while slots[place].code != LabelColumn.missing {
            let slot = slots[place]
            if slot.hash == hash, unsafe isText(entries[Int(slot.code)], text) { break }
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }

    private func isText(_ entry: Entry, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(entry.length ?? 0) == text.count else { return false }
        for index in 0..<text.count where unsafe bytes[entry.start + index] != text[index] { return false }
        return true
    }

    /// The code of a text, which is given a new one when it was not seen before.
    ///
    /// - Returns: nil when a new text is not UTF-8.
    mutating func code(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
        if let integer = unsafe LabelDictionary.integer(text) { return code(of: integer) }
        if 2 * (hashedCount + 1) > slots.count { grow() }
        let hash = unsafe LabelDictionary.hash(text)
        let place = unsafe place(of: text, hash: hash)
        guard slots[place].code == LabelColumn.missing else { return slots[place].code }
        guard unsafe String(validating: text, as: UTF8.self) != nil else { return nil }
        let code = Int32(count)
        entries.append(Entry(start: bytes.count, length: Int32(text.count)))
        unsafe bytes.append(contentsOf: text)
        slots[place] = Slot(hash: hash, code: code)
        hashedCount += 1
        return code
    }

    @inline(never)
    private mutating func code(of integer: Int) -> Int32 {
        if integer >= integerCodes.count {
            let doubled = min(2 * integerCodes.count, LabelDictionary.integerLimit)
            let length = max(integer + 1, doubled, 1024)
            integerCodes += [Int32](repeating: LabelColumn.missing, count: length - integerCodes.count)
        }
        if integerCodes[integer] == LabelColumn.missing {
            integerCodes[integer] = Int32(count)
            entries.append(Entry(start: integer, length: nil))
        }
        return integerCodes[integer]
    }

    /// The text of a code.
    func label(_ code: Int) -> String {
        let entry = entries[code]
        return entry.length == nil
            ? String(entry.start) : String(decoding: bytes[range(entry)], as: UTF8.self)
    }

    private func range(_ entry: Entry) -> Range<Int> { entry.start..<entry.start + Int(entry.length ?? 0) }

    private mutating func grow() {
        var larger = [Slot](repeating: Slot(), count: max(64, 2 * slots.count))
        for slot in slots where slot.code != LabelColumn.missing {
            var place = Int(slot.hash) & (larger.count - 1)
            while larger[place].code != LabelColumn.missing { place = (place + 1) & (larger.count - 1) }
            larger[place] = slot
        }
        slots = larger
    }

    /// The small whole number a text is the shortest way of writing; nil when it is none.
    private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count > 0, text.count <= 7, unsafe text[0] != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        var value = 0
        for index in 0..<text.count {
            let digit = unsafe text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value < integerLimit ? value : nil
    }

    /// Bytes are mixed eight at a time by multiplication and folding.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
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
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
