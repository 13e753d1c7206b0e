import Testing

@testable import Transport

@Suite struct HTTPOriginTests {
    @Test func readsSchemeHostAndPort() throws {
        let origin = try #require(HTTPOrigin(url: "HTTPS://Acme.My.Salesforce.COM/services?q=1#x"))
        #expect(origin.scheme == "https" && origin.host == "acme.my.salesforce.com" && origin.port == 443)
        #expect(origin.description == "https://acme.my.salesforce.com")
        #expect(HTTPOrigin(url: "http://h:8080/")?.description == "http://h:8080")
        #expect(HTTPOrigin(url: "http://[::1]:81")?.host == "[::1]")
    }

    @Test func anExplicitDefaultPortIsTheSameOrigin() {
        #expect(HTTPOrigin(url: "https://a.example:443/x") == HTTPOrigin(url: "https://a.example/y"))
        #expect(HTTPOrigin(url: "https://a.example:444") != HTTPOrigin(url: "https://a.example"))
        #expect(HTTPOrigin(url: "http://a.example") != HTTPOrigin(url: "https://a.example"))
    }

    @Test func refusesWhatIsNotAnAbsoluteHTTPAddress() {
        let hostile = [
            "", "/relative", "//host/x", "ftp://h/", "file:///etc/passwd", "gopher://h", "https://",
            "https://user@h/", "https://good.example@evil.example/", "https://u:p@h/", "https://h:0x50/",
            "https://h:99999/", "javascript:alert(1)", "https://h\u{0}.example/", "https://a b/",
        ]
        for url in hostile { #expect(HTTPOrigin(url: url) == nil, "\(url)") }
    }

    @Test func everySpellingOfLoopbackIsReadAsTheAddressItConnectsTo() {
        for url in ["http://0x7f.1/", "http://2130706433/", "http://0177.0.0.1/", "http://127.1/"] {
            #expect(HTTPOrigin(url: url)?.host == "127.0.0.1", "\(url)")
        }
    }

    @Test func readsHostAndPortPairs() {
        #expect(HostPort("LocalHost:8080") == HostPort(host: "localhost", port: 8080))
        #expect(HostPort("[::1]:1") == HostPort(host: "[::1]", port: 1))
        for text in ["localhost", ":80", "h:", "h:0", "h:65536", "h:-1"] { #expect(HostPort(text) == nil) }
    }
}
