import Foundation
import Model
import Testing

@Suite struct CanonicalJSONTests {
    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    }

    @Test func keysAreSortedByBytesWhateverTheOrderOfInsertion() throws {
        let keys = ["b", "a10", "a2", "B", "é", "", "a", "z", "tier", "region"]
        let expected = try text(Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) }))
        #expect(
            expected
                == #"{"":1,"B":1,"a":1,"a10":1,"a2":1,"b":1,"region":1,"tier":1,"z":1,"é":1}"#)
        for start in keys.indices {
            var dictionary: [String: Int] = [:]
            for key in keys[start...] + keys[..<start] { dictionary[key] = 1 }
            #expect(try text(dictionary) == expected)
        }
    }

    @Test func spellsStringsWithTheFewestEscapes() throws {
        #expect(
            try text(["a/b\"\\\n\t\u{1}\u{1f}\u{7f}é😀"]) == "[\"a/b\\\"\\\\\\n\\t\\u0001\\u001f\u{7f}é😀\"]")
    }

    @Test func numbersAreTheShortestThatReadBack() throws {
        #expect(try text([0.1, 0.05, 1.0 / 3, 2]) == "[0.1,0.05,0.3333333333333333,2]")
        #expect(try text([Int64.max, Int64.min]) == "[9223372036854775807,-9223372036854775808]")
        for value: Double in [0.1 + 0.2, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.025] {
            #expect(try CanonicalJSON.decode([Double].self, from: CanonicalJSON.encode([value])) == [value])
        }
    }

    @Test func refusesNumbersThatJSONCannotSay() {
        #expect(throws: EncodingError.self) { try CanonicalJSON.encode([Double.nan]) }
        #expect(throws: EncodingError.self) { try CanonicalJSON.encode([Double.infinity]) }
    }

    @Test func absentValuesLeaveNoKey() throws {
        #expect(try text(RenewalBonus(rate: Rate(partsPerMillion: 1), cap: nil)) == #"{"rate":1}"#)
    }

    /// SHA-256 of "abc" is the first example of FIPS 180-4; that of {"a":1} by `printf '{"a":1}' | sha256sum`.
    @Test func hashesAreSHA256InLowerCaseHexadecimal() throws {
        #expect(
            ContentHash(of: Data("abc".utf8)).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            try ContentHash(ofCanonicalJSON: ["a": 1]).hex
                == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862")
        #expect(ContentHash(of: Data("abc".utf8)).short == "ba7816bf8f01")
    }
}
