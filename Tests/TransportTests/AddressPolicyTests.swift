import Testing

@testable import Transport

@Suite struct AddressPolicyTests {
    static let refused = [
        "0.0.0.0", "0.1.2.3", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0",
        "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.0.1",
        "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.0.171", "192.0.2.1",
        "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::2", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "::ffff:0:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "1::1",
        "2001::1", "2001:0:4136:e378::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1",
        "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1",
        "8000::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
        "ff0e::1", "ffff::1",
    ]

    static let accepted = [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "192.0.1.0", "192.0.3.0", "192.88.98.1", "192.167.255.255", "192.169.0.0", "198.17.255.255",
        "198.20.0.0", "203.0.112.1", "223.255.255.255", "2000::1", "2001:200::1", "2001:4860:4860::8888",
        "2003::1", "2606:4700::1111", "2a00:1450::1", "3ffe::1",
    ]

    @Test func refusesEveryAddressThatIsNotPublic() throws {
        for text in Self.refused {
            let address = try #require(IPAddress(text), "\(text)")
            #expect(AddressPolicy.reasonToRefuse(address) != nil, "\(text)")
        }
    }

    @Test func acceptsTheNeighboursOfEveryBlock() throws {
        for text in Self.accepted {
            let address = try #require(IPAddress(text), "\(text)")
            #expect(AddressPolicy.reasonToRefuse(address) == nil, "\(text)")
        }
    }

    /// As a URL's host is written in order to deceive: what this side would ask a proxy for.
    @Test func refusesEverySpellingOfAnAddressThatIsNotPublic() throws {
        var count = 0
        for text in Self.refused {
            guard case .v4(let bits) = try #require(IPAddress(text)) else {
                for host in ["[\(text)]", "[\(text.uppercased())]"] { try refuses(host, &count) }
                continue
            }
            let (a, b, c, d) = (bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255)
            func base(_ number: UInt32, _ radix: Int) -> String { String(number, radix: radix) }
            let spellings = [
                text, "\(text).", "\(bits)", "0x\(base(bits, 16))", "0\(base(bits, 8))",
                "0x\(base(a, 16)).0x\(base(b, 16)).0x\(base(c, 16)).0x\(base(d, 16))",
                "0\(base(a, 8)).0\(base(b, 8)).0\(base(c, 8)).0\(base(d, 8))",
                "\(a).\(bits & 0xff_ffff)", "\(a).\(b).\(bits & 0xffff)", "0x\(base(a, 16)).\(b).\(c).\(d)",
                "[::ffff:\(text)]", "[::ffff:\(base(bits >> 16, 16)):\(base(bits & 0xffff, 16))]",
                "[64:ff9b::\(text)]", "[::\(text)]", "%\(base(48 + a / 100, 16))\(text.dropFirst())",
            ]
            for host in spellings { try refuses(host, &count) }
        }
        #expect(count > 250)
    }

    private func refuses(_ host: String, _ count: inout Int) throws {
        count += 1
        guard let origin = HTTPOrigin(url: "http://\(host)/") else { return }
        #expect(AddressPolicy.reasonToRefuse(host: origin.host) != nil, "\(host) as \(origin.host)")
    }

    @Test func refusesNamesThatAreNotPublic() {
        let hostile = [
            "localhost", "LOCALHOST.", "a.localhost", "db.internal", "metadata.google.internal",
            "printer.local",
            "intranet", "router.home.arpa", "host.localdomain", "1.2.3", "0x7f.0.0.0x1", "1.2.3.4.5", "", ".",
            "exämple.com", "a b.com", "a%2e.com", "①②⑦.⓪.⓪.①",
        ]
        for host in hostile { #expect(AddressPolicy.reasonToRefuse(host: host) != nil, "\(host)") }
        for host in [
            "acme.my.salesforce.com", "api.hubapi.com.", "xn--exmple-cua.com", "8.8.8.8", "[2606:4700::1]",
        ] {
            #expect(AddressPolicy.reasonToRefuse(host: host) == nil, "\(host)")
        }
    }

    @Test func namesTheReason() throws {
        let expected = [
            "127.0.0.1": "loopback", "169.254.169.254": "link-local", "::ffff:10.0.0.1": "IPv4-mapped",
            "fd00::1": "unique local", "64:ff9b::1": "NAT64", "2002::1": "6to4", "2001::1": "Teredo",
            "100.64.0.1": "carrier-grade NAT", "ff02::1": "multicast",
        ]
        for (text, reason) in expected {
            #expect(AddressPolicy.reasonToRefuse(try #require(IPAddress(text))) == reason, "\(text)")
        }
    }

    @Test func readsOnlyAddresses() {
        for text in ["", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f.0.0.1", ":::", "[::1]", "g::"]
        {
            #expect(IPAddress(text) == nil, "\(text)")
        }
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
        #expect(IPAddress(bytes: [1, 2, 3, 4]) == .v4(0x0102_0304))
    }
}
