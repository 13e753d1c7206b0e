internal import CSimdJSON

/// Where and why a text is not JSON that can be trusted.
package struct JSONFault: Error, Hashable, CustomStringConvertible {
    package var offset: Int
    package var reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "the answer is not usable JSON: \(reason) at byte \(offset)" }
}

extension JSONFault {
    /// What a reader's fault number means.
    init(code: Int, offset: UInt32, maximumDepth: Int) {
        let reason =
            switch code {
            case JSON_ENDS_EARLY: "the document ends early"
            case JSON_EXPECTED_VALUE: "expected a value"
            case JSON_EXPECTED_NAME: "expected a member name"
            case JSON_EXPECTED_COLON: "expected ':'"
            case JSON_EXPECTED_MEMBER: "expected ',' or '}'"
            case JSON_EXPECTED_ITEM: "expected ',' or ']'"
            case JSON_TRAILING_TEXT: "there is text after the document"
            case JSON_TOO_DEEP: "nested deeper than \(maximumDepth)"
            case JSON_UNCLOSED_STRING: "a string does not end"
            case JSON_CONTROL_CHARACTER: "a string contains a control character"
            case JSON_NOT_UTF8: "the text is not valid UTF-8"
            case JSON_UNKNOWN_ESCAPE: "an unknown escape"
            case JSON_BAD_HEXADECIMAL: "expected four hexadecimal digits"
            case JSON_HALF_SURROGATE: "half a surrogate pair"
            case JSON_REPEATED_NAME: "a member name occurs twice"
            case JSON_NO_RECORD: "a record of the list is not an object"
            case JSON_TOO_LARGE: "larger than 256 MiB"
            default: "there is not enough memory to read it"
            }
        self.init(offset: Int(offset), reason: reason)
    }
}
