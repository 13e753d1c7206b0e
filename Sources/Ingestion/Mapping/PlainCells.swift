internal import Model

/// Cells that a field is read from as they stand, without a copy of their bytes in between.
///
/// Nearly every value of nearly every page is such a one. Each function gives `nil` for whatever is not, and the
/// careful way decides what that means.
extension RecordBatch {
    /// A text or number of at most `limit` bytes.
    func plainText(row: Int, field: Int, limit: Int) -> String? {
        unsafe withBytes(row: row, field: field) { kind, bytes in
            guard kind == .text || kind == .number, !bytes.isEmpty, bytes.count <= limit else { return nil }
            guard unsafe !bytes.contains(0) else { return nil }
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// `yyyy-MM-dd`, from 1900 on.
    func plainDay(row: Int, field: Int) -> Day? {
        unsafe withBytes(row: row, field: field) { kind, bytes in
            guard kind == .text, bytes.count == 10, unsafe bytes[4] == 45, unsafe bytes[7] == 45
            else { return nil }
            func number(_ places: Range<Int>) -> Int? {
                var number = 0
                for place in places {
                    let digit = unsafe bytes[place] &- 48
                    guard digit < 10 else { return nil }
                    number = number * 10 + Int(digit)
                }
                return number
            }
            guard let year = number(0..<4), year >= 1900, let month = number(5..<7), let day = number(8..<10)
            else { return nil }
            return Day(year: year, month: month, day: day)
        }
    }

    /// A number of at most fifteen digits, `decimals` of them after the point at most, times ten to the power of
    /// `decimals`.
    func plainNumber(row: Int, field: Int, decimals: Int) -> Int64? {
        unsafe withBytes(row: row, field: field) { kind, bytes in
            guard kind == .number, bytes.count <= 16 else { return nil }
            var number: Int64 = 0
            var digits = 0
            var missing: Int?
            for place in 0..<bytes.count {
                let byte = unsafe bytes[place]
                if byte == UInt8(ascii: "."), missing == nil {
                    missing = decimals
                } else {
                    let digit = byte &- 48
                    guard digit < 10, missing != 0, digits < 15 else { return nil }
                    number = number * 10 + Int64(digit)
                    digits += 1
                    missing = missing.map { $0 - 1 }
                }
            }
            let left = missing ?? decimals
            guard digits > 0, missing != decimals, digits + left <= 18 else { return nil }
            return (0..<left).reduce(number) { product, _ in product * 10 }
        }
    }
}
