/// The headers of the final answer, gathered line by line.
///
/// libcurl delivers the lines of interim answers (1xx), of the final one and of trailers through one
/// callback: a status line starts over, and what follows the blank line is not a header any more.
struct ResponseHead {
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var status = 0
    private var isComplete = false
    /// Of all lines so far, interim answers and trailers included.
    private(set) var bytes = 0

    /// Longer headers than any honest server sends.
    static let maximumBytes = 128 << 10

    /// Whether the head of the final answer is here.
    var isFinal: Bool { isComplete && status >= 200 }

    mutating func receive(_ line: String) {
        bytes += line.utf8.count
        let text = line.trimmingLineEnd()
        if text.hasPrefix("HTTP/") {
            headers = []
            isComplete = false
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        } else if text.isEmpty {
            isComplete = true
        } else if !isComplete, let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(text[..<colon]), String(value)))
        }
    }

    /// Whether an HTTP/1.1 answer said where its body ends.
    var announcesBodyEnd: Bool {
        if status == 204 || status == 304 { return true }
        return headers.contains { name, value in
            switch name.lowercased() {
            case "content-length": true
            case "transfer-encoding": value.lowercased().contains("chunked")
            default: false
            }
        }
    }
}

extension String {
    fileprivate func trimmingLineEnd() -> Substring {
        var text = self[...]
        while let last = text.unicodeScalars.last, [" ", "\t", "\r", "\n"].contains(last) {
            text.unicodeScalars.removeLast()
        }
        return text
    }
}
