/// Record ids: fifteen characters whose case matters, or eighteen that survive systems which ignore it.
enum SalesforceID {
    /// The form with the suffix. Anything else than fifteen letters and digits is given back as it is.
    ///
    /// Each suffix character stands for five of the fifteen: bit k is set when the k-th of them is a capital.
    static func long(_ id: String) -> String {
        guard id.utf8.count == 15 else { return id }
        let bytes = Array(id.utf8)
        guard bytes.allSatisfy(isAlphanumeric) else { return id }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)
        var suffix: [UInt8] = []
        for chunk in stride(from: 0, to: 15, by: 5) {
            var index = 0
            for bit in 0..<5 where (65...90).contains(bytes[chunk + bit]) { index |= 1 << bit }
            suffix.append(alphabet[index])
        }
        return String(decoding: bytes + suffix, as: UTF8.self)
    }

    /// Whether a text may be an id: it ends up in queries, paths and facts. Longer ones and marks between letters are
    /// for servers that only speak Salesforce's protocol.
    static func isPlausible(_ id: String) -> Bool { isPlausible(ArraySlice(id.utf8)) }

    /// - Parameter id: UTF-8.
    static func isPlausible(_ id: ArraySlice<UInt8>) -> Bool {
        (1...64).contains(id.count) && id.allSatisfy { isAlphanumeric($0) || $0 == 45 || $0 == 95 }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
