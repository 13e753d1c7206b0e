import Documents
import Model
import Testing

@Suite struct YAMLDocumentTests {
    private func refusal(of text: String) -> String {
        do {
            try YAMLDocument(text: text, file: "f.yaml").throwIfFaulty()
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("a: &x 1", "f.yaml:1:4: '&x' is a YAML anchor"),
        ("a: 1\nb: *x", "f.yaml:2:4: '*x' is a YAML alias"),
        ("a: !!int 1", "f.yaml:1:4: '!!int' is a YAML tag"),
        ("a: {b: [c, &d e]}", "f.yaml:1:12: '&d' is a YAML anchor"),
        ("a: {\"b\":&c d}", "f.yaml:1:9: '&c' is a YAML anchor"),
        ("- &a b", "f.yaml:1:3: '&a' is a YAML anchor"),
        ("? &a b\n: c", "f.yaml:1:3: '&a' is a YAML anchor"),
        ("a: |\n  *x\nb: *y", "f.yaml:3:4: '*y' is a YAML alias"),
        ("a: 'it''s'\nb: *y", "f.yaml:2:4: '*y' is a YAML alias"),
        ("a: \"\\\"\"\nb: *y", "f.yaml:2:4: '*y' is a YAML alias"),
        ("a: b # \"\nb: *y", "f.yaml:2:4: '*y' is a YAML alias"),
        ("<<: {a: 1}", "f.yaml:1:1: '<<' is a YAML merge key"),
        ("%YAML 1.1\n---\na: 1", "f.yaml:1:1: '%YAML' is a YAML directive"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document begins here"),
        ("a:\n\tb: 1", "f.yaml:2:1: a tab stands in the indentation"),
        ("a: one\n  \"two", "f.yaml:2:3: unquoted text goes on here"),
        ("a: [one\n  two]", "f.yaml:2:3: unquoted text goes on here"),
        ("- one\n  two", "f.yaml:2:3: unquoted text goes on here"),
        ("a: 1 # \u{2028}&x b", "f.yaml:1:8: an invisible line break (U+2028)"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3:1: 'a' is set twice, first in line 1; keep one"),
        ("a: {b: 1, b: 2}", "f.yaml:1:5: 'b' set here and again below"),
        ("- a: 1\n  a: 2\n- b", "f.yaml:2:3: 'a' is set twice, first in line 1"),
        ("a: 1\n\"a\": 3", "'a'"),
        ("a: 'open", "not readable as YAML"),
        ("a: b: c", "f.yaml:1:5: not readable as YAML"),
        ("[a]: b", "f.yaml:1:1: this key is not a text"),
        ("[a, b]", "f.yaml:1:1: the file holds a list of 2; expected lines of the form 'key: value'"),
        ("just text", "f.yaml:1:1: the file holds 'just text'"),
        ("", "f.yaml: the file is empty"),
        ("# only a comment\n", "f.yaml: the file is empty"),
        ("---\n", "f.yaml: the file is empty"),
    ])
    func refuses(_ text: String, _ message: String) {
        #expect(refusal(of: text).contains(message), "told instead: \(refusal(of: text))")
    }

    @Test func whatIsWrongBesidesAReferenceOrARepeatedKeyIsToldAsWell() throws {
        let text = """
            weeks: 26
            titel: x
            start: &day 2026-13-01
            list: [*m]
            weeks:
              - 3
            every: two
            """
        let document = try YAMLDocument(text: text, file: "f.yaml")
        #expect(document.root.value("weeks", .integer(in: 1...260), default: 0) == 26)
        _ = document.root.required("start", .day)
        _ = document.root.field("list")?.list(of: .day)
        _ = document.root.value("every", .integer(in: 1...9), default: 1)
        document.root.finish()
        let faults = Faults(document.faults).faults.map { "\($0.line ?? 0): \($0.message)" }
        #expect(faults.count == 6, "\(faults)")
        let expected = [
            "2: unknown key 'titel'", "3: '&day' is a YAML anchor", "3: 'start' is '2026-13-01'",
            "4: '*m' is a YAML alias", "5: 'weeks' is set twice, first in line 1", "7: 'every' is 'two'",
        ]
        for (fault, beginning) in zip(faults, expected) { #expect(fault.hasPrefix(beginning)) }
    }

    @Test(arguments: [
        "a: 1", "---\na: 1\n", "a: 1\n...\n", "\u{FEFF}a: 1", "a: 1\r\nb: 2\r\n", "a: \"*x\"", "a: 'x & y'",
        "a: x & y * z ! %", "a: |\n  &x\n  b: *y\n", "a: >-\n  one\n  two\nb: 1", "a: \"one\n  two\"",
        "a: [one,\n  two]", "a:\n- b\n- c\n", "a: http://x/?y=1#z", "a: -1", "a: <<", "? a\n: b",
        "a:\n  # c\n  b: 1",
    ])
    func accepts(_ text: String) {
        #expect(refusal(of: text) == "accepted")
    }

    /// Nine lines that would expand to a billion values never reach the composer.
    @Test func refusesAnAliasBombAtItsFirstAnchor() {
        let levels = (1...9).map {
            "l\($0): &l\($0) [\(Array(repeating: "*l\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        let text = "l0: &l0 lol\n" + levels.joined(separator: "\n")
        #expect(refusal(of: text).hasPrefix("f.yaml:1:5: '&l0' is a YAML anchor"))
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000),
        "a: " + String(repeating: "{a: ", count: 33) + "1" + String(repeating: "}", count: 33),
        (0..<40).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
        String(repeating: "- ", count: 40) + "a",
        (0..<40).map { String(repeating: "  ", count: $0) + "- a:" }.joined(separator: "\n"),
    ])
    func refusesDeepNesting(_ text: String) {
        #expect(refusal(of: text).contains("nested deeper than 32 levels"))
    }

    @Test func admitsThirtyLevels() {
        let text = "a: " + String(repeating: "[", count: 30) + "1" + String(repeating: "]", count: 30)
        #expect(refusal(of: text) == "accepted")
    }

    @Test func refusesAFileAbove256KB() {
        let text = "a: " + String(repeating: "x", count: 256 * 1024)
        #expect(refusal(of: text).contains("expected at most 262144"))
    }

    /// A real file with one character replaced is read or refused, and never ends the process.
    @Test func survivesDamagedFiles() throws {
        let text = try Repository.text("experiments/plans/volume-accelerator.yaml")
        let scalars = Array(text.unicodeScalars)
        var refused = 0
        for index in stride(from: 0, to: scalars.count, by: 3) {
            for replacement in ["", "\"", "[", "{", ":", "\t", "\u{0}", "&", "- ", "\n"] as [String] {
                var damaged = String.UnicodeScalarView()
                damaged.append(contentsOf: scalars[..<index])
                damaged.append(contentsOf: replacement.unicodeScalars)
                damaged.append(contentsOf: scalars[(index + 1)...])
                if refusal(of: String(damaged)) != "accepted" { refused += 1 }
            }
        }
        #expect(refused > 100)
    }
}
