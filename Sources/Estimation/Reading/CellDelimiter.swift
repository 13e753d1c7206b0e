/// What stands between the cells of a line.
package enum CellDelimiter: String, Sendable, Hashable, CaseIterable {
    case comma
    case semicolon
    case tab

    var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        }
    }

    /// The text with commas between cells; cells that hold commas are put in quotes.
    ///
    /// Costs a pass and a copy, so that the reader of files with commas, which most are, need not ask.
    func separatedByCommas(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let (quote, comma, lineFeed) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"))
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 8)
        var place = 0
        while place < text.count {
            let start = place
            if unsafe text[place] == quote {
                place += 1
                // A doubled quote ends one quoted stretch and begins the next.
                while unsafe place < text.count && text[place] != quote { place += 1 }
                place = min(place + 1, text.count)
                unsafe result.append(contentsOf: text[start..<place])
                if unsafe place < text.count && text[place] == quote { continue }
            }
            let rest = place
            while unsafe place < text.count && text[place] != byte && text[place] != lineFeed { place += 1 }
            let cell = unsafe Array(text[rest..<place])
            if rest == start, cell.contains(comma) {
                let isReturned =
                    unsafe place < text.count && text[place] == lineFeed && cell.last == UInt8(ascii: "\r")
                result.append(quote)
                for character in isReturned ? cell.dropLast() : cell[...] {
                    if character == quote { result.append(quote) }
                    result.append(character)
                }
                result.append(quote)
            } else {
                result += cell
            }
            if place < text.count {
                unsafe result.append(text[place] == lineFeed ? lineFeed : comma)
                place += 1
            }
        }
        return result
    }
}
