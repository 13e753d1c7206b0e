extension String {
    /// Whether an ASCII control character, NUL among them, stands in it.
    package var holdsControlCharacters: Bool { utf8.contains { $0 < 0x20 || $0 == 0x7F } }

    /// Every control character as Swift writes it: "\u{0}".
    package var withControlCharactersWritten: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.value < 0x20 || scalar.value == 0x7F {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}
