import Foundation
import Testing

@testable import Ingestion

@Suite struct JSONValueTests {
    @Test func keepsTheDigitsOfNumbers() throws {
        let value = try parse(#"{"a":[1.10,1.2E7,-0,9007199254740993]}"#)
        #expect(
            value["a"]
                == .array([.number("1.10"), .number("1.2E7"), .number("-0"), .number("9007199254740993")]))
    }

    @Test func followsPathsThroughRelationships() throws {
        let value = try parse(#"{"Account":{"Owner":{"Name":"x"}},"None":null,"Flat":1}"#)
        #expect(value[path: "Account.Owner.Name"] == .string("x"))
        #expect(value[path: "None.Owner.Name"] == .null)
        #expect(value[path: "Flat.Name"] == nil && value[path: "Other"] == nil)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "-", "1e", "+1", "nul", "\"\u{1}\"", "\"\\x\"",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"abc", "1 2", "{\"a\":1,\"a\":2}", "[1 2]", "NaN", "Infinity",
    ])
    func refusesWhatIsNotJSON(_ text: String) {
        #expect(throws: JSONFault.self) { try parse(text) }
    }

    @Test func refusesInvalidUTF8AndDeepNesting() {
        #expect(throws: JSONFault.self) { try JSONValue(parsing: [34, 0xff, 34]) }
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(throws: JSONFault.self) { try parse("[" + deep + "]") }
        let huge = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONFault.self) { try JSONValue(parsing: huge) }
    }

    @Test func everyPrefixOfADocumentIsRefused() throws {
        let bytes = Array(#"{"a":[1,{"b":"x\u00e9\ud83d\ude00"}],"c":null}"#.utf8)
        for end in 0..<bytes.count {
            #expect(throws: JSONFault.self) { try JSONValue(parsing: Array(bytes[..<end])) }
        }
        #expect(try JSONValue(parsing: bytes)["a"] == .array([.number("1"), .object(["b": .string("xé😀")])]))
    }

    @Test func writesWhatItRead() throws {
        let text = #"{"a":[true,false,null,1.50],"b":"q\" \\ \n \u0001 é"}"#
        #expect(try parse(text).text == text)
    }

    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }
}
