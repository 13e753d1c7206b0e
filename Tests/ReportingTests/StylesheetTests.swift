import Foundation
import Testing

@testable import Reporting

/// Contrast as WCAG 2.2 defines it (relative luminance, success criteria 1.4.3 and 1.4.11).
@Suite struct StylesheetTests {
    @Test(arguments: ["light", "dark", "print"])
    func textAndLinesStandOutFromTheirGround(scheme: String) throws {
        let colours = try colours(of: scheme)
        for ground in ["ground", "panel"] {
            for ink in ["ink", "faint", "accent", "good", "bad", "unsure"] {
                #expect(try contrast(colours, ink, ground) >= 4.5, "\(scheme): \(ink) on \(ground)")
            }
        }
        for series in 0..<5 {
            #expect(try contrast(colours, "series-\(series)", "ground") >= 3, "\(scheme): series \(series)")
        }
    }

    @Test func contrastOfBlackOnWhiteIsTwentyOne() throws {
        #expect(abs(try contrast(["a": "000000", "b": "ffffff"], "a", "b") - 21) < 1e-9)
    }

    /// The custom properties of the first, second and third `:root` rule.
    private func colours(of scheme: String) throws -> [String: String] {
        let rules = Stylesheet.text.components(separatedBy: ":root {").dropFirst().map {
            $0.components(separatedBy: "}")[0]
        }
        let index = try #require(["light", "dark", "print"].firstIndex(of: scheme))
        let rule = try #require(rules.count == 3 ? rules[index] : nil)
        let pairs = rule.components(separatedBy: "--").dropFirst().map { $0.components(separatedBy: ": #") }
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], String($0[1].prefix(6))) })
    }

    private func contrast(_ colours: [String: String], _ one: String, _ other: String) throws -> Double {
        let luminances = try [one, other].map { try luminance(#require(colours[$0])) }.sorted()
        return (luminances[1] + 0.05) / (luminances[0] + 0.05)
    }

    private func luminance(_ hex: String) throws -> Double {
        let value = try #require(Int(hex, radix: 16))
        let channels = [value >> 16, value >> 8 & 255, value & 255].map { channel -> Double in
            let share = Double(channel) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
}
