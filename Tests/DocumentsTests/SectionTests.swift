import Documents
import Model
import Testing

@Suite struct SectionTests {
    /// What `form` makes of `text`, or the message.
    private func read<Value>(_ text: String, _ form: ScalarForm<Value>) throws -> (
        value: Value?, fault: String
    ) {
        let document = try YAMLDocument(text: "a: \(text)", file: "f")
        let value = document.root.required("a", form)
        return (value, document.faults.first?.message ?? "")
    }

    @Test(
        arguments: [
            ("5 %", 50_000), ("5%", 50_000), ("0.05", 50_000), ("7.5 %", 75_000), ("0", 0), ("1", 1_000_000),
            ("100 %", 1_000_000), ("0.000001", 1), ("0.0001 %", 1), ("\"5 %\"", 50_000), ("0.050", 50_000),
        ] as [(String, Int64)])
    func readsARate(_ text: String, _ partsPerMillion: Int64) throws {
        #expect(try read(text, ScalarForm<Rate>.rate()).value == Rate(partsPerMillion: partsPerMillion))
    }

    @Test(arguments: [
        "5", "101 %", "-1 %", ".05", "05 %", "1e-2", "0.0000001", "0x1", "five %", "5 %%", "1_0 %",
    ])
    func refusesARate(_ text: String) throws {
        let form = ScalarForm<Rate>.rate()
        #expect(try read(text, form).value == nil)
        #expect(form.expectation == "a rate from 0 % to 100 % such as 5 % or 0.05")
    }

    @Test(arguments: [
        ("3 points", 0.03), ("3 pp", 0.03), ("0.03", 0.03), ("1 point", 0.01), ("0.5 points", 0.005),
    ])
    func readsPoints(_ text: String, _ fraction: Double) throws {
        #expect(try read(text, .points("a margin such as 3 points", in: 0...1)).value == fraction)
    }

    @Test(arguments: ["yes", "no", "on", "off", "True", "y", "1", "\"true\""])
    func onlyTrueAndFalseAreBooleans(_ text: String) throws {
        let (value, fault) = try read(text, .boolean)
        #expect(value == nil && fault.hasSuffix("expected true or false"))
    }

    @Test func wordsThatOtherReadersTakeForValuesStayTexts() throws {
        for text in ["no", "012", "12:30", "1e3", "~", "null", "2026-01-05"] {
            #expect(try read(text, .text()).value == text)
        }
    }

    @Test(arguments: [
        "012", "1_000", "0b1", "1.0", "+1", "1e3", "12:30", "\"12\"", "99999999999999999999", "[1]",
    ])
    func refusesAnInteger(_ text: String) throws {
        #expect(try read(text, .integer(in: -100...100_000)).value == nil)
    }

    @Test func readsAmountsExactly() throws {
        let euro = try #require(Currency("EUR"))
        let yen = try #require(Currency("JPY"))
        #expect(try read("49.90", ScalarForm<Int64>.amount(in: euro)).value == 4990)
        #expect(try read("5000", ScalarForm<Int64>.amount(in: yen)).value == 5000)
        #expect(try read("0.5", ScalarForm<Int64>.amount(in: yen)).value == nil)
        #expect(try read("-1", ScalarForm<Int64>.amount(in: euro)).value == nil)
        #expect(try read("1,000", ScalarForm<Int64>.amount(in: euro)).value == nil)
    }

    @Test func readsDurations() throws {
        #expect(try read("5 m", ScalarForm<Duration>.duration).value == .seconds(300))
        #expect(try read("1 d", ScalarForm<Duration>.duration).value == .seconds(86_400))
        #expect(try read("0 s", ScalarForm<Duration>.duration).value == nil)
        #expect(try read("5m", ScalarForm<Duration>.duration).value == nil)
    }

    @Test func namesTheNearestChoice() throws {
        let (value, fault) = try read("discount_depth", ScalarForm<Metric.Kind>.choice)
        #expect(value == nil && fault.hasSuffix("(did you mean 'discountDepth'?)"))
    }

    @Test func collectsEveryFaultAndGoesOn() throws {
        let document = try YAMLDocument(
            text: "day: soon\ncount: [1]\nlist: [a, B, c]\ninner:\n  key: x\n  wrong: 1\n", file: "f")
        let root = document.root
        #expect(root.required("day", .day) == nil)
        #expect(root.value("count", .integer(in: 0...9), default: 7) == 7)
        #expect(root.field("list")?.list(of: .slug) == ["a", "c"])
        let inner = root.section("inner")
        #expect(inner?.optional("key", .text()) == "x")
        inner?.finish()
        root.finish()
        #expect(root.required("gone", .day) == nil)
        let error = #expect(throws: Faults.self) { try document.throwIfFaulty() }
        #expect(
            error?.description == """
                f:1:1: the key 'gone' is missing; expected a date such as 2026-01-05
                f:1:6: 'day' is 'soon'; expected a date such as 2026-01-05
                f:2:8: 'count' is a list of 1; expected a whole number from 0 to 9
                f:3:11: 'list[1]' is 'B'; expected a name of small letters, digits and hyphens such as retention-bonus
                f:6:3: unknown key 'wrong' in 'inner'; expected one of key
                """)
    }

    @Test(arguments: [
        ("metirc", "metric"), ("enrollUntil", "enrolUntil"), ("CHURN", "churn"),
        ("lookeveryweeks", "lookEveryWeeks"),
    ])
    func findsTheNearestName(_ word: String, _ expected: String) {
        let names = ["metric", "enrolUntil", "churn", "lookEveryWeeks", "weeks"]
        #expect(nearestName(to: word, among: names) == expected)
    }

    @Test func findsNoNearestNameFarAway() {
        #expect(nearestName(to: "banana", among: ["metric", "churn"]) == nil)
        #expect(nearestName(to: "", among: ["a"]) == nil)
    }

    /// Whatever a text contains, written by `YAMLText` it is read back as itself.
    @Test func writtenTextsAreReadBack() throws {
        let texts = [
            "plain words", "no", "true", "a: b", "# x", "- y", "it's \"quoted\"", "back\\slash", "*x", "{a}",
            "é – 中",
            "1.5", "trailing ", "  two", "tab\there", "a\u{2028}b", "\u{1F600}", "null", "~", "", "a  b",
            "\u{85}",
        ]
        for text in texts {
            let document = try YAMLDocument(text: "a: \(YAMLText.scalar(text))", file: "f")
            #expect(document.root.field("a")?.text == text)
        }
    }
}
