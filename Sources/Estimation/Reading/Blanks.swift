extension String {
    /// The text without blanks, tabs and no-break spaces around it.
    var withoutBlanksAround: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// What is left of the text when blanks around it and capitals do not count.
    var folded: String { withoutBlanksAround.lowercased() }
}
