internal import Glibc

/// An IP address in network byte order.
package enum IPAddress: Sendable, Hashable {
    case v4(UInt32)
    /// The high and the low 64 bits.
    case v6(UInt64, UInt64)

    /// 4 or 16 bytes in network order; `nil` for any other count.
    package init?(bytes: [UInt8]) {
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self = .v4(UInt32(word(bytes[...])))
        case 16: self = .v6(word(bytes[0..<8]), word(bytes[8..<16]))
        default: return nil
        }
    }

    /// Parses dotted-decimal IPv4 or RFC 4291 IPv6 text.
    package init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: Array(bytes[0..<4]))
        } else if unsafe inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }
}

/// Which addresses are on the public Internet, so that a host name cannot lead a request inside.
///
/// Source: the IANA special-purpose address registries (RFC 6890 and later entries). IPv6 is judged the
/// other way round: only global unicast (2000::/3) is public, less its special blocks. Addresses that carry
/// an IPv4 address (mapped, NAT64, 6to4, Teredo) are refused whatever they carry.
package enum AddressPolicy {
    /// Why `address` is not public ("loopback", "private", …); `nil` when it is.
    package static func reasonToRefuse(_ address: IPAddress) -> String? {
        switch address {
        case .v4(let bits):
            ipv4Blocks.first { bits >> (32 - $0.prefix) == $0.network >> (32 - $0.prefix) }?.name
        case .v6(let high, let low):
            reasonToRefuse(high, low)
        }
    }

    /// Why a host must not be asked for through a proxy, which resolves names where this side cannot look;
    /// `nil` when its name gives no reason.
    package static func reasonToRefuse(host: String) -> String? {
        var name = host.lowercased()
        while name.hasSuffix(".") { name.removeLast() }
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        let literal = name.prefix { $0 != "%" }
        if let address = IPAddress(String(literal)) { return reasonToRefuse(address) }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 37 }) else {
            return "not plainly written"
        }
        // RFC 6761, RFC 6762 and the name ICANN reserves for private use.
        let reserved = ["localhost", "localdomain", "local", "internal", "home.arpa"]
        if reserved.contains(where: { name == $0 || name.hasSuffix("." + $0) }) { return "local" }
        // The last label of a public name is never a number, and there are two labels at least.
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last else { return "local" }
        let isNumber = last.utf8.allSatisfy { (48...57).contains($0) } || last.hasPrefix("0x")
        return isNumber ? "not plainly written" : nil
    }

    private struct Block4 {
        var network: UInt32
        var prefix: UInt32
        var name: String

        init(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ prefix: UInt32, _ name: String) {
            network = a << 24 | b << 16 | c << 8
            self.prefix = prefix
            self.name = name
        }
    }

    private static let ipv4Blocks: [Block4] = [
        Block4(0, 0, 0, 8, "this network"),
        Block4(10, 0, 0, 8, "private"),
        Block4(100, 64, 0, 10, "carrier-grade NAT"),
        Block4(127, 0, 0, 8, "loopback"),
        Block4(169, 254, 0, 16, "link-local"),
        Block4(172, 16, 0, 12, "private"),
        Block4(192, 0, 0, 24, "protocol assignment"),
        Block4(192, 0, 2, 24, "documentation"),
        Block4(192, 88, 99, 24, "6to4 relay"),
        Block4(192, 168, 0, 16, "private"),
        Block4(198, 18, 0, 15, "benchmarking"),
        Block4(198, 51, 100, 24, "documentation"),
        Block4(203, 0, 113, 24, "documentation"),
        Block4(224, 0, 0, 4, "multicast"),
        Block4(240, 0, 0, 4, "reserved"),
    ]

    /// Blocks of at most 64 bits, most specific names first; the last rule is "not global unicast".
    private static let ipv6Blocks: [(network: UInt64, prefix: UInt64, name: String)] = [
        (0x0064_ff9b_0000_0000, 48, "NAT64"),
        (0x0064_ff9b_0001_0000, 48, "NAT64"),
        (0x0100_0000_0000_0000, 64, "discard"),
        (0x2001_0000_0000_0000, 32, "Teredo"),
        (0x2001_0000_0000_0000, 23, "protocol assignment"),
        (0x2001_0db8_0000_0000, 32, "documentation"),
        (0x2002_0000_0000_0000, 16, "6to4"),
        (0x3fff_0000_0000_0000, 20, "documentation"),
        (0x5f00_0000_0000_0000, 16, "segment routing"),
        (0xfc00_0000_0000_0000, 7, "unique local"),
        (0xfe80_0000_0000_0000, 10, "link-local"),
        (0xfec0_0000_0000_0000, 10, "site-local"),
        (0xff00_0000_0000_0000, 8, "multicast"),
    ]

    private static func reasonToRefuse(_ high: UInt64, _ low: UInt64) -> String? {
        if high == 0 {
            if low == 0 { return "unspecified" }
            if low == 1 { return "loopback" }
            if low >> 32 == 0xffff { return "IPv4-mapped" }
            return "IPv4-compatible or reserved"
        }
        let block = ipv6Blocks.first { high >> (64 - $0.prefix) == $0.network >> (64 - $0.prefix) }
        return block?.name ?? (high >> 61 == 1 ? nil : "not global unicast")
    }
}
