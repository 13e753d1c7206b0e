import Model
import Testing

@Suite struct IdentifierTests {
    @Test func composedAndDecomposedAreTwo() {
        let composed: Partner.ID = "caf\u{e9}"
        let decomposed: Partner.ID = "cafe\u{301}"
        #expect(composed.rawValue == decomposed.rawValue)  // Swift strings say they are one
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed)
        #expect(!(composed < decomposed))
    }

    @Test func caseAndWhiteSpaceCount() {
        let ids: Set<Contract.ID> = ["8003t00000AbC", "8003t00000aBc", "8003t00000AbC ", "8003t00000AbC"]
        #expect(ids.count == 3)
    }

    @Test func theOrderIsThatOfTheBytes() {
        let ids: [Partner.ID] = ["é", "z", "a10", "a2", "B", "a", "", "😀", "\u{fffd}"]
        #expect(ids.sorted().map(\.rawValue) == ["", "B", "a", "a10", "a2", "z", "é", "\u{fffd}", "😀"])
    }

    @Test func prefixesComeFirstAndAreNotEqual() {
        #expect(Partner.ID("p1") < Partner.ID("p10"))
        #expect(Partner.ID("p1") != Partner.ID("p10"))
    }

    @Test func isAPlainStringInJSONAlsoAsAKey() throws {
        let values: [Variant.ID: Partner.ID] = ["bonus": "cafe\u{301}"]
        let bytes = try CanonicalJSON.encode(values)
        #expect(Array(bytes) == Array("{\"bonus\":\"cafe\u{301}\"}".utf8))
        #expect(try CanonicalJSON.decode([Variant.ID: Partner.ID].self, from: bytes) == values)
    }

    @Test func slugsAreLowerCaseAndShort() {
        let long = "a" + String(repeating: "b", count: 62)
        #expect(["a", "emea-spiff-q3", "a1", "a-", long].allSatisfy(Slug.isValid))
        #expect(
            ["", "1a", "-a", "A", "a_b", "a b", "é", "a/b", "a\n", long + "b"].allSatisfy {
                !Slug.isValid($0)
            })
    }
}
